"""Random people at work: commands that make sense often enough, in profiles and repositories."""

from __future__ import annotations

from collections.abc import Callable
from typing import NamedTuple

from hypothesis import strategies as st

from tests.domain.memory import MemoryCatalog
from tests.domain.things import active, parts, profile, salted, secret, stack, stack_active, uid
from zenml.domain import commands
from zenml.domain.commands import Command
from zenml.domain.component_types import MANDATORY
from zenml.domain.events import DomainEvent, Provisioning, StoreType
from zenml.domain.values import Setting

OWN = "own"
"""A flavor that is not there from the start. Whoever makes a component of it has seen that it is."""

_OPTIONAL = "container_registry"
_TYPES = st.sampled_from([*MANDATORY, _OPTIONAL])
_NAMES = st.sampled_from(["a", "b", "c"])
_PROFILES = st.sampled_from(["p", "q", "r"])
_PATHS = st.sampled_from(["/r", "/q"]).map(salted)
_REMOVED_TYPES = st.lists(_TYPES, max_size=1).map(tuple)
_PARAMETERS = st.sampled_from(["host", "port"])
_REMOVED_PARAMETERS = st.lists(_PARAMETERS, max_size=1).map(tuple)
_SETTING: st.SearchStrategy[Setting] = st.integers(0, 3).map(lambda number: secret(f"k{number}")) | st.builds(
    salted, st.integers(0, 1), st.sampled_from("xy")
)
_SETTINGS: st.SearchStrategy[dict[str, Setting]] = st.dictionaries(_PARAMETERS, _SETTING, max_size=2)
_WHOLE_STACK = st.fixed_dictionaries(dict.fromkeys(MANDATORY, _NAMES), optional={_OPTIONAL: _NAMES})
_SOME_PARTS = st.dictionaries(_TYPES, _NAMES, max_size=2)
_BOOLEANS = st.booleans()
_LABELS = st.sampled_from(["v1", "v2"])
_STORE_TYPES: st.SearchStrategy[StoreType] = st.sampled_from(["local", "sql"])
_LABELLED = st.sampled_from([None, uid("change 1"), uid("change 2")])
_PROVISIONING = st.none() | st.builds(
    lambda state, made: Provisioning(state=state, made=tuple(map(salted, made))),
    st.sampled_from(["running", "suspended"]),
    st.lists(st.sampled_from(["/a", "/b"]), max_size=2),
)


class Recorded(NamedTuple):
    """An event, and where it was recorded."""

    profile_id: str
    repository_id: str | None
    event: DomainEvent


def machine() -> MemoryCatalog:
    """Returns a catalog with profile p active, and a stack in it."""
    keys = {uid(f"k{number}"): f"value {number % 2}" for number in range(4)}
    catalog = MemoryCatalog(profile_id=uid("p"), plaintexts=keys)
    facts: list[DomainEvent] = [profile("p"), active("p"), *parts("a"), stack("a"), stack_active("p", "a")]
    for event in facts:
        catalog.apply(event)
    return catalog


def go_somewhere(data: st.DataObject, catalog: MemoryCatalog) -> None:
    """Goes into a repository or out of all, and into its profile or into one a variable names."""
    facts = catalog.facts
    here = data.draw(st.sampled_from([None, *facts.repositories]), label="repository")
    chosen = facts.repositories[here].profile_id if here else facts.active_profile or ""
    catalog.repository_id = here
    catalog.profile_id = data.draw(st.sampled_from([chosen, chosen, *facts.profiles]), label="profile")


def command(data: st.DataObject, catalog: MemoryCatalog, number: int, past: list[Recorded]) -> Command:
    """Draws a command; ids it draws itself have this number in them."""
    draw, new, facts = data.draw, uid(f"new {number}"), catalog.facts

    def profile_id() -> str:
        return draw(st.sampled_from(list(facts.profiles)))

    def stack_id() -> str | None:
        return draw(st.sampled_from([None, *(stack_id for _, stack_id in facts.stacks)]))

    def repository_id() -> str:
        return draw(st.sampled_from([*facts.repositories, uid("/r")]))

    def flavor(component_type: str) -> str:
        known = catalog.flavor(component_type, OWN) is not None
        return draw(st.sampled_from(["local", OWN])) if known else "local"

    def register_component() -> Command:
        component_type = draw(_TYPES)
        return commands.RegisterComponent(
            new, component_type, draw(_NAMES), flavor(component_type), draw(_SETTINGS)
        )

    def create_profile() -> Command:
        kind: StoreType = draw(st.sampled_from(["local", "sql"]))
        return commands.CreateProfile(new, draw(_PROFILES), kind, draw(_SETTING), uid(f"ledger {number}"))

    every: list[Callable[[], Command]] = [
        register_component,
        lambda: commands.UpdateComponent(draw(_TYPES), draw(_NAMES), draw(_SETTINGS), draw(_REMOVED_PARAMETERS)),
        lambda: commands.RenameComponent(draw(_TYPES), draw(_NAMES), draw(_NAMES)),
        lambda: commands.DeleteComponent(draw(_TYPES), draw(_NAMES)),
        lambda: commands.RegisterStack(new, draw(_NAMES), draw(_WHOLE_STACK)),
        lambda: commands.UpdateStack(draw(_NAMES), draw(_SOME_PARTS), draw(_REMOVED_TYPES)),
        lambda: commands.RenameStack(draw(_NAMES), draw(_NAMES)),
        lambda: commands.DeleteStack(draw(_NAMES)),
        lambda: commands.RegisterFlavor(new, draw(_TYPES), OWN, "company.F"),
        lambda: commands.DeleteFlavor(draw(_TYPES), OWN),
        create_profile,
        lambda: commands.RenameProfile(draw(_PROFILES), draw(_PROFILES)),
        lambda: commands.SetProfileUrl(draw(_PROFILES), draw(_SETTING)),
        lambda: commands.MoveProfile(draw(_PROFILES), draw(_STORE_TYPES), draw(_SETTING)),
        lambda: commands.DeleteProfile(draw(_PROFILES)),
        lambda: commands.ActivateProfile(draw(_PROFILES), draw(_BOOLEANS)),
        lambda: commands.ActivateStack(draw(_NAMES), draw(_BOOLEANS)),
        lambda: commands.InitializeRepository(new, draw(_PATHS), profile_id(), stack_id()),
        lambda: commands.ObserveRepository(repository_id(), draw(_PATHS), profile_id(), stack_id()),
        lambda: commands.ForgetRepository(repository_id()),
        lambda: commands.SetLabel(new, draw(_LABELS), draw(_LABELLED)),
        lambda: commands.RecordProvisioning(uid("x"), draw(_TYPES), draw(_NAMES), draw(_PROVISIONING)),
    ]
    if past:
        every.append(lambda: commands.Revert(draw(st.sampled_from(past)).event))
    return draw(st.sampled_from(every))()
