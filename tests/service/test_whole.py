"""From nothing to a follower who loses the token: through the program alone, over a socket."""

from __future__ import annotations

import json
from contextlib import closing
from http.client import HTTPConnection

from tests.service.daemons import free_port
from tests.support.program import Home


def test_a_token_opens_the_ledger_until_it_is_revoked(home: Home) -> None:
    port = free_port()
    token = json.loads(home.done("service", "token", "create", "ann", "--role", "reader", "-o", "json").stdout)
    home.done("service", "up", "--port", str(port))
    headers = {"Authorization": f"Bearer {token['token']}"}
    try:
        with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            connection.request("GET", "/v1", headers=headers)
            said = json.loads(connection.getresponse().read())
            assert (said["profile"], said["role"]) == ("default", "reader")
            path = f"/v1/ledgers/{said['ledger_id']}/events"
            connection.request("GET", path, headers=headers)
            size = json.loads(connection.getresponse().read())["ledger"]["size"]
            connection.request("GET", f"{path}?after={size}", headers={**headers, "Accept": "text/event-stream"})
            with connection.getresponse() as response:
                home.done("stack", "rename", "default", "prod")
                heard = b"".join(response.readline() for _ in range(8)).decode()
                home.done("service", "token", "revoke", "ann")
                assert response.read() == b""
        ids = [line for line in heard.splitlines() if line.startswith("id: ")]
        assert ids == [f"id: {size + 1}", f"id: {size + 2}"]
        assert "zenml:StackRenamed" in heard
        with closing(HTTPConnection("127.0.0.1", port, timeout=20)) as connection:
            connection.request("GET", "/v1", headers=headers)
            assert connection.getresponse().status == 401
    finally:
        home.done("service", "down")
    log = (home.config / "service" / "service.log").read_text()
    assert token["token"] not in log
