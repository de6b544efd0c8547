"""Whoever keeps the tiles that a service gives computes the root that it signed, without trusting it."""

from __future__ import annotations

import json
import subprocess
from base64 import b64encode
from hashlib import sha256
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.installing import programs
from tests.service.asking import renaming
from tests.service.running import Service
from zenml.evidence.merkle import HASH_BYTES, root_of
from zenml.evidence.verify import Checkpoint, leaf_of, parsed_checkpoint, parsed_note
from zenml.repository import Repository

NAMES = (
    "0",
    "0000",
    "abc",
    "000.p/0",
    "000.p/256",
    "000.p/999",
    "000.p/01",
    "000.p/x",
    "000/",
    "x000",
    "-01",
    "٠٠٠",
)


def checkpoint(service: Service) -> Checkpoint:
    answer = service.ask(f"{service.ledger}/checkpoint")
    assert (answer.status, answer.headers["content-type"]) == (200, "text/plain; charset=utf-8")
    return parsed_checkpoint(parsed_note(answer.body).text)


def leaves(service: Service, size: int) -> list[bytes]:
    answer = service.ask(f"{service.ledger}/tile/0/000.p/{size}")
    assert (answer.status, answer.headers["content-type"]) == (200, "application/octet-stream")
    return [answer.body[at : at + HASH_BYTES] for at in range(0, len(answer.body), HASH_BYTES)]


def grow(own: Service) -> None:
    """Makes a ledger longer than a tile."""
    made = own.home.python(
        "from zenml.repository import Repository\n"
        "here = Repository()\n"
        "with here.change():\n"
        "    for number in range(256):\n"
        "        here.register_component('artifact_store', f's{number}', 'local', {})\n"
    )
    assert made.exit == 0


@pytest.fixture(scope="module")
def tlog() -> Path:
    """The programs, found while the variable that names them is still set: a machine of a test has none."""
    return programs()


def test_hashes_and_entries_lead_to_the_root_that_is_signed(service: Service) -> None:
    signed = checkpoint(service)
    hashes = leaves(service, signed.size)
    assert len(hashes) == signed.size
    assert root_of(hashes) == signed.root
    packed, entries = service.ask(f"{service.ledger}/tile/entries/000.p/{signed.size}").body, list[bytes]()
    while packed:
        length = int.from_bytes(packed[:2], "big")
        entries.append(packed[2 : 2 + length])
        packed = packed[2 + length :]
    assert [leaf_of(entry) for entry in entries] == hashes
    assert sha256(b"\x00" + entries[0]).digest() == hashes[0]


def test_a_later_checkpoint_continues_from_an_earlier_one(own: Service) -> None:
    before = checkpoint(own)
    assert checkpoint(own) == before
    assert own.change(renaming("default", "renamed")).status == 200
    after = checkpoint(own)
    assert after.size > before.size
    assert root_of(leaves(own, after.size)[: before.size]) == before.root


def test_what_is_signed_here_and_by_a_command_is_the_same(own: Service) -> None:
    note = own.ask(f"{own.ledger}/checkpoint").body.decode()
    assert own.home.done("audit", "checkpoint").stdout == note


@pytest.mark.parametrize("name", NAMES)
@pytest.mark.parametrize("kind", ["0", "entries"])
def test_a_name_that_is_none_is_not_found(service: Service, kind: str, name: str) -> None:
    from urllib.parse import quote

    answer = service.ask(f"{service.ledger}/tile/{kind}/{quote(name)}")
    assert (answer.status, answer.said["code"]) == (404, "tile_not_found")


@pytest.mark.parametrize("path", ["0/000", "0/001.p/1", "1/000.p/1", "entries/000", "entries/x001/000.p/3"])
def test_a_tile_that_is_not_full_yet_is_not_found(service: Service, path: str) -> None:
    answer = service.ask(f"{service.ledger}/tile/{path}")
    assert (answer.status, answer.said["code"]) == (404, "tile_not_found")
    assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("level", ["64", "-1", "x"])
def test_a_level_that_no_tree_has_is_refused(service: Service, level: str) -> None:
    assert service.ask(f"{service.ledger}/tile/{level}/000").status == 422


def test_a_full_tile_may_be_kept_for_ever_by_the_one_who_asked(own: Service) -> None:
    grow(own)
    signed = checkpoint(own)
    full = own.ask(f"{own.ledger}/tile/0/000")
    assert full.headers["cache-control"] == "private, max-age=31536000, immutable"
    assert len(full.body) == 256 * HASH_BYTES
    rest = own.ask(f"{own.ledger}/tile/0/001.p/{signed.size - 256}")
    hashes = full.body + rest.body
    assert root_of(hashes[at : at + HASH_BYTES] for at in range(0, len(hashes), HASH_BYTES)) == signed.root
    above = own.ask(f"{own.ledger}/tile/1/000.p/1").body
    assert above == root_of(full.body[at : at + HASH_BYTES] for at in range(0, len(full.body), HASH_BYTES))
    assert own.ask(f"{own.ledger}/tile/entries/000").status == 200


def downloaded(own: Service, folder: Path) -> Path:
    """Downloads the checkpoint, all tiles of hashes and all entries, each under its name in the service."""
    size = checkpoint(own).size
    names = ["checkpoint"]
    for level in range(8):
        width = size >> (8 * level)
        names += [f"tile/{level}/{n:03}" for n in range(width // 256)]
        names += [f"tile/{level}/{width // 256:03}.p/{width % 256}"] if width % 256 else []
        if not level:
            names += [name.replace("tile/0/", "tile/entries/") for name in names[1:]]
    for name in names:
        answer = own.ask(f"{own.ledger}/{name}")
        assert answer.status == 200, name
        (folder / name).parent.mkdir(parents=True, exist_ok=True)
        (folder / name).write_bytes(answer.body)
    return folder


def entries(folder: Path) -> list[bytes]:
    """Returns the entries of all bundles in their order."""
    found = list[bytes]()
    for bundle in sorted(folder.glob("tile/entries/**/*")):
        packed = bundle.read_bytes() if bundle.is_file() else b""
        while packed:
            length = int.from_bytes(packed[:2], "big")
            found.append(packed[2 : 2 + length])
            packed = packed[2 + length :]
    return found


def test_another_implementation_finds_every_entry_in_tiles_that_were_downloaded(
    tlog: Path, own: Service, tmp_path: Path
) -> None:
    """A ledger with more than one tile: its entries are proved by the tiles, and make the same tiles."""
    grow(own)
    served, built = downloaded(own, tmp_path / "served"), tmp_path / "built"
    signed = checkpoint(own)
    lines = entries(served)
    assert len(lines) == signed.size > 256
    (tmp_path / "entries").write_bytes(b"".join(line + b"\n" for line in lines))
    made = told(tlog, "build-tiles", "--leaves", tmp_path / "entries", "--out", built)
    assert (made["size"], made["root"]) == (signed.size, b64encode(signed.root).decode())
    theirs = {path.relative_to(built): path.read_bytes() for path in built.glob("tile/**/*") if path.is_file()}
    ours = {path.relative_to(served): path.read_bytes() for path in served.glob("tile/**/*") if path.is_file()}
    assert ours == theirs
    (tmp_path / "team.key").write_text(f"{Repository(notify=print).checkpoint().key_line}\n")
    proving = ["verify-inclusion", "--tiles", served, "--vkey-file", tmp_path / "team.key"]
    for index in (0, 255, 256, signed.size - 1):
        (tmp_path / "entry").write_bytes(lines[index])
        said = told(tlog, *proving, "--index", index, "--leaf", tmp_path / "entry")
        assert said["ok"] is True, said
    said = told(tlog, *proving, "--index", 7, "--leaf", tmp_path / "entry", fails=True)
    assert said["ok"] is False


def told(tlog: Path, *words: object, fails: bool = False) -> dict[str, Any]:
    """Returns what aics-tlog answers."""
    done = subprocess.run([tlog / "aics-tlog", *map(str, words)], capture_output=True, text=True, timeout=60)
    assert (done.returncode != 0) is fails, done.stdout + done.stderr
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
