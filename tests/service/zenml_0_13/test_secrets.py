"""Who may not read secrets is shown what stands for them; that means a secret only where it was."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from tests.service.running import TEXTS, Service, listening
from tests.service.zenml_0_13 import wire
from tests.service.zenml_0_13.wire import altered, component, done, refused, tracker
from tests.support import shared
from tests.support.canaries import bytes_below, leaks
from zenml.service.tokens import Role, Token

PASSWORD, IN_URL, NEW = "canary-of-a-password", "canary-in-a-url", "canary-that-is-new"
WITHOUT = "zt_blind_secret"
"""The token of a writer who may not read secrets."""

PATH = "/components/experiment_tracker/tracker"


@pytest.fixture
def kept(own: Service) -> Service:
    """A service of a profile with a tracker that has two secrets."""
    blind(own)
    sent = tracker(tracking_uri=f"https://ann:{IN_URL}@mlflow.example", tracking_password=PASSWORD)
    done(own.as_zenml("POST", "/components", sent))
    return own


def blind(service: Service) -> None:
    service.tokens.tokens[WITHOUT] = Token("blind", "blind", Role.WRITER, secrets=False)


def standing(service: Service) -> tuple[dict[str, Any], str, str]:
    """Returns the tracker as it is shown without secrets, and what stands for the two."""
    given = wire.shown(service, PATH, WITHOUT)
    values = wire.parameters(given)
    return given, values["tracking_password"], values["tracking_uri"]


def test_only_who_may_read_secrets_is_shown_them(kept: Service) -> None:
    done(
        kept.as_zenml(
            "POST",
            "/stacks",
            {
                "name": "dev",
                "components": [*wire.shown(kept, "/stacks/default")["components"], wire.shown(kept, PATH)],
            },
        )
    )
    for path in (PATH, "/components/experiment_tracker", "/stacks", "/stacks/dev"):
        for text in (TEXTS["reader"], WITHOUT):
            assert leaks_in(kept.as_zenml("GET", path, text=text).body) == []
        assert leaks_in(kept.as_zenml("GET", path).body) != []
    values = wire.parameters(wire.shown(kept, PATH))
    assert values["tracking_password"] == PASSWORD
    assert values["tracking_uri"] == f"https://ann:{IN_URL}@mlflow.example"
    _, password, uri = standing(kept)
    assert password.startswith("***:")
    assert uri.startswith("https://ann:***:")
    assert uri.endswith("@mlflow.example")


def leaks_in(body: bytes) -> list[str]:
    return [leak for secret in (PASSWORD, IN_URL, NEW) for leak in leaks(secret, {"the answer": body})]


@pytest.mark.parametrize("rotated", [False, True])
def test_what_stands_for_a_secret_leaves_it_as_it_is(kept: Service, rotated: bool) -> None:
    given, _, _ = standing(kept)
    if rotated:
        new = altered(
            wire.shown(kept, PATH), tracking_password=NEW, tracking_uri=f"https://ann:{NEW}@other.example"
        )
        done(kept.as_zenml("PUT", PATH, new))
    before, secrets = len(wire.events(kept)), wire.parameters(wire.shown(kept, PATH))
    done(kept.as_zenml("PUT", PATH, altered(given, tracking_insecure_tls=True), WITHOUT))
    assert wire.topics(kept, before) == ["ParameterSet"]
    assert wire.parameters(wire.shown(kept, PATH)) == {**secrets, "tracking_insecure_tls": True}


MISPLACED: dict[str, Any] = {
    "in another secret parameter": lambda password, uri: {"tracking_token": password},
    "in one that is no secret": lambda password, uri: {"tracking_uri": password},
    "within one": lambda password, uri: {"tracking_uri": f"https://x:{password}@evil.example"},
    "in a URL to another host": lambda password, uri: {"tracking_uri": uri.replace("mlflow", "evil")},
    "with more behind it": lambda password, uri: {"tracking_password": f"{password}x"},
    "in capitals": lambda password, uri: {"tracking_password": password.upper()},
    "of a secret that there is not": lambda password, uri: {"tracking_password": f"***:{'0' * 36}"},
    "as stars alone": lambda password, uri: {"tracking_password": "***"},
    "as stars in a URL": lambda password, uri: {"tracking_uri": "https://ann:***@mlflow.example"},
}


@pytest.mark.parametrize("misplaced", MISPLACED.values(), ids=MISPLACED)
@pytest.mark.parametrize("text", [TEXTS["writer"], WITHOUT], ids=["who may read secrets", "who may not"])
def test_it_means_nothing_anywhere_else(
    kept: Service, written_log: Path, tmp_path: Path, text: str, misplaced: Any
) -> None:
    given, password, uri = standing(kept)
    wrong = misplaced(password, uri)
    parts = wire.shown(kept, "/stacks/default")["components"]
    before = wire.events(kept)
    new = tracker("new", **{"tracking_password": "x", **wrong})
    for answer in (
        kept.as_zenml("PUT", PATH, altered(given, **wrong), text),
        kept.as_zenml("POST", "/components", new, text),
        kept.as_zenml("POST", "/stacks", {"name": "new", "components": [*parts, new]}, text),
        kept.as_zenml("POST", "/components", component("alerter", "new", "slack", slack_token=password), text),
    ):
        status, name, sentence = refused(answer)
        assert (status, name) == (422, "ValueError")
        assert "give the value" in sentence
        assert leaks_in(answer.body) == []
    assert wire.events(kept) == before
    kept.end()
    for secret in (PASSWORD, IN_URL):
        assert leaks(secret, bytes_below(tmp_path)) == []


def test_a_copy_of_a_secret_is_for_those_who_may_read_it(kept: Service) -> None:
    _, password, uri = standing(kept)
    copies = {
        "tracking_password": {"tracking_password": password},
        "tracking_uri": {"tracking_uri": uri, "tracking_password": "x"},
    }
    for parameter, values in copies.items():
        sent = tracker(f"copy of {parameter[9:]}", **values)
        before = wire.events(kept)
        assert refused(kept.as_zenml("POST", "/components", sent, WITHOUT))[:2] == (422, "ValueError")
        assert wire.events(kept) == before
        done(kept.as_zenml("POST", "/components", sent))
        found = wire.shown(kept, f"/components/experiment_tracker/copy%20of%20{parameter[9:]}")
        assert wire.parameters(found)[parameter] == wire.parameters(wire.shown(kept, PATH))[parameter]


def test_who_may_not_read_secrets_learns_none_by_guessing(kept: Service) -> None:
    """Whether a component is the one that is there depends on its secrets."""
    parts = wire.shown(kept, "/stacks/default")["components"]
    values = wire.parameters(wire.shown(kept, PATH))
    before = wire.events(kept)
    for guess in (PASSWORD, "wrong"):
        sent = component("experiment_tracker", "tracker", "mlflow", **{**values, "tracking_password": guess})
        answer = kept.as_zenml("POST", "/stacks", {"name": "new", "components": [*parts, sent]}, WITHOUT)
        assert refused(answer)[:2] == (409, "StackComponentExistsError")
    assert wire.events(kept) == before


def test_nothing_is_left_of_the_secrets_in_what_is_refused(
    own: Service, written_log: Path, tmp_path: Path
) -> None:
    blind(own)
    parts = wire.shown(own, "/stacks/default")["components"]
    secret = {"tracking_password": PASSWORD, "tracking_uri": f"https://ann:{IN_URL}@mlflow.example"}
    sent = [
        ("POST", "/components", tracker("a/b", **secret)),
        ("POST", "/components", tracker("a", **secret, unknown="x")),
        ("POST", "/components", tracker("a", **secret, unknown_password=NEW)),
        ("POST", "/components", tracker("a", **secret, tracking_token="***")),
        ("POST", "/components", {**tracker("a", **secret), "flavor": "none"}),
        ("PUT", PATH, tracker(**secret)),
        ("POST", "/stacks", {"name": "default", "components": [*parts, tracker(**secret)]}),
        ("POST", "/stacks", {"name": "a", "components": [tracker("a", **secret)]}),
        ("PUT", "/stacks/none", {"name": "none", "components": [*parts, tracker(**secret)]}),
        (
            "POST",
            "/components",
            component("step_operator", "a", "sagemaker", role=f"https://ann:{IN_URL}@x", api_key=NEW),
        ),
    ]
    for method, path, body in sent:
        for text in (TEXTS["writer"], WITHOUT, TEXTS["reader"]):
            answer = own.as_zenml(method, path, body, text)
            assert refused(answer)[0] in (403, 404, 409, 422)
            assert leaks_in(answer.body) == []
    own.end()
    assert "is not a valid experiment tracker name" in (own.home.config / "attempts.jsonl").read_text()
    for secret_text in (PASSWORD, IN_URL, NEW):
        assert leaks(secret_text, bytes_below(tmp_path)) == []


def test_a_machine_without_the_key_shows_what_stands_for_a_secret(tmp_path: Path) -> None:
    one, other = (shared.machine(tmp_path.resolve() / name, name) for name in ("one", "other"))
    profile = shared.begun(one, "team")
    words = ("--tracking_uri=https://x.example", "--tracking_username=ann", f"--tracking_password={PASSWORD}")
    one.done("experiment-tracker", "register", "tracker", "-f", "mlflow", *words)
    shared.joined(one, other, profile)
    with mock.patch.dict(os.environ, other.variables(), clear=True), listening(other, "team") as service:
        given = wire.shown(service, PATH)
        assert wire.parameters(given)["tracking_password"].startswith("***:")
        before = len(wire.events(service))
        done(service.as_zenml("PUT", PATH, altered(given, tracking_insecure_tls=True)))
        assert wire.topics(service, before) == ["ParameterSet"]
        copy = tracker("copy", tracking_password=wire.parameters(given)["tracking_password"])
        assert refused(service.as_zenml("POST", "/components", copy))[0] in (409, 422)
        shared.hand_over(one, other, profile)
        assert wire.parameters(wire.shown(service, PATH))["tracking_password"] == PASSWORD
