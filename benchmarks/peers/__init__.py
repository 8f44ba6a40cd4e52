"""The cases written by hand for other simulators."""
