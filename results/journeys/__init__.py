"""What happened to single patients, in one run or in two, told in sentences."""
