"""The flavors of stack components: one small declaration each."""
