"""Makes a profile what a document says, with the smallest number of commands."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml.documents.profile import ComponentDocument, FlavorDocument, ItemDocument, ProfileDocument, StackDocument
from zenml.domain import commands
from zenml.domain.component_types import command, display, flavor_reference, reference
from zenml.domain.errors import InUseError, LedgerError, NotAllowedError
from zenml.domain.secrecy import is_in_clear
from zenml.domain.suggestions import typed
from zenml.ledger.ids import new_id
from zenml.ledger.meant import Target, about
from zenml.projections import components, flavors, stacks
from zenml.projections.components import ComponentRow
from zenml.projections.stacks import StackRow
from zenml.repository.component_values import ComponentValues, Values

if TYPE_CHECKING:
    from zenml.repository.open_change import OpenChange


class Rules(NamedTuple):
    """How a document is to be taken.

    Attributes:
        prune: Whether what it does not name goes.
        checked: Whether parameters have to be what their flavors take; else they are taken as they stand.
        keep_unknown: Whether parameters that the flavor does not know are kept, and named; else they are refused.
        lenient: Whether a component is kept, and named, if its flavor does not take it or is not known; else it is
            refused.
        same_ids: Whether a component of the same name and another id is another component, to be replaced.
        activate: The stack to activate for the machine before others go; None to leave it.
        local_paths: Whether the folders are made that local components need.
        secrets: Parameters to encrypt whatever the flavor says, by the component's type and name.
        warn: Is told what could not be taken as it stands.
    """

    prune: bool = False
    checked: bool = True
    keep_unknown: bool = False
    lenient: bool = False
    same_ids: bool = False
    activate: str | None = None
    local_paths: bool = True
    secrets: Mapping[tuple[str, str], frozenset[str]] = {}
    warn: Callable[[str], None] = lambda sentence: None


class _Component(NamedTuple):
    """A component of the document, and what there is of it; ``replaced`` if that has to make room for it."""

    document: ComponentDocument
    row: ComponentRow | None
    replaced: bool


def reconcile(writing: OpenChange, wanted: ProfileDocument, rules: Rules) -> None:
    """Makes the profile in use what a document says.

    Things are matched by id, else by name; what is the same already is left alone.

    Raises:
        LedgerError: A rule forbids it, or the document is not right.
    """
    Reconciling(writing, rules).run(wanted)


class Reconciling:
    """One document that is being brought about in one profile."""

    def __init__(self, writing: OpenChange, rules: Rules) -> None:
        locked, change = writing.now
        profile = change.catalog.profile_used
        self._writing, self._rules = writing, rules
        self._database, self._ledger_id = locked.transaction.database, profile.profile_ledger_id
        self._values = ComponentValues(
            writing,
            self._database,
            self._ledger_id,
            checked=rules.checked,
            keep_unknown=rules.keep_unknown,
            lenient=rules.lenient,
        )

    def run(self, wanted: ProfileDocument) -> None:
        """Does it."""
        for flavor in wanted.flavors:
            target = Target("create", f"{flavor.type}_flavor", flavor.name)
            with about(target), _placed(flavor, flavor_reference(flavor.type, flavor.name)):
                self._flavor(flavor)
        matched = self._match(wanted.components)
        leaving = self._leaving(matched)
        matched_stacks, leaving_stacks = self._match_stacks(wanted.stacks)
        self._make_room(matched, leaving)
        for it in matched:
            item = it.document
            target = Target("update" if it.row else "create", item.type, item.name)
            with about(target), _placed(item, reference(item.type, item.name)):
                self._component(it)
        self._make_room_for_stacks(matched_stacks, leaving_stacks)
        for document, row in matched_stacks:
            with _placed(document, reference("stack", document.name)):
                self._stack(document, row)
        self._exchange(matched, {row.stack_id for _, row in matched_stacks if row}, leaving_stacks)
        if self._rules.activate is not None:
            self._do(commands.ActivateStack(self._rules.activate, machine_wide=True))
        for stack in leaving_stacks:
            self._do(commands.DeleteStack(self._stack_name(stack)))
        for component in leaving:
            self._do(commands.DeleteComponent(component.component_type, self._name(component)))
        if self._rules.prune:
            named = {(flavor.type, flavor.name) for flavor in wanted.flavors}
            for own in flavors.flavors(self._database, self._ledger_id):
                if (own.component_type, own.name) not in named:
                    self._do(commands.DeleteFlavor(own.component_type, own.name))

    def _do(self, wish: commands.Command) -> None:
        self._writing.execute(wish)

    # --- flavors --------------------------------------------------------------------------------

    def _flavor(self, wanted: FlavorDocument) -> None:
        there = {
            (row.component_type, row.name): row.source for row in flavors.flavors(self._database, self._ledger_id)
        }
        source = there.get((wanted.type, wanted.name))
        if source is None:
            self._do(commands.RegisterFlavor(new_id(), wanted.type, wanted.name, wanted.source))
        elif source != wanted.source:
            raise InUseError(
                f"{display(wanted.type).capitalize()} flavor '{wanted.name}' is the class {source} here, "
                f"not {wanted.source}.",
                f'Run "zenml {command(wanted.type)} flavor delete {typed(wanted.name)}" first, or leave it out.',
            )

    # --- components -----------------------------------------------------------------------------

    def _match(self, wanted: list[ComponentDocument]) -> list[_Component]:
        rows = components.components(self._database, self._ledger_id)
        by_id = {row.component_id: row for row in rows}
        by_name = {(row.component_type, row.name): row for row in rows}
        taken = {it.id for it in wanted if it.id in by_id and by_id[it.id].component_type == it.type}
        found = []
        for it in wanted:
            row = by_id[it.id] if it.id in taken else by_name.get((it.type, it.name))
            if row is not None and it.id not in taken and row.component_id in taken:
                row = None  # another one, which gets another name
            other = self._rules.same_ids and it.id is not None and it.id not in taken
            found.append(_Component(it, row, row is not None and (row.flavor != it.flavor or other)))
        return found

    def _leaving(self, matched: list[_Component]) -> list[ComponentRow]:
        replaced = [it.row for it in matched if it.row is not None and it.replaced]
        if not self._rules.prune:
            return replaced
        kept = {it.row.component_id for it in matched if it.row is not None}
        rows = components.components(self._database, self._ledger_id)
        return [*replaced, *(row for row in rows if row.component_id not in kept)]

    def _make_room(self, matched: list[_Component], leaving: list[ComponentRow]) -> None:
        """Gives what has a name that something else gets a name for the time being."""
        wanted = {(it.document.type, it.document.name) for it in matched}
        renamed = [
            it.row for it in matched if it.row is not None and not it.replaced and it.row.name != it.document.name
        ]
        for row in (*leaving, *renamed):
            if (row.component_type, row.name) in wanted:
                self._do(
                    commands.RenameComponent(row.component_type, row.name, _spare(row.name, row.component_id))
                )

    def _component(self, it: _Component) -> None:
        wanted = it.document
        if it.row is None or it.replaced:
            component_id = self._values.free_id(wanted.id)
            values = self._values.of(wanted, component_id, None, self._rules.warn)
            self._do(
                commands.RegisterComponent(
                    component_id,
                    wanted.type,
                    wanted.name,
                    wanted.flavor,
                    self._sealed(wanted, values, values.plain),
                )
            )
        else:
            name = self._name(it.row)
            if name != wanted.name:
                self._do(commands.RenameComponent(wanted.type, name, wanted.name))
            values = self._values.of(wanted, it.row.component_id, it.row, self._rules.warn)
            current = self._values.plain(it.row)
            changed = {
                key: value
                for key, value in values.plain.items()
                if current.get(key) != value or self._is_in_clear(it.row.settings[key], key, values)
            }
            removed = tuple(key for key in it.row.settings if key not in values.plain)
            if changed or removed:
                settings = self._sealed(wanted, values, changed)
                self._do(commands.UpdateComponent(wanted.type, wanted.name, settings, removed))
            else:
                return
        if values.component is not None and self._rules.local_paths:
            try:
                self._writing.make_local_path(values.component)
            except NotAllowedError as error:  # `up` says so again, when it is to be used
                self._rules.warn(error.message)

    @staticmethod
    def _is_in_clear(setting: str, name: str, values: Values) -> bool:
        known = {"secret": name in values.secrets, "plain": name in values.not_secret}
        return is_in_clear(name, json.loads(setting), **known)

    def _sealed(self, wanted: ComponentDocument, values: Values, chosen: dict[str, Any]) -> dict[str, Any]:
        _, change = self._writing.now
        more = self._rules.secrets.get((wanted.type, wanted.name), frozenset())
        return dict(change.sealer.settings(chosen, values.secrets | more, values.not_secret))

    def _name(self, row: ComponentRow) -> str:
        now = components.component_by_id(self._database, self._ledger_id, row.component_id)
        return now.name if now else row.name

    # --- stacks ---------------------------------------------------------------------------------

    def _match_stacks(
        self, wanted: list[StackDocument]
    ) -> tuple[list[tuple[StackDocument, StackRow | None]], list[StackRow]]:
        rows = stacks.stacks(self._database, self._ledger_id)
        by_id = {row.stack_id: row for row in rows}
        by_name = {row.name: row for row in rows}
        taken = {it.id for it in wanted if it.id in by_id}
        found: list[tuple[StackDocument, StackRow | None]] = []
        for it in wanted:
            row = by_id[it.id] if it.id in taken else by_name.get(it.name)
            found.append((it, None if row and it.id not in taken and row.stack_id in taken else row))
        kept = {row.stack_id for _, row in found if row}
        return found, [row for row in rows if self._rules.prune and row.stack_id not in kept]

    def _make_room_for_stacks(
        self, matched: list[tuple[StackDocument, StackRow | None]], leaving: list[StackRow]
    ) -> None:
        wanted = {document.name for document, _ in matched}
        renamed = [row for document, row in matched if row and row.name != document.name]
        for row in (*leaving, *renamed):
            if row.name in wanted:
                self._do(commands.RenameStack(row.name, _spare(row.name, row.stack_id)))

    def _stack(self, wanted: StackDocument, row: StackRow | None) -> None:
        parts = dict(wanted.components)
        if row is None:
            self._do(commands.RegisterStack(self._values.free_id(wanted.id), wanted.name, parts))
            return
        name = self._stack_name(row)
        if name != wanted.name:
            self._do(commands.RenameStack(name, wanted.name))
        removed = tuple(kind for kind in row.component_ids if kind not in parts)
        self._do(commands.UpdateStack(wanted.name, parts, removed))

    def _exchange(self, matched: list[_Component], done: set[str], leaving: list[StackRow]) -> None:
        """Has stacks that the document does not name use what replaces their components."""
        new = {it.row.component_id: it.document.name for it in matched if it.row is not None and it.replaced}
        gone = {row.stack_id for row in leaving}
        for stack in stacks.stacks(self._database, self._ledger_id):
            parts = {kind: new[held] for kind, held in stack.component_ids.items() if held in new}
            if parts and stack.stack_id not in done | gone:
                self._do(commands.UpdateStack(stack.name, parts))

    def _stack_name(self, row: StackRow) -> str:
        now = stacks.stack_by_id(self._database, self._ledger_id, row.stack_id)
        return now.name if now else row.name


@contextmanager
def _placed(item: ItemDocument, thing: str) -> Iterator[None]:
    """Says of what is refused which thing it was, and in which file that stands."""
    try:
        yield
    except LedgerError as error:
        error.message = f"{f'{item.file}, ' if item.file else ''}{thing}: {error.message}"
        error.args = (error.message,)
        raise


def _spare(name: str, identity: str) -> str:
    """Returns a name that nobody chose, for something that has to make room."""
    return f"{name[:80]} ({identity})"
