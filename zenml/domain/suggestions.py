"""What somebody probably meant, and how to type it."""

from __future__ import annotations

import string

_PLAIN = frozenset(string.ascii_letters + string.digits + "_.:@%+=,/-")


def did_you_mean(name: str, known: list[str]) -> str:
    """Returns ``Did you mean 'x'?`` for the known name nearest to a mistyped one, else nothing."""
    import difflib  # here: it costs more to import than most commands take

    nearest = difflib.get_close_matches(name, known, n=1)
    return f"Did you mean '{nearest[0]}'?" if nearest else ""


def typed(name: str) -> str:
    """Returns a name as one types it in a shell (POSIX.1, "Quoting"), quoted where need be."""
    if name and _PLAIN.issuperset(name):
        return name
    return "'" + name.replace("'", "'\\''") + "'"
