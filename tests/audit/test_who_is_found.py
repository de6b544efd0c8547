"""Who is found by what: each attacker of the table in `docs/security.md`, and each of its columns."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from datetime import datetime, timedelta
from itertools import takewhile
from pathlib import Path
from typing import NamedTuple
from unittest import mock

import pytest

from tests.audit.threats.people import User
from tests.audit.threats.scenes import Scene, Served, SharedDatabase
from tests.ledger.tampering import Stored
from zenml.domain.errors import DamagedLedgerError
from zenml.evidence.verify import BAD, OK, Key, judged, keys_in, parsed_key
from zenml.ledger import ids
from zenml.stores.local import LocalStore

PAGE = Path(__file__).parents[2] / "docs" / "security.md"

# --- attackers --------------------------------------------------------------------------------------


def _renamed(events: list[Stored], old: str, new: str) -> list[Stored]:
    """Returns events in which a stack was registered under another name."""
    changed = [event.with_fields(name=new) if event.fields.get("name") == old else event for event in events]
    assert changed != events
    return changed


def _rebuild(scene: Scene) -> None:
    """Makes all views and counters of a file fit the events that are in it."""
    scene.tampering.run("UPDATE sqlite_sequence SET seq = (SELECT max(rowid) FROM stored_events)")
    store = LocalStore(str(scene.tampering.file))
    store.rebuild()
    store.close()


def _forget(*users: User) -> None:
    for user in users:
        shutil.rmtree(user.seen, ignore_errors=True)


def edits_in_place(scene: Scene) -> None:
    events = scene.tampering.events(scene.ledger_id)
    event = next(event for event in events if event.fields.get("name") == "one")
    (text,) = scene.tampering.ask("SELECT state FROM stored_events WHERE rowid = ?", event.rowid)[0]
    scene.tampering.text(event, text.replace(b'"name":"one"', b'"name":"uno"'))


def hashes_all_anew(scene: Scene) -> None:
    events = scene.tampering.events(scene.ledger_id)
    scene.tampering.forge(scene.ledger_id, _renamed(events, "one", "uno"))
    _rebuild(scene)


def signs_it_too(scene: Scene) -> None:
    hashes_all_anew(scene)
    _forget(scene.owner)
    for note in (scene.owner.config / "evidence").glob("*.note"):
        note.unlink()
    with scene.owner.works() as here:
        here.checkpoint()


def is_the_only_user(scene: Scene) -> None:
    signs_it_too(scene)
    _forget(scene.owner, scene.other)


def cuts_the_tail(scene: Scene) -> None:
    *kept, _ = scene.tampering.changes(scene.ledger_id)
    scene.tampering.forge(scene.ledger_id, [event for change in kept for event in change])
    _rebuild(scene)


def edits_rows(scene: Scene) -> None:
    events = scene.tampering.events(scene.ledger_id)
    event = next(event for event in events if event.fields.get("name") == "one")
    (text,) = scene.tampering.ask("SELECT state FROM zenml_events WHERE position = ?", event.position)[0]
    scene.tampering.text(event, text.replace(b'"name":"one"', b'"name":"uno"'))


def rewrites_rows(scene: Scene) -> None:
    events = scene.tampering.events(scene.ledger_id)
    scene.tampering.forge(scene.ledger_id, _renamed(events, "one", "uno"))


def shows_two_views(scene: Scene) -> None:
    """The owner and the other one see three stacks and sign that; whoever comes later sees another third one."""
    assert isinstance(scene, SharedDatabase)
    with scene.owner.works() as here:
        scene.kept[0].write_text(here.checkpoint().note)
        here.make_bundle(scene.kept[1], everything=True, overwrite=True)
        here.export_record(scene.kept[2], everything=True, overwrite=True)
        assert here.anchor().ok
    scene.ask_witness(scene.handover())
    shutil.copy(scene.database, scene.shown_to_the_others)
    events = scene.tampering.events(scene.ledger_id)
    scene.tampering.forge(scene.ledger_id, _renamed(events, "three", "drei"))


def lies(scene: Scene) -> None:
    """Appends a change of which nobody but the attacker knows who made it, and when."""
    liar = scene.insider()
    liar.makes("bought")
    *before, (began, *rest) = scene.tampering.changes(scene.ledger_id)
    actor = {**began.fields["actor"], "actor_id": {"s": "00" * 16, "v": '"ann"'}}
    time = datetime.fromisoformat(began.fields["time"]) + timedelta(minutes=1)
    lie = began.with_fields(actor=actor, time=f"{time:%Y-%m-%dT%H:%M:%S.%f}Z")
    scene.tampering.forge(scene.ledger_id, [*(event for change in before for event in change), lie, *rest])


def puts_the_clock_back(scene: Scene) -> None:
    clock = mock.Mock(now=lambda zone: datetime.now(zone) - timedelta(days=30))
    with mock.patch.object(ids, "datetime", clock):
        scene.owner.makes("backdated")


def narrows_the_filter(scene: Scene) -> None:
    """Was asked for everything, and hands out a bundle about one stack."""
    scene.handed_out = scene.base / "narrow.zip"
    with scene.owner.works() as here:
        here.make_bundle(scene.handed_out, stack="one")


def with_the_service_down(attack: Callable[[Scene], None]) -> Callable[[Scene], None]:
    def attacked(scene: Scene) -> None:
        assert isinstance(scene, Served)
        with scene.down():
            attack(scene)
            _rebuild(scene)

    return attacked


# --- what may find them -----------------------------------------------------------------------------


def the_file_alone(scene: Scene) -> bool:
    """Somebody who has nothing but the ledger, or joins now, verifies it; or a bundle, with the right key."""
    if scene.handed_out:
        return BAD in _states(scene.handed_out, keys_in(str(scene.key))).values()
    with scene.newcomer().works() as here:
        said = here.verify()
    return not said.ok or said.verdicts["clocks"].text.startswith("warning")


def what_was_seen(scene: Scene) -> bool:
    """Another user reads, and then wants to make a change."""
    notices: list[str] = []
    with scene.as_the_others_see_it():
        with scene.other.works(notices) as here:
            here.list_stacks()
        try:
            scene.other.makes("four")
            refused = False
        except DamagedLedgerError:
            refused = True
    told = any(re.search(r"went backwards|was replaced|is not the one that was seen", said) for said in notices)
    assert told is refused
    return told


def what_is_kept_elsewhere(scene: Scene) -> bool:
    """The ledger is compared with a checkpoint, a bundle and an export from before."""
    if scene.handed_out:
        return BAD in _states(scene.handed_out, keys_in(str(scene.key)), scene.kept[1]).values()
    said = _contradicted(scene, *scene.kept)
    assert said == [said[0]] * len(said), "some of what was kept is contradicted, and some is not"
    return said[0]


def the_witness(scene: Scene) -> bool:
    """The witness is handed a checkpoint of what is there now, with the right signature."""
    checkpoint = scene.handover()
    try:
        scene.ask_witness(checkpoint)
    except DamagedLedgerError:
        return True
    return False


def the_branch(scene: Scene) -> bool:
    """The ledger is compared with all commits of the remote's branch."""
    return any(_contradicted(scene, *scene.branch))


def _contradicted(scene: Scene, *sources: Path) -> list[bool]:
    """Tells of each source whether the ledger that somebody new sees contradicts it."""
    with scene.newcomer().works() as here:
        compared = here.verify(against=sources).against
    return [any(problem.ledger_id == scene.ledger_id for problem in one.verdict.problems) for one in compared]


def _states(bundle: Path, keys: Sequence[Key], *previous: Path) -> dict[str, str]:
    """Returns what verify.py says of a bundle: the state of each verdict, by name."""
    return {
        one.name: one.state
        for one in judged(str(bundle), [[key] for key in keys], [str(one) for one in previous]).verdicts
    }


# --- the table --------------------------------------------------------------------------------------

COLUMNS: dict[str, Callable[[Scene], bool]] = {
    "the file alone": the_file_alone,
    "what another user's folder remembers": what_was_seen,
    "a checkpoint, a bundle or an export kept elsewhere": what_is_kept_elsewhere,
    "a witness": the_witness,
    "a protected branch of a git server": the_branch,
}


class Attack(NamedTuple):
    """What somebody does to the record, and in which of the columns it is found."""

    scene: type[Scene]
    done: Callable[[Scene], None]
    found: tuple[bool, bool, bool, bool, bool]


YES, NO = True, False
ATTACKS = {
    "writes the file, edits in place": Attack(Scene, edits_in_place, (YES, NO, YES, YES, YES)),
    "writes the file, computes all hashes anew": Attack(Scene, hashes_all_anew, (NO, YES, YES, YES, YES)),
    "the same, and has the signing key": Attack(Scene, signs_it_too, (NO, YES, YES, YES, YES)),
    "the same, and is the only user of the machine (the usual laptop)": Attack(
        Scene, is_the_only_user, (NO, NO, YES, YES, YES)
    ),
    "cuts off what came after the last anchor": Attack(Scene, cuts_the_tail, (NO, YES, NO, NO, NO)),
    "puts the clock back": Attack(Scene, puts_the_clock_back, (YES, NO, NO, NO, NO)),
    "narrows the filter of a bundle, and has the key": Attack(Scene, narrows_the_filter, (NO, NO, NO, NO, NO)),
    "member of a shared database: lies about who or when": Attack(SharedDatabase, lies, (NO, NO, NO, NO, NO)),
    "member of a shared database: edits rows in place": Attack(
        SharedDatabase, edits_rows, (YES, NO, YES, YES, YES)
    ),
    "administrator of the database: rewrites": Attack(SharedDatabase, rewrites_rows, (NO, YES, YES, YES, YES)),
    "administrator of the database: shows two views to two people": Attack(
        SharedDatabase, shows_two_views, (NO, NO, YES, YES, YES)
    ),
    "administrator of a service: appends lies": Attack(Served, with_the_service_down(lies), (NO, NO, NO, NO, NO)),
    "administrator of a service: rewrites": Attack(
        Served, with_the_service_down(hashes_all_anew), (NO, YES, YES, YES, YES)
    ),
}
"""By the first cell of their row."""


@pytest.fixture(scope="module")
def scenes(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Callable[[str], Scene]]:
    """Gives the scene in which an attack was carried out."""
    made: dict[type[Scene], Scene] = {}
    attacked: dict[type[Scene], str] = {}

    def after(name: str) -> Scene:
        attack = ATTACKS[name]
        kind = attack.scene
        if kind not in made:
            made[kind] = kind(tmp_path_factory.mktemp(kind.__name__.lower()).resolve())
        if attacked.get(kind) != name:
            if kind in attacked:
                made[kind].restore()
            attack.done(made[kind])
            attacked[kind] = name
        return made[kind]

    yield after
    for scene in made.values():
        scene.close()


@pytest.mark.parametrize("column", COLUMNS)
@pytest.mark.parametrize("attacker", ATTACKS)
def test_an_attacker_is_found_by_what_the_table_says_and_by_nothing_else(
    scenes: Callable[[str], Scene], attacker: str, column: str
) -> None:
    scene = scenes(attacker)
    try:
        found = COLUMNS[column](scene)
    except DamagedLedgerError:  # nobody is let in any more, so that there is nothing to compare
        found = True
    assert found is ATTACKS[attacker].found[list(COLUMNS).index(column)]


def test_the_page_says_the_same() -> None:
    lines = PAGE.read_text(encoding="utf-8").splitlines()
    begin = next(number for number, line in enumerate(lines) if line.startswith("| attacker |"))
    rows = [_cells(line) for line in takewhile(lambda line: line.startswith("|"), lines[begin:])]
    assert rows[0][1:] == list(COLUMNS)
    said = {}
    for name, *cells in rows[2:]:
        assert all(re.match(r"(yes|–)(?![a-z])", cell) for cell in cells), cells
        said[name] = tuple(cell.startswith("yes") for cell in cells)
    assert said == {name: attack.found for name, attack in ATTACKS.items()}


def _cells(line: str) -> list[str]:
    """Returns the texts of a row, without links."""
    return [re.sub(r"\[([^\]]*)\]\([^)]*\)", r"\1", cell).strip() for cell in line.strip("|").split("|")]


def test_a_forged_bundle_has_the_right_signature_and_does_not_continue_what_was_kept(
    scenes: Callable[[str], Scene],
) -> None:
    scene = scenes("the same, and has the signing key")
    forged = scene.base / "forged.zip"
    with scene.owner.works() as here:
        here.make_bundle(forged, everything=True)
    said = {
        one.name: one.state
        for one in judged(str(forged), [keys_in(str(scene.key))], [str(scene.kept[1])]).verdicts
    }
    assert {name for name, state in said.items() if state == BAD} == {"extends"}
    assert said["signatures"] == OK


def test_of_two_views_of_a_database_each_bundle_contradicts_the_other(scenes: Callable[[str], Scene]) -> None:
    scene = scenes("administrator of the database: shows two views to two people")
    other_view = scene.base / "other-view.zip"
    with scene.newcomer().works() as here:
        made = here.make_bundle(other_view, everything=True)
    keys = [parsed_key(line) for line in made.key_lines]
    said = _states(other_view, keys, scene.kept[1])
    assert {name for name, state in said.items() if state == BAD} == {"extends"}
