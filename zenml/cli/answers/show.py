"""What ``zenml show`` prints."""

from __future__ import annotations

import sys

from zenml.cli.answers.differences import HEADING, Line, lines, write
from zenml.cli.options.times import age, exact
from zenml.cli.screen.notices import announce, notice
from zenml.cli.screen.output import TABLE, emit
from zenml.domain.change_ids import letters
from zenml.domain.visible import visible
from zenml.history.changes import infos, whoever_asks
from zenml.ledger import sessions
from zenml.repository import Repository

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.history.changes import ChangeDetails, ChangeInfo
    from zenml.snapshot.reading import Reading


def show_change(name: str | None, output: str = TABLE) -> None:
    """Prints all there is to know of a change; of the newest one for no name."""
    repository = Repository(notify=notice)
    with repository.reading() as now:
        announce(repository, now)
    found = repository.show(name)
    if found.undo:
        from zenml.cli.mistakes.hints import sentence

        found = found._replace(undo=found.undo._replace(told=sentence(found.undo.told)))
    if output != TABLE:
        emit({"change": found.document()}, output)
        return
    write(repository.ask(lambda now: _lines(now, found)))


def _lines(now: Reading, found: ChangeDetails) -> list[Line]:
    info = found.info
    written = [Line(f"change {info.change}: {visible(info.told)}", HEADING)]
    written.extend(Line(f"  {name:8} {visible(text)}") for name, text in _facts(now, info) if text)
    if found.differences:
        written.extend([Line(), *lines(found.differences)])
    if found.followers:
        written.extend([Line(), Line("Later changes about the same things", HEADING)])
        written.extend(Line(f"  {_told(later)}") for later in found.followers)
    if found.undo:
        written.extend([Line(), Line("Undo", HEADING), Line(f"  {visible(found.undo.told)}")])
    written.extend([Line(), Line("Evidence", HEADING)])
    for part in found.evidence:
        written.append(Line(f"  ledger {part.ledger_id}, positions {part.first} to {part.last}"))
        written.extend(Line(f"  {leaf.position:>6}  {leaf.hash}") for leaf in part.leaves)
    if found.elsewhere:
        written.append(Line(f"  and on {visible(found.place)}: ledger {', '.join(found.elsewhere)}"))
    return written


def _facts(now: Reading, info: ChangeInfo) -> list[tuple[str, str]]:
    """Returns what a change says of itself, under one-word headings; empty where it says nothing."""
    who = f"{info.actor or 'unknown'} ({info.actor_kind}, {info.known_by})"
    when = f"{exact(info.time)}" + (f" ({age(info.time)} ago)" if sys.stdout.isatty() else "")
    undone_by = next(infos(now, [now.change(info.undone_by)])) if info.undone_by else None
    facts = [
        ("who", who + (f" on {info.host}" if info.host else "")),
        ("when", when),
        ("where", ", ".join(filter(None, (info.repository, _session(now, info))))),
        ("why", info.reason or ""),
        ("command", info.command or ""),
        ("kind", info.kind),
        ("labels", ", ".join(info.labels)),
        ("id", f"{info.letters}, {info.change_id}"),
        (f"{info.kind}es", ", ".join(now.short(letters(target)) for target in info.targets)),
        ("undone", f"by {_told(undone_by)}" if undone_by else ""),
    ]
    return [*facts, ("next", '"zenml undo" undoes this change')] if info.next_to_undo else facts


def _session(now: Reading, info: ChangeInfo) -> str:
    """Returns the session, with the name of its terminal if that is still open on this machine."""
    if not info.session:
        return ""
    who, device = whoever_asks(now), ""
    if sessions.is_terminal(info.session) and info.host == who.host:
        device = "this terminal" if info.session == who.session else sessions.device(info.session)
    return f"session {info.session}" + (f" ({device})" if device else "")


def _told(info: ChangeInfo) -> str:
    by = f", by {info.actor}" if info.actor else ""
    return f"{info.change}  {visible(info.told)}{by}, {exact(info.time)}"
