"""What the tables of a run look like: their columns, what their rows are called."""
