"""Where a database is far away, what counts is how often it is asked."""

from __future__ import annotations

from collections.abc import Callable

from tests.stores.shared_database.made import Team, record
from tests.support.databases import port
from tests.support.network.lines import line_to
from zenml.stores.shared_database.database import SharedDatabase


def questions(team: Team, act: Callable[[SharedDatabase], object]) -> int:
    """Returns how often the server is sent something, by who connects and then does this."""
    with line_to(port(team.place.kind)) as line:
        act(team.member(line.url(team.url)))
        (packets,) = line.packets
        return sum(packet.to_server for packet in packets)


def test_an_append_is_three_questions_and_catching_up_two(team_on_server: Team) -> None:
    team = team_on_server
    connecting = questions(team, lambda one: one.head(team.ledger_id)) - 1
    assert questions(team, lambda one: record(one, team.ledger_id)) == connecting + 3
    assert questions(team, lambda one: (one.head(team.ledger_id), one.events(team.ledger_id, 0))) == connecting + 2
