"""Facts, commands and rules. No clock, no id generator, no file, no SQL, no terminal."""
