"""What can be typed: options and arguments, their values and their completion."""
