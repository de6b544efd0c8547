"""Whether the present rows of the views are those that this program left, for those who decide from them."""
