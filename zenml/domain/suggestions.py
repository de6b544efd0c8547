"""What somebody probably meant, and how to type it."""

from __future__ import annotations

# spelled out: the module `string` costs a tenth of a reading command
_PLAIN = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.:@%+=,/-")


def nearest(name: str, known: list[str]) -> str | None:
    """Returns the known name nearest to a mistyped one; None if none is near."""
    import difflib  # here: it costs more to import than most commands take

    # names differ by their case, but people mistake it
    folded = {one.casefold(): one for one in reversed(known) if one != name}
    matches = difflib.get_close_matches(name.casefold(), folded, n=1)
    return folded[matches[0]] if matches else None


def did_you_mean(name: str, known: list[str]) -> str:
    """Returns ``Did you mean 'x'?`` for the known name nearest to a mistyped one, else nothing."""
    near = nearest(name, known)
    return "" if near is None else f"Did you mean '{near}'?"


def typed(name: str) -> str:
    """Returns a name as one types it in a shell (POSIX.1, "Quoting"), quoted where need be."""
    if name and _PLAIN.issuperset(name):
        return name
    return "'" + name.replace("'", "'\\''") + "'"
