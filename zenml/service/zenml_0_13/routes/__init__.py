"""What clients of ZenML 0.13 ask for: one module for each kind of thing."""
