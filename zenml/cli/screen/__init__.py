"""What a terminal shows: tables that fit, times, progress, notices, what is written to it."""
