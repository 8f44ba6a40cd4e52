"""What is meant when measures, people and periods are asked for, and its values."""
