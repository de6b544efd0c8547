"""What witnesses and time-stamping authorities said of earlier sizes goes with a bundle, and holds without us."""

from __future__ import annotations

import re
import shlex
import subprocess
import sys
import zipfile
from pathlib import Path

from tests.audit.anchors.authorities import Authority
from tests.audit.anchors.peers import witness
from tests.audit.bundles.altering import keys_of, members, verdicts
from tests.ledger.machines import Machine, used
from zenml.evidence import verify

__all__ = ["used"]


def test_what_others_said_of_earlier_sizes_is_checked_without_us(used: Machine, tmp_path: Path) -> None:
    here, authority = used.repository(), Authority(tmp_path / "authority")
    signed = here.checkpoint_all().signed
    with witness(tmp_path / "witness") as real, authority.serving() as url:
        for one in signed:
            real.knows(one.origin, one.key_line)
        real.start()
        here.add_anchor("witness", real.url, vkey=real.key_line)
        here.add_anchor("tsa", url, ca=authority.ca)
        assert here.anchor().ok
    here.register_component("orchestrator", "o", flavor="local", parameters={})
    out, folder = tmp_path / "b.zip", tmp_path / "unpacked"
    made = here.make_bundle(out, everything=True)
    with zipfile.ZipFile(out) as bundle:
        bundle.extractall(folder)
    (folder / "auditor.keys").write_text("\n".join([*made.key_lines, real.key_line]) + "\n")
    words = ["-I", "verify.py", str(out), "--key", "auditor.keys", "--require", "signatures,witnesses"]
    done = subprocess.run([sys.executable, *words], cwd=folder, env={}, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout
    for one in signed:
        label = f"ledgers/{one.ledger_id}/notes/{one.size}-[0-9a-f]{{8}}[.]note"
        assert re.search(f"witness.test/w1 saw {label} [(]{one.size} events[)] at 20", done.stdout)
    (folder / "CA.pem").write_bytes(Path(authority.ca).read_bytes())
    commands = [line[line.index("openssl ts") :] for line in done.stdout.splitlines() if "openssl ts" in line]
    assert len(commands) == len(signed)
    for command in commands:
        checked = subprocess.run(shlex.split(command), cwd=folder, capture_output=True, text=True)
        assert "Verification: OK" in checked.stdout + checked.stderr, checked.stderr
        note = folder / shlex.split(command)[shlex.split(command).index("-data") + 1]
        note.write_bytes(note.read_bytes() + b"\n")
        assert subprocess.run(shlex.split(command), cwd=folder, capture_output=True).returncode != 0
    against = {one.source.split("-")[0]: one.verdict for one in here.verify(anchors=True).against}
    assert {name: (one.text, one.ok) for name, one in against.items()} == {
        name: (f"{len(signed)} checkpoints", True) for name in ("witness", "tsa")
    }


def test_a_bundle_of_a_ledger_with_many_notes_takes_the_newest(used: Machine, tmp_path: Path) -> None:
    here = used.repository()
    size, evidence = here.checkpoint().size, used.config / "evidence"
    ledger_id = used.profile_ledger()
    note = (evidence / f"{ledger_id}.note").read_bytes()
    for number in range(120):
        (evidence / f"{ledger_id}.{size}-{number + 2}.note").write_bytes(note)
    (evidence / f"{ledger_id}.{size - 1}.note").write_bytes(b"somebody edited it")
    here.make_bundle(tmp_path / "b.zip", everything=True)
    taken = [name for name in members(tmp_path / "b.zip") if "/notes/" in name]
    newest = [f"ledgers/{ledger_id}/notes/{size}-{number}.note" for number in range(22, 122)]
    assert sorted(taken) == sorted(newest)
    assert "BAD" not in verdicts(tmp_path / "b.zip").values()


def test_a_continued_bundle_has_no_note_of_what_it_leaves_out(used: Machine, tmp_path: Path) -> None:
    here, ledger_id = used.repository(), used.profile_ledger()
    early = here.checkpoint()
    here.register_component("orchestrator", "o", flavor="local", parameters={})
    here.make_bundle(tmp_path / "first.zip", everything=True)
    here.register_component("orchestrator", "p", flavor="local", parameters={})
    late = here.checkpoint()
    for one in (early, late):
        (used.config / "evidence" / f"{ledger_id}.{one.size}.note").write_text(one.note)
    here.make_bundle(tmp_path / "next.zip", everything=True, continues=tmp_path / "first.zip")
    taken = [name for name in members(tmp_path / "next.zip") if "/notes/" in name]
    assert taken == [f"ledgers/{ledger_id}/notes/{late.size}.note"]
    assert "BAD" not in verdicts(tmp_path / "next.zip", tmp_path / "first.zip").values()


def test_whoever_knows_only_the_earlier_key_accepts_a_bundle_that_the_later_one_signed(
    used: Machine, tmp_path: Path
) -> None:
    here = used.repository()
    here.make_bundle(tmp_path / "old.zip", everything=True)
    known = keys_of(tmp_path / "old.zip")
    for _ in range(2):
        here.signing_key().rotate()
        here.signing_key().finish()
    new = tmp_path / "new.zip"
    here.make_bundle(new, everything=True)
    assert not {key.public for key in known} & {key.public for key in keys_of(new)}
    said = {one.name: one for one in verify.judged(str(new), [[key] for key in known]).verdicts}
    assert said["signatures"].state == verify.OK, said["signatures"]
    assert [one.name for one in said.values() if one.state == verify.BAD] == []
    assert any("was replaced by" in sentence for sentence in said["signatures"].sentences)


def test_a_bundle_after_a_lost_key_is_bad_for_whoever_knows_only_that(used: Machine, tmp_path: Path) -> None:
    here = used.repository()
    here.make_bundle(tmp_path / "old.zip", everything=True)
    known = keys_of(tmp_path / "old.zip")
    (used.config / "keys" / "signing.key").unlink()
    assert here.signing_key().rotate().lost
    here.make_bundle(tmp_path / "new.zip", everything=True)
    said = {
        one.name: one.state for one in verify.judged(str(tmp_path / "new.zip"), [[key] for key in known]).verdicts
    }
    assert said["signatures"] == verify.BAD
