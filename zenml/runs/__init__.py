"""What runs on a stack, and with which configuration: starting it, noting what it did, looking back at it."""
