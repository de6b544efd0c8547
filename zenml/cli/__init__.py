"""The terminal: words in, tables and sentences out. Goes through the Python API alone."""
