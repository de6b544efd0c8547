"""What clients of ZenML 0.13 do with stacks, within a change that is open.

The components in a stack are sent whole, and are references: one that is not registered is registered with the
stack, and what is sent of one that is changes nothing about it.
"""

from __future__ import annotations

from typing import NamedTuple

from zenml.application import stacks as application
from zenml.domain.component_types import display
from zenml.domain.errors import InvalidValueError, StackComponentExistsError
from zenml.domain.missing import missing_stack
from zenml.projections import components, stacks
from zenml.projections.stacks import StackRow
from zenml.service.writing.member import MembersChange
from zenml.service.zenml_0_13.components import Sent, ShownAt, register, same, sent
from zenml.service.zenml_0_13.wrappers import StackWrapper


class _Part(NamedTuple):
    """A component of the profile that is meant."""

    component_id: str
    name: str


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
    work: MembersChange, name: str, stack: SentStack, shown_at: ShownAt, *, reads_secrets: bool
) -> None:
    """Makes of a stack what was sent, name included.

    Args:
        work: The open change.
        name: Its name.
        stack: What it is to be.
        shown_at: Tells as of which position whoever asks was shown what has an id.
        reads_secrets: Whether whoever asks may read secrets.

    Raises:
        LedgerError: A rule forbids it.
    """
    look = work.reading()
    row = stacks.stack(look.connection, look.ledger_id, name)
    if row is None:
        raise missing_stack(name, stacks.stack_names(look.connection, look.ledger_id))
    before = _as_of(work, row, shown_at(row.stack_id)).component_ids
    parts = _parts(work, stack, reads_secrets=reads_secrets)
    others = {kind: part.name for kind, part in parts.items() if before.get(kind) != part.component_id}
    gone = [kind for kind in before if kind not in parts and kind in row.component_ids]
    if others or gone:
        application.update_stack(work, name, others, gone)
    if stack.name != name:
        application.rename_stack(work, name, stack.name)


def _parts(work: MembersChange, stack: SentStack, *, reads_secrets: bool) -> dict[str, _Part]:
    """Returns the components that are meant, by type; those that are not there are registered."""
    look, parts = work.reading(), dict[str, _Part]()
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
        parts[kind] = _Part(row.component_id, row.name) if row else _Part(part.component_id, part.name)
    return parts


def _as_of(work: MembersChange, row: StackRow, position: int | None) -> StackRow:
    look = work.reading()
    if position is None:
        return row
    return stacks.stack_by_id(look.connection, look.ledger_id, row.stack_id, position) or row
