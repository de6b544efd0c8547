"""Where ledgers live. The only folder that knows the event store library."""
