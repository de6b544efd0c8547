"""Bundles that continue earlier ones."""

from __future__ import annotations

import os
import zipfile
from pathlib import Path

import pytest

from tests.audit.bundles.altering import alter, manifest, members, opened, report
from tests.ledger.histories import Wanderer
from tests.ledger.machines import Machine
from zenml.domain.errors import DamagedLedgerError, InvalidValueError


def test_three_bundles_in_a_row_have_the_whole_record_once(machine: Machine) -> None:
    wanderer = Wanderer(machine, 1)
    files = [machine.base / f"{number}.zip" for number in range(3)]
    for number, file in enumerate(files):
        wanderer.walk(12 * (number + 1))
        wanderer.here.make_bundle(file, everything=True, continues=files[number - 1] if number else None)
        assert "BAD" not in [verdict.state for verdict in report(file, *files[:number]).verdicts]
    places = [opened(file) for file in files]
    assert sum(map(len, places)) == len(set().union(*places))
    recorded = {(row.ledger_id, row.position) for row in machine.events()}
    last_export = {(row.ledger_id, row.position) for row in machine.events()[-2:]}
    assert set().union(*places) == recorded - last_export
    assert report(files[2], files[1], files[0]).holds(["selection", "extends", "root"])
    assert not report(files[2]).holds(["extends"])


def test_what_a_name_meant_before_is_still_found(machine: Machine) -> None:
    here = machine.repository()
    here.combine_stack("old name", {"orchestrator": "default", "artifact_store": "default"})
    before, after = machine.base / "before.zip", machine.base / "after.zip"
    here.make_bundle(before, stack="old name")
    here.rename_stack("old name", "new name")
    here.make_bundle(machine.base / "between.zip", stack="new name", continues=before)
    here.activate_stack("new name")
    here.make_bundle(after, stack="old name", continues=machine.base / "between.zip")
    assert opened(after)
    assert report(after, before, machine.base / "between.zip").holds(["selection", "extends"])


def test_a_bundle_of_another_record_is_not_continued(machine: Machine, tmp_path: Path) -> None:
    here = machine.repository()
    here.list_stacks()
    old = machine.base / "old.zip"
    here.make_bundle(old, everything=True)
    machine.config.rename(machine.base / "gone")
    (machine.base / "state").rename(machine.base / "gone state")
    other = machine.repository()
    other.list_stacks()
    with pytest.raises(InvalidValueError) as refused:
        other.make_bundle(tmp_path / "new.zip", everything=True, continues=old)
    assert refused.value.code == "bundle_of_another_record"
    assert not (tmp_path / "new.zip").exists()


def test_a_bundle_that_the_record_contradicts_is_not_continued(machine: Machine) -> None:
    here = machine.repository()
    here.list_stacks()
    old, new = machine.base / "old.zip", machine.base / "new.zip"
    here.make_bundle(old, everything=True)
    name = f"ledgers/{manifest(old)['ledgers'][0]['ledger']}/checkpoint"

    def other_root(files: dict[str, bytes]) -> None:
        origin, size, _, *rest = files[name].decode().split("\n")
        files[name] = "\n".join([origin, size, "A" * 43 + "=", *rest]).encode()

    def longer(files: dict[str, bytes]) -> None:
        origin, _, *rest = files[name].decode().split("\n")
        files[name] = "\n".join([origin, "1000", *rest]).encode()

    for change in (other_root, longer):
        with pytest.raises(DamagedLedgerError) as refused:
            here.make_bundle(new, everything=True, continues=alter(old, change, machine.config))
        assert refused.value.code == "bundle_not_continued"
        assert not new.exists()


def test_a_hostile_earlier_bundle_is_an_error_in_words(machine: Machine) -> None:
    here = machine.repository()
    here.list_stacks()
    old, hostile, new = (machine.base / name for name in ("old.zip", "hostile.zip", "new.zip"))
    here.make_bundle(old, everything=True)
    good = members(old)

    def written(**files: bytes) -> None:
        with zipfile.ZipFile(hostile, "w", zipfile.ZIP_DEFLATED) as archive:
            for name, content in {**good, **files}.items():
                archive.writestr(name, content)

    def check() -> None:
        with pytest.raises(InvalidValueError) as refused:
            here.make_bundle(new, everything=True, continues=hostile)
        assert refused.value.code in ("not_a_bundle", "invalid_value")
        assert not new.exists()

    for text in (b"", b"{}", b"[]", b"null", b"[" * 100_000, b"\xff", b'{"schema":1,"ledgers":1}', b"0" * 2**25):
        written(**{"manifest.json": text})
        check()
    for note in (b"", b"\x00", b"a\n1\nAAAA\n\n", b"0" * 2**25):
        written(**{name: note for name in good if name.endswith("checkpoint")})
        check()
    written()
    whole = hostile.read_bytes()
    for length in (0, 10, len(whole) // 2, len(whole) - 1):
        hostile.write_bytes(whole[:length])
        check()
    hostile.unlink()
    check()
    hostile.mkdir()
    check()
    hostile.rmdir()
    os.mkfifo(hostile)
    check()
