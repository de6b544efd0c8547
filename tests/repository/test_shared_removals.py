"""What a machine takes out of a shared ledger is gone on all of them; what is only said to be gone is not."""

from __future__ import annotations

import gc
import json
import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from tests.repository.test_shared_pending import killed, waiting
from tests.support import shared
from tests.support.members import Member, Team
from tests.support.removals import Place, bytes_of, claim_redacted, claim_shredded, places, redact, shred
from zenml.domain.errors import DamagedLedgerError, NotAllowedError
from zenml.ledger.ids import new_id
from zenml.repository import Repository

CANARY = "canary.example.com/customer"
SECRET = "hunter2-of-the-team"


@pytest.fixture
def team(tmp_path: Path) -> Team:
    return Team(tmp_path, timedelta(0))


@pytest.fixture
def used(team: Team) -> Team:
    """A team with a value in several events of its ledger, of which both machines have heard."""
    team.one.does(_register)
    team.one.does(lambda repository: repository.update_component("container_registry", "r", {"uri": "gone"}))
    team.to_other()
    return team


def _register(repository: Repository) -> None:
    with repository.change(reason=f"move to {CANARY}"):
        repository.register_component("container_registry", "r", "default", {"uri": CANARY})


def found(team: Team) -> list[Place]:
    """Returns where the first machine has the value in the shared ledger."""
    return places(team.one.events(), team.profile.profile_ledger_id, CANARY)


def database(team: Team) -> Path:
    return team.one.base.parent / "team.db"


def parameter(member: Member) -> object:
    """Returns what a machine knows of the value that was replaced: the old half of the update."""
    (row,) = [row for row in member.events() if row.topic == "zenml:ParameterSet"]
    return row.fields["old"].get("v")


def altered(team: Team, sql: str, *values: object) -> None:
    with closing(sqlite3.connect(database(team))) as connection, connection:
        assert connection.execute(sql, values).rowcount > 0


def claimed(team: Team, values: list[Place]) -> None:
    team.other.does(lambda repository: claim_redacted(repository, team.profile.profile_ledger_id, values))


def redacted(team: Team, member: Member, values: list[Place]) -> None:
    member.does(lambda repository: redact(repository, {team.profile.profile_ledger_id: values}))


def test_a_value_that_is_redacted_is_gone_everywhere(used: Team) -> None:
    values = found(used)
    assert len(values) == 3  # the reason, the parameter, the old half of the update
    assert bytes_of(used.other.base, CANARY)
    assert bytes_of(database(used), CANARY)
    redacted(used, used.one, values)
    assert bytes_of(used.one.base, CANARY) == bytes_of(database(used), CANARY) == {}
    assert bytes_of(used.other.base, CANARY), "it has not heard of it yet"
    used.to_other()
    assert bytes_of(used.other.base, CANARY) == {}
    for member in (used.one, used.other):
        with member.here() as repository:
            verification = repository.verify()
        assert verification.verdicts["replay"].ok
        assert verification.verdicts["order"].ok
    roots = {_head(member, used.profile.profile_ledger_id) for member in (used.one, used.other)}
    assert len(roots) == 1


def _head(member: Member, ledger_id: str) -> tuple[int, bytes]:
    ((size, frontier),) = member.query("SELECT size, frontier FROM heads WHERE ledger_id = ?", ledger_id)
    return size, frontier


def test_who_joins_later_never_gets_it(used: Team, tmp_path: Path) -> None:
    redacted(used, used.one, found(used))
    (tmp_path / "later").mkdir()
    later = Member(tmp_path / "later", time=used.one.time)
    with later.here():
        shared.joined(used.one, later, used.profile)
    assert bytes_of(later.base, CANARY) == {}
    assert _head(later, used.profile.profile_ledger_id) == _head(used.one, used.profile.profile_ledger_id)


def test_who_writes_takes_it_out_before_anything_else(used: Team) -> None:
    redacted(used, used.one, found(used))
    used.other.does(lambda repository: repository.rename_stack("default", "prod"))
    assert bytes_of(used.other.base, CANARY) == {}
    used.to_one()
    assert _head(used.one, used.profile.profile_ledger_id) == _head(used.other, used.profile.profile_ledger_id)


def test_one_of_several_values_goes_and_the_others_stay(used: Team) -> None:
    reason, *others = found(used)
    redacted(used, used.one, [reason])
    used.to_other()
    assert places(used.other.events(), used.profile.profile_ledger_id, CANARY) == others
    redacted(used, used.one, [reason, *others])  # what is blank already is left
    used.to_other()
    assert bytes_of(used.other.base, CANARY) == {}


def test_what_is_only_said_to_be_redacted_stays(used: Team, tmp_path: Path) -> None:
    values = found(used)
    end = used.one.events()[-1].position
    claimed(used, [*values, (end + 1, "/reason"), (end + 1000, "/new"), (1, "/nothing"), (1, "/kind")])
    used.to_one()
    (tmp_path / "later").mkdir()
    later = Member(tmp_path / "later", time=used.one.time)
    with later.here():
        shared.joined(used.one, later, used.profile)
    for member in (used.one, used.other, later):
        assert parameter(member) == json.dumps(CANARY)
        assert places(member.events(), used.profile.profile_ledger_id, CANARY) == values


def test_what_is_said_to_be_redacted_goes_as_far_as_it_is_gone_where_the_ledger_is(used: Team) -> None:
    reason, *others = found(used)
    redacted(used, used.one, [reason])
    claimed(used, [reason, *others])
    used.to_one()
    for member in (used.one, used.other):
        assert places(member.events(), used.profile.profile_ledger_id, CANARY) == others


def test_a_blank_of_which_no_event_is_known_yet_is_merely_ahead(used: Team) -> None:
    """An interrupted administrator, or somebody who edits rows: machines keep what they have."""
    values = found(used)
    before = database(used).read_bytes()
    redacted(used, used.one, values)
    sql = "SELECT position, state FROM zenml_events WHERE position IN (SELECT value FROM json_each(?))"
    positions = json.dumps([position for position, _ in values])
    with closing(sqlite3.connect(database(used))) as connection:
        blank = connection.execute(sql, (positions,)).fetchall()
    database(used).write_bytes(before)
    for position, state in blank:
        altered(used, "UPDATE zenml_events SET state = ? WHERE position = ?", state, position)
    used.to_other()
    assert parameter(used.other) == json.dumps(CANARY)
    used.other.does(lambda repository: repository.rename_stack("default", "prod"))
    assert parameter(used.other) == json.dumps(CANARY)


def test_another_event_in_the_place_of_a_redacted_one_is_damage(used: Team) -> None:
    values = found(used)
    redacted(used, used.one, values)
    altered(used, "UPDATE zenml_events SET state = CAST(replace(state, 'gone', 'gane') AS BLOB)")
    with pytest.raises(DamagedLedgerError) as caught:
        used.other.does(lambda repository: repository.rename_stack("default", "prod"))
    assert caught.value.code == "shared_ledger_altered"
    assert places(used.other.events(), used.profile.profile_ledger_id, CANARY) == values


def test_a_row_that_was_altered_is_not_blanked_over(used: Team) -> None:
    (position, pointer), *_ = found(used)
    sql = "UPDATE zenml_events SET state = CAST(replace(state, 'move', 'mave') AS BLOB) WHERE position = ?"
    altered(used, sql, position)
    with pytest.raises(DamagedLedgerError, match=f"position {position} is another one"):
        redacted(used, used.one, [(position, pointer)])
    assert bytes_of(used.one.base, CANARY), "nothing was blanked"


def test_a_ledger_of_an_earlier_format_is_upgraded_first(used: Team) -> None:
    altered(used, "UPDATE zenml_ledgers SET format = 5")
    with pytest.raises(NotAllowedError) as caught:
        redacted(used, used.one, found(used))
    assert (caught.value.code, caught.value.values["profile"]) == ("shared_format", "team")
    assert bytes_of(used.one.base, CANARY)
    assert bytes_of(database(used), CANARY)


@pytest.mark.parametrize("at", ["before", "after"])
def test_killed_at_the_commit_it_is_gone_everywhere_or_nowhere(
    used: Team, monkeypatch: pytest.MonkeyPatch, at: str
) -> None:
    values = {used.profile.profile_ledger_id: found(used)}
    killed(monkeypatch, used.one, lambda repository: redact(repository, values), at)
    assert bool(bytes_of(database(used), CANARY)) == (at == "before")
    for bring in (used.to_one, used.to_other):
        bring()
    for member in (used.one, used.other):
        assert bool(bytes_of(member.base, CANARY)) == (at == "before")


def test_the_part_of_the_machine_is_finished_by_the_next_command(
    used: Team, monkeypatch: pytest.MonkeyPatch
) -> None:
    used.one.does(lambda repository: repository.create_profile(f"p-{new_id()[:8]}"))
    with used.one.here() as repository, repository.change(reason=f"because of {CANARY}"):
        repository.combine_stack("prod", {"orchestrator": "default", "artifact_store": "default",
                                          "metadata_store": "default"}, activate=True)  # fmt: skip
    own = next(row.ledger_id for row in used.one.events())
    values = {used.profile.profile_ledger_id: found(used), own: places(used.one.events(), own, CANARY)}
    assert all(values.values())
    killed(monkeypatch, used.one, lambda repository: redact(repository, values), "after")
    assert len(waiting(used.one)) == 1
    assert places(used.one.events(), own, CANARY)
    gc.collect()  # what was killed reads no more, so that the log can be emptied
    used.one.done("stack", "list", env={"ZENML_FRESH": "0"})
    assert waiting(used.one) == []
    assert bytes_of(used.one.base, CANARY) == bytes_of(database(used), CANARY) == {}


def secret_of(team: Team) -> str:
    team.one.does(
        lambda repository: repository.register_component(
            "metadata_store", "m", "mysql", {"host": "h", "database": "d", "username": "u", "password": SECRET}
        )
    )
    team.to_other()
    return keys(team.other)[0]


def keys(member: Member) -> list[str]:
    return [str(key_id) for (key_id,) in member.query("SELECT key_id FROM keys ORDER BY key_id")]


def test_a_secret_that_is_shredded_is_gone_everywhere(team: Team) -> None:
    key_id = secret_of(team)
    team.one.does(lambda repository: shred(repository, team.profile.profile_ledger_id, [key_id]))
    with closing(sqlite3.connect(database(team))) as connection:
        assert connection.execute("SELECT * FROM zenml_keys WHERE key_id = ?", (key_id,)).fetchall() == []
    assert key_id in keys(team.other)
    team.to_other()
    for member in (team.one, team.other):
        assert key_id not in keys(member)
        assert keys(member), "others stay"


def test_a_secret_that_is_only_said_to_be_shredded_stays(team: Team) -> None:
    key_id = secret_of(team)
    team.other.does(lambda repository: claim_shredded(repository, team.profile.profile_ledger_id, [key_id]))
    team.to_one()
    for member in (team.one, team.other):
        assert key_id in keys(member)
