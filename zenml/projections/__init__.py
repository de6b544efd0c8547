"""Read models computed from the stored events. Can be deleted and rebuilt at any time."""
