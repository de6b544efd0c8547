"""What ``zenml show`` prints."""

from __future__ import annotations

import sys

from zenml.cli.answers.differences import HEADING, DiffLine, lines, write
from zenml.cli.screen.notices import announce, notice
from zenml.cli.screen.output import TABLE, emit
from zenml.domain.change_ids import letters
from zenml.domain.visible import visible
from zenml.history.changes import infos, whoever_asks
from zenml.ledger import sessions
from zenml.repository import Repository
from zenml.snapshot.ages import age, exact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.history.change_details import ChangeDetails
    from zenml.history.changes import ChangeInfo
    from zenml.snapshot.further_infos import ApprovalInfo
    from zenml.snapshot.snapshot import Snapshot


def show_change(name: str | None, output: str = TABLE) -> None:
    """Prints all there is to know of a change; of the newest one for no name."""
    repository = Repository(notify=notice)
    with repository.reading() as snapshot:
        announce(repository, snapshot)
    details = repository.show(name)
    if details.undo:
        from zenml.cli.mistakes.hints import sentence

        details = details._replace(undo=details.undo._replace(told=sentence(details.undo.told)))
    if output != TABLE:
        emit({"change": details.document()}, output)
        return
    write(repository.ask(lambda snapshot: _lines(snapshot, details)))


def _lines(snapshot: Snapshot, details: ChangeDetails) -> list[DiffLine]:
    info = details.info
    drawn = [DiffLine(f"change {info.change}: {visible(info.told)}", HEADING)]
    facts = [*_facts(snapshot, info), *(("approved", _approved(approval)) for approval in details.approvals)]
    drawn.extend(DiffLine(f"  {name:8} {visible(text)}") for name, text in facts if text)
    if details.differences:
        drawn.extend([DiffLine(), *lines(details.differences)])
    if details.dependents:
        drawn.extend([DiffLine(), DiffLine("Later changes about the same things", HEADING)])
        drawn.extend(DiffLine(f"  {_change_line(later)}") for later in details.dependents)
    if details.runs:
        drawn.extend([DiffLine(), DiffLine("Runs", HEADING), DiffLine(f"  {_used(details.runs)}")])
    if details.undo:
        drawn.extend([DiffLine(), DiffLine("Undo", HEADING), DiffLine(f"  {visible(details.undo.told)}")])
    drawn.extend([DiffLine(), DiffLine("Evidence", HEADING)])
    for part in details.evidence:
        drawn.append(DiffLine(f"  ledger {part.ledger_id}, positions {part.first} to {part.last}"))
        drawn.extend(DiffLine(f"  {leaf.position:>6}  {leaf.hash}") for leaf in part.leaves)
    if details.elsewhere:
        drawn.append(DiffLine(f"  and on {visible(details.place)}: ledger {', '.join(details.elsewhere)}"))
    return drawn


def _facts(snapshot: Snapshot, info: ChangeInfo) -> list[tuple[str, str]]:
    """Returns what a change says of itself, under one-word headings; empty where it says nothing."""
    known_by = f"chosen by {info.system_user}" if info.system_user is not None else info.known_by
    actor = f"{info.actor or 'unknown'} ({info.actor_kind}, {known_by})"
    when = f"{exact(info.time)}" + (f" ({age(info.time)} ago)" if sys.stdout.isatty() else "")
    undone_by = next(infos(snapshot, [snapshot.change(info.undone_by)])) if info.undone_by else None
    facts = [
        ("who", actor + (f" on {info.host}" if info.host else "")),
        ("when", when),
        ("where", ", ".join(filter(None, (info.repository, _session(snapshot, info))))),
        ("why", info.reason or ""),
        ("command", info.command or ""),
        ("kind", info.kind),
        ("labels", ", ".join(info.labels)),
        ("id", f"{info.letters}, {info.change_id}"),
        (f"{info.kind}es", ", ".join(snapshot.short(letters(target)) for target in info.targets)),
        ("undone", f"by {_change_line(undone_by)}" if undone_by else ""),
    ]
    return [*facts, ("next", '"zenml undo" undoes this change')] if info.next_to_undo else facts


def _approved(approval: ApprovalInfo) -> str:
    """Returns who approved a plan, and how that is known: a name that a service knows weighs more than others."""
    who = f"by {approval.by or 'unknown'} ({approval.known_by})" + (
        f" on {approval.host}" if approval.host else ""
    )
    why = f": {approval.reason}" if approval.reason else ""
    return f"{who}, {exact(approval.time)}, change {approval.change}{why}"


def _used(runs: int) -> str:
    """Returns how many runs used what a change wrote, in words."""
    return f"{runs:,} runs used what it wrote" if runs > 1 else "One run used what it wrote"


def _session(snapshot: Snapshot, info: ChangeInfo) -> str:
    """Returns the session, with the name of its terminal if that is still open on this machine."""
    if not info.session:
        return ""
    asker, device = whoever_asks(snapshot), ""
    if sessions.is_terminal(info.session) and info.host == asker.host:
        device = "this terminal" if info.session == asker.session else sessions.device(info.session)
    return f"session {info.session}" + (f" ({device})" if device else "")


def _change_line(info: ChangeInfo) -> str:
    by = f", by {info.actor}" if info.actor else ""
    return f"{info.change}  {visible(info.told)}{by}, {exact(info.time)}"
