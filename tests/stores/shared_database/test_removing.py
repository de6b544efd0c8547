"""What is taken out of a shared database: by those who may, under the lock, and with what is said of the rest."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.stores.shared_database.made import Team, append, key, raising
from tests.stores.shared_database.test_grants import MEMBER, user
from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.evidence.commitments import commitment
from zenml.stores.shared_database.database import SharedDatabase
from zenml.stores.shared_database.dialects import DIALECTS

REDACTOR = (
    f"{MEMBER}; GRANT UPDATE, DELETE ON zenml_events TO {{user}}; GRANT UPDATE, DELETE ON zenml_keys TO {{user}}"
)
CANARY = "canary-of-a-customer"
SALT = "5a" * 16


def text(value: str, *, other: str = "kept") -> bytes:
    """Returns an event with two values."""
    return (f'{{"a":{{"s":"{SALT}","v":"\\"{value}\\""}},"b":{{"s":"{SALT}","v":"\\"{other}\\""}}}}').encode()


BLANK = (
    f'{{"a":{{"c":"{commitment(SALT, f"{chr(34)}{CANARY}{chr(34)}")}"}},"b":{{"s":"{SALT}","v":"\\"kept\\""}}}}'
)
SECRETS = (key(), key())


@pytest.fixture
def filled(team: Team) -> Team:
    fill(team)
    return team


def fill(team: Team) -> None:
    with team.member().locked(team.ledger_id) as locked:
        append(locked, text("first"), text(CANARY), text("last"), keys=SECRETS)
        locked.commit()


def take_out(team: Team, url: str | None = None) -> None:
    """Blanks a value and destroys a key, and appends an event in the same transaction."""
    with team.member(url).locked(team.ledger_id) as locked:
        append(locked, b"{}")
        locked.blank({2: text(CANARY)}, {2: ["/a"]})
        locked.remove_keys([SECRETS[0].key_id, key().key_id])
        locked.commit()


def test_a_value_is_blanked_and_a_key_is_gone_with_the_event_that_says_so(filled: Team) -> None:
    before = filled.member().events(filled.ledger_id, 0)
    take_out(filled)
    after = filled.member().events(filled.ledger_id, 0)
    assert (len(before), len(after)) == (3, 4)
    assert after[1].state == BLANK.encode()
    assert [after[0], after[2]] == [before[0], before[2]]
    assert filled.member().keys(filled.ledger_id) == [SECRETS[1]]


def test_without_a_commit_nothing_is_taken_out(filled: Team) -> None:
    before = filled.member().events(filled.ledger_id, 0)
    with filled.member().locked(filled.ledger_id) as locked:
        locked.blank({2: text(CANARY)}, {2: ["/a"]})
        locked.remove_keys([SECRETS[0].key_id])
        assert locked.events(1, 1)[0].state == BLANK.encode()
    assert filled.member().events(filled.ledger_id, 0) == before
    assert len(filled.member().keys(filled.ledger_id)) == 2


def test_what_others_blanked_stays_blank(filled: Team) -> None:
    """This machine may not know yet what is blank there: it never writes a value back."""
    take_out(filled)
    with filled.member().locked(filled.ledger_id) as locked:
        locked.blank({2: text(CANARY)}, {2: ["/b"]})
        locked.commit()
    state = filled.member().events(filled.ledger_id, 1, 1)[0].state
    assert (b"kept" in state, CANARY.encode() in state) == (False, False)


def test_another_event_is_not_blanked_over(filled: Team) -> None:
    with filled.member().locked(filled.ledger_id) as locked, raising(DamagedLedgerError, "position 2 is another"):
        locked.blank({2: text("another")}, {2: ["/a"]})
    with filled.member().locked(filled.ledger_id) as locked, raising(DamagedLedgerError, "position 9 is another"):
        locked.blank({9: text(CANARY)}, {9: ["/a"]})


def test_many_events_are_blanked_at_once(team: Team) -> None:
    states = [text(f"{CANARY}-{number}" + "x" * 20_000) for number in range(150)]
    with team.member().locked(team.ledger_id) as locked:
        append(locked, *states)
        locked.commit()
    with team.member().locked(team.ledger_id) as locked:
        places = {position: ["/a", "/b"] for position in range(1, 151)}
        locked.blank(dict(enumerate(states, 1)), places)
        locked.commit()
    stored = team.member().events(team.ledger_id, 0)
    assert len(stored) == 150
    assert all(b'"c"' in event.state and CANARY.encode() not in event.state for event in stored)


def forbidden(one: SharedDatabase, ledger_id: str, what: str) -> None:
    with one.locked(ledger_id) as locked:
        append(locked, b"{}")
        if what == "blank":
            locked.blank({2: text(CANARY)}, {2: ["/a"]})
        else:
            locked.remove_keys([SECRETS[0].key_id])
        locked.commit()


def test_a_member_who_may_not_is_told_so_and_nothing_is_kept(team_on_server: Team) -> None:
    team = team_on_server
    fill(team)
    with user(team, MEMBER) as url:
        for refused in ("blank", "key"):
            one = team.member(url)
            with raising(NotAllowedError, r"does not let the user '\w+' remove") as caught:
                forbidden(one, team.ledger_id, refused)
            assert (caught.value.code, caught.value.values["ledger"]) == ("not_a_redactor", team.ledger_id)
            assert "heim" not in caught.value.message
            assert len(one.events(team.ledger_id, 0)) == 3
            assert len(one.keys(team.ledger_id)) == 2
            one.close()
    take_out(team)
    with user(team, MEMBER) as url, team.member(url).locked(team.ledger_id) as locked:
        locked.blank({2: text(CANARY)}, {2: ["/a"]})  # what is blank needs no grant
        locked.remove_keys([SECRETS[0].key_id])


def test_the_grants_that_are_documented_are_enough_to_take_out(team_on_server: Team) -> None:
    fill(team_on_server)
    with user(team_on_server, REDACTOR) as url:
        take_out(team_on_server, url)
        team_on_server.kill_sessions()
    assert CANARY.encode() not in b"".join(
        event.state for event in team_on_server.member().events(team_on_server.ledger_id, 0)
    )


def test_the_documented_grants_are_these() -> None:
    documented = (Path(__file__).parents[3] / "docs" / "sharing.md").read_text()
    for grant in ("GRANT UPDATE, DELETE ON zenml_events TO olga;", "GRANT UPDATE, DELETE ON zenml_keys TO olga;"):
        assert documented.count(grant) == 2  # of each server


def test_what_is_left_is_said(filled: Team) -> None:
    take_out(filled)
    said = filled.member().left_over()
    if filled.place.kind == "sqlite":
        path = Path(filled.place.database)
        assert said == []
        assert [file.name for file in path.parent.iterdir()] == [path.name]
        assert CANARY.encode() not in path.read_bytes()
        assert b"w" * 60 in path.read_bytes(), "the other key"
        return
    (sentence,) = said
    assert filled.place.named in sentence
    assert DIALECTS[filled.place.kind].left_over in sentence
    command = "VACUUM FULL zenml_events" if filled.place.kind == "postgresql" else "OPTIMIZE TABLE zenml_events"
    assert command in sentence
