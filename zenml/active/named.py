"""What a variable names: by its name, by a name that it had, or by its id, as a run hands it to what it runs."""

from __future__ import annotations

import os

from zenml.active.variables import POINT_VARIABLE
from zenml.projections import machine, stacks

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.projections.database import Database
    from zenml.projections.machine import ProfileRow
    from zenml.projections.stacks import StackRow


_MOST_DIGITS = 18
"""Of a position: the views hold whole numbers of 64 bits."""


def profile_named(database: Database, machine_id: str, text: str, at: int | None = None) -> ProfileRow | None:
    """Returns the profile that a variable names; None if it names none.

    Args:
        database: The views.
        machine_id: The machine's ledger.
        text: What the variable says.
        at: A position of the machine's ledger; None for now.
    """
    if _may_be_an_id(text) and (row := machine.profile_by_id(database, machine_id, text, at)) is not None:
        return row
    if at is None:
        present = machine.profile(database, machine_id, text)
    else:
        present = next((row for row in machine.profiles(database, machine_id, at) if row.name == text), None)
    return present or machine.renamed(database, machine_id, text, at)


def stack_named(database: Database, ledger_id: str, text: str) -> StackRow | None:
    """Returns the stack that a variable names; None if it names none, or by bytes that are no text."""
    if _may_be_an_id(text) and (row := stacks.stack_by_id(database, ledger_id, text)) is not None:
        return row
    try:
        return stacks.stack(database, ledger_id, text)
    except UnicodeEncodeError:
        return None


def stack_of_run(database: Database, ledger_id: str, text: str) -> tuple[StackRow, int] | None:
    """Returns the stack of the run that this process belongs to, as it began, and the position of that.

    None if there is no such run, or if it is on another stack. A run goes on, whatever is deleted meanwhile.

    Args:
        database: The views.
        ledger_id: The ledger of the active profile.
        text: What the variable says that names a stack.
    """
    point = run_point()
    if point is None or point[0] != ledger_id or not _may_be_an_id(text):
        return None
    row = stacks.stack_by_id(database, ledger_id, text, point[1])
    return (row, point[1]) if row is not None else None


def run_point() -> tuple[str, int] | None:
    """Returns as of what the run is that this process belongs to: a ledger and a position; None without one."""
    ledger_id, _, position = os.environ.get(POINT_VARIABLE, "").partition("@")
    is_position = position.isascii() and position.isdecimal() and len(position) <= _MOST_DIGITS
    return (ledger_id, int(position)) if is_position else None


def _may_be_an_id(text: str) -> bool:
    return len(text) == 36 and text.isascii() and text.count("-") == 4
