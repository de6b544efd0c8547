"""What vouches for files of runs: which there are, what was seen and signed of them, and if they are right."""
