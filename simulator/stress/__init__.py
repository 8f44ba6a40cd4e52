"""What shocks do to a scenario, and when things are as they would have been."""
