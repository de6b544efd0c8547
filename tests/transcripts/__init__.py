"""The seeds' terminal sessions, run step by step against the installed program."""
