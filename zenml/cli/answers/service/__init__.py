"""What ``zenml service …`` prints."""
