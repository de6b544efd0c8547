"""The only writer: turns commands into changes, appends them and keeps the evidence."""
