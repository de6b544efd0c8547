"""Bundles that somebody altered who has the signing key: all sums and the signature are made again."""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from zenml.audit.bundles.archive import Archive
from zenml.audit.bundles.sealing import seal
from zenml.custody.signing_key import signing_keys
from zenml.evidence.verify import Key, Report, judged, keys_in

Members = dict[str, bytes]
_SEAL = ("manifest.json", "manifest.sig")


def members(path: Path) -> Members:
    """Returns the files of a bundle by name."""
    with zipfile.ZipFile(path) as archive:
        return {name: archive.read(name) for name in archive.namelist()}


def manifest(path: Path) -> dict[str, Any]:
    """Returns what a bundle says it has."""
    said: dict[str, Any] = json.loads(members(path)["manifest.json"])
    return said


def lines(path: Path, ledger_id: str, name: str) -> list[Any]:
    """Returns the lines of a file about a ledger."""
    return [json.loads(line) for line in members(path)[f"ledgers/{ledger_id}/{name}"].splitlines()]


def opened(path: Path) -> set[tuple[str, int]]:
    """Returns the ledger and position of each event that a bundle opens."""
    return {
        (ledger["ledger"], line["position"])
        for ledger in manifest(path)["ledgers"]
        if ledger["left_out"] is None
        for line in lines(path, ledger["ledger"], "opened.jsonl")
        if {"withheld": "other"} not in line["values"]
    }


def keys_of(path: Path) -> list[Key]:
    """Returns the keys that a bundle names: in these tests they came by another way as well."""
    beside = path.with_suffix(".keys")
    beside.write_bytes(members(path)["keys.txt"])
    return keys_in(str(beside))


def verdicts(path: Path, *previous: Path) -> dict[str, str]:
    """Returns what verify.py says of a bundle whose keys are known: the state of each verdict, by name."""
    return {verdict.name: verdict.state for verdict in report(path, *previous).verdicts}


def report(path: Path, *previous: Path) -> Report:
    """Returns all that verify.py says of a bundle whose keys are known."""
    return judged(str(path), [keys_of(path)], [str(one) for one in previous])


def alter(path: Path, change: Callable[[Members], None], config: Path, **said: Any) -> Path:
    """Writes a bundle beside another one, with other files, and with other things in its manifest."""
    files, before = members(path), manifest(path)
    change(files)
    target = path.with_name("altered.zip")
    with target.open("w+b") as file, Archive(file, "2026-11-29T12:00:00.000000Z") as archive:
        for name, content in files.items():
            if name not in _SEAL:
                archive.add(name, content)
        seal(
            archive,
            asked=said.get("filter", before["filter"]),
            withheld=said.get("withheld", before["withheld"]),
            ledgers=said.get("ledgers", before["ledgers"]),
            machine_id=before["ledgers"][0]["ledger"],
            signers=signing_keys(str(config), make=False),
        )
    return target
