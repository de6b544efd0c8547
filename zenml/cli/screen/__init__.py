"""What a terminal shows: tables that fit, progress, notices, what is written to it."""
