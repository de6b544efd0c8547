"""Tokens: a name is given once, and what was revoked stays revoked. Random plays have none: it stays revoked."""

from __future__ import annotations

import pytest

from tests.domain.memory import given
from zenml.domain import commands, events
from zenml.domain.errors import AlreadyExistsError, InvalidValueError, NotFoundError
from zenml.domain.token_texts import id_of

ID, OTHER = "kx7m2p9q", "b3nd8wrz"
TEXT = f"zt_{ID}_{'0f' * 32}"
CREATED = events.TokenCreated(token_id=ID, name="ci", role="writer", secrets=True)
REVOKED = events.TokenRevoked(**dict(CREATED))


def create(name: str, token_id: str = OTHER) -> commands.CreateToken:
    return commands.CreateToken(token_id, name, "writer", True)


def test_a_token_is_created_and_revoked() -> None:
    given().when(create("ci", ID)).then(CREATED)
    given(CREATED).when(commands.RevokeToken("ci")).then(REVOKED)
    given(CREATED, REVOKED).when(commands.RevokeToken("ci")).then_nothing_happened()
    given(CREATED).when(commands.RevokeToken("cd")).then_raises(NotFoundError, "Token 'cd'", "service token list")


def test_a_name_is_given_once() -> None:
    given(CREATED).when(create("ci")).then_raises(AlreadyExistsError, "Token 'ci' already exists")
    given(CREATED, REVOKED).when(create("ci")).then_raises(AlreadyExistsError, "was revoked", "never given again")


def test_a_reader_never_reads_secrets() -> None:
    for secrets in (True, False):
        reader = commands.CreateToken(ID, "ci", "reader", secrets)
        given().when(reader).then(CREATED.replace(role="reader", secrets=False))
    given().when(commands.CreateToken(ID, "ci", "admin", False)).then(CREATED.replace(role="admin", secrets=False))


def test_undoing_a_creation_revokes_and_nothing_undoes_that() -> None:
    given(CREATED).when(commands.Revert(CREATED)).then(REVOKED)
    given(CREATED, REVOKED).when(commands.Revert(CREATED)).then_nothing_happened()
    given(CREATED, REVOKED).when(commands.Revert(REVOKED)).then_raises(AlreadyExistsError, "was revoked")


@pytest.mark.parametrize("name", ["", "a/b", "-x", "a\nb"])
def test_what_can_be_no_name(name: str) -> None:
    given().when(create(name)).then_raises(InvalidValueError, "is not a valid token name")


@pytest.mark.parametrize("name", [TEXT, f"my {TEXT}"])
def test_the_text_of_a_token_is_no_name_and_is_not_repeated(name: str) -> None:
    for command in (create(name), commands.RevokeToken(name)):
        outcome = given(CREATED).when(command)
        outcome.then_raises(InvalidValueError, "is the text of a token, not a name")
        assert "0f0f" not in f"{outcome.error!r} {outcome.error and outcome.error.values}"


def test_the_id_of_a_text() -> None:
    assert id_of(TEXT) == ID
    for other in ("", TEXT[:-1], f"{TEXT}0", f" {TEXT}", f"{TEXT}\n", TEXT.upper(), TEXT.replace("zt_", "zk_")):
        assert id_of(other) is None
