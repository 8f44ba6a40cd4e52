"""What is done with finished run folders: list, describe, check, pack, remove."""
