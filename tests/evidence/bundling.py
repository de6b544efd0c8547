"""Makes bundles of the ledgers that tests write, as decision 50 says, and takes bundles apart to alter them."""

from __future__ import annotations

import hashlib
import json
import zipfile
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tests.evidence.ledgers import WrittenLedger, WrittenRecord
from tests.evidence.openings import openings
from zenml.evidence import notes
from zenml.evidence.merkle import Frontier
from zenml.evidence.verify import LogEntry, Scope

Filter = dict[str, Any]
Members = dict[str, bytes]


class Signing:
    """A key that signs under any name.

    Args:
        seed: 32 times this byte is the private key.
    """

    def __init__(self, seed: int = 1) -> None:
        self._key = Ed25519PrivateKey.from_private_bytes(bytes([seed]) * 32)
        self.public = self._key.public_key().public_bytes_raw()

    def sign(self, message: bytes) -> bytes:
        """Returns the signature of a message."""
        return self._key.sign(message)


def text(value: object) -> str:
    """Returns the canonical text of what a bundle has."""
    return json.dumps(value, sort_keys=True, separators=(",", ":"), ensure_ascii=False)


def chosen(record: WrittenRecord, wanted: Filter) -> dict[str, list[int]]:
    """Returns by ledger the positions that a filter wants, as `Scope` decides."""
    scope, of_changes = Scope(wanted), [record.machine, *record.of_profiles]
    entries = {
        ledger.id: [LogEntry.parsed(ledger.entry(at + 1).encode()) for at in range(len(ledger.events))]
        for ledger in of_changes
    }
    for ledger in of_changes:
        for entry in entries[ledger.id]:
            scope.learn(entry)
    for ledger in of_changes:
        for entry in entries[ledger.id]:
            actor = ledger.events[entry.position - 1][1].get("actor", {}).get("actor_id", {}).get("v", "null")
            scope.weigh(entry, json.loads(actor))
    positions = {runs.id: [*range(1, len(runs.events) + 1)] for _, runs in record.runs}
    for ledger in of_changes:
        change = ""
        for entry in entries[ledger.id]:
            change = entry.event["change_id"] if entry.topic == "zenml:ChangeBegan" else change
            if scope.wants(change):
                positions.setdefault(ledger.id, []).append(entry.position)
    return positions


def members(
    record: WrittenRecord,
    signing: Signing,
    wanted: Filter | None = None,
    *,
    withheld: tuple[str, ...] = (),
    start: dict[str, int] | None = None,
    left_out: dict[str, str] | None = None,
) -> dict[str, bytes]:
    """Returns the members of a bundle, but those that speak of the others: the manifest and its signature.

    Args:
        record: The ledgers.
        signing: The key.
        wanted: The filter.
        withheld: What is kept back besides secrets.
        start: By ledger, where an earlier bundle ended.
        left_out: By ledger, why it is not there.
    """
    filter_, start = wanted or {}, start or {}
    narrow = {runs.id: "unwanted" for _, runs in record.runs if filter_.keys() - {"profile"}}
    left_out = {**narrow, **(left_out or {})}
    made = {"README.txt": b"How to read this\n", "verify.py": b"print()\n"}
    positions, ledgers = chosen(record, filter_), []
    keys = [notes.key_line(f"zenml-evidence/{record.machine.id}", signing.public)]
    names = {ledger.id: name for name, ledger in record.profiles.values()}
    names.update({runs.id: names[profile.id] for profile, runs in record.runs})
    for ledger in record.ledgers:
        size, begin = len(ledger.events), start.get(ledger.id, 0)
        here = ledger.id not in left_out
        frontier = Frontier().extended(ledger.leaves[:begin])
        said = {"frontier": [node.hex() for node in frontier.hashes], "size": begin} if begin else None
        ledgers.append(
            {
                "kind": ledger.kind,
                "ledger": ledger.id,
                "left_out": left_out.get(ledger.id),
                "profile": names.get(ledger.id),
                "size": size if here else None,
                "start": said,
            }
        )
        if not here:
            continue
        origin = f"zenml-ledger/{ledger.id}"
        keys.append(notes.key_line(origin, signing.public))
        note = notes.signed(notes.checkpoint_text(origin, size, ledger.tree.root()), [(origin, signing)])
        folder = f"ledgers/{ledger.id}"
        made[f"{folder}/checkpoint"] = note.encode()
        entries = [ledger.entry(position) for position in range(begin + 1, size + 1)]
        made[f"{folder}/entries.jsonl"] = "".join(f"{entry}\n" for entry in entries).encode()
        opened = _opened(
            ledger, begin, set(positions.get(ledger.id, ())), withheld, is_by_actor="actor" in filter_
        )
        made[f"{folder}/opened.jsonl"] = "".join(f"{text(line)}\n" for line in opened).encode()
    made["keys.txt"] = "".join(f"{key}\n" for key in keys).encode()
    others = {"other"} if "actor" in filter_ else set()
    made["manifest.json"] = text(
        {
            "files": {},
            "filter": filter_,
            "ledgers": ledgers,
            "schema": "zenml.evidence.bundle",
            "version": 1,
            "withheld": sorted({*withheld, *others, "secret"}),
        }
    ).encode()
    return made


_PLACES = {
    "zenml:ChangeBegan": {"/actor/host": "host", "/command": "command", "/session": "session"},
    "zenml:RunStarted": {"/origin": "host", "/command": "command"},
}


def _opened(
    ledger: WrittenLedger, begin: int, wanted: set[int], withheld: tuple[str, ...], *, is_by_actor: bool
) -> list[dict[str, Any]]:
    lines = []
    for position, (topic, event) in enumerate(ledger.events, start=1):
        is_beginning = topic == "zenml:ChangeBegan"
        places = _PLACES.get(topic, {})

        def reason(pointer: str, places: dict[str, str] = places) -> str | None:
            if pointer.endswith("/ciphertext"):
                return "secret"
            why = places.get(pointer)
            return why if why in withheld else None

        if position <= begin:
            continue
        if position in wanted:
            lines.append({"position": position, "values": openings(event, reason)})
        elif is_by_actor and is_beginning:
            actor = openings(event, lambda pointer: None if pointer == "/actor/actor_id" else "other")
            lines.append({"position": position, "values": actor})
    return lines


def sealed(made: dict[str, bytes], signing: Signing) -> dict[str, bytes]:
    """Returns all members: the manifest with what the others are, and its signature."""
    files = {
        name: {"bytes": len(data), "sha256": hashlib.sha256(data).hexdigest()}
        for name, data in made.items()
        if name not in ("manifest.json", "manifest.sig")
    }
    manifest = json.loads(made["manifest.json"]) | {"files": files}
    return resigned({**made, "manifest.json": f"{text(manifest)}\n".encode()}, signing)


def resigned(made: dict[str, bytes], signing: Signing) -> dict[str, bytes]:
    """Returns all members with a new signature of the manifest as it is."""
    data = made["manifest.json"]
    name = f"zenml-evidence/{json.loads(data)['ledgers'][0]['ledger']}"
    statement = f"zenml-evidence manifest\n{hashlib.sha256(data).hexdigest()}\n"
    return {**made, "manifest.sig": notes.signed(statement, [(name, signing)]).encode()}


def write(path: Path, made: dict[str, bytes]) -> Path:
    """Writes members as a zip file."""
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in made.items():
            archive.writestr(name, data)
    return path
