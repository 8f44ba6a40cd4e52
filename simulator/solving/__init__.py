"""The plan of capacity that meets conditions at the least cost."""
