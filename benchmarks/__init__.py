"""Measurements of what the program costs. They report and assert nothing: `python -m benchmarks`."""
