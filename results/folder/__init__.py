"""A run on disk: its files, written whole, read and checked."""
