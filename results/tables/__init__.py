"""The tables of a run, made of what its replications tallied and recorded."""
