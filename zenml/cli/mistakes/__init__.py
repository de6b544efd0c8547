"""The messages for errors: those of the command line, those of the parser, and what people mean."""
