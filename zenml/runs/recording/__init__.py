"""Where runs are recorded, and what could not be recorded yet."""
