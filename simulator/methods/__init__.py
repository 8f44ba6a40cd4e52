"""The methods of a run, written out from its folder alone: STRESS-DES and a log."""
