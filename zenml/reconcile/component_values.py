"""Finds the parameters of a component in a document: checked by its flavor, stars replaced by secrets."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable, Set
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml.documents.profile import ComponentDocument
from zenml.domain.component_types import display
from zenml.domain.errors import FlavorImportError, FlavorNotFoundError, OwnCodeNotRunError, UnknownSecretError
from zenml.domain.notices import Notice
from zenml.domain.secrecy import STARS, has_stars
from zenml.flavors.defaults import with_defaults
from zenml.flavors.lookup import Flavors
from zenml.ledger.ids import new_id
from zenml.ledger.secrets.keyring import Keyring
from zenml.projections import components, stacks
from zenml.projections.components import ComponentRow
from zenml.projections.database import Database
from zenml.projections.settings import display_value
from zenml.reconcile.own_places import without_others
from zenml.snapshot.flavors import known_flavors
from zenml.snapshot.revealing import check_known, reveal, secrets_of, values_at_hand

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent
    from zenml.flavors.build import ComponentParametersError
    from zenml.unit_of_work.open_change import OpenChange


class Values(NamedTuple):
    """The parameters of a component.

    Attributes:
        plain: The values, secrets in clear text.
        secrets: The names of those to be encrypted.
        not_secret: The names of those that are not, whatever they are called.
        component: The component itself; None if it was not checked.
    """

    plain: dict[str, Any]
    secrets: frozenset[str]
    not_secret: frozenset[str]
    component: StackComponent | None


class ComponentValues:
    """Finds the values of components for one profile."""

    def __init__(
        self,
        work: OpenChange,
        database: Database,
        ledger_id: str,
        *,
        checked: bool,
        keep_unknown: bool,
        lenient: bool = False,
    ) -> None:
        self._database, self._ledger_id, self._checked = database, ledger_id, checked
        self._keep_unknown, self._lenient = keep_unknown, lenient
        self._keyring: Keyring = work.keyring
        self._root = work.request.root
        self._tries_out, self._notify = work.request.dry_run, work.notify
        self._config_directory = work.request.config_directory

    def reveal(self, row: ComponentRow) -> dict[str, Any]:
        """Returns the values that a component has now; stars for secrets whose key is not here."""
        return values_at_hand(self._database, self._keyring, row)

    def check_here(self, row: ComponentRow, names: Iterable[str]) -> None:
        """Makes sure that the values of some parameters are known. Raises `NotAllowedError`."""
        reveal(self._database, self._keyring, row, names)

    def free_id(self, preferred: str | None) -> str:
        """Returns an id for something new: the one that is wanted, unless something has or had it already."""
        if preferred is None or is_known(self._database, preferred):
            return new_id()
        return preferred

    def of(
        self, document: ComponentDocument, component_id: str, row: ComponentRow | None, warn: Callable[[str], None]
    ) -> Values:
        """Returns the parameters of a component.

        Args:
            document: The component in the file.
            component_id: The id it has, or will have.
            row: The existing component; None for a new one.
            warn: Receives a sentence if they could not be checked.

        Raises:
            InvalidValueError: Its flavor does not take them.
            UnknownSecretError: The value of a secret is not known.
            FlavorNotFoundError: The flavor does not exist.
        """
        flavors = known_flavors(self._database, self._ledger_id, self._root, runs_own_code=not self._tries_out)
        values, hidden = self._with_secrets(document, row)
        source = row or find_component(self._database, document.id)
        kept = values.keys() if self._keep_unknown else source.settings.keys() if source else ()
        values, emptied = self._without_others_places(values, component_id, row)
        if self._checked and (same := self._as_it_is(document, values, hidden, row)):
            return same
        if self._checked:
            from zenml.flavors.build import (
                ComponentParametersError,
                build,
            )  # here: it needs what checks parameters

            try:
                component = build(
                    document.type, document.flavor, document.name, component_id, values, flavors, kept
                )
            except OwnCodeNotRunError as error:
                _warn_of_emptied(document, emptied, warn)
                stars = f"The parameters of '{document.name}' are not checked, and new ones are shown as stars."
                self._notify(f"{error.message} {stars}")
                unknown = frozenset(values) - (row.settings.keys() if row else frozenset())
                set_values = {name: value for name, value in values.items() if value is not None}
                # the class alone knows which of them are secret
                return Values(set_values, unknown | hidden, frozenset(), None)
            except FlavorImportError as error:
                warn(f"{error.message} The parameters of '{document.name}' were not checked.")
            except (FlavorNotFoundError, ComponentParametersError) as error:
                if isinstance(error, ComponentParametersError) and row is not None:
                    starred = {name: text for name, text in row.settings.items() if has_stars(values.get(name))}
                    staying = row._replace(settings=starred)
                    check_known(self._database, self._keyring, staying, error.problems)
                if not self._lenient:
                    raise
                _warn_of_kept(document, error, warn)
            else:
                _warn_of_emptied(document, [name for name in emptied if _has_no_default(component, name)], warn)
                self._warn_of_unknown(
                    document, component.left_over - (row.settings.keys() if row else set()), warn
                )
                secrets = component.secret_parameters() | hidden
                return Values(component.parameters, secrets, component.plain_parameters(), component)
        _warn_of_emptied(document, emptied, warn)
        info = (
            flavors.known(document.type, document.flavor)
            if self._checked
            else flavors.shipped(document.type, document.flavor)
        )
        set_values = {name: value for name, value in values.items() if value is not None}
        if info is None or info.custom:
            return Values(set_values, hidden, frozenset(), None)
        self._warn_of_unknown(document, set_values.keys() - set(info.parameters), warn)
        return Values(set_values, hidden | set(info.secrets), info.plain, None)

    def _as_it_is(
        self, document: ComponentDocument, values: dict[str, Any], hidden: frozenset[str], row: ComponentRow | None
    ) -> Values | None:
        """Returns the parameters of a component that is left as it is, so that nothing is to be checked.

        None for any other one, and for one whose class has to be asked what is secret.
        """
        info = Flavors.shipped(document.type, document.flavor)
        if row is None or info is None:
            return None
        completed = with_defaults(document.type, info, row.component_id, values)
        if completed != self.reveal(row):
            return None
        return Values(completed, hidden | set(info.secrets), info.plain, None)

    def _warn_of_unknown(self, document: ComponentDocument, names: Set[str], warn: Callable[[str], None]) -> None:
        if not names:
            return
        sentence = (
            f"{display(document.type).capitalize()} '{document.name}' has parameters that its flavor "
            f"'{document.flavor}' does not know: {', '.join(sorted(names))}. They are kept."
        )
        parameters = sorted(names)
        warn(
            Notice(
                sentence,
                "unknown_parameters",
                component_type=document.type,
                name=document.name,
                parameters=parameters,
            )
        )

    def _without_others_places(
        self, values: dict[str, Any], component_id: str, row: ComponentRow | None
    ) -> tuple[dict[str, Any], list[str]]:
        """Returns values without the places of other components, and the names of those that had one."""
        current = self.reveal(row) if row else {}

        def is_anothers(folder: str, owner: str) -> bool:
            if not self._checked:  # of ZenML: the place belongs to this component, unless another one has it now
                return owner != component_id and self._is_in_a_profile(owner) and not self._has_had(owner)
            in_ours = folder.endswith(os.path.join(self._config_directory, ""))
            return not in_ours or (owner != component_id and not self._has_had(owner))

        kept, emptied = {}, []
        for name, value in values.items():
            stays = name in current and current[name] == value
            remaining = value if stays else without_others(value, is_anothers)
            if remaining is not None or value is None:
                kept[name] = remaining
            if remaining != value:
                emptied.append(name)
        return kept, emptied

    def _is_in_a_profile(self, component_id: str) -> bool:
        """Tells whether a component is registered in a profile that there is."""
        return components.is_in_a_profile(self._database, component_id)

    def _has_had(self, component_id: str) -> bool:
        """Tells whether the profile has or had a component: whoever registers one again gets its data again."""
        return components.was_ever(self._database, component_id, self._ledger_id)

    def _with_secrets(
        self, document: ComponentDocument, row: ComponentRow | None
    ) -> tuple[dict[str, Any], frozenset[str]]:
        """Returns the parameters with what stars stand for, and which of them are secret where they come from."""
        source = row or find_component(self._database, document.id)
        hidden = secrets_of(source.settings) if source else frozenset()
        values = dict(document.parameters)
        stored = self.reveal(source) if source else {}
        for name, value in values.items():
            if not has_stars(value):
                continue
            if source is None or name not in stored or display_value(source.settings[name]) != value:
                raise unknown_secret(document.type, document.name, name)
            if row is None:
                self.check_here(source, [name])
            values[name] = stored[name]
        return values, hidden & values.keys()


def unknown_secret(kind: str, name: str, field: str) -> UnknownSecretError:
    """Returns the error that a file has a secret as stars, and nobody knows what it is."""
    return UnknownSecretError(
        f"The secret '{field}' of {display(kind)} '{name}' is {STARS} in the "
        "file, and its value is not known here.",
        "Write its value there, or a reference to a secret: {{name.key}}.",
        kind,
        name,
        field,
    )


def _has_no_default(component: StackComponent, name: str) -> bool:
    """Tells whether a component has no default for a parameter that was left out."""
    return not isinstance(component.parameters.get(name), str)


def _warn_of_emptied(document: ComponentDocument, names: list[str], warn: Callable[[str], None]) -> None:
    for name in names:
        warn(
            f"The folder in '{name}' of {display(document.type)} '{document.name}' is left out: it belongs to a "
            "component of another profile or machine."
        )


def _warn_of_kept(
    document: ComponentDocument, error: FlavorNotFoundError | ComponentParametersError, warn: Callable[[str], None]
) -> None:
    """Warns that a component is kept although it cannot be used here as it is."""
    component = f"{display(document.type).capitalize()} '{document.name}'"
    if isinstance(error, FlavorNotFoundError):
        warn(f"{component} is kept as it is: its flavor '{document.flavor}' is not known here.")
        return
    sentence = f"{component} is kept as it is, but cannot be used yet ({'; '.join(error.problems)})."
    warn(Notice(sentence, "component_incomplete", component_type=document.type, name=document.name))


def find_component(database: Database, component_id: str | None) -> ComponentRow | None:
    """Returns a component of any profile of this machine."""
    return components.present(database, component_id) if component_id is not None else None


def is_known(database: Database, identity: str) -> bool:
    """Tells whether a component or a stack has or had this id, in any profile of this machine."""
    return components.was_ever(database, identity) or stacks.last_name(database, identity) is not None
