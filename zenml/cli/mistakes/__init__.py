"""What is said when something is wrong: errors of the command line, of the parser, and what people mean."""
