"""What replications say together: estimates, precision, and what is not steady."""
