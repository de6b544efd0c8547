"""A run as the Python API gives it and as JSON has it."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.change_ids import letters

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.projections.runs.queries import RunRow


class RunInfo(
    namedtuple(
        "RunInfo",
        "run_id letters name outcome exit_code signal stack_id stack profile_ledger_id position root stack_digest"
        " command started ended actor host code software parameters secrets reason parent like folder",
    )
):
    """A run.

    Attributes:
        letters: Its id as people see it, in full.
        outcome: ``running``, or how it ended: ``succeeded``, ``failed``, ``killed`` or ``lost``.
        stack: What the stack was called then.
        position: The position of the profile's ledger as of which it ran, with the root over the events up to it.
        command: The words of its command, without secrets; None for a block of Python, and once redacted.
        started: When, in UTC with six decimals.
        ended: When it ended; None as long as it did not.
    """

    __slots__ = ()
    run_id: str
    letters: str
    name: str | None
    outcome: str
    exit_code: int | None
    signal: str | None
    stack_id: str
    stack: str
    profile_ledger_id: str
    position: int
    root: str
    stack_digest: str
    command: list[str] | None
    started: str
    ended: str | None
    actor: str | None
    host: str | None
    code: dict[str, Any] | None
    software: dict[str, Any]
    parameters: dict[str, Any]
    secrets: list[str]
    reason: str | None
    parent: str | None
    like: str | None
    folder: str | None

    def document(self) -> dict[str, Any]:
        """Returns it as JSON has it."""
        return {"id": self.run_id, "run": self.letters, **{name: getattr(self, name) for name in self._fields[2:]}}


def run_info(row: RunRow) -> RunInfo:
    """Returns what may be shown of a run."""
    began, ended = row.began, row.ended
    code, origin = began["code"], _shown(began["origin"]) or {}
    return RunInfo(
        row.run_id,
        letters(row.run_id),
        row.name,
        row.outcome or "running",
        ended["exit_code"] if ended else None,
        ended["signal"] if ended else None,
        row.stack_id,
        began["stack_name"],
        began["profile_ledger_id"],
        row.position,
        began["root"],
        began["stack_digest"],
        _shown(began["command"]),
        row.time,
        ended["time"] if ended else None,
        _shown(began["actor"]["actor_id"]),
        origin.get("host"),
        {**code, "diff": _shown(code["diff"]), "remote": origin.get("remote")} if code else None,
        began["software"],
        {name: _shown(value) for name, value in began["parameters"].items()},
        began["secrets"],
        _shown(began["reason"]),
        began["parent_run_id"],
        began["like_run_id"],
        origin.get("folder"),
    )


def _shown(value: dict[str, Any] | None) -> Any:
    """Returns what may be shown of a salted value; None if there is none, or if it was redacted."""
    from zenml.files.plain_json import load

    return load(value["v"]) if value is not None and "v" in value else None
