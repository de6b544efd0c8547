"""What the TAB key offers: existing names.

Whatever is wrong, it offers nothing, says nothing and writes nothing.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Iterable
from typing import TypeVar

from zenml import paths
from zenml.cli.options.declared import Offer, TypedSoFar
from zenml.domain.component_types import COMPONENT_TYPES, command, reference
from zenml.domain.visible import visible
from zenml.flavors.index import FLAVORS
from zenml.projections import kept
from zenml.repository import Repository
from zenml.snapshot.names import names
from zenml.snapshot.snapshot import Snapshot

Answer = TypeVar("Answer")
_SHELL, _BASH = "_ZENML_COMPLETE", "complete_bash"
"""The variable in which the shell's script says which shell asks, and what it says in bash."""

KINDS = ["stack", *(command(component_type) for component_type in COMPONENT_TYPES)]
"""What has fields: stacks, and components of each type."""

_NEWEST = 100  # changes: nobody looks further down a list under the prompt


def stacks(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers the stacks of the active profile."""
    return _of_kind("stack", incomplete, lambda now, name: ", ".join(now.stack(name).components.values()))


def profiles(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers the profiles."""
    return _of_kind("profile", incomplete, lambda now, name: f"its stack is {now.profile(name).active_stack}")


def components(component_type: str) -> Callable[[str, TypedSoFar], list[Offer]]:
    """Returns what offers the components of a type."""
    return lambda incomplete, typed: _of_kind(component_type, incomplete, _flavor_of(component_type))


def typed_components(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers the components of all types, as ``TYPE/NAME``."""
    return [
        offer
        for component_type in COMPONENT_TYPES
        for offer in _of_kind(component_type, incomplete, _flavor_of(component_type), as_reference=True)
    ]


def _flavor_of(component_type: str) -> Callable[[Snapshot, str], str]:
    return lambda now, name: now.component(component_type, name).flavor


def changes(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers the newest changes; of a range, its second half too."""
    from zenml.history.history_filter import history

    first, dots, _ = incomplete.partition("..")
    return _offer_from_snapshot(
        incomplete,
        lambda snapshot: [
            (f"{first}{dots}{change.change}" if dots else change.change, change.told)
            for change in history(snapshot, limit=_NEWEST)
        ],
    )


def points(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers the labels and the newest changes."""
    return [*labels(incomplete, typed), *changes(incomplete, typed)]


def runs(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers the names of runs, and the newest runs."""
    from zenml.runs.looking.offered import newest_runs

    return [*run_names(incomplete, typed), *_offer_from_runs(incomplete, newest_runs)]


def run_names(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers the names that runs have."""
    from zenml.runs.looking.offered import names_of_runs

    return _offer_from_runs(incomplete, names_of_runs)


def of_a_kind(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers the stacks, or the components of the type that the word before says."""
    kind = str(typed.values.get("kind") or "").replace("-", "_")
    return stacks(incomplete, typed) if kind == "stack" else components(kind)(incomplete, typed)


def kinds(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers what can be blamed: ``stack`` and the types, or components as ``type/name`` once there is a slash."""
    if "/" in incomplete:
        return typed_components(incomplete, typed)
    return [(kind, "") for kind in KINDS if kind.startswith(incomplete)]


def sides(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers what can be compared: points and profiles; files are the shell's."""
    return [*points(incomplete, typed), *profiles(incomplete, typed)]


def things(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers stacks as ``stack/NAME`` and components as ``TYPE/NAME``."""
    stack_offers = _of_kind("stack", incomplete, lambda now, name: "", as_reference=True)
    return [*stack_offers, *typed_components(incomplete, typed)]


def labels(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers the labels of the active profile."""

    def summary(now: Snapshot, name: str) -> str:
        return next((label.summary or "" for label in now.labels() if label.label == name), "")

    return _of_kind("label", incomplete, summary)


def of_the_group(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers the components of the type whose commands these are."""
    return components(_type(typed))(incomplete, typed)


def first_word(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers them for the first of several words; the others are parameters."""
    return [] if typed.values.get("words") else of_the_group(incomplete, typed)


def flavors(incomplete: str, typed: TypedSoFar) -> list[Offer]:
    """Offers the flavors of the type whose commands these are."""
    component_type = _type(typed)
    shipped = [
        (info.name, info.origin) for info in FLAVORS.get(component_type, ()) if info.name.startswith(incomplete)
    ]

    def custom_flavors(snapshot: Snapshot) -> list[Offer]:
        return [(info.name, info.source) for info in snapshot.flavors.of(component_type) if info.custom]

    return [*shipped, *_offer_from_snapshot(incomplete, custom_flavors)]


def parameters(typed: TypedSoFar) -> list[str]:
    """Returns the parameters of the flavor that is given, or of the component that is named, as options."""
    component_type, flavor = _type(typed), typed.values.get("flavor")
    name, *_ = typed.values.get("words") or [""]
    if name and flavor is None:
        flavor = next(iter(_ask(lambda now: [now.component(component_type, name).flavor])), None)
    known = [info.parameters for info in FLAVORS.get(component_type, ()) if flavor in (None, info.name)]
    return [f"--{parameter}=" for parameter in sorted({parameter for names in known for parameter in names})]


def _type(typed: TypedSoFar) -> str:
    """Returns the component type whose commands these are."""
    return typed.path[0].replace("-", "_")


def _of_kind(
    kind: str, incomplete: str, about: Callable[[Snapshot, str], str], *, as_reference: bool = False
) -> list[Offer]:
    """Returns offers of names; ``KIND/NAME`` once the kind and a slash are typed, or if that is wanted."""
    prefix, begun = reference(kind, ""), ""
    if incomplete.startswith(prefix):
        begun = incomplete.removeprefix(prefix)
    elif not as_reference:
        prefix, begun = "", incomplete
    elif not prefix.startswith(incomplete):
        return []
    is_described = os.environ.get(_SHELL) != _BASH  # that shows names alone

    def question(now: Snapshot) -> list[Offer]:
        found = names(now, kind, begun)
        return [(prefix + name, about(now, name) if is_described else "") for name in found]

    return _offer_from_snapshot(incomplete, question)


def _offer_from_snapshot(incomplete: str, question: Callable[[Snapshot], Iterable[Offer]]) -> list[Offer]:
    return [
        (_quote_for_shell(text), visible(about))
        for text, about in _ask(question)
        if text.startswith(incomplete) and not _is_garbled(text)
    ]


def _offer_from_runs(incomplete: str, question: Callable[[Snapshot, str, str], list[Offer]]) -> list[Offer]:
    folder = paths.config_directory()
    return _offer_from_snapshot(incomplete, lambda snapshot: question(snapshot, folder, incomplete))


def _ask(question: Callable[[Snapshot], Iterable[Answer]]) -> list[Answer]:
    """Returns what is answered; nothing if anything is wrong."""
    try:
        repository = Repository(notify=lambda sentence: None, dry_run=True)
        if not kept.has_begun(paths.ledger_file(repository.config_directory)):
            return []
        return repository.ask(lambda snapshot: list(question(snapshot)))
    except Exception:  # an error here would be printed into the line that somebody types
        return []


def _quote_for_shell(text: str) -> str:
    """Returns a name as it may stand in a command line: bash takes over what it is offered as it is.

    A name such as ``$(reboot)`` would be run with the line. Other shells quote what they are offered.
    """
    in_bash = os.environ.get(_SHELL) == _BASH
    return re.sub(r"[^\w@%+=:,./-]", r"\\\g<0>", text) if in_bash else text


def _is_garbled(text: str) -> bool:
    """Tells whether a name would arrive as another one: zsh's list of offers loses quotation marks."""
    return os.environ.get(_SHELL) == "complete_zsh" and not {"'", '"'}.isdisjoint(text)
