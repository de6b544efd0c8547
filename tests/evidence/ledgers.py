"""Ledgers for tests of evidence: a machine's and its profiles', with changes as the program records them."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from typing import Any
from uuid import UUID

from zenml.evidence import canonical
from zenml.evidence.commitments import committed
from zenml.evidence.merkle import Frontier, leaf_hash

Fields = dict[str, Any]


class WrittenLedger:
    """The events of one ledger as they are stored, and the tree over them."""

    def __init__(self, ledger_id: str, kind: str) -> None:
        self.id = ledger_id
        self.kind = kind
        self.events: list[tuple[str, Fields]] = []
        self.leaves: list[bytes] = []
        self.tree = Frontier()

    def append(self, topic: str, event: Fields) -> None:
        """Appends an event."""
        leaf = leaf_hash(self.id, len(self.events) + 1, topic, event)
        self.events.append((topic, event))
        self.leaves.append(leaf)
        self.tree = self.tree.appended(leaf)

    def entry(self, position: int) -> str:
        """Returns the text that the tree commits to."""
        topic, event = self.events[position - 1]
        return canonical.text({"event": committed(event), "ledger": self.id, "position": position, "topic": topic})


class WrittenRecord:
    """A machine's ledger, and those of its profiles.

    Args:
        seed: Of everything that is random.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.machine = WrittenLedger(self.new_id(), "machine")
        self.profiles: dict[str, tuple[str, WrittenLedger]] = {}
        self.changes: dict[str, Fields] = {}
        self._minute = 0
        self.stacks: dict[str, tuple[str, str, dict[str, str]]] = {}
        self.components: dict[str, tuple[str, str, str]] = {}

    @property
    def ledgers(self) -> list[WrittenLedger]:
        """The machine's ledger first."""
        return [self.machine, *(ledger for _, ledger in self.profiles.values())]

    def new_id(self) -> str:
        """Returns an id."""
        return str(UUID(int=self.random.getrandbits(128), version=4))

    def value(self, value: object) -> Fields:
        """Returns a salted value."""
        return {"s": self.random.randbytes(16).hex(), "v": json.dumps(value)}

    def secret(self) -> Fields:
        """Returns an encrypted value."""
        return {"key_id": self.new_id(), "ciphertext": self.value(self.random.randbytes(40).hex()), "masked": None}

    def change(self, *parts: tuple[WrittenLedger, str, Fields], kind: str = "change", actor: str = "ann") -> str:
        """Records a change, and returns its id.

        Args:
            parts: Its events: the ledger, the topic and the fields of each.
            kind: Its kind.
            actor: Who makes it.
        """
        change_id = self.new_id()
        self._minute += self.random.choice((1, 1, 1, 2, 5, 9, 30, 90, -20))
        day, minute = divmod(self._minute % 40_000, 1440)
        time = f"2026-11-{day + 1:02}T{minute // 60:02}:{minute % 60:02}:00.000000Z"
        ledgers = list({ledger.id: ledger for ledger, _, _ in parts}.values())
        counts = [
            {"ledger_id": ledger.id, "count": sum(its is ledger for its, _, _ in parts)} for ledger in ledgers
        ]
        who = {
            "actor_id": self.value(actor),
            "host": self.value("box"),
            "kind": "person",
            "known_by": "operating system user",
        }
        for ledger, count in zip(ledgers, counts, strict=True):
            began = {
                "change_id": change_id,
                "kind": kind,
                "count": count["count"],
                "parts": counts,
                "correlation_id": change_id,
                "causation_id": None,
                "actor": who,
                "session": self.value("tty1"),
                "client_version": "0.1.0",
                "command": self.value(f"zenml change {len(self.changes)}"),
                "repository_path": self.value("/home/ann/repo") if self.random.random() < 0.3 else None,
                "reason": None,
                "idempotency": None,
                "time": time,
                "targets": [],
                "prior_root": ledger.tree.root().hex(),
            }
            self.changes[change_id] = began
            ledger.append("zenml:ChangeBegan", began)
        for ledger, topic, event in parts:
            ledger.append(topic, event)
        return change_id

    def add_profile(self, name: str) -> WrittenLedger:
        """Creates a profile, in whose ledger the same change begins with a component."""
        ledger, profile_id = WrittenLedger(self.new_id(), "profile"), self.new_id()
        self.profiles[profile_id] = (name, ledger)
        created = {
            "profile_id": profile_id,
            "name": name,
            "store_type": "local",
            "url": self.value("file:///home/ann"),
            "profile_ledger_id": ledger.id,
        }
        self.change(
            (self.machine, "zenml:ProfileCreated", created),
            (ledger, *self._component("orchestrator", "default")),
            kind="init",
        )
        return ledger

    def _component(self, component_type: str, name: str) -> tuple[str, Fields]:
        component_id = self.new_id()
        self.components[component_id] = (component_type, name, component_id)
        parameters = {"path": self.value(f"/data/{self.random.random()}")}
        if self.random.random() < 0.3:
            parameters["password"] = self.secret()
        return "zenml:ComponentRegistered", {
            "component_id": component_id,
            "component_type": component_type,
            "name": name,
            "flavor": "local",
            "parameters": parameters,
        }

    def grow(self, changes: int, actors: tuple[str, ...] = ("ann", "bob")) -> None:
        """Makes random changes to stacks and components of the profiles, and now and then to the machine."""
        for _ in range(changes):
            ledger = self.random.choice(self.ledgers[1:])
            actor = self.random.choice(actors)
            kind = self.random.choice(("change", "change", "change", "undo", "redo"))
            self.change(*self._events(ledger), kind=kind, actor=actor)

    def _events(self, ledger: WrittenLedger) -> list[tuple[WrittenLedger, str, Fields]]:
        choices: list[Callable[[], tuple[WrittenLedger, str, Fields]]] = [
            lambda: (
                ledger,
                *self._component(self.random.choice(("artifact_store", "orchestrator")), self._name()),
            ),
            lambda: (ledger, *self._stack()),
        ]
        if self.components:
            choices.append(lambda: (ledger, *self._parameter()))
        if self.stacks:
            choices += [lambda: (ledger, *self._renamed()), lambda: (ledger, *self._replaced())]
            choices.append(lambda: (self.machine, *self._activated(ledger)))
        return [self.random.choice(choices)() for _ in range(self.random.choice((1, 1, 2, 4)))]

    def _name(self) -> str:
        return self.random.choice(("prod", "dev", "data", "local", "größe"))

    def _stack(self) -> tuple[str, Fields]:
        stack_id = self.new_id()
        used = self.random.sample(sorted(self.components), min(2, len(self.components)))
        components = {self.components[one][0]: one for one in used}
        self.stacks[stack_id] = (stack_id, self._name(), components)
        return "zenml:StackRegistered", {
            "stack_id": stack_id,
            "name": self.stacks[stack_id][1],
            "components": components,
        }

    def _renamed(self) -> tuple[str, Fields]:
        stack_id = self.random.choice(sorted(self.stacks))
        _, old, components = self.stacks[stack_id]
        self.stacks[stack_id] = (stack_id, self._name(), components)
        return "zenml:StackRenamed", {
            "stack_id": stack_id,
            "old_name": old,
            "new_name": self.stacks[stack_id][1],
        }

    def _replaced(self) -> tuple[str, Fields]:
        stack_id, component_id = (
            self.random.choice(sorted(self.stacks)),
            self.random.choice(sorted(self.components)),
        )
        component_type = self.components[component_id][0]
        return "zenml:StackComponentSet", {
            "stack_id": stack_id,
            "stack_name": self.stacks[stack_id][1],
            "component_type": component_type,
            "old_component_id": self.stacks[stack_id][2].get(component_type),
            "new_component_id": component_id,
        }

    def _activated(self, ledger: WrittenLedger) -> tuple[str, Fields]:
        profile_id, name = next((one, its[0]) for one, its in self.profiles.items() if its[1] is ledger)
        stack_id = self.random.choice(sorted(self.stacks))
        chosen = {"chosen_id": stack_id, "name": self.stacks[stack_id][1]}
        return "zenml:StackActivated", {"profile_id": profile_id, "profile_name": name, "old": None, "new": chosen}

    def _parameter(self) -> tuple[str, Fields]:
        component_type, name, component_id = self.components[self.random.choice(sorted(self.components))]
        return "zenml:ParameterSet", {
            "component_id": component_id,
            "component_type": component_type,
            "component_name": name,
            "parameter": "path",
            "old": self.value("/old") if self.random.random() < 0.5 else None,
            "new": self.value("/new"),
        }


def made(seed: int, changes: int = 20, profiles: tuple[str, ...] = ("default", "team")) -> WrittenRecord:
    """Returns a record with some profiles and random changes."""
    record = WrittenRecord(seed)
    for name in profiles:
        record.add_profile(name)
    record.grow(changes)
    return record
