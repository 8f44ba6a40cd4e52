"""Batches from end to end: each test holds a rule of docs/background/batch.md."""
