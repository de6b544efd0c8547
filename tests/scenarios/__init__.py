"""Everyday work and everyday mistakes, seen from outside: words in; exit code, streams and files out."""
