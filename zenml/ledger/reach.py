"""Which sessions plain undo reaches from another one."""

from __future__ import annotations

from zenml.ledger.sessions import TERMINAL, is_of_the_system, is_terminal
from zenml.projections.timeline.undoable import ActorFilter

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.ledger.origin import Origin
    from zenml.projections.timeline.history import ChangeRow


def made_elsewhere(row: ChangeRow, who: Origin) -> str:
    """Returns where one of somebody's own changes was made, if plain undo does not take it here; else nothing.

    It is taken if it was made in the same session, or if both are terminals of one person on one machine. What was
    made in another repository stays there; what was made outside of any is everywhere's. Of what was asked of a
    service only the session is known: the host is the service's.
    """
    if not _is_same(row, who) and not is_other_terminal(row, who):
        is_away = row.known_by != "token" and row.host not in (None, who.host)
        return f"another session on {row.host}" if is_away else "another session"
    return f"the repository {row.repository}" if row.repository not in (None, who.repository_path) else ""


def own(who: Origin, *, any_actor: bool = False) -> ActorFilter:
    """Returns what distinguishes somebody's changes from those of others."""
    token = who.actor if who.known_by == "token" else who.token
    return ActorFilter(who.actor, who.actor_kind, who.host, any_actor, who.known_by, token or "")


def host_named(host: str | None) -> str:
    """Returns the machine that a change was made on, in words."""
    return f"host {host}" if host else "another machine"


def told_apart(row: ChangeRow) -> str:
    """Returns, in words, what tells whoever made a change from somebody else of the same name."""
    return "with a token" if row.known_by == "token" else f"on {host_named(row.host)}"


def is_other_terminal(row: ChangeRow, who: Origin) -> bool:
    """Returns whether somebody's change was made in another terminal of the same machine."""
    return (
        who.actor_kind == "person"
        and "token" not in (row.known_by, who.known_by)
        and row.host == who.host
        and is_terminal(row.session)
        and is_terminal(who.session)
        and not _is_same(row, who)
    )


def _is_same(row: ChangeRow, who: Origin) -> bool:
    """Tells whether two sessions are one; the same process id and start on another machine are another one."""
    if row.session is None or row.session.removeprefix(TERMINAL) != who.session.removeprefix(TERMINAL):
        return False
    return row.known_by == "token" or row.host == who.host or not is_of_the_system(who.session)
