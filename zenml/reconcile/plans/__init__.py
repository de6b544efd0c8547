"""Plans: changes to make later, and only if nobody changed the same things meanwhile."""
