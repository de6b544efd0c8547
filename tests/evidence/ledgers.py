"""Ledgers for tests of evidence: a machine's, its profiles' and their runs', as the program records them."""

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
    """A machine's ledger, those of its profiles, and those of their runs.

    Args:
        seed: Of everything that is random.
    """

    def __init__(self, seed: int) -> None:
        self.random = random.Random(seed)
        self.machine = WrittenLedger(self.new_id(), "machine")
        self.profiles: dict[str, tuple[str, WrittenLedger]] = {}
        self.runs: list[tuple[WrittenLedger, WrittenLedger]] = []  # of which profile, and the runs
        self.changes: dict[str, Fields] = {}
        self._minute = 0
        self.stacks: dict[str, tuple[str, str, dict[str, str]]] = {}
        self.components: dict[str, tuple[str, str, str]] = {}

    @property
    def ledgers(self) -> list[WrittenLedger]:
        """The machine's ledger first, and those of runs last."""
        return [self.machine, *self.of_profiles, *(runs for _, runs in self.runs)]

    @property
    def of_profiles(self) -> list[WrittenLedger]:
        """The ledgers of profiles."""
        return [ledger for _, ledger in self.profiles.values()]

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

    def begin_runs(self, profile: WrittenLedger, year: int = 2026) -> WrittenLedger:
        """Says in the ledger of a profile that one for its runs begins, and returns that."""
        runs = WrittenLedger(self.new_id(), "runs")
        self.runs.append((profile, runs))
        self.change((profile, "zenml:RunsLedgerBegan", {"runs_ledger_id": runs.id, "year": year}), kind="runs")
        return runs

    def close_runs(self, runs: WrittenLedger, year: int = 2026) -> None:
        """Says in the ledger of a profile where that of its runs ended."""
        profile = next(one for one, its in self.runs if its is runs)
        end = {"size": len(runs.events), "root": runs.tree.root().hex()}
        said = {"runs_ledger_id": runs.id, "year": year, **end}
        self.change((profile, "zenml:RunsLedgerClosed", said), kind="evidence")

    def run(self, runs: WrittenLedger, name: str = "train", **fields: object) -> None:
        """Records a run from its beginning to its end, as the ledger of its profile is now.

        Args:
            runs: The ledger of runs.
            name: The name of the run.
            fields: What its beginning says otherwise.
        """
        profile, run_id = next(one for one, its in self.runs if its is runs), self.new_id()
        minute, second = divmod(len(runs.events), 60)
        time = f"2026-11-30T{minute // 60:02}:{minute % 60:02}:{second:02}.000000Z"
        started: Fields = {
            "run_id": run_id,
            "name": name,
            "parent_run_id": None,
            "like_run_id": None,
            "profile_ledger_id": profile.id,
            "position": len(profile.events),
            "root": profile.tree.root().hex(),
            "stack_id": self.new_id(),
            "stack_name": "prod",
            "stack_digest": self.random.randbytes(32).hex(),
            "command": self.value(["sh", "train.sh"]),
            "parameters": {"epochs": self.value(3)},
            "origin": self.value({"folder": "/home/ann/repo", "host": "box", "session": "tty1"}),
            "code": None,
            "software": {"python": "3.11.7", "platform": "linux", "zenml": "0.1.0", "lock": None},
            "actor": {"actor_id": self.value("ann"), "kind": "person", "known_by": "operating system user"},
            "process": {"pid": 7, "started": "1", "boot": None, "namespace": None},
            "secrets": [],
            "reason": None,
            "time": time,
            "prior_root": runs.tree.root().hex(),
        }
        runs.append("zenml:RunStarted", {**started, **fields})
        ended = {"run_id": run_id, "outcome": "succeeded", "exit_code": 0, "signal": None, "time": time}
        runs.append("zenml:RunFinished", ended)

    def redact_of_run(self, runs: WrittenLedger, position: int, field: str) -> None:
        """Blanks a value that an event of a run has at its top, and says so in an event."""
        topic, event = runs.events[position - 1]
        runs.events[position - 1] = topic, {**event, field: committed(event[field])}
        said = {
            "values": [{"position": position, "field": f"/{field}"}],
            "actor": {"actor_id": self.value("ann"), "kind": "person", "known_by": "operating system user"},
            "reason": self.value("a password"),
            "time": "2026-11-30T12:00:00.000000Z",
            "prior_root": runs.tree.root().hex(),
        }
        runs.append("zenml:RunValuesRedacted", said)

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
            ledger = self.random.choice(self.of_profiles)
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
