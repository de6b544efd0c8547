"""Addresses within a page. Everything that is seen has one, to be sent to somebody else."""

from __future__ import annotations

from urllib.parse import quote, urlencode


def change(name: str) -> str:
    """Returns where a change is, by its letters or a label."""
    return f"/changes/{_part(name)}"


def undo(name: str, *, cascade: bool = False) -> str:
    """Returns where it is shown what an undo of a change would do; with ``cascade`` also of what depends on it."""
    return f"{change(name)}/undo{'?cascade=on' if cascade else ''}"


def at(point: str, stack: str = "") -> str:
    """Returns where the stacks are as they were after a change, or as they are for ``now``."""
    return f"/at/{_part(point)}{_query(stack=stack)}"


def compare(one: str, other: str) -> str:
    """Returns where two points are compared."""
    return f"/compare{_query(one=one, other=other)}"


def blame(kind: str, name: str) -> str:
    """Returns where it is said who gave a stack, or a component of a type, its values."""
    return f"/blame/{_part(kind)}/{_part(name)}"


def run(name: str) -> str:
    """Returns where a run is, by its letters or a name."""
    return f"/runs/{_part(name)}"


def runs(**filters: str) -> str:
    """Returns where the runs are that some filters let through."""
    return f"/runs{_query(**filters)}"


def compare_runs(one: str, other: str) -> str:
    """Returns where two runs are compared; if one is empty, where it is asked for."""
    return f"/runs/compare{_query(one=one, other=other)}"


def timeline(**filters: str) -> str:
    """Returns where the changes are that some filters let through."""
    return f"/{_query(**filters)}"


def _part(text: str) -> str:
    """Returns a text as one part of a path; a part of dots alone would be taken for a folder."""
    return quote(text, safe="").replace(".", "%2E") if not text.strip(".") else quote(text, safe="")


def _query(**values: str) -> str:
    given = {name: value for name, value in values.items() if value}
    return f"?{urlencode(given)}" if given else ""
