"""How often a run asks the database that its profile is shared in: each question is a way there and back."""

from __future__ import annotations

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from tests.runs.recording import begin, beginning, ended, on, opened
from tests.support import shared
from tests.support.databases import KINDS, fresh_url
from zenml.stores.shared_database.dialects import open_session

ASKING = ("run", "run_all", "begin", "commit", "rollback")


class Counting:
    """A connection that counts what it is asked."""

    def __init__(self, session: Any, asked: Counter[str]) -> None:
        self._session, self._asked = session, asked

    def __getattr__(self, name: str) -> Any:
        if name in ASKING:
            self._asked[name] += 1
        return getattr(self._session, name)


@pytest.mark.parametrize("kind", KINDS)
def test_a_beginning_and_an_end_are_five_questions_each(
    kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with fresh_url(kind) as url:
        home = shared.machine(tmp_path / "near", "near", "ann")
        shared._make(home, "team", url)
        begin(home)  # which makes the ledger of the year
        asked = Counter[str]()

        def connect(*how: Any, **more: Any) -> Any:
            return Counting(open_session(*how, **more), asked)

        monkeypatch.setattr("zenml.stores.shared_database.database.open_session", connect)
        with on(home) as repository:
            _, _, store = opened(repository)
            event = beginning(repository)
            for one in (event, ended(event.run_id)):
                asked.clear()
                store.append([one])
                schema = 1 if kind == "sqlite" else 0  # whether the tables are ours
                assert asked == {"run": 2 + schema, "begin": 1, "run_all": 1, "commit": 1}
