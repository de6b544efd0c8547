"""The way to a database is encrypted, and who is at its ends is proved: by passwords and certificates."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.databases import port
from tests.support.network.certificates import Authority, Certificate
from tests.support.network.encrypted import (
    ENCRYPTED,
    PASSWORD,
    WITH_CERTIFICATE,
    WITH_PASSWORD,
    EncryptedMariaDB,
    EncryptedPostgreSQL,
    Options,
    login,
)
from tests.support.network.ports import HOST
from tests.support.network.servers import started
from tests.support.program import Home, Result
from tests.support.refusals import refused
from tests.support.teams import listed, member, register

ENCRYPTION = "Check what follows the ? of its URL"

Encrypted = EncryptedPostgreSQL | EncryptedMariaDB


@pytest.fixture(scope="module", params=ENCRYPTED)
def server(request: pytest.FixtureRequest) -> Iterator[Encrypted]:
    """A server with a database `team`."""
    with started(ENCRYPTED[request.param]()) as server:
        server.create_database("team")
        yield server


def trusting(server: Encrypted, authority: Authority) -> Options:
    """Returns the options of a URL by which a server has to have a certificate of an authority."""
    file = authority.certificate.file
    if isinstance(server, EncryptedPostgreSQL):
        return {"sslmode": "verify-full", "sslrootcert": file}
    return {"ssl_ca": file}


def showing(server: Encrypted, certificate: Certificate) -> Options:
    """Returns the options of a URL by which a user has a certificate, and trusts the server's authority."""
    prefix = "ssl" if isinstance(server, EncryptedPostgreSQL) else "ssl_"
    shown = {f"{prefix}cert": certificate.file, f"{prefix}key": certificate.key}
    return {**trusting(server, server.authority), **shown}


def with_password(server: Encrypted, password: str = PASSWORD, options: Options | None = None) -> str:
    return login(server, WITH_PASSWORD, password, options or trusting(server, server.authority))


def with_certificate(server: Encrypted, name: str) -> str:
    return login(server, WITH_CERTIFICATE, "", showing(server, server.authority.issued(name)))


def refused_at(home: Home, url: str, *named: str, hint: str = "") -> Result:
    """Checks that nobody joins by a URL, that it is said why, and what to do, and that the password is not."""
    answer = refused(home.run("profile", "create", "team", "--store-type", "sql", "--url", url), *named)
    assert f"Hint: {hint}" in answer.stderr
    assert "geheim" not in answer.output
    return answer


def test_who_trusts_the_authority_and_has_the_password_joins(server: Encrypted, tmp_path: Path) -> None:
    one, other = (member(tmp_path / name, with_password(server)) for name in ("one", "other"))
    register(one, "prod").exits(0)
    assert "prod" in listed(other)


def test_who_has_a_certificate_joins_without_a_password(server: Encrypted, tmp_path: Path) -> None:
    one = member(tmp_path / "one", with_password(server))
    other = member(tmp_path / "other", with_certificate(server, WITH_CERTIFICATE))
    register(other, "theirs").exits(0)
    assert "theirs" in listed(one)


def test_who_has_the_certificate_of_somebody_else_or_none_is_refused(server: Encrypted, home: Home) -> None:
    refused_at(home, with_certificate(server, "eve"), "login was refused")
    refused_at(home, login(server, WITH_CERTIFICATE, "", trusting(server, server.authority)))


@pytest.mark.parametrize("password", ["geheim %42", ""])
def test_a_wrong_password_is_refused(server: Encrypted, home: Home, password: str) -> None:
    expected = f"does not let the user '{WITH_PASSWORD}' in: the login was refused."
    refused_at(home, with_password(server, password), expected)


def test_a_server_that_another_authority_vouches_for_is_refused(
    server: Encrypted, home: Home, tmp_path: Path
) -> None:
    options = trusting(server, Authority(tmp_path, "another"))
    refused_at(home, with_password(server, options=options), "certificate", hint=ENCRYPTION)


def test_a_server_of_another_name_is_refused(server: Encrypted, home: Home) -> None:
    url = with_password(server, options=trusting(server, server.authority))
    member(home.base / "right", url)
    refused_at(
        home, url.replace(f"@{HOST}:", "@localhost:"), "on localhost", "certificate", "match", hint=ENCRYPTION
    )


def test_the_name_in_a_certificate_is_left_out_where_the_url_says_so(server: Encrypted, home: Home) -> None:
    options = trusting(server, server.authority)
    postgresql = isinstance(server, EncryptedPostgreSQL)
    lenient = {"sslmode": "verify-ca"} if postgresql else {"ssl_verify_identity": "false"}
    member(
        home.base / "right",
        with_password(server, options={**options, **lenient}).replace(f"@{HOST}:", "@localhost:"),
    )


def test_a_server_that_does_not_encrypt_is_refused_where_that_is_required(server: Encrypted, home: Home) -> None:
    plain = port("postgresql" if isinstance(server, EncryptedPostgreSQL) else "mysql")
    refused_at(home, with_password(server).replace(f":{server.port}/", f":{plain}/"), "SSL", hint=ENCRYPTION)
