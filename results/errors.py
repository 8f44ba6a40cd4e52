"""What goes wrong with results, in one sentence for the user."""


class ResultError(ValueError):
    """A run folder, a measure or a comparison cannot be had; the message says why."""
