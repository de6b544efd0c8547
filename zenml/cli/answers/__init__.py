"""What commands do and answer."""
