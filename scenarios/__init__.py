"""What is to be simulated: the scenario language, its checks, and the tables."""
