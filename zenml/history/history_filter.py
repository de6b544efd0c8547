"""Which changes `Repository.history` is asked for: arguments, names and times turned into a filter."""

from __future__ import annotations

from zenml.domain.component_types import reference
from zenml.domain.errors import InvalidValueError
from zenml.domain.missing import missing_component, missing_profile, missing_stack
from zenml.domain.typed_names import component_named
from zenml.history.candidates import find_candidates
from zenml.history.changes import ChangeInfo, infos, whoever_asks
from zenml.ledger.reach import own as own_changes
from zenml.projections import stored_heads
from zenml.projections.components import COMPONENTS
from zenml.projections.machine import PROFILES
from zenml.projections.stacks import STACKS
from zenml.projections.timeline import history as rows
from zenml.projections.timeline.filters import KINDS, Filter, ThingFilter, ids_named, names_ever
from zenml.projections.timeline.history import Context

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime
    from typing import TypedDict, Unpack

    from zenml.snapshot.snapshot import Snapshot

    class Which(TypedDict, total=False):
        """Which changes can be asked for."""

        everything: bool
        profile: str | None
        stack: str | None
        own: bool
        component: str | None
        mine: bool
        actor: str | None
        kinds: Iterable[str]
        since: datetime | None
        until: datetime | None
        grep: str | None
        fold: bool
        after: int | None
        before: int | None

    class Wanted(Which, total=False):
        """What `history` can be asked for."""

        reverse: bool
        limit: int | None
        oldest: int | None


def history(
    snapshot: Snapshot,
    *,
    reverse: bool = False,
    limit: int | None = None,
    oldest: int | None = None,
    **which: Unpack[Which],
) -> Iterator[ChangeInfo]:
    """Returns changes, newest first; what `LookingBack.history` says holds of the arguments.

    Raises:
        InvalidValueError: There is no such kind of change, or of component; or both ends are limited.
        NotFoundError: There never was a profile, stack or component of this name.
    """
    if limit is not None and oldest is not None:
        raise InvalidValueError("Both the newest and the oldest changes are asked for.", "Give one or the other.")
    context, conditions = selection(snapshot, **which)
    if oldest is not None:
        changes = rows.history(snapshot.connection, context, oldest, conditions, oldest=True)[::-1]
    else:
        changes = rows.history(snapshot.connection, context, limit, conditions)
    return infos(snapshot, reversed(changes) if reverse else changes)


def selection(
    snapshot: Snapshot,
    *,
    everything: bool = False,
    profile: str | None = None,
    stack: str | None = None,
    own: bool = False,
    component: str | None = None,
    mine: bool = False,
    actor: str | None = None,
    kinds: Iterable[str] = (),
    since: datetime | None = None,
    until: datetime | None = None,
    grep: str | None = None,
    fold: bool = False,
    after: int | None = None,
    before: int | None = None,
) -> tuple[Context | None, Filter]:
    """Returns whose changes are asked for, and which of them. Raises as `history` does."""
    kinds = tuple(kinds)
    for kind in kinds:
        if kind not in KINDS:
            raise InvalidValueError(f"'{kind}' is not a kind of change.", f"The kinds are: {', '.join(KINDS)}.")
    if everything and profile is not None:
        raise InvalidValueError("Both all profiles and one profile are given.", "Give one or the other.")
    if profile is not None:
        context: Context | None = Context(snapshot.machine_id, _profile_ledger(snapshot, profile), None)
    else:
        context = None if everything else snapshot.context
    about = []
    if own and stack is None:
        raise InvalidValueError("`own` needs a stack.", 'Name one, as in "--stack prod --own".')
    if stack is not None:
        about.append(_stack(snapshot, context, stack, own=own))
    if component is not None:
        about.append(_component(snapshot, context, component))
    asker = own_changes(whoever_asks(snapshot)) if mine else None
    which = Filter(
        (asker.actor, asker.actor_kind, asker.host, asker.known_by, asker.token) if asker else None,
        actor,
        kinds,
        _utc(since),
        _utc(until),
        grep,
        fold,
        tuple(about),
        snapshot.point.number if snapshot.point else None,
        after,
        before,
    )
    return context, which


def _utc(moment: datetime | None) -> str | None:
    """Returns a time as events have it."""
    if moment is None:
        return None
    from zenml.snapshot.times import stored

    return stored(moment)


def _ledgers(snapshot: Snapshot, context: Context | None) -> list[str]:
    """Returns the ledgers in which names are looked up."""
    if context is not None:
        return [context.profile_ledger_id]
    return [
        head.ledger_id for head in stored_heads.heads(snapshot.connection) if head.ledger_id != snapshot.machine_id
    ]


def _profile_ledger(snapshot: Snapshot, name: str) -> str:
    """Returns the ledger of the profile that has a name, or else of the last one that had it."""
    ledger_ids = ids_named(snapshot.connection, PROFILES, snapshot.machine_id, name, column="profile_ledger_id")
    if not ledger_ids:
        raise missing_profile(name, names_ever(snapshot.connection, PROFILES, snapshot.machine_id))
    return ledger_ids[-1]


def _stack(snapshot: Snapshot, context: Context | None, name: str, *, own: bool) -> ThingFilter:
    """Returns the stacks that have or had a name: their changes, when they were chosen, and what they ran with."""
    ledgers = _ledgers(snapshot, context)
    ids = [stack_id for ledger in ledgers for stack_id in ids_named(snapshot.connection, STACKS, ledger, name)]
    if not ids:
        known = [
            known_name for ledger in ledgers for known_name in names_ever(snapshot.connection, STACKS, ledger)
        ]
        raise missing_stack(name, known)
    return ThingFilter(tuple(ids), own=False, parts=not own)


def _component(snapshot: Snapshot, context: Context | None, text: str) -> ThingFilter:
    """Returns the components that have or had a name, given as ``type/name``; their own changes alone."""
    ledgers = _ledgers(snapshot, context)
    try:
        kind, name = component_named(text)
    except InvalidValueError as error:
        if "/" not in text:
            candidates = [
                reference(*candidate) for candidate in find_candidates(snapshot.connection, ledgers, text)
            ]
            error.advise("type_not_given", things=candidates)
        raise
    ids = [
        component_id
        for ledger in ledgers
        for component_id in ids_named(snapshot.connection, COMPONENTS, ledger, name, kind)
    ]
    if not ids:
        known = [
            known_name
            for ledger in ledgers
            for known_name in names_ever(snapshot.connection, COMPONENTS, ledger, kind)
        ]
        raise missing_component(kind, name, known)
    return ThingFilter(tuple(ids))
