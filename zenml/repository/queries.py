"""What one can ask: the half of the Python API that changes nothing."""

from __future__ import annotations

import os
import sys
from contextlib import contextmanager

from zenml import places
from zenml.domain.errors import DamagedLedgerError
from zenml.projections import database
from zenml.repository.reading import ComponentInfo, ProfileInfo, Reading, StackInfo, look

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from zenml.flavors.base import StackComponent
    from zenml.projections.history import ChangeRow
    from zenml.repository.active import Active
    from zenml.repository.writing import Writing
    from zenml.stack import Stack


def _to_stderr(sentence: str) -> None:
    print(sentence, file=sys.stderr, flush=True)


class Queries:
    """Where one is, and what there is."""

    def __init__(
        self,
        root: str | os.PathLike[str] | None = None,
        *,
        notify: Callable[[str], None] = _to_stderr,
        command: Sequence[str] | None = None,
        reason: str | None = None,
    ) -> None:
        self._root = places.find_repository(os.fspath(root) if root is not None else None)
        self._notify = notify
        self._command = command
        self._reason = reason
        self._open: Writing | None = None

    # --- where ----------------------------------------------------------------------------------

    @property
    def root(self) -> str | None:
        """The repository's folder; None outside of any."""
        return self._root

    @property
    def config_directory(self) -> str:
        """The configuration folder."""
        return places.config_directory()

    # --- what there is --------------------------------------------------------------------------

    @contextmanager
    def reading(self) -> Iterator[Reading]:
        """Gives one consistent look at everything; makes the default profile on the first run."""
        if self._open is not None:
            yield self._open.reading()
            return
        path = places.ledger_file(self.config_directory)
        with look(path, self._root) as ready:
            if ready is not None:
                yield ready
                return
        self._writing().prepare()
        with look(path, self._root) as ready:
            if ready is None:
                raise DamagedLedgerError(f"The ledger {path} cannot be read.", 'Run "zenml ledger rebuild".')
            yield ready

    @property
    def active(self) -> Active:
        """What is active here, and what decided it."""
        with self.reading() as now:
            return now.active

    @property
    def active_profile_name(self) -> str:
        """The name of the active profile."""
        profile = self.active.profile
        return profile.name if profile else ""

    @property
    def active_stack_name(self) -> str:
        """The name of the active stack."""
        stack = self.active.stack
        return stack.name if stack else ""

    @property
    def profiles(self) -> list[ProfileInfo]:
        """The profiles, by name."""
        with self.reading() as now:
            return now.profiles()

    @property
    def active_profile(self) -> ProfileInfo:
        """The active profile."""
        return next(profile for profile in self.profiles if profile.active)

    @property
    def stack_configurations(self) -> dict[str, dict[str, str]]:
        """For each stack of the active profile, the names of its components by type."""
        return {stack.name: stack.components for stack in self.list_stacks()}

    def list_stacks(self) -> list[StackInfo]:
        """Returns the stacks of the active profile, by name."""
        with self.reading() as now:
            return now.stacks()

    def describe_stack(self, name: str | None = None) -> StackInfo:
        """Returns a stack; the active one for no name. Raises `StackNotFoundError`."""
        with self.reading() as now:
            return now.stack(name)

    def list_components(self, component_type: str) -> list[ComponentInfo]:
        """Returns the components of a type, by name, with their secrets starred out."""
        with self.reading() as now:
            return now.components(component_type)

    def describe_component(self, component_type: str, name: str) -> ComponentInfo:
        """Returns a component with its secrets starred out. Raises `StackComponentNotFoundError`."""
        with self.reading() as now:
            return now.component(component_type, name)

    @property
    def active_stack(self) -> Stack:
        """The active stack, with components that know their parameters, secrets included."""
        return self.get_stack(self.active_stack_name)

    @property
    def stacks(self) -> list[Stack]:
        """The stacks of the active profile, by name."""
        return [self.get_stack(stack.name) for stack in self.list_stacks()]

    def get_stack(self, name: str) -> Stack:
        """Returns a stack. Raises `StackNotFoundError`, which is a `KeyError`."""
        from zenml.repository.objects import stack_object

        with self.reading() as now:
            return stack_object(now, self._writing().master_key, name)

    def get_stack_component(self, component_type: str, name: str) -> StackComponent:
        """Returns a component. Raises `StackComponentNotFoundError`, which is a `KeyError`."""
        from zenml.repository.objects import component_object

        with self.reading() as now:
            found = now.component(component_type, name)
            return component_object(now, self._writing().master_key, component_type, found.component_id)

    def get_stack_components(self, component_type: str) -> list[StackComponent]:
        """Returns the components of a type, by name."""
        names = [component.name for component in self.list_components(component_type)]
        return [self.get_stack_component(component_type, name) for name in names]

    def history(self, *, everything: bool = False, limit: int | None = None) -> list[ChangeRow]:
        """Returns the changes that concern this context, or all of them, newest first."""
        with self.reading() as now:
            return now.changes(everything=everything, limit=limit)

    @property
    def event_count(self) -> int:
        """The number of events recorded on this machine."""
        path = places.ledger_file(self.config_directory)
        return database.event_count(path) if os.path.exists(path) else 0

    def _writing(self) -> Writing:
        from zenml.repository.writing import Writing

        return self._open or Writing(self.config_directory, self._root, self._notify, self._command, self._reason)
