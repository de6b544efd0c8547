"""Prepares what components need on this machine, and takes it away: outside of the ledger, then recorded there."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from inspect import signature
from typing import TYPE_CHECKING, Literal, NamedTuple, cast

from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.errors import LedgerError
from zenml.domain.secrecy import without_secrets
from zenml.flavors.base import StackComponent
from zenml.flavors.removal import Fate, fates, remove_untouched
from zenml.projections.provisioning import provisioning
from zenml.projections.settings import display_value
from zenml.reconcile.shared_places import SharedPlaces
from zenml.snapshot.objects import component_object

if TYPE_CHECKING:
    from zenml.flavors.provisioning import Provisioned
    from zenml.ledger.secrets.keyring import Keyring
    from zenml.snapshot.snapshot import Snapshot


class Having(NamedTuple):
    """What a component has on this machine, as far as it was recorded.

    Attributes:
        state: ``running``, ``suspended``, or None if nothing was prepared.
        made: The paths that were made for it.
    """

    state: Literal["running", "suspended"] | None
    made: tuple[str, ...] = ()


class Prepared(NamedTuple):
    """What became of one component.

    Attributes:
        component_type: Its type.
        name: Its name.
        ready: Whether that went well.
        said: How it is, or what is wrong, in a few words.
        having: What it has now.
    """

    component_type: str
    name: str
    ready: bool
    said: str
    having: Having


class Loaded(NamedTuple):
    """A component with what it has.

    Attributes:
        component_type: Its type.
        name: Its name.
        component: The component; the error if its flavor cannot be loaded.
        having: What it has.
        shared: Of what was made for it, the paths that somebody else uses too, and who.
    """

    component_type: str
    name: str
    component: StackComponent | LedgerError
    having: Having
    shared: Mapping[str, str]


def having(now: Snapshot, component_id: str) -> Having:
    """Returns what a component has on this machine."""
    text = provisioning(now.connection, now.machine_id, component_id)
    if text is None:
        return Having(None)
    import json

    document = json.loads(text)
    paths = (display_value(json.dumps(path)) for path in document["made"])
    return Having(document["state"], tuple(path for path in paths if path is not None))


def loaded(now: Snapshot, keyring: Keyring, names: Mapping[str, str]) -> list[Loaded]:
    """Returns components, given by type and name, in the order of the types."""
    results, places = [], SharedPlaces(now)
    for component_type in COMPONENT_TYPES:
        if component_type not in names:
            continue
        row = now.component(component_type, names[component_type])
        component: StackComponent | LedgerError
        try:
            component = component_object(now, keyring, component_type, row.component_id)
        except LedgerError as error:
            component = error
        has = having(now, row.component_id)
        shared = {path: why for path in has.made if (why := places.why_kept(row.component_id, path))}
        results.append(Loaded(component_type, row.name, component, has, shared))
    return results


def provision(item: Loaded) -> Prepared:
    """Prepares a component."""

    def do(component: StackComponent) -> tuple[str, Having]:
        # one that was written for ZenML 0.13 returns nothing
        done: Provisioned | None = component.provision()
        if done is None:
            return "provisioned", item.having._replace(state="running")
        if not (done.checked or done.made):
            return done.said, item.having
        made = (*item.having.made, *(path for path in done.made if path not in item.having.made))
        return done.said, Having("running", made)

    return _carefully(item, do)


def suspend(item: Loaded) -> Prepared:
    """Stops what runs for a component."""

    def do(component: StackComponent) -> tuple[str, Having]:
        if item.having.state is None:
            return "nothing was prepared for it", item.having
        if type(component).suspend is StackComponent.suspend:
            return "nothing runs for it here", item.having
        component.suspend()
        return "suspended", item.having._replace(state="suspended")

    return _carefully(item, do)


def deprovision(item: Loaded) -> Prepared:
    """Removes what was made for a component."""

    def do(component: StackComponent) -> tuple[str, Having]:
        if item.having.state is None:
            return "nothing was prepared for it", item.having
        going = [path for path in item.having.made if path not in item.shared]
        done = _deprovisioned(component, going)
        # a custom flavor may say nothing: then all of it is gone
        became = [Fate(path, "removed") for path in going] if done is None else list(done)
        became += [Fate(path, "kept", why) for path, why in item.shared.items()]
        kept = {fate.path for fate in became if fate.became == "kept"}
        left = tuple(path for path in item.having.made if path in kept)
        sentence = ", ".join(map(str, became)) or "nothing was made"
        return sentence, Having(item.having.state, left) if left else Having(None)

    return _carefully(item, do)


def _deprovisioned(component: StackComponent, going: list[str]) -> Sequence[Fate] | None:
    """Has a component remove what was made for it; one written for ZenML 0.13 does not get the list."""
    if signature(component.deprovision).parameters:
        return component.deprovision(going)
    cast("Callable[[], object]", component.deprovision)()
    return remove_untouched(going)


def fates_of(item: Loaded) -> list[Fate]:
    """Returns what `deprovision` would do with each path that was made for a component, and does nothing."""
    going = [path for path in item.having.made if path not in item.shared]
    return [*fates(going), *(Fate(path, "kept", why) for path, why in item.shared.items())]


def _carefully(item: Loaded, do: Callable[[StackComponent], tuple[str, Having]]) -> Prepared:
    """Does something for a component; an error is what it says then. Its secrets are in neither."""
    if isinstance(item.component, LedgerError):
        return Prepared(item.component_type, item.name, False, item.component.message, item.having)
    ready, now = False, item.having
    try:
        sentence, now = do(item.component)
        ready = True
    except LedgerError as error:
        sentence = error.message
    except Exception as error:  # a custom flavor may do anything
        sentence = str(error).strip().splitlines()[0] if str(error).strip() else type(error).__name__
    # other people's libraries repeat in their errors what they were given
    sentence = without_secrets(sentence, item.component.hidden_texts(item.component.parameters))
    return Prepared(item.component_type, item.name, ready, sentence, now)
