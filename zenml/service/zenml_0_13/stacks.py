"""What clients of ZenML 0.13 do with stacks, within a change that is open.

The components in a stack are sent whole, and are references: one that is not registered is registered with the
stack, and what is sent of one that is changes nothing about it.
"""

from __future__ import annotations

from typing import NamedTuple

from zenml.application import stacks as application
from zenml.domain.component_types import display
from zenml.domain.errors import InvalidValueError, StackComponentExistsError, StackExistsError
from zenml.domain.missing import missing_stack
from zenml.projections import components, stacks
from zenml.projections.components import ComponentRow
from zenml.projections.stacks import StackRow
from zenml.service.writing.member import MembersChange
from zenml.service.zenml_0_13.components import Sent, register, same, sent
from zenml.service.zenml_0_13.wrappers import StackWrapper


class SentStack(NamedTuple):
    """A stack as it was sent; its components by type."""

    name: str
    components: dict[str, Sent]


def sent_stack(wrapper: StackWrapper) -> SentStack:
    """Returns what was sent. Raises `InvalidValueError`."""
    parts = {component.kind: component for component in map(sent, wrapper.components)}
    if len(parts) < len(wrapper.components):
        raise InvalidValueError(f"Stack '{wrapper.name}' has two components of one type.")
    return SentStack(wrapper.name, parts)


def register_stack(work: MembersChange, stack: SentStack, *, reads_secrets: bool) -> None:
    """Registers a stack, and those of its components that are not registered yet.

    Args:
        work: The open change.
        stack: The stack.
        reads_secrets: Whether whoever asks may read secrets.

    Raises:
        LedgerError: A rule forbids it.
    """
    parts = _parts(work, stack, reads_secrets=reads_secrets)
    application.register_stack(work, stack.name, {kind: part.name for kind, part in parts.items()})


def update_stack(
    work: MembersChange, name: str, stack: SentStack, shown_at: int | None, *, reads_secrets: bool
) -> None:
    """Makes of a stack what was sent, name included.

    Args:
        work: The open change.
        name: The name that it had when it was shown.
        stack: What it is to be.
        shown_at: The position as of which whoever asks was shown it; None if that is not known.
        reads_secrets: Whether whoever asks may read secrets.

    Raises:
        LedgerError: A rule forbids it, or it is another stack by now.
    """
    row, shown = _meant(work, name, shown_at)
    parts = _parts(work, stack, reads_secrets=reads_secrets)
    before = shown.component_ids
    others = {kind: part.name for kind, part in parts.items() if before.get(kind) != part.component_id}
    gone = [kind for kind in before if kind not in parts and kind in row.component_ids]
    if others or gone:
        application.update_stack(work, row.name, others, gone)
    if stack.name not in (shown.name, row.name):
        application.rename_stack(work, row.name, stack.name)


def _meant(work: MembersChange, name: str, shown_at: int | None) -> tuple[StackRow, StackRow]:
    """Returns the stack that had a name when it was shown: as it is, and as it was then."""
    look = work.reading()
    database, ledger_id = look.connection, look.ledger_id
    row = stacks.stack(database, ledger_id, name)
    shown = stacks.stack(database, ledger_id, name, shown_at) if shown_at is not None else None
    if row is None and shown is not None:  # somebody renamed it
        row = stacks.stack_by_id(database, ledger_id, shown.stack_id)
    if row is None:
        raise missing_stack(name, stacks.stack_names(database, ledger_id))
    if shown is not None and shown.stack_id != row.stack_id:
        raise StackExistsError(f"Stack '{name}' is another stack by now.", name=name)
    return row, shown or row


def _parts(work: MembersChange, stack: SentStack, *, reads_secrets: bool) -> dict[str, ComponentRow | Sent]:
    """Returns the components that are meant, by type; those that are not there are registered."""
    look, parts = work.reading(), dict[str, ComponentRow | Sent]()
    for kind, part in stack.components.items():
        row = components.component_by_id(look.connection, look.ledger_id, part.component_id)
        if row is None or row.component_type != kind:
            row = components.component(look.connection, look.ledger_id, kind, part.name)
            if row is not None and not same(work, row, part, reads_secrets=reads_secrets):
                raise StackComponentExistsError(
                    f"{display(kind).capitalize()} '{part.name}' already exists, and is another one.",
                    component_type=kind,
                    name=part.name,
                )
        if row is None:
            register(work, part, reads_secrets=reads_secrets)
        parts[kind] = row or part
    return parts
