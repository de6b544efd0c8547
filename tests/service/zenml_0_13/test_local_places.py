"""A place in a client's own configuration folder is not recorded, and no folder of the service is shown."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.service.running import TEXTS, Service, listening
from tests.service.zenml_0_13 import wire
from tests.service.zenml_0_13.wire import altered, component, done
from tests.support import shared
from zenml.ledger.ids import new_id

STORES = "/home/x/.config/zenml/local_stores"
PLACES = [
    ("artifact_store", "local", "path", ""),
    ("metadata_store", "sqlite", "uri", "/metadata.db"),
    ("secrets_manager", "local", "secrets_file", "/secrets.yaml"),
]


@pytest.fixture(params=["on this machine", "in a database"], scope="module")
def kept(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Service]:
    """A service of a profile that is kept here, or is shared."""
    home = shared.machine(Path(tmp_path_factory.mktemp("kept")).resolve() / "one", "one")
    name = "default"
    if request.param == "in a database":
        name = shared.begun(home, "team").name
    with mock.patch.dict(os.environ, home.variables(), clear=True), listening(home, name) as service:
        yield service


@pytest.mark.parametrize(("kind", "flavor", "parameter", "file"), PLACES)
def test_a_place_of_a_client_is_no_value_and_no_difference(
    kept: Service, kind: str, flavor: str, parameter: str, file: str
) -> None:
    uuid = new_id()
    place = {parameter: f"{STORES}/{uuid}{file}"}
    sent, path = component(kind, f"own {kind}", flavor, uuid, **place), f"/components/{kind}/own%20{kind}"
    done(kept.as_zenml("POST", "/components", sent))
    assert parameter not in wire.parameters(wire.shown(kept, path))
    before = wire.events(kept)
    for method, where, body in (
        ("PUT", path, sent),
        ("PUT", path, altered(sent, **{parameter: f"/root/elsewhere/local_stores/{uuid}{file}"})),
        ("PUT", path, wire.shown(kept, path)),
    ):
        done(kept.as_zenml(method, where, body))
    assert wire.events(kept) == before
    assert STORES not in json.dumps(before)


@pytest.mark.parametrize("place", [f"{STORES}/0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11", "/data"])
def test_any_other_place_is_a_value(kept: Service, place: str) -> None:
    name = new_id()
    done(kept.as_zenml("POST", "/components", component("artifact_store", name, path=place)))
    assert wire.parameters(wire.shown(kept, f"/components/artifact_store/{name}")) == {"path": place}


@pytest.mark.parametrize("role", ["reader", "writer"])
def test_no_answer_names_a_folder_of_the_service(kept: Service, role: str) -> None:
    asked: list[tuple[str, str, Any]] = [
        ("GET", path, None) for path in ("/", "/stacks", "/users", "/openapi.json")
    ]
    asked += [("GET", f"/components/{kind}", None) for kind, *_ in PLACES]
    asked += [("DELETE", "/components/artifact_store/default", None), ("GET", "/stacks/none", None)]
    for method, path, body in asked:
        answer = kept.as_zenml(method, path, body, TEXTS[role])
        found = [answer.body.decode()]
        if answer.status == 200 and path.startswith("/components"):
            found += [str(wire.parameters(part)) for part in answer.said]
        for folder in (kept.served.config_directory, str(kept.home.base)):
            assert folder not in "".join(found)
