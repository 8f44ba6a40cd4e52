"""Runs of as many replications as the wanted intervals need."""
