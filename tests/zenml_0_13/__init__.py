"""The command line of ZenML 0.13.2 itself, on a Python of its own, works with a profile that the service keeps."""
