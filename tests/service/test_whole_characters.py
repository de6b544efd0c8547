"""A text with half a character in it is refused: nothing could store it, or look for it."""

from __future__ import annotations

from pathlib import Path

from tests.service.asking import tracker
from tests.service.running import Service


def test_half_a_character_is_refused_wherever_it_is(service: Service, written_log: Path) -> None:
    before = service.ask(service.ledger).said
    for wrong in ({"name": "\ud800"}, {"flavor": "\udc00x"}, {"parameters": {"\ud83d": "x"}}):
        answer = service.change({**tracker(), **wrong})
        assert (answer.status, answer.said["code"]) == (422, "invalid")
    for right in (r"a\ud800", "\U0001f600", "\\\U0001f600"):  # a backslash of one's own, and whole characters
        answer = service.change({**tracker("x"), "component_type": "orchestrator", "flavor": right})
        assert (answer.status, answer.said["code"]) == (422, "unknown_flavor")
    assert service.ask(service.ledger).said == before
    assert "Traceback" not in written_log.read_text()
