"""How every test runs: generated examples are the same each time."""

from hypothesis import settings

# No deadline: the first call of a compiled kernel takes seconds on a busy machine.
settings.register_profile("repeatable", deadline=None, derandomize=True)
settings.register_profile("explore", deadline=None, print_blob=True)
settings.load_profile("repeatable")
