"""``zenml restore``."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.groups import Command
from zenml.cli.options import completions
from zenml.cli.options.declared import Option
from zenml.cli.options.reading_options import Only
from zenml.cli.options.writing_options import writing
from zenml.cli.screen.notices import notice
from zenml.domain.annotations import Annotated
from zenml.domain.component_types import flavor_reference, reference
from zenml.domain.events import ComponentDeleted, DomainEvent, FlavorDeleted, ProfileDeleted, StackDeleted
from zenml.ledger.meant import Target, about

if TYPE_CHECKING:
    from zenml.api.looking_back import LookingAtPast
    from zenml.repository import Repository


@writing
def restore(
    run: WriteCommand,
    to: Annotated[
        str,
        Option(
            "--to",
            metavar="CHANGE|TIME|LABEL",
            help="The state after this change, or at this time",
            autocompletion=completions.points,
        ),
    ],
    only: Only = None,
    everything: Annotated[bool, Option("--all", help="Restore all profiles, and which one is active")] = False,
) -> None:
    """Return the active profile to an earlier state: its components, its stacks, and which of them is active.

    What happened since stays in the history, and a restore can be undone like any other change.

    Example: zenml restore --to release-1 --dry-run
    """
    opened = run.repository()
    subject = "Everything" if everything else ", ".join(only or ()) or f"Profile '{opened.active_profile_name}'"
    target = None if only or everything else Target("restore", "profile", opened.active_profile_name)
    with about(target):
        past = opened.at(to)
    understood = past.understood
    if run.dry_run:
        notice(f"Restoring to {understood}.")
    change = opened.restore(past.point.change.letters, only=only or (), everything=everything)
    deleted = _deleted_names(change.events) if change is not None else []
    if deleted and run.dry_run:
        notice(f"This would delete {', '.join(deleted)}.")
    run.finish(
        opened,
        change,
        f"{subject} is as it was at {understood}.",
        *([f"Deleted: {', '.join(deleted)}."] if deleted else ()),
        unchanged=f"{subject} is already as it was at {understood}{_labels_remark(opened, past)}.",
    )


def _labels_remark(opened: Repository, past: LookingAtPast) -> str:
    """Returns that labels differ. They are not restored: they name points of the past, and belong to none."""
    now, before = ({label.label: label.letters for label in point.labels} for point in (opened, past))
    return ", but for its labels, which restore leaves" if now != before else ""


def _deleted_names(events: Sequence[DomainEvent]) -> list[str]:
    """Returns what events delete, by kind and name: it was made since the point that is gone back to."""
    names = []
    for event in events:
        if isinstance(event, ProfileDeleted):
            names.append(f"{reference('profile', event.name)} with all it has")
        elif isinstance(event, StackDeleted):
            names.append(reference("stack", event.name))
        elif isinstance(event, ComponentDeleted):
            names.append(reference(event.component_type, event.name))
        elif isinstance(event, FlavorDeleted):
            names.append(flavor_reference(event.component_type, event.name))
    return names


app = Command(restore)
