"""How everything that changes something is recorded: as a change of its own, or as a part of one."""

from __future__ import annotations

from contextlib import contextmanager

from zenml.active import zen_file
from zenml.active.variables import PROFILE_VARIABLE, overruled
from zenml.api.looking_back import LookingBack
from zenml.domain.errors import RepeatedKeyError
from zenml.ledger.meant import about

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Iterator
    from typing import Any

    from zenml.application.writing import Writing
    from zenml.domain.events import Kind
    from zenml.ledger.change import Change
    from zenml.ledger.meant import Target


_KINDS: dict[str, Kind] = {
    "undo": "undo",
    "redo": "redo",
    "restore": "restore",
    "import_stack": "import",
    "import_profiles": "import",
    "record_provisioning": "outside",
    "record_export": "export",
}
"""What kind of change a method makes, if not a plain one."""


class Recording(LookingBack):
    """Calls of methods of `Writing`, as changes."""

    @contextmanager
    def change(self, reason: str | None = None) -> Iterator[Writing]:
        """Makes everything done inside one change: recorded as a whole, or, after an error, not at all.

        Other writers wait while the block runs.

        Args:
            reason: Why, to be recorded with the change.

        Raises:
            RepeatedKeyError: The repository's idempotency key was used before: a block cannot be left out.
        """
        if self._open is not None:
            with self._open.step() as writing:
                yield writing
            return
        with self._writing().change(reason=reason, command="change") as writing:
            if writing.recorded is not None:
                raise RepeatedKeyError(
                    f"The idempotency key '{self._idempotency_key}' was used before.",
                    f'Run "zenml show {writing.recorded.letters}" to see what for, or use another key.',
                )
            self._open = writing
            try:
                yield writing
            finally:
                self._open = None

    def _chosen(self, verb: str, variable: str, name: str, *args: Any, **named: Any) -> Change | None:
        """Records that a profile or a stack is chosen, and says so if a variable decides otherwise."""
        change = self._record(verb, name, *args, chooses=not named.get("machine_wide", False), **named)
        sentence = overruled(variable, name)
        if sentence is not None and not self._says_a_former_name(variable, name):
            self._notify(sentence)
        return change

    def _says_a_former_name(self, variable: str, name: str) -> bool:
        """Tells whether a variable means a profile of this name, and says a name that it had."""
        active = self.active.profile if variable == PROFILE_VARIABLE else None
        return active is not None and active.name == name

    def _record(
        self, verb: str, *args: Any, meant: Target | None = None, chooses: bool = False, **named: Any
    ) -> Change | None:
        """Makes a call of a method of `Writing` a change of its own, or a step of the one that is open.

        Args:
            verb: The method.
            args: Its arguments.
            meant: What it is about, if it may be refused before there is a command that says so.
            chooses: Whether it chooses what is active in the repository.
            named: Its named arguments.
        """
        if self._open is not None and verb not in ("undo", "redo"):
            with self._open.step() as writing, about(meant):
                getattr(writing, verb)(*args, **named)
            return None
        if self._root and not self._migrated and zen_file.is_legacy(self._root):
            with self.reading():
                pass  # which brings it over first
        # a command line names a repository and files too, whose contents the words may not say
        read = [it.model_dump_json() for it in args if getattr(it, "READ_FROM_FILES", False)]
        command = [self._root, self._command or (verb, args, named), *read]
        kind = _KINDS.get(verb, "change")
        with self._writing().change(kind=kind, command=command, chooses=chooses) as writing:
            if writing.recorded is None:
                with about(meant):
                    getattr(writing, verb)(*args, **named)
        return writing.recorded
