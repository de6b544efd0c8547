"""A run as the Python API gives it and as JSON has it."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.change_ids import SHORTEST, letters
from zenml.projections.runs.queries import shown

TYPE_CHECKING = False
if TYPE_CHECKING:
    from typing import Any

    from zenml.projections.runs.queries import RunRow


class RunInfo(
    namedtuple(
        "RunInfo",
        "run letters run_id name outcome exit_code signal stack_id stack profile_ledger_id position root"
        " stack_digest command started ended actor actor_kind host code software parameters secrets reason parent"
        " like folder",
    )
):
    """A run. Texts that were redacted, or never given, are None.

    Attributes:
        run: The shortest beginning of its letters that names it now.
        letters: All letters of its id, as people type them.
        run_id: Its id, a UUIDv7.
        name: What somebody called it.
        outcome: ``running``, or how it ended: ``succeeded``, ``failed``, ``killed`` or ``lost``.
        exit_code: That of its command; None for a block of Python, and where nobody knows.
        signal: The name of the signal that ended it.
        stack_id: The stack.
        stack: What the stack was called then.
        position: The position of the profile's ledger as of which it ran, with the root over the events up to it.
        stack_digest: The same for two runs if and only if nothing of the stack was set anew.
        command: The words of its command, without secrets; None for a block of Python.
        started: When, in UTC with six decimals.
        ended: When it ended; None as long as it did not, or if nobody knows.
        actor: Who started it.
        actor_kind: ``person``, ``automation`` or ``external``.
        host: The machine it was started on.
        code: ``vcs``, ``commit``, ``dirty``, ``diff`` (of what was not committed) and ``remote``.
        software: The versions that zenml itself ran with.
        parameters: What it was run with besides the stack.
        secrets: The names of the secrets that its command was handed, ``<component type>.<parameter>``.
        reason: Why, as far as somebody said.
        parent: The id of the run that it is a part of.
        like: The id of the run that it repeats.
        folder: The working directory.
    """

    __slots__ = ()
    run: str
    letters: str
    run_id: str
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
    actor_kind: str
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
        """Returns it as JSON has it: other runs are named by their letters."""
        document = self._asdict()
        for field in ("parent", "like"):
            document[field] = document[field] and letters(document[field])
        return document


def run_info(
    row: RunRow, run: str | None = None, outcome: str | None = None, ended: dict[str, Any] | None = None
) -> RunInfo:
    """Returns what may be shown of a run.

    Args:
        row: The run.
        run: The shortest beginning of its letters that names it; its first letters for None.
        outcome: What became of it, as far as more is known than its ledger says.
        ended: The fields of its last event, for one that its ledger does not have yet; None for what that has.
    """
    began, ended = row.began, ended or row.ended
    code, origin, known = began["code"], shown(began["origin"]) or {}, letters(row.run_id)
    return RunInfo(
        run=run or known[:SHORTEST],
        letters=known,
        run_id=row.run_id,
        name=row.name,
        outcome=outcome or (ended["outcome"] if ended else "running"),
        exit_code=ended["exit_code"] if ended else None,
        signal=ended["signal"] if ended else None,
        stack_id=row.stack_id,
        stack=began["stack_name"],
        profile_ledger_id=began["profile_ledger_id"],
        position=row.position,
        root=began["root"],
        stack_digest=began["stack_digest"],
        command=shown(began["command"]),
        started=row.time,
        ended=ended["time"] if ended and ended["outcome"] != "lost" else None,
        actor=shown(began["actor"]["actor_id"]),
        actor_kind=began["actor"]["kind"],
        host=origin.get("host"),
        code={**code, "diff": shown(code["diff"]), "remote": origin.get("remote")} if code else None,
        software=began["software"],
        parameters={name: shown(value) for name, value in began["parameters"].items()},
        secrets=began["secrets"],
        reason=shown(began["reason"]),
        parent=began["parent_run_id"],
        like=began["like_run_id"],
        folder=origin.get("folder"),
    )
