"""Whatever is sent, the answer is a list with a status that clients know, and nothing is half done."""

from __future__ import annotations

import base64
import json
import threading
from itertools import pairwise
from pathlib import Path
from typing import Any
from unittest import mock
from urllib.parse import quote

import pytest

from tests.service.running import Service
from tests.service.zenml_0_13 import wire
from tests.service.zenml_0_13.wire import component, config
from zenml.service.limits import LARGEST

BOMB = "\n".join(
    [
        "a: &a [x,x,x,x,x,x,x,x,x]",
        *(f"{b}: &{b} [{','.join([f'*{a}'] * 9)}]" for a, b in pairwise("abcdefghi")),
    ]
)
CONFIGS = {
    "no Base64": "%%%",
    "Base64 of no text": base64.b64encode(b"\xff\xfe").decode(),
    "empty": "",
    "no mapping": config("[1]"),
    "two documents": config("---\na: 1\n---\nb: 2"),
    "a key twice": config("a: 1\na: 2"),
    "a number as a key": config("1: 2"),
    "aliases that explode": config(BOMB),
    "an alias of itself": config("a: &a [*a]"),
    "a program": config("a: !!python/object/apply:os.system [ls]"),
    "an object": config("a: !!python/object:zenml.stack.Stack {}"),
    "lists within lists": config("a: " + "[" * 300_000),
    "mappings within mappings": config("a: " + "{a: " * 90_000 + "}" * 90_000),
    "no number": config("a: .nan"),
    "infinity": config("a: -.inf"),
    "a number without end": config("a: " + "9" * 5_000),
    "half a character": config('a: "\\ud800"'),
    "zero": config("a: \0"),
    "what the flavor does not know": config("a: 1"),
}
NAMES = ["", "a/b", "..", "-x", " x", "a\nb", "\x1b[31mred", "a\0b", "x" * 4096, "\u202egnp", "e\u0301", "\ud800"]


def is_untouched(service: Service, log: Path, before: object) -> bool:
    return wire.events(service) == before and "Traceback" not in log.read_text()


@pytest.mark.parametrize("sent", CONFIGS.values(), ids=CONFIGS)
def test_a_configuration_that_is_none_is_refused(service: Service, written_log: Path, sent: str) -> None:
    before = wire.events(service)
    part = {**component("orchestrator", "new"), "config": sent}
    for answer in (
        service.as_zenml("POST", "/components", part),
        service.as_zenml("PUT", "/components/orchestrator/default", part),
        service.as_zenml(
            "POST", "/stacks", {"name": "new", "components": [component("artifact_store", "own"), part]}
        ),
    ):
        status, name, sentence = wire.refused(answer)
        assert (status, name) in [(422, "ValueError"), (409, "StackComponentExistsError")]
        assert len(sentence) < 1_000
    assert is_untouched(service, written_log, before)


@pytest.mark.parametrize("name", NAMES)
def test_a_name_that_is_none_is_refused(service: Service, written_log: Path, name: str) -> None:
    before = wire.events(service)
    orchestrator = wire.shown(service, "/components/orchestrator/default")
    prod = wire.shown(service, "/stacks/prod")
    for answer in (
        service.as_zenml("POST", "/components", {**component("orchestrator", "new"), "name": name}),
        service.as_zenml("PUT", "/components/orchestrator/default", {**orchestrator, "name": name}),
        service.as_zenml("POST", "/stacks", {**prod, "name": name}),
        service.as_zenml("PUT", "/stacks/prod", {**prod, "name": name}),
        service.as_zenml("POST", "/flavors", {"name": name, "type": "orchestrator", "source": "own.New"}),
    ):
        assert wire.refused(answer)[:2] == (422, "ValueError"), answer.body
    assert is_untouched(service, written_log, before)


@pytest.mark.parametrize(
    "name", ["<b>x", "[red]x[red]", "größe", "日本", "a b", "100%", "a%2Fb", "a?b#c", "x" * 128]
)
def test_a_name_that_people_may_choose_is_found_by_it(own: Service, name: str) -> None:
    wire.done(own.as_zenml("POST", "/components", component("orchestrator", name)))
    path = f"/components/orchestrator/{quote(name)}"
    assert wire.shown(own, path)["name"] == name
    wire.done(own.as_zenml("DELETE", path))


BODIES: dict[str, bytes] = {
    "nothing": b"",
    "null": b"null",
    "a list": b"[]",
    "a text": b'"x"',
    "no JSON": b"{",
    "a form": b"name=x",
    "no UTF-8": b'{"name": "\xff"}',
    "half a character": json.dumps({**component("orchestrator", "x"), "flavor": "\udfff"}).encode(),
    "lists within lists": b"[" * (LARGEST - 1),
    "mappings within mappings": b'{"a":' * 200_000,
    "a number without end": b"1" * (LARGEST - 1),
    "another type": json.dumps(component("nonsense", "x")).encode(),
    "no text as a name": json.dumps({**component("orchestrator", "x"), "name": 1e99}).encode(),
    "another identity": json.dumps({**component("orchestrator", "x"), "uuid": "x"}).encode(),
    "100,000 components": json.dumps({"name": "x", "components": [{"a": 1}] * 100_000}).encode(),
}


@pytest.mark.parametrize("body", BODIES.values(), ids=BODIES)
@pytest.mark.parametrize(
    "path", ["/components", "/stacks", "/flavors", "/store_associations", "/components/orchestrator/default"]
)
def test_a_body_that_is_none_is_refused(service: Service, written_log: Path, path: str, body: bytes) -> None:
    before = wire.events(service)
    method = "PUT" if path.endswith("default") else "POST"
    for headers in ({}, {"Content_Type": "application/json"}):
        status, name, _ = wire.refused(service.as_zenml(method, path, body, **headers))
        assert (status, name) in [(422, "ValueError"), (400, "RuntimeError")]
    assert is_untouched(service, written_log, before)


def test_a_body_that_is_too_large_is_refused(service: Service) -> None:
    answer = service.as_zenml("POST", "/components", Content_Length=str(LARGEST + 1))
    assert wire.refused(answer)[:2] == (413, "RuntimeError")


@pytest.mark.parametrize(
    "path",
    [
        "/stacks/%00",
        "/stacks/%ff",
        "/stacks/%ed%a0%80",
        "/stacks/a%2Fb",
        "/stacks/..",
        "/stacks/",
        "/components/orchestrator/%0a",
        "/nothing",
        "//stacks",
    ],
)
@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_a_path_that_leads_nowhere_is_a_key_error(
    service: Service, written_log: Path, method: str, path: str
) -> None:
    before = wire.events(service)
    body: Any = component("orchestrator", "x") if "components" in path else {"name": "x", "components": []}
    answer = service.as_zenml(method, path, None if method != "PUT" else body)
    assert wire.refused(answer)[:2] == (404, "KeyError")
    assert is_untouched(service, written_log, before)


@pytest.mark.parametrize("method", ["PATCH", "POST", "OPTIONS", "TRACE", "ANYTHING"])
def test_a_method_that_nothing_takes_is_refused_with_a_list(service: Service, method: str) -> None:
    answer = service.as_zenml(method, "/stacks/prod")
    assert wire.refused(answer)[0] == 405
    assert answer.headers["allow"] == "DELETE, GET, PUT"


@pytest.mark.parametrize("path", ["/components", "/stacks"])
def test_others_are_answered_while_what_was_sent_is_searched_for_secrets(service: Service, path: str) -> None:
    """With a text like ``a=a=a=…`` that takes seconds."""
    begun, go_on = threading.Event(), threading.Event()

    def searching(*given: Any) -> frozenset[str]:
        begun.set()
        assert go_on.wait(20)
        return frozenset()

    part = component("orchestrator", "x", a=1)
    body = part if path == "/components" else {"name": "x", "components": [part]}
    with mock.patch("zenml.service.writing.carrying_out.hidden_texts", searching):
        asking = threading.Thread(target=service.as_zenml, args=("POST", path, body))
        asking.start()
        assert begun.wait(20)
        assert service.as_zenml("GET", "/stacks").status == 200
        go_on.set()
        asking.join()
