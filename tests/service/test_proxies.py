"""A proxy in front of the service says for whom it asks; others who say so are not believed."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.service.daemons import ask, free_port
from tests.support.program import Home
from zenml.domain.errors import NotAllowedError
from zenml.service.listening import checked_proxies

FAR = "203.0.113.7"


@pytest.mark.parametrize(
    ("options", "seen"),
    [
        ((), FAR),
        (("--forwarded-allow-ips", "10.0.0.5, 127.0.0.0/8"), FAR),
        (("--forwarded-allow-ips", "10.0.0.5"), "127.0.0.1"),
    ],
    ids=["this machine", "a network", "another machine"],
)
def test_the_log_has_the_address_that_a_known_proxy_says(
    tmp_path: Path, options: tuple[str, ...], seen: str
) -> None:
    home, port = Home(tmp_path.resolve()), free_port()
    home.done("profile", "list")
    home.run("service", "up", "--port", str(port), *options, env={"FORWARDED_ALLOW_IPS": "*"}, check=0)
    try:
        assert ask(port, "/v1", **{"X-Forwarded-For": FAR}).status == 401
        assert f" {seen} GET /v1 401" in home.done("service", "logs", "-n", "1").stdout
    finally:
        home.done("service", "down")


def test_proxies_are_addresses_and_networks() -> None:
    assert checked_proxies("10.0.0.5, 10.1.2.3/16,::1") == "10.0.0.5/32,10.1.0.0/16,::1/128"


@pytest.mark.parametrize("addresses", ["*", "", "proxy.example.org", "10.0.0.5,"])
def test_whoever_is_not_known_is_not_believed(addresses: str) -> None:
    with pytest.raises(NotAllowedError, match="is not the address of a proxy"):
        checked_proxies(addresses)
