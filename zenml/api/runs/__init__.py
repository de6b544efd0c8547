"""Runs, as the Python API makes them and looks after their record."""
