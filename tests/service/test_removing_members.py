"""Members of a served profile, and what an admin among them takes out of it."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.support.program import Home, Result
from tests.support.removals import bytes_of
from tests.support.served import ServedTeam

pytestmark = pytest.mark.slow

CANARY = "canary.example.com/customer"
ASK = {"ZENML_FRESH": "0"}


def register(home: Home) -> None:
    words = ("tracker", "-f", "mlflow", f"--tracking_uri=https://{CANARY}", "--tracking_username=ann")
    home.done("experiment-tracker", "register", *words, "--tracking_password=hunter2-of-all")


def remove(home: Home, ledger_id: str, do: str) -> Result:
    """Has a member take out all values with the canary in them, or destroy all secrets."""
    return home.python(
        f"""
        import sys
        from contextlib import closing
        from tests.support.removals import places
        from tests.ledger.machines import Row
        from zenml.application.removing import blank_values, destroy_keys
        from zenml.domain.errors import LedgerError
        from zenml.domain.values import key_ids
        from zenml.projections import stored_events
        from zenml.projections.database import open_still
        from zenml.repository import Repository
        import json

        with open_still("{home.config}/ledger.db") as database:
            rows = [
                Row(row.rowid, row.ledger_id, row.position, row.topic, row.text.decode())
                for row in stored_events.events(database, "{ledger_id}")
            ]
        try:
            with Repository().change() as work:
                if "{do}" == "redact":
                    blank_values(work, "{ledger_id}", places(rows, "{ledger_id}", "{CANARY}"), None)
                else:
                    destroy_keys(work, "{ledger_id}", sorted({{k for r in rows for k in key_ids(r.fields)}}))
        except LedgerError as error:
            sys.exit(f"{{error.code}}: {{error.message}}")
        """,
        env={**ASK, "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def test_what_an_admin_redacts_is_gone_on_the_service_and_on_every_member(team: ServedTeam) -> None:
    admin, ben, offline = team.member("admin", "admin"), team.member("ben"), team.member("offline")
    register(ben)
    for home in (admin, offline):
        home.done("stack", "list", env=ASK)
    assert all(bytes_of(home.base, CANARY) for home in (admin, ben, offline, team.host))
    refused = remove(ben, team.ledger_id, "redact")
    assert refused.exit == 1
    assert "allows this to the role 'admin', and your token has the role 'writer'" in refused.stderr
    assert bytes_of(ben.base, CANARY), "nothing was blanked"
    done = remove(admin, team.ledger_id, "redact")
    assert done.exit == 0, done.report()
    assert bytes_of(admin.base, CANARY) == {}
    ben.done("stack", "list", env=ASK)
    assert bytes_of(ben.base, CANARY) == {}
    offline.done("stack", "rename", "default", "prod")
    assert bytes_of(offline.base, CANARY) == {}
    later = team.member("later")
    assert bytes_of(later.base, CANARY) == {}
    team.down()
    assert bytes_of(team.host.base, CANARY) == {}
    team.record()
    for home in (admin, ben, offline, later):
        shown = home.done("experiment-tracker", "describe", "tracker", "-o", "json").stdout
        assert json.loads(shown)["component"]["name"] == "tracker"


def test_a_secret_that_an_admin_destroys_is_opened_for_nobody(team: ServedTeam) -> None:
    admin, ben = team.member("admin", "admin"), team.member("ben")
    register(ben)
    admin.done("stack", "list", env=ASK)
    assert remove(ben, team.ledger_id, "shred").exit == 1
    done = remove(admin, team.ledger_id, "shred")
    assert done.exit == 0, done.report()
    for home in (admin, ben):
        opened = home.python(
            """
            from zenml.repository import Repository

            (tracker,) = Repository().get_stack_components("experiment_tracker")
            print(tracker.tracking_password)
            """,
            env=ASK,
        )
        assert "hunter2" not in opened.stdout + opened.stderr
