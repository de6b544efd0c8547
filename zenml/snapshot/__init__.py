"""What there is, now or at a point: one consistent look, and what is made of it."""
