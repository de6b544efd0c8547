"""Rules of labels: names for changes."""

from __future__ import annotations

from zenml.domain import commands, events
from zenml.domain.catalog import Catalog
from zenml.domain.change_ids import is_prefix
from zenml.domain.errors import AlreadyExistsError, InvalidValueError, LabelNotFoundError
from zenml.domain.events import DomainEvent
from zenml.domain.names import check_name
from zenml.domain.records import Record
from zenml.domain.rules.changed import ChangedSinceError
from zenml.domain.suggestions import did_you_mean

RESERVED = ("delete", "list", "now", "set")
"""What ``zenml label`` and ``zenml diff`` understand otherwise."""


def propose(command: commands.SetLabel, catalog: Catalog) -> list[DomainEvent]:
    """Returns the event that would put a label on a change, or remove it; `admit` has the last word.

    Raises:
        LabelNotFoundError: It is to be removed, and there is none.
    """
    label = catalog.label(command.label)
    if label is None and command.change_id is None:
        raise missing_label(command.label, catalog.labels())
    label_id, old = (label.label_id, label.change_id) if label else (command.label_id, None)
    return [
        events.LabelChanged(
            label_id=label_id, label=command.label, old_change_id=old, new_change_id=command.change_id
        )
    ]


def admit(event: events.LabelChanged, catalog: Catalog) -> DomainEvent | None:
    """Returns the event if it may happen now, None if it has no effect.

    Raises:
        InvalidValueError: The label could be something else that names a change.
        AlreadyExistsError: Another label has this name by now.
        ChangedSinceError: Somebody moved it since.
    """
    label = catalog.label(event.label)
    if label is not None and label.label_id != event.label_id:
        if event.new_change_id is None:
            return None
        raise AlreadyExistsError(
            f"Label '{event.label}' already exists.",
            records=(Record("label", (label.label_id,)),),
            code="label_exists",
        )
    current = label.change_id if label else None
    if current == event.new_change_id:
        return None
    if current != event.old_change_id:
        raise ChangedSinceError(f"Label '{event.label}'", Record("label", (event.label_id,)))
    check_label(event.label)
    return event


def check_label(label: str) -> None:
    """Checks that a name can be a label, as far as the name alone can show it.

    Raises:
        InvalidValueError: It can be no name, or could be the id of a change or a word of a command.
    """
    check_name("label", label)
    if is_prefix(label):
        why = "it could be the id of a change (letters from k to z)"
    elif label in RESERVED or ".." in label or label.startswith("profile:") or label.endswith((".yaml", ".yml")):
        why = "it means something else to zenml"
    else:
        return
    raise InvalidValueError(f"'{label}' is not a valid label: {why}.", code="invalid_label")


def missing_label(label: str, known: list[str]) -> LabelNotFoundError:
    """Returns the error that there is no such label."""
    return LabelNotFoundError(f"Label '{label}' does not exist.", did_you_mean(label, known))
