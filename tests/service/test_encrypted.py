"""A service that encrypts is asked only where its certificate is trusted, and is for the host of the URL."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import NamedTuple

import pytest

from tests.service.daemons import free_port
from tests.support.canaries import bytes_below, leaks
from tests.support.network.certificates import Authority
from tests.support.program import Home
from tests.support.tables import column

JOIN = ("profile", "create", "team", "--type", "rest", "--set", "--url")


class Encrypted(NamedTuple):
    """A service that encrypts.

    Attributes:
        port: Where it listens.
        token: Lets a writer in.
        trust: The variable with which a machine trusts its certificate.
    """

    port: int
    token: str
    trust: dict[str, str]


@pytest.fixture
def service(tmp_path: Path) -> Iterator[Encrypted]:
    folder = tmp_path / "certificates"
    folder.mkdir()
    authority = Authority(folder, "authority")
    certificate = authority.issued("127.0.0.1")
    (tmp_path / "host").mkdir()
    host, port = Home(tmp_path / "host"), free_port()
    files = ("--certfile", str(certificate.file), "--keyfile", str(certificate.key))
    host.done("service", "up", "--port", str(port), "--host", "127.0.0.1", *files)
    token = host.done("service", "token", "create", "bea", "--role", "writer").stdout.strip()
    yield Encrypted(port, token, {"SSL_CERT_FILE": str(authority.certificate.file)})
    host.run("service", "down")


@pytest.fixture
def member(tmp_path: Path) -> Home:
    (tmp_path / "member").mkdir()
    return Home(tmp_path / "member")


def test_who_trusts_its_certificate_works_with_it(service: Encrypted, member: Home) -> None:
    env = {**service.trust, "ZENML_FRESH": "0"}
    member.run(*JOIN, f"https://127.0.0.1:{service.port}", "--token", "-", env=env, stdin=service.token, check=0)
    member.done("stack", "register", "prod", "-a", "default", "-o", "default", env=env)
    assert column(member.done("stack", "list", env=env).rows, "STACK NAME") == ["default", "prod"]
    assert leaks(service.token, bytes_below(member.base)) == []


@pytest.mark.parametrize(
    ("url", "trusted", "why"),
    [
        ("https://127.0.0.1", False, "certificate"),
        ("https://localhost", True, "mismatch|doesn't match|not valid for"),
        ("http://127.0.0.1", True, "connection broke|not a service"),
    ],
    ids=["not trusted", "of another host", "without encryption"],
)
def test_nobody_else_is_sent_a_token(service: Encrypted, member: Home, url: str, trusted: bool, why: str) -> None:
    env = service.trust if trusted else {}
    answer = member.run(*JOIN, f"{url}:{service.port}", "--token", "-", env=env, stdin=service.token, check=1)
    assert any(words in answer.said for words in why.split("|")), answer.report()
    assert "Hint: " in answer.stderr
