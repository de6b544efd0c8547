"""A run as formats of others are made of it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, NamedTuple

SUCCEEDED, RUNNING = "succeeded", "running"


class ExportedRun(NamedTuple):
    """A run.

    Attributes:
        info: What `RunInfo.document` gives.
        notes: What was noted of it, in order: ``kind`` (``link``, ``artifact`` or ``step``), ``time``, and what
            belongs to it.
    """

    info: dict[str, Any]
    notes: list[dict[str, Any]]

    @property
    def point(self) -> str:
        """As of what it ran: ``<ledger>@<position>``."""
        return f"{self.info['profile_ledger_id']}@{self.info['position']}"

    def inputs(self) -> list[dict[str, Any]]:
        """Returns the artifacts that its steps read: ``name``, ``uri`` and ``digest`` of each, once."""
        return _once(one for note in self._of("step") for one in note["inputs"])

    def outputs(self) -> list[dict[str, Any]]:
        """Returns the artifacts that its steps made, and those that were noted by themselves."""
        of_steps = [one for note in self._of("step") for one in note["outputs"]]
        noted = [{name: note[name] for name in ("name", "uri", "digest")} for note in self._of("artifact")]
        read = [one["uri"] for one in self.inputs()]
        return _once(one for one in (*of_steps, *noted) if one["uri"] is None or one["uri"] not in read)

    def links(self) -> list[dict[str, Any]]:
        """Returns where else it is shown: ``engine``, ``external_id`` and ``url`` of each."""
        return [{name: note[name] for name in ("engine", "external_id", "url")} for note in self._of("link")]

    def _of(self, kind: str) -> Iterator[dict[str, Any]]:
        return (note for note in self.notes if note["kind"] == kind)


def _once(artifacts: Iterator[dict[str, Any]]) -> list[dict[str, Any]]:
    """Returns artifacts in order, the last of those that are the same thing in the same place."""
    return list({(one["name"], one["uri"]): one for one in artifacts}.values())


def present(**members: Any) -> dict[str, Any]:
    """Returns the members that have a value: in these formats, what is not known is absent."""
    return {name: value for name, value in members.items() if value is not None}
