"""What tests share: ways to run the program and to look at its answers. No test."""
