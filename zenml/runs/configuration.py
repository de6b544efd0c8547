"""The configuration that a run has from its beginning to its end: a stack as it is at a position."""

from __future__ import annotations

from collections import namedtuple

from zenml.domain.errors import DamagedLedgerError
from zenml.domain.plain_json import load
from zenml.projections import components, stacks, stored_heads
from zenml.projections.settings import display_value

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from zenml.projections.components import ComponentRow
    from zenml.projections.database import Database
    from zenml.projections.stacks import StackRow
    from zenml.snapshot.snapshot import Snapshot


class Configuration(
    namedtuple("Configuration", "profile_id profile_ledger_id position root stack components is_shared")
):
    """A stack as of a position of the profile's ledger.

    Attributes:
        root: The root over the ledger's events up to that position, as 64 hex digits.
        components: What the stack is made of, by type.
        is_shared: Whether machines share the profile: each finds places of its own for some components.
    """

    __slots__ = ()
    profile_id: str
    profile_ledger_id: str
    position: int
    root: str
    stack: StackRow
    components: dict[str, ComponentRow]
    is_shared: bool

    @property
    def point(self) -> str:
        """How the run's variable names it: ``ledger@position``."""
        return f"{self.profile_ledger_id}@{self.position}"

    def plain_parameters(self) -> Iterator[tuple[str, str, Any]]:
        """Yields component type, name and value of each parameter that is no secret and has a value."""
        for component_type, component in self.components.items():
            plain = {
                parameter: value
                for parameter, setting in component.settings.items()
                if "key_id" not in load(setting) and (value := display_value(setting)) is not None
            }
            if self.is_shared:
                from zenml.flavors.machine_places import with_place

                plain = with_place(component_type, component.flavor, component.component_id, plain)
            for parameter, value in plain.items():
                yield component_type, parameter, value

    def secret_parameters(self) -> Iterator[tuple[str, str, str]]:
        """Yields component type, name and setting (as a view holds it) of each parameter that is a secret."""
        for component_type, component in self.components.items():
            for parameter, setting in component.settings.items():
                if "key_id" in load(setting):
                    yield component_type, parameter, setting

    def digest(self) -> str:
        """Returns 64 hex digits: the same for two runs if and only if nothing of the stack was set anew.

        SHA-256 of RFC 8785 of ``{components: {type: {flavor, id, parameters}}}``, settings in committed form.
        """
        from hashlib import sha256

        from zenml.evidence import canonical
        from zenml.evidence.commitments import committed

        parts = {
            component_type: {
                "flavor": component.flavor,
                "id": component.component_id,
                "parameters": {name: load(setting) for name, setting in component.settings.items()},
            }
            for component_type, component in self.components.items()
        }
        return sha256(canonical.text(committed({"components": parts})).encode()).hexdigest()


def configuration(snapshot: Snapshot, stack_name: str | None) -> Configuration:
    """Returns the configuration of a stack as it is now.

    Args:
        snapshot: A look at everything.
        stack_name: The stack; the active one for None.

    Raises:
        StackNotFoundError: There is no such stack, or only a run that this process belongs to still has it.
        DamagedLedgerError: The head of the profile's ledger cannot be read.
    """
    database, ledger_id = snapshot.connection, snapshot.ledger_id
    if stack_name is None:
        snapshot.active.check_stack_is_there()
    stack = snapshot.active.stack if stack_name is None else stacks.stack(database, ledger_id, stack_name)
    if stack is None:
        from zenml.domain.missing import missing_stack

        raise missing_stack(stack_name or "", stacks.stack_names(database, ledger_id))
    position, root = _end(database, ledger_id)
    return _whole(snapshot, position, root, stack, None)


def configuration_then(snapshot: Snapshot, stack_id: str, position: int, root: str) -> Configuration | None:
    """Returns the configuration of a stack as it was at a position; None if it was not there.

    Args:
        snapshot: A look at everything.
        stack_id: The stack.
        position: A position of the ledger of the active profile.
        root: The root over the ledger's events up to it, as 64 hex digits.
    """
    stack = stacks.stack_by_id(snapshot.connection, snapshot.ledger_id, stack_id, position)
    return None if stack is None else _whole(snapshot, position, root, stack, position)


def _whole(snapshot: Snapshot, position: int, root: str, stack: StackRow, at: int | None) -> Configuration:
    database, ledger_id, profile = snapshot.connection, snapshot.ledger_id, snapshot.active.profile
    rows = (
        (component_type, components.component_by_id(database, ledger_id, component_id, at))
        for component_type, component_id in sorted(stack.component_ids.items())
    )
    parts = {component_type: row for component_type, row in rows if row is not None}
    profile_id, is_shared = (profile.profile_id, profile.is_shared) if profile else ("", False)
    return Configuration(profile_id, ledger_id, position, root, stack, parts, is_shared)


def _end(database: Database, ledger_id: str) -> tuple[int, str]:
    """Returns where a ledger ends, and the root over all of its events."""
    from zenml.evidence.merkle import Frontier, MerkleError

    row = stored_heads.head(database, ledger_id)
    try:
        head = Frontier.from_bytes(row.size, row.frontier) if row else Frontier()
    except (MerkleError, TypeError) as error:
        what = f"The head of the ledger {ledger_id} is damaged: {error}."
        raise DamagedLedgerError(what, code="altered_ledger") from error
    return head.size, head.root().hex()
