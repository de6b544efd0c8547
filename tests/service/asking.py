"""What tests ask a service to do, and what was recorded of it."""

from __future__ import annotations

import json
from typing import Any

from tests.service.running import Answer
from zenml.ledger.ids import new_id
from zenml.ledger.secrets.keyring import Keyring
from zenml.ledger.secrets.sealing import Sealer

PARTS = {"orchestrator": "default", "artifact_store": "default"}


def stack(name: str) -> dict[str, Any]:
    """Returns what registers a stack."""
    return {"do": "register_stack", "name": name, "components": PARTS}


def renaming(name: str, new_name: str) -> dict[str, Any]:
    """Returns what renames a stack."""
    return {"do": "rename_stack", "name": name, "new_name": new_name}


def tracker(name: str = "tracker", **parameters: Any) -> dict[str, Any]:
    """Returns what registers an experiment tracker with a user and a password."""
    given = {"tracking_uri": "https://mlflow.example", "tracking_username": "ann", **parameters}
    return {
        "do": "register_component",
        "component_type": "experiment_tracker",
        "name": name,
        "flavor": "mlflow",
        "parameters": given,
    }


def done(answer: Answer) -> Any:
    """Returns what a change became, which was made."""
    assert answer.status == 200, answer.body
    said = answer.said
    assert said["recorded"]
    assert said["events"][0]["topic"] == "zenml:ChangeBegan"
    assert json.loads(said["events"][0]["text"])["change_id"] == said["change_id"]
    return said


def began(answer: Answer) -> Any:
    """Returns the fields of the beginning of a change."""
    return json.loads(done(answer)["events"][0]["text"])


def fields(answer: Answer, at: int = 1) -> Any:
    """Returns the fields of an event of a change."""
    return json.loads(done(answer)["events"][at]["text"])


def value(salted: Any) -> Any:
    """Returns a value of an event."""
    return json.loads(salted["v"])


def refused(answer: Answer) -> tuple[int, str]:
    """Returns the status and the code of a refusal."""
    assert set(answer.said) == {"code", "message", "values"}, answer.body
    return answer.status, answer.said["code"]


def sealed(config_directory: str, text: Any) -> tuple[dict[str, Any], dict[str, str]]:
    """Returns a secret as a client seals it: what an event has of it, and its data key."""
    sealer = Sealer(Keyring(config_directory, lasting=False))
    setting = sealer.setting(text, secret=True)
    ((key_id, secret),) = sealer.keys.items()
    return setting.to_fields(), {key_id: secret.data_key.hex()}


def registered(password: Any, name: str = "tracker") -> dict[str, Any]:
    """Returns what makes an experiment tracker happen, with a password as an event has it."""
    salted = {"s": "0" * 32, "v": '"https://mlflow.example"'}
    return {
        "do": "make",
        "topic": "zenml:ComponentRegistered",
        "fields": {
            "component_id": new_id(),
            "component_type": "experiment_tracker",
            "name": name,
            "flavor": "mlflow",
            "parameters": {"tracking_uri": salted, "tracking_password": password},
        },
    }
