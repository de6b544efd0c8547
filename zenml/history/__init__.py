"""What happened, and what is different: histories, authors, comparisons."""
