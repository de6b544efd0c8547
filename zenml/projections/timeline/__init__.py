"""The changes one after the other: what they are about, who made them, what undoes what."""
