"""What can be done: each function turns names and values into commands, within a change that is open."""
