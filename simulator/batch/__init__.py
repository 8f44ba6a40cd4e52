"""Many runs on many machines: units of work, the folder that holds them, who does them.

The rules stand in docs/background/batch.md. `book` says what is to be run, `units` what
a block of replications looks like as a file, `store` how such files lie in a folder,
`agenda` what is still to do, `work` how it is done, `places` where, `conducting` who
gives it out, `merging` how units become run folders, and `batches` all from end to end.
"""
