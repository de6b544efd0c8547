"""Secrets are given to those whose token says so, and to nobody else."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.service.asking import done, fields, refused, registered, sealed, tracker
from tests.service.running import TEXTS, Service, listening
from tests.support import shared
from zenml.ledger.ids import new_id

CANARY = "canary-of-a-secret"


def key_of(answer: Any) -> str:
    return str(fields(answer)["parameters"]["tracking_password"]["key_id"])


def test_a_writer_gets_the_value_of_a_secret(own: Service) -> None:
    key_id = key_of(own.change(tracker(tracking_password=CANARY)))
    for role in ("writer", "admin"):
        answer = own.ask(f"{own.ledger}/secrets/{key_id}", TEXTS[role])
        assert (answer.status, answer.said) == (200, {"key_id": key_id, "value": CANARY})
        assert answer.headers["cache-control"] == "no-store"


@pytest.mark.parametrize("secret", ["text", 7, None, {"a": [1, "größe"]}, ""])
def test_a_secret_is_any_json(own: Service, secret: Any) -> None:
    setting, keys = sealed(own.served.config_directory, secret)
    done(own.change(registered(setting), secrets=keys))
    answer = own.ask(f"{own.ledger}/secrets/{setting['key_id']}", TEXTS["writer"])
    assert answer.said["value"] == secret


def test_a_secret_that_has_another_value_by_now_is_still_one_of_the_ledger(own: Service) -> None:
    key_id = key_of(own.change(tracker(tracking_password=CANARY)))
    done(own.change({"do": "delete_component", "component_type": "experiment_tracker", "name": "tracker"}))
    assert own.ask(f"{own.ledger}/secrets/{key_id}", TEXTS["writer"]).said["value"] == CANARY


def test_nobody_else_gets_it(own: Service) -> None:
    path = f"{own.ledger}/secrets/{key_of(own.change(tracker(tracking_password=CANARY)))}"
    assert refused(own.ask(path, TEXTS["reader"])) == (403, "secrets_not_allowed")
    for role in ("writer", "admin"):
        own.tokens.tokens[TEXTS[role]] = own.tokens.tokens[TEXTS[role]]._replace(secrets=False)
        answer = own.ask(path, TEXTS[role])
        assert refused(answer) == (403, "secrets_not_allowed")
        assert CANARY.encode() not in answer.body


def test_what_is_not_a_secret_of_this_ledger_is_not_found(own: Service) -> None:
    own.home.done("profile", "create", "other", "--set")
    words = ("--tracking_uri=https://x.example", "--tracking_username=ann", f"--tracking_password={CANARY}")
    own.home.done("experiment-tracker", "register", "x", "-f", "mlflow", *words)
    key_id = own.home.python(
        f"import sqlite3\nconnection = sqlite3.connect({str(own.home.config / 'ledger.db')!r})\n"
        "print(*(row[0] for row in connection.execute('SELECT key_id FROM keys')))"
    ).stdout.split()[0]
    for unknown in (key_id, new_id()):
        assert refused(own.ask(f"{own.ledger}/secrets/{unknown}", TEXTS["writer"])) == (404, "secret_not_found")
    assert refused(own.ask(f"{own.ledger}/secrets/x", TEXTS["writer"])) == (422, "invalid")
    elsewhere = f"/v1/ledgers/{new_id()}/secrets/{key_id}"
    assert refused(own.ask(elsewhere, TEXTS["writer"])) == (404, "ledger_not_found")


def test_a_key_that_is_gone_without_a_record_of_it_is_damage(own: Service) -> None:
    key_id = key_of(own.change(tracker(tracking_password=CANARY)))
    own.home.python(
        f"import sqlite3\nconnection = sqlite3.connect({str(own.home.config / 'ledger.db')!r})\n"
        f"connection.execute('DELETE FROM keys WHERE key_id = ?', ({key_id!r},))\nconnection.commit()"
    )
    assert refused(own.ask(f"{own.ledger}/secrets/{key_id}", TEXTS["writer"])) == (500, "altered_ledger")


def test_a_machine_without_the_key_of_a_shared_profile_says_so(tmp_path: Path) -> None:
    one, other = (shared.machine(tmp_path.resolve() / name, name) for name in ("one", "other"))
    profile = shared.begun(one, "team")
    words = ("--tracking_uri=https://x.example", "--tracking_username=ann", f"--tracking_password={CANARY}")
    one.done("experiment-tracker", "register", "x", "-f", "mlflow", *words)
    shared.joined(one, other, profile)
    with mock.patch.dict(os.environ, other.variables(), clear=True), listening(other, "team") as service:
        events = service.ask(f"{service.ledger}/events?limit=5000").said["events"]
        registered = json.loads(events[-2]["text"])  # the last one notes its key
        key_id = registered["parameters"]["tracking_password"]["key_id"]
        path = f"{service.ledger}/secrets/{key_id}"
        assert refused(service.ask(path, TEXTS["writer"])) == (409, "secret_not_here")
        assert service.change(tracker(tracking_password=CANARY)).status == 422
        shared.hand_over(one, other, profile)
        assert service.ask(path, TEXTS["writer"]).said["value"] == CANARY


def test_the_log_has_nothing_of_the_value(own: Service, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("INFO")
    key_id = key_of(own.change(tracker(tracking_password=CANARY), reason=CANARY))
    own.ask(f"{own.ledger}/secrets/{key_id}", TEXTS["writer"])
    assert f"GET {own.ledger}/secrets/{key_id} 200" in caplog.text
    assert CANARY not in caplog.text
