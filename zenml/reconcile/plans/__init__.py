"""What is to be done later, and only if nobody touched the same things meanwhile."""
