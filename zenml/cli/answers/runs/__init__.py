"""What `zenml run` and `zenml runs` print."""
