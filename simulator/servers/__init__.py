"""Batches on compute servers: scripts for their schedulers, and sending them.

The rules stand in docs/background/batch.md. `needs` says what the tasks of a batch
need, `schedulers` how each scheduler is told so, `scripts` is what it is given,
`sending` gives it, `submission` is what a batch's folder remembers of it, and `orders`
is all of this from end to end.
"""
