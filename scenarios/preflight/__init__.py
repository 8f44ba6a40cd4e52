"""About how busy services will be, worked out in a second without simulating."""
