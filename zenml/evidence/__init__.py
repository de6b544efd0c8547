"""What makes the record provable, computed from stored text alone. Imports nothing of the program."""
