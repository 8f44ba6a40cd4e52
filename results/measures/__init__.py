"""What is measured, by name and meaning, and how it is computed from tallies."""
