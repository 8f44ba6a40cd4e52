"""How fast caresim is, beside other simulators: `python -m benchmarks` or `make bench`.

Not part of what is installed. The cases are those of queueing theory and of one
hospital-like network; each is an ordinary scenario file in `cases/`, and written once
more, by hand, for each of the other simulators in `peers/`.
"""
