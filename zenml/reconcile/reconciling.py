"""Makes a profile what a document says, with the smallest number of events."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from functools import partial
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml.documents.profile import ComponentDocument, FlavorDocument, ItemDocument, ProfileDocument, StackDocument
from zenml.domain.commands import ActivateStack
from zenml.domain.component_types import display, flavor_reference, reference
from zenml.domain.declarations import SETTING, Thing
from zenml.domain.errors import InUseError, LedgerError, NotAllowedError
from zenml.domain.secrecy import has_stars, is_in_clear
from zenml.domain.things import COMPONENT, FLAVOR, STACK, belonging
from zenml.flavors.machine_places import without_place
from zenml.ledger.ids import new_id
from zenml.ledger.making_like import make_like
from zenml.ledger.meant import Target, about
from zenml.projections.components import component_by_id
from zenml.projections.contents import Name, Stored, contents
from zenml.projections.rows import Rows
from zenml.projections.settings import display_value
from zenml.reconcile.component_values import ComponentValues, Values, unknown_secret
from zenml.reconcile.matching import find_component_id, match

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent
    from zenml.unit_of_work.open_change import OpenChange


class Rules(NamedTuple):
    """How a document is to be taken.

    Attributes:
        prune: Whether to delete what the document does not name.
        checked: Whether parameters have to be what their flavors take; else they are taken as they are.
        keep_unknown: Whether parameters that the flavor does not know are kept, and named; else they are refused.
        lenient: Whether a component is kept, and named, if its flavor does not take it or is not known; else it is
            refused.
        same_ids: Whether a component of the same name and another id is another component, to be replaced.
        activate: The stack to activate for the machine before others are deleted; None to leave it.
        local_paths: Whether the folders are made that local components need.
        secrets: Parameters to encrypt whatever the flavor says, by the component's type and name.
        warn: Receives what could not be taken as it is.
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


def reconcile(work: OpenChange, document: ProfileDocument, rules: Rules) -> None:
    """Makes the profile in use what a document says.

    Things are matched by id, else by name; what already matches is left alone.

    Raises:
        LedgerError: A rule forbids it, or the document is not right.
    """
    _Reconciling(work, rules).run(document)


class _Reconciling:
    """Turns a document into the target of one profile, and makes the profile like it."""

    def __init__(self, work: OpenChange, rules: Rules) -> None:
        locked, change = work.now
        self._work, self._rules, self._change = work, rules, change
        self._database = locked.transaction.database
        self._ledger_id = change.catalog.profile_used.profile_ledger_id
        self._values = ComponentValues(
            work,
            self._database,
            self._ledger_id,
            checked=rules.checked,
            keep_unknown=rules.keep_unknown,
            lenient=rules.lenient,
        )
        self._error_contexts: dict[str, Callable[[], AbstractContextManager[None]]] = {}  # by the id of the item
        self._built: dict[str, StackComponent] = {}  # the components that have other values than before, by id

    def run(self, document: ProfileDocument) -> None:
        """Makes the profile so: flavors first, because they check the values of components."""
        current = contents(self._database, self._ledger_id)
        flavors = self._flavors(document.flavors, current[FLAVOR.kind])
        if flavors.keys() - current[FLAVOR.kind].keys():
            target = {**current, FLAVOR.kind: flavors | current[FLAVOR.kind]}
            make_like(self._change, current, target, around=self._error_context)
            current = target
        components, replaced = self._components(document.components, current[COMPONENT.kind])
        possible_components = {
            **current[COMPONENT.kind],
            **components,
        }  # deleting a component that is used is refused by its rule
        ids = {stored.place: component_id for component_id, stored in possible_components.items()}
        stacks = self._stacks(document.stacks, current[STACK.kind], ids, replaced)
        target = {**current, COMPONENT.kind: components, STACK.kind: stacks}
        if self._rules.prune:
            target[FLAVOR.kind] = flavors
        make_like(self._change, current, target, around=self._error_context, when_there=self._when_there)

    def _error_context(self, kind: str, thing_id: str) -> AbstractContextManager[None]:
        return self._error_contexts.get(thing_id, nullcontext)()

    def _when_there(self) -> None:
        """Makes the folders that components need, and activates a stack."""
        for component_id, component in self._built.items() if self._rules.local_paths else ():
            with self._error_context(COMPONENT.kind, component_id):
                try:
                    self._work.make_local_path(component)
                except NotAllowedError as error:  # `up` reports it again, when the component is used
                    self._rules.warn(error.message)
        if self._rules.activate is not None:
            self._work.execute(ActivateStack(self._rules.activate, machine_wide=True))

    # --- flavors --------------------------------------------------------------------------------

    def _flavors(self, documents: list[FlavorDocument], current: dict[str, Stored]) -> dict[str, Stored]:
        """Returns the flavors that a document names, by id."""
        ids = {stored.place: flavor_id for flavor_id, stored in current.items()}
        flavors = {}
        for document in documents:
            place = (document.type, document.name)
            stored = Stored(
                {"component_type": document.type, "name": document.name, "source": document.source}, {}
            )
            flavor_id = ids.get(place) or new_id()
            existing = current.get(flavor_id, stored)
            target = Target("create", f"{document.type}_flavor", document.name)
            error_context = partial(_naming_item, document, flavor_reference(document.type, document.name), target)
            self._error_contexts[flavor_id] = error_context
            with error_context():
                if existing != stored:
                    raise InUseError(
                        f"{display(document.type).capitalize()} flavor '{document.name}' is the class "
                        f"{existing.fields['source']} here, not {document.source}.",
                        code="flavor_of_another_class",
                        component_type=document.type,
                        name=document.name,
                    )
            flavors[flavor_id] = stored
        return flavors

    # --- components -----------------------------------------------------------------------------

    def _components(
        self, documents: list[ComponentDocument], current: dict[str, Stored]
    ) -> tuple[dict[str, Stored], dict[str, str]]:
        """Returns the components of the target, and which one replaces one that is deleted, by ids."""
        components: dict[str, Stored] = {}
        replaced: dict[str, str] = {}
        matched = match(documents, current)
        for document, thing_id in matched:
            existing = current[thing_id] if thing_id else None
            is_another = self._rules.same_ids and document.id not in (None, thing_id)
            if existing is not None and (existing.fields["flavor"] != document.flavor or is_another):
                existing = None
            component_id = thing_id if existing and thing_id else self._free_id(document, components)
            if thing_id and existing is None:
                replaced[thing_id] = component_id
            target = Target("update" if thing_id else "create", document.type, document.name)
            error_context = partial(_naming_item, document, reference(document.type, document.name), target)
            self._error_contexts[component_id] = error_context
            with error_context():
                components[component_id] = self._component(document, component_id, existing)
        kept = {thing_id for _, thing_id in matched}
        if not self._rules.prune:
            components |= {thing_id: stored for thing_id, stored in current.items() if thing_id not in kept}
        return components, replaced

    def _component(self, document: ComponentDocument, component_id: str, existing: Stored | None) -> Stored:
        """Returns a component as it is stored: an unchanged value keeps its salt and its secret."""
        settings = existing.items if existing else {}
        row = component_by_id(self._database, self._ledger_id, component_id) if existing else None
        values = self._values.of(document, component_id, row, self._rules.warn)
        plain = self._values.reveal(row) if row else {}
        kept = values.plain
        if self._change.catalog.profile_used.is_shared:
            kept = without_place(document.type, document.flavor, component_id, kept)
        changed = {
            key: value
            for key, value in kept.items()
            if plain.get(key) != value or self._is_in_clear(settings[key], key, values)
        }
        if row is not None:  # a secret whose key is not here may stay, but cannot be changed
            self._values.check_here(row, [key for key in changed if key in plain and has_stars(changed[key])])
        if values.component is not None and (existing is None or changed or settings.keys() - kept.keys()):
            self._built[component_id] = values.component
        secrets = values.secrets | self._rules.secrets.get((document.type, document.name), frozenset())
        sealed = self._sealed(changed, secrets, values.not_secret)
        fields = {"component_type": document.type, "name": document.name, "flavor": document.flavor}
        return Stored(
            {**fields, **self._belonging(COMPONENT, document, existing)},
            {key: sealed.get(key) or settings[key] for key in kept},
        )

    @staticmethod
    def _is_in_clear(setting: str, name: str, values: Values) -> bool:
        known = {"secret": name in values.secrets, "plain": name in values.not_secret}
        return is_in_clear(name, json.loads(setting), **known)

    def _sealed(
        self, values: dict[str, Any], secrets: frozenset[str], plain: frozenset[str] = frozenset()
    ) -> dict[str, str]:
        """Returns values as they are stored."""
        sealed = self._change.sealer.settings(values, secrets, plain)
        return {name: Rows.json(setting.to_fields()) for name, setting in sealed.items()}

    def _belonging(
        self, thing: Thing, document: ComponentDocument | StackDocument, existing: Stored | None
    ) -> dict[str, str]:
        """Returns what belongs to a thing: as the document has it; as it is, if the document does not name it."""
        cells = {}
        for field in (part.fields[-1] for part in belonging(thing)):
            cell = existing.fields.get(field.name) if existing else None
            if document.names(field.name):
                value = getattr(document, field.name)
                if field.form != SETTING or value is None:
                    cell = value
                elif cell is None or display_value(cell) != value:
                    if has_stars(value):
                        raise unknown_secret(thing.kind, document.name, field.name)
                    cell = self._sealed({field.name: value}, frozenset())[field.name]
            if cell is not None:
                cells[field.name] = cell
        return cells

    # --- stacks ---------------------------------------------------------------------------------

    def _stacks(
        self,
        documents: list[StackDocument],
        current: dict[str, Stored],
        ids: Mapping[Name, str],
        replaced: Mapping[str, str],
    ) -> dict[str, Stored]:
        """Returns the stacks of the target; those that the document does not name use the replacing components."""
        stacks: dict[str, Stored] = {}
        matched = match(documents, current)
        for document, thing_id in matched:
            stack_id = thing_id or self._free_id(document, stacks)
            existing = current.get(stack_id)
            target = Target("update" if existing else "create", STACK.kind, document.name, thing_id)
            error_context = partial(_naming_item, document, reference(STACK.kind, document.name), target)
            self._error_contexts[stack_id] = error_context
            with error_context():
                items = {kind: find_component_id(kind, name, ids) for kind, name in document.components.items()}
            stacks[stack_id] = Stored({"name": document.name, **self._belonging(STACK, document, existing)}, items)
        kept = {thing_id for _, thing_id in matched}
        for stack_id, stored in current.items():
            if stack_id not in kept and not self._rules.prune:
                items = {kind: replaced.get(held, held) for kind, held in stored.items.items()}
                stacks[stack_id] = stored._replace(items=items)
        return stacks

    def _free_id(self, document: ComponentDocument | StackDocument, taken: dict[str, Stored]) -> str:
        return self._values.free_id(None if document.id in taken else document.id)


@contextmanager
def _naming_item(item: ItemDocument, name: str, target: Target) -> Iterator[None]:
    """Names the item of a document, and its file, in the error of what is refused inside."""
    with about(target):
        try:
            yield
        except LedgerError as error:
            error.message = f"{f'{item.file}, ' if item.file else ''}{name}: {error.message}"
            error.args = (error.message,)
            raise
