"""What may happen: for each noun, what a command would lead to and whether an event is admitted."""
