"""What clients of ZenML 0.13 send, and what they read in answers."""

from __future__ import annotations

import base64
import json
from collections.abc import Sequence
from typing import Any

import yaml

from tests.service.running import TEXTS, Answer, Service
from zenml.ledger.ids import new_id


def config(text: str) -> str:
    """Returns YAML as it is sent."""
    return base64.b64encode(text.encode()).decode()


def component(kind: str, name: str, flavor: str = "local", uuid: str = "", **parameters: Any) -> dict[str, Any]:
    """Returns a component as it is sent, with a new identity if none is given."""
    uuid = uuid or new_id()
    text = yaml.safe_dump({"name": name, "uuid": uuid, **parameters})
    return {"type": kind, "flavor": flavor, "name": name, "uuid": uuid, "config": config(text)}


def tracker(name: str = "tracker", uuid: str = "", **parameters: Any) -> dict[str, Any]:
    """Returns an experiment tracker with a user and a password as it is sent."""
    given = {"tracking_uri": "https://mlflow.example", "tracking_username": "ann", **parameters}
    return component("experiment_tracker", name, "mlflow", uuid, **given)


def parameters(wrapper: dict[str, Any]) -> dict[str, Any]:
    """Returns the parameters of a component, as somebody sent or was sent it."""
    values: dict[str, Any] = yaml.safe_load(base64.b64decode(wrapper["config"]))
    assert (values.pop("name"), values.pop("uuid")) == (wrapper["name"], wrapper["uuid"])
    return values


def altered(wrapper: dict[str, Any], **changed: Any) -> dict[str, Any]:
    """Returns a component with other parameters; None unsets one, as clients do."""
    values = {"name": wrapper["name"], "uuid": wrapper["uuid"], **parameters(wrapper), **changed}
    return {**wrapper, "config": config(yaml.safe_dump(values))}


def renamed(wrapper: dict[str, Any], name: str) -> dict[str, Any]:
    """Returns a component with another name."""
    values = {**parameters(wrapper), "name": name, "uuid": wrapper["uuid"]}
    return {**wrapper, "name": name, "config": config(yaml.safe_dump(values))}


def shown(service: Service, path: str, text: str = TEXTS["writer"]) -> Any:
    """Returns what a client is shown."""
    answer = service.as_zenml("GET", path, text=text)
    assert answer.status == 200, answer.body
    return answer.said


def done(answer: Answer) -> Any:
    """Returns what was answered to a request that was carried out."""
    assert answer.status == 200, answer.body
    return answer.said


def refused(answer: Answer) -> tuple[int, str, str]:
    """Returns the status of a refusal, the class and the sentence in it."""
    name, sentence = said(answer)
    return answer.status, name, sentence


def said(answer: Answer) -> list[str]:
    """Returns the class and the sentence of a refusal, which has nothing else."""
    assert answer.status >= 400, answer.body
    assert answer.headers["content-type"] == "application/json"
    assert answer.said.keys() == {"detail"}, answer.body
    detail: list[str] = answer.said["detail"]
    assert len(detail) == 2
    assert all(isinstance(part, str) and part for part in detail)
    return detail


def changes(service: Service) -> list[dict[str, Any]]:
    """Returns the fields of the beginnings of changes of the profile, oldest first."""
    return [fields for topic, fields in events(service) if topic == "zenml:ChangeBegan"]


def events(service: Service) -> Sequence[tuple[str, dict[str, Any]]]:
    """Returns the topic and the fields of each event of the profile."""
    stored = service.ask(f"{service.ledger}/events?limit=5000").said["events"]
    return [(event["topic"], json.loads(event["text"])) for event in stored]


def topics(service: Service, after: int) -> list[str]:
    """Returns which events there are after so many, apart from beginnings of changes and notes of keys."""
    found = [topic.removeprefix("zenml:") for topic, _ in events(service)[after:]]
    return [topic for topic in found if topic not in ("ChangeBegan", "KeysNoted")]
