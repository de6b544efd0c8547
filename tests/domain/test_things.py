"""Each declaration says what its events have, and every event is declared or told by hand."""

from __future__ import annotations

import re
from collections import Counter
from pathlib import Path
from typing import Any, get_args

import pytest

from tests.domain.samples import BEGAN, SAMPLES
from zenml.audit.actions import action_of
from zenml.domain import commands
from zenml.domain.annotations import hints
from zenml.domain.declarations import (
    APPEARS,
    CAME,
    CHANGE,
    CHOICE,
    JSON,
    REFERENCE,
    SETS,
    SETTING,
    TEXT,
    WENT,
    Effect,
    Field,
    Thing,
)
from zenml.domain.events import TOPICS, Choice, Provisioning, StoreType, TokenRole
from zenml.domain.things import COMPONENT, EFFECTS, IN_A_PROFILE, MADE_AGAIN, THINGS, belonging
from zenml.domain.values import Blank, Salted, Secret
from zenml.flavors.index import FLAVORS
from zenml.projections.tables import RECORDS, TEMPORAL
from zenml.projections.timeline import differences, subjects

ROOT = Path(__file__).parents[2]

BY_HAND = {
    *("zenml:ChangeBegan", "zenml:RecordExported", "zenml:LedgerCopied"),
    *("zenml:SigningKeyChanged", "zenml:HistoryAccepted", "zenml:CheckpointWitnessed"),
    *("zenml:KeysNoted", "zenml:SecretsShredded", "zenml:ValueRedacted", "zenml:PlanApproved"),
    *("zenml:RunsLedgerBegan", "zenml:RunsLedgerClosed"),
}
"""Topics of no thing: what a change is, that the record was handed out, a copy's origin, evidence, runs."""

NOT_ABOUT_A_THING = {
    commands.InitializeRepository, commands.ObserveRepository, commands.ForgetRepository, commands.SetLabel,
    commands.RecordProvisioning, commands.RecordExport, commands.RecordCopy,
    commands.RecordKeyChange, commands.RecordAcceptance, commands.RecordCosignature,
    commands.NoteKeys, commands.RecordShredding, commands.RecordRedaction, commands.ApprovePlan,
    commands.RequireApprovals, commands.BeginRunsLedger, commands.CloseRunsLedger,
    commands.Make, commands.Revert,
}  # fmt: skip
"""Commands whose target, on a note of a refused attempt, is said by whoever gives them, or is that of an event."""

FORMS: dict[str, set[Any]] = {
    TEXT: {str},
    SETTING: {Salted, Blank, Secret},
    REFERENCE: {str},
    CHOICE: {Choice},
    CHANGE: {str},
    JSON: {Provisioning, bool, int},
}
DECLARED = [(thing, effect) for thing in THINGS for effect in thing.effects]


def name(of: object) -> str | None:
    return (
        of.topic.removeprefix("zenml:") if isinstance(of, Effect) else of.kind if isinstance(of, Thing) else None
    )


def types_in(hint: Any) -> set[Any]:
    """Returns the types an annotation is made of, without None."""
    inner = [arg for arg in get_args(hint) if isinstance(arg, type) or get_args(arg)]
    return set().union(*map(types_in, inner)) if inner else {hint} - {type(None)}


def fits(field: Field, hint: Any) -> bool:
    return types_in(hint) <= FORMS[field.form] or hint in (StoreType, TokenRole)


def test_every_topic_is_declared_or_told_by_hand() -> None:
    assert EFFECTS.keys() | BY_HAND == TOPICS.keys()
    assert not EFFECTS.keys() & BY_HAND


def test_no_event_comes_twice() -> None:
    topics = Counter(effect.topic for thing, effect in DECLARED if effect.does != SETS)
    assert [topic for topic, count in topics.items() if count > 1] == []
    parts = Counter((effect.topic, effect.part) for _, effect in DECLARED)
    assert [part for part, count in parts.items() if count > 1] == []


def test_each_record_and_table_has_one_thing() -> None:
    assert len(RECORDS) == len(THINGS) + sum(thing.items is not None for thing in THINGS)
    assert set(RECORDS.values()) <= set(TEMPORAL)
    assert len({table.name for table in TEMPORAL}) == len(TEMPORAL) >= len(RECORDS)


def test_nothing_that_belongs_to_a_component_is_called_like_a_parameter() -> None:
    parameters = {name for infos in FLAVORS.values() for info in infos for name in info.parameters}
    fields = {field.name for thing in (COMPONENT, *belonging(COMPONENT)) for field in thing.fields}
    assert "path" in parameters
    taken = (fields - {"name", "component_type", "flavor"}) & parameters
    assert not taken, "both are shown by their names: choose another one"


def test_rules_name_records_that_there_are() -> None:
    rules = [*(ROOT / "zenml" / "domain").glob("**/*.py"), ROOT / "zenml" / "ledger" / "undo.py"]
    named = {
        kind
        for path in rules
        for kind in re.findall(r'\bRecord\(\s*"([a-z ]+)"', path.read_text(encoding="utf-8"))
    }
    assert "active stack" in named
    assert named <= set(RECORDS)


@pytest.mark.parametrize(("thing", "effect"), DECLARED, ids=name)
def test_an_effect_says_what_its_event_has(thing: Thing, effect: Effect) -> None:
    event = TOPICS[effect.topic]
    said = hints(event)
    is_in_a_profile = thing in IN_A_PROFILE
    assert ("profile" if is_in_a_profile else "machine") == event.LEDGER
    assert thing.of == "machine" or types_in(said[thing.id]) == {str}
    if effect.does in (CAME, WENT):
        items = {thing.items.name} if thing.items else set()
        assert event.forms().keys() == {thing.id, *(field.name for field in thing.fields), *items}
        assert all(fits(field, said[field.name]) for field in thing.fields)
        return
    field, _ = thing.part(effect, {thing.items.key: "key"} if thing.items else {})
    given = [effect.old, effect.new] if effect.new else [effect.old]
    assert all(fits(field, said[key]) for key in given)
    if effect.does == APPEARS:
        assert field == thing.fields[-1]
        assert len(thing.effects) == 1


@pytest.mark.parametrize(
    "thing", [thing for thing in THINGS if not thing.of or thing.effects[0].does != APPEARS], ids=name
)
def test_what_comes_can_go(thing: Thing) -> None:
    does = Counter(effect.does for effect in thing.effects)
    assert does[CAME] == does[WENT] == 1 or does == {APPEARS: 1}
    if thing.items:
        setting = [bool(effect.new) for effect in thing.effects if effect.part == thing.items.name]
        assert sorted(setting) == [False, True], "one event sets an item, and one takes it away"


def test_what_is_made_again_refers_to_what_was_made_before() -> None:
    kinds = [thing.kind for thing in MADE_AGAIN]
    assert set(kinds) == {thing.kind for thing in IN_A_PROFILE if not thing.of} - {"label", "approval rule"}
    assert kinds.index("flavor") < kinds.index("component") < kinds.index("stack")


@pytest.mark.parametrize("event", SAMPLES, ids=lambda event: type(event).__name__)
def test_every_event_has_its_words(event: Any) -> None:
    phrase = subjects.describe(event.TOPIC, event.to_fields())
    assert phrase not in ("", event.TOPIC.removeprefix("zenml:"))
    assert "{" not in phrase
    action, entity = action_of(event.TOPIC, event.to_fields())
    assert action not in ("", "unknown")
    assert entity.type


def test_what_is_told_by_hand_has_an_event() -> None:
    for by_hand in (subjects._BY_HAND, differences._BY_HAND):
        assert by_hand.keys() <= TOPICS.keys()
    assert BEGAN.TOPIC in BY_HAND


def test_every_command_says_what_it_is_about() -> None:
    every = set(get_args(commands.Command))
    assert commands.ABOUT.keys() | NOT_ABOUT_A_THING == every
    assert not commands.ABOUT.keys() & NOT_ABOUT_A_THING
