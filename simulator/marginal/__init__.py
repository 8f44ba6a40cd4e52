"""What one more unit of capacity at each service would do."""
