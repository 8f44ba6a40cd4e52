"""`python -m simulator` is `caresim`, for scripts that name the Python to use."""

from simulator.cli import main

if __name__ == "__main__":
    main(prog_name="caresim")
