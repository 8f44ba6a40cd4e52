"""Studies: one question, and the many scenarios that are made of one to answer it."""
