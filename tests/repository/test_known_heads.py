"""A ledger that went backwards or was replaced is noticed by the machine that saw it before."""

from __future__ import annotations

import shutil

import pytest

from tests.ledger.machines import Machine
from tests.ledger.tampering import Tampering
from tests.repository.remembering import another_time, heads, note, reading, refusal, remember, remembered, work
from tests.support.hints import worded
from zenml.custody import remembered_heads
from zenml.domain.errors import DamagedLedgerError
from zenml.repository import Repository
from zenml.stores.local import LocalStore

# --- all is well --------------------------------------------------------------------------------


def test_nothing_is_said_where_nothing_is_remembered(used: Machine) -> None:
    note(used).unlink(missing_ok=True)
    with reading(used) as arguments:
        assert remembered_heads.check(*arguments) is None
        assert remembered_heads.notice(*arguments) is None


def test_a_ledger_that_goes_on_is_accepted_by_itself(known: Machine) -> None:
    before = note(known).read_bytes()
    work(known, "cd")
    note(known).write_bytes(before)
    with reading(known) as arguments:
        assert remembered_heads.check(*arguments) is None
        assert remembered_heads.notice(*arguments) is None
    remember(known)
    assert {ledger_id: head.size for ledger_id, head in remembered(known).items()} == heads(known)


def test_the_note_is_a_line_per_ledger_below_the_name_of_the_folder(known: Machine) -> None:
    first, *lines = note(known).read_text().splitlines()
    assert repr(str(known.config)) in first
    roots = {head.ledger_id: head.root for head in known.repository().verify().heads}
    frontiers = dict(known.query("SELECT ledger_id, lower(hex(frontier)) FROM heads"))
    assert set(lines) == {
        f"{ledger_id} {size} {roots[ledger_id]} {frontiers[ledger_id]}" for ledger_id, size in heads(known).items()
    }
    assert known.config not in note(known).parents
    assert note(known).stat().st_mode & 0o777 == 0o600


def test_what_is_known_already_is_not_written_again(known: Machine) -> None:
    before = note(known).stat()
    remember(known)
    assert note(known).stat() == before


def test_a_reader_moves_the_note_of_a_ledger_that_went_on(known: Machine) -> None:
    before = note(known).read_bytes()
    work(known, "cd")
    newest = note(known).read_bytes()
    note(known).write_bytes(before)  # as if somebody else had written, who notes it elsewhere
    with reading(known) as arguments:
        assert remembered_heads.notice(*arguments) is None
    assert note(known).read_bytes() == newest


def test_a_note_of_an_earlier_version_is_compared_and_completed(known: Machine) -> None:
    newest = note(known).read_text()
    first, *lines = newest.splitlines()
    earlier = "\n".join([first, *(line.rsplit(" ", 1)[0] for line in lines)])
    note(known).write_text(earlier)
    with reading(known) as arguments:
        assert remembered_heads.notice(*arguments) is None
    assert note(known).read_text() == newest

    root = remembered(known)[known.profile_ledger()].root
    note(known).write_text(earlier.replace(root, "0" * 64))
    with reading(known) as arguments:
        assert "was replaced" in str(remembered_heads.notice(*arguments))


# --- something is not as it was -----------------------------------------------------------------


def test_an_older_file_is_noticed(known: Machine) -> None:
    shutil.copy(known.file, known.base / "old.db")
    work(known, "c")
    remember(known)
    seen = heads(known)
    shutil.copy(known.base / "old.db", known.file)
    ledger_id = known.profile_ledger()
    sentence = (
        f"The ledger {ledger_id} went backwards: {seen[ledger_id]} events were seen here, "
        f"but only {heads(known)[ledger_id]} are there."
    )
    assert refusal(known) == sentence
    with reading(known) as arguments:
        notice = remembered_heads.notice(*arguments)
    assert notice == sentence
    assert worded([notice]) == [f'{sentence} Run "zenml audit verify".']
    verdict = known.repository().verify().verdicts["completeness"]
    assert [problem[:2] for problem in verdict.problems] == [(ledger_id, heads(known)[ledger_id] + 1)]


def test_a_program_that_reads_is_told_once_and_a_dry_run_is_refused(known: Machine) -> None:
    shutil.copy(known.file, known.base / "old.db")
    work(known, "c")
    remember(known)
    shutil.copy(known.base / "old.db", known.file)
    before, told = note(known).read_bytes(), list[str]()
    repository = Repository(notify=told.append)
    for _ in range(2):
        assert repository.list_stacks()
        assert repository.at("now").list_stacks()
    assert len(told) == 1
    assert "went backwards" in told[0]
    with pytest.raises(DamagedLedgerError, match="went backwards"):
        Repository(notify=told.append, dry_run=True).rename_stack("default", "main")
    assert note(known).read_bytes() == before


def test_a_ledger_of_the_same_length_with_another_content_is_noticed(known: Machine) -> None:
    tampering, ledger_id = Tampering(known.file), known.profile_ledger()
    events = tampering.events(ledger_id)
    events[-2] = events[-2].with_fields(time="2001-01-01T00:00:00.000000Z")
    tampering.forge(ledger_id, events)
    assert f"The ledger {ledger_id} was replaced" in refusal(known)
    with reading(known) as arguments:
        assert f"The ledger {ledger_id} was replaced" in str(remembered_heads.notice(*arguments))


@pytest.mark.parametrize("names", ["cd", "xyz"])
def test_a_longer_ledger_that_is_not_a_continuation_is_noticed(known: Machine, names: str) -> None:
    seen: dict[str, bytes] = {}
    with another_time(known):
        work(known, "c")
        remember(known)
        seen["note"] = note(known).read_bytes()
    work(known, names)
    note(known).write_bytes(seen["note"])
    assert f"The ledger {known.profile_ledger()} was replaced" in refusal(known)
    with reading(known) as arguments:
        assert f"The ledger {known.profile_ledger()} was replaced" in str(remembered_heads.notice(*arguments))
    assert note(known).read_bytes() == seen["note"]


def test_another_machines_ledger_is_noticed(known: Machine) -> None:
    before = note(known).read_bytes()
    shutil.rmtree(known.config)
    known.repository().list_stacks()
    note(known).write_bytes(before)
    assert "is gone" in refusal(known)
    with reading(known) as arguments:
        assert "is gone" in str(remembered_heads.notice(*arguments))


def test_events_without_the_head_of_the_machine_are_noticed(known: Machine) -> None:
    note(known).unlink()
    known.tamper("DELETE FROM heads WHERE kind = 'machine'")
    assert refusal(known) == "There are events, but the machine's ledger has no head row."


def test_a_head_row_that_is_damaged_is_an_error_in_words(known: Machine) -> None:
    known.tamper("UPDATE heads SET frontier = x'00' WHERE kind = 'profile'")
    assert f"The head of the ledger {known.profile_ledger()} is damaged" in refusal(known)
    known.tamper("UPDATE heads SET size = size + 1 WHERE kind = 'profile'")
    remember(known)  # is best effort
    assert not known.repository().verify().verdicts["completeness"].ok


# --- beginning anew -----------------------------------------------------------------------------


def test_a_ledger_that_was_removed_altogether_is_told_once_and_kept_in_the_note(known: Machine) -> None:
    count, lines = sum(heads(known).values()), note(known).read_text().splitlines()[1:]
    shutil.rmtree(known.config)
    told = []
    for _ in range(2):
        store = LocalStore(str(known.file))
        try:
            with store.transaction() as transaction:
                told.append(remembered_heads.check(transaction.database, str(known.config)))
        finally:
            store.close()
    assert told == [
        f"The ledger that was in {known.config}, with {count} events, is gone; a new one begins.",
        None,
    ]
    assert remembered(known) == {}
    for line in lines:
        assert f": {line.rsplit(' ', 1)[0]}\n" in note(known).read_text()


def test_verifying_what_is_gone_says_so(known: Machine) -> None:
    shutil.rmtree(known.config)
    with pytest.raises(
        DamagedLedgerError, match=f"is gone; {sum(head.size for head in remembered(known).values())}"
    ):
        known.repository().verify()


# --- accepting ----------------------------------------------------------------------------------


def test_accepting_goes_on_from_what_is_there_and_keeps_what_was_seen(known: Machine) -> None:
    shutil.copy(known.file, known.base / "old.db")
    work(known, "c")
    remember(known)
    seen = remembered(known)
    shutil.copy(known.base / "old.db", known.file)
    done = known.repository().accept_ledger()
    assert done.before == seen
    recorded = {known.profile_ledger(): 2}  # that it was accepted is a change
    assert [found.ledger_id for found in done.contradictions] == [known.profile_ledger()]
    sizes = {ledger_id: head.size + recorded.get(ledger_id, 0) for ledger_id, head in done.after.items()}
    assert sizes == heads(known) == {ledger_id: head.size for ledger_id, head in remembered(known).items()}
    assert f": {known.profile_ledger()} {seen[known.profile_ledger()].size} " in note(known).read_text()
    with reading(known) as arguments:
        assert remembered_heads.check(*arguments) is None
    assert known.repository().accept_ledger().contradictions == []
