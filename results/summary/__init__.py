"""What is read first of a run: its rows, its standards, the list of its measures."""
