"""A ledger that a newer version wrote to: read as of the last change that is understood, and not written to."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from tests.ledger.histories import PARTS
from tests.ledger.machines import Machine
from tests.ledger.tampering import Stored, Tampering, verified
from tests.support.program import Home
from zenml.domain.errors import DamagedLedgerError, NewerFormatError
from zenml.projections.versions import FORMAT

NEWER = "zenml:FromTomorrow"


def write_by_a_newer_version(tampering: Tampering, ledger_id: str, number: int = FORMAT + 1) -> None:
    """Appends a change of three events, of which the last is not known here, and one that is known."""
    events = tampering.events(ledger_id)
    change = next(change for change in reversed(tampering.changes(ledger_id)) if len(change) == 2)
    rowid = max(row for (row,) in tampering.ask("SELECT rowid FROM stored_events"))

    def again(offset: int, event: Stored, **fields: object) -> Stored:
        return event.with_fields(**fields)._replace(rowid=rowid + offset, position=len(events) + offset)

    began, fact = change
    ids = ["01890000-0000-7000-8000-00000000000a", "01890000-0000-7000-8000-00000000000b"]
    part = [{"ledger_id": ledger_id, "count": 2}]
    added = [
        again(1, began, change_id=ids[0], correlation_id=ids[0], count=2, parts=part),
        again(2, fact, stack_id="6f9619ff-8b86-4011-b42d-00c04fc964ff", name="unseen"),
        again(3, fact)._replace(topic=NEWER, fields={"values": []}),
        again(4, began, change_id=ids[1], correlation_id=ids[1]),
        again(5, fact, stack_id="6f9619ff-8b86-4011-b42d-00c04fc964fe", name="later"),
    ]
    tampering.forge(ledger_id, [*events, *added])
    tampering.run("UPDATE ledgers SET format = ? WHERE ledger_id = ?", number, ledger_id)


@pytest.fixture
def newer(used: Machine) -> Machine:
    used.repository().combine_stack("prod", PARTS)
    write_by_a_newer_version(Tampering(used.file), used.profile_ledger())
    return used


def test_it_is_read_as_of_the_last_change_that_is_understood(newer: Machine) -> None:
    here = newer.repository()
    for _ in range(2):
        assert {stack.name for stack in here.list_stacks()} == {"default", "prod"}
        assert [row.summary for row in here.history(limit=1)] == ["register stack 'prod'"]
    here.rebuild()
    assert {stack.name for stack in here.list_stacks()} == {"default", "prod"}


def test_it_is_not_written_to_and_other_profiles_are(newer: Machine) -> None:
    here, before = newer.repository(), newer.events()
    actions: tuple[Callable[[], object], ...] = (
        lambda: here.combine_stack("s", PARTS),
        here.undo,
        lambda: here.rename_stack("prod", "other"),
    )
    for act in actions:
        with pytest.raises(NewerFormatError, match="written to by a newer version"):
            act()
    assert newer.events() == before
    here.create_profile("other")
    here.activate_profile("other")
    here.combine_stack("s", PARTS)
    assert {stack.name for stack in here.list_stacks()} == {"default", "s"}


def test_it_is_verified_as_far_as_that_goes(newer: Machine) -> None:
    newer.repository().list_stacks()
    found = verified(newer)
    assert found.ok
    assert (
        "2 of them from a newer version" in found.verdicts["content"].text
        or "1 of them" in found.verdicts["content"].text
    )


def test_what_is_not_known_in_a_ledger_of_this_format_is_an_error(newer: Machine) -> None:
    newer.tamper("UPDATE ledgers SET format = 1 WHERE ledger_id = ?", newer.profile_ledger())
    with pytest.raises(DamagedLedgerError, match="does not know"):
        newer.repository().list_stacks()
    assert not verified(newer).ok


def test_people_are_told_in_one_sentence(home: Home) -> None:
    home.done("stack", "register", "prod", "-a", "default", "-o", "default")
    tampering = Tampering(home.config / "ledger.db")
    write_by_a_newer_version(tampering, tampering.ledger("profile"))
    answer = home.done("stack", "list")
    assert "unseen" not in answer.stdout
    assert answer.stderr.count("was changed by a newer version of zenml: it is shown as of change") == 1
    home.run("stack", "rename", "prod", "other", check=1)
