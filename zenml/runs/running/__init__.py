"""What a command or a block of Python is run with, and what is found out before it begins."""
