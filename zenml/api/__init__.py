"""The Python API: one class to ask and to change, and one for the past."""
