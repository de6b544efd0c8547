"""The formats of exports, one in each module: a function `text` that turns an export into text, piece by piece.

It takes the entries first, and then the manifest, and keeps nothing that grows with their number.
"""

from __future__ import annotations

from importlib import import_module

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zenml.audit.export import Export


FORMATS = {
    "jsonl": "everything, for import and for checking it",
    "csv": "a row for each changed field, for spreadsheets",
    "ocsf": "events of OCSF 1.8.0, for security tools",
    "cloudevents": "CloudEvents 1.0, for event buses",
    "html": "a report to review, print and sign",
}
"""By name, as ``--format`` takes it, what they are for; each is in the module of its name."""


def writer(name: str) -> Callable[[Export], Iterator[str]]:
    """Returns what writes a format, given by a name of `FORMATS`."""
    text: Callable[[Export], Iterator[str]] = import_module(f"{__name__}.{name}").text
    return text
