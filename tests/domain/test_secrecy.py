"""The table of what is a secret: each list has both columns, these are and these are not."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml.domain import secret_places
from zenml.domain.secrecy import (
    STARS,
    has_reference,
    has_stars,
    hidden_in,
    is_secret_reference,
    masked,
    means_secret,
    without_passwords,
    without_secrets,
)

NAMES_OF_SECRETS = """
    password PASSWORD dbPassword db_password db.password db-password passwd mysql_pwd MYSQL_PWD
    PGPASSWORD passphrase secret aws_session_token slack_token sasToken credentials googleCredentials
    Authorization Proxy-Authorization cookie Set-Cookie api_key apiKey APIKEY X-Api-Key OPENAI_API_KEY
    aws_secret_access_key awsSecretAccessKey AWSSecretAccessKey secret_key privateKey account_key
    AccountKey signing_key client_secret connection_string AzureConnectionString password1 token_2
    API_KEY_3 s3_secret oauth2_token größe_token ｐａｓｓｗｏｒｄ
"""

OTHER_NAMES = """
    key keys KEY primary_key partition_key public_key ssh_key secret_name secretName password_file
    token_url tokenUri token_path token_id access_key_id awsAccessKeyId credentials_path secret_arn
    secret_type token_ttl token_prefix tokenizer max_tokens stop_tokens password_policy
    automatic_token_authentication secretary cookies_enabled encryption_spec_key_name username user host
    keyboard monkey passwords api_keys contraseña_archivo image_pull_secrets 42 _ é
"""


@pytest.mark.parametrize("name", NAMES_OF_SECRETS.split())
def test_these_are_names_of_secrets(name: str) -> None:
    assert means_secret(name)


@pytest.mark.parametrize("name", OTHER_NAMES.split())
def test_these_are_not(name: str) -> None:
    assert not means_secret(name)


VALUES_WITH_SECRETS: list[tuple[Any, Any]] = [
    ({"aws_secret_access_key": "S"}, {"aws_secret_access_key": "***"}),
    ({"a": {"b": [{"password": "S"}]}, "c": 1}, {"a": {"b": [{"password": "***"}]}, "c": 1}),
    ({"password": ["S", ["T"]]}, {"password": ["***", ["***"]]}),
    ([{"name": "DB_PASSWORD", "value": "S"}], [{"name": "DB_PASSWORD", "value": "***"}]),
    ({"headers": {"Authorization": "Bearer S"}}, {"headers": {"Authorization": "***"}}),
    ('{"api_key": "S", "a": 1}', '{"api_key": "***", "a": 1}'),
    ({"config": '{"pwd": "S"}'}, {"config": '{"pwd": "***"}'}),
    ("{'api_key': 'S', ", "{'api_key': '***', "),
    ("Authorization: Bearer S", "Authorization: ***"),
    ("host: h\npassword: S\nport: 1", "host: h\npassword: ***\nport: 1"),
    ("mysql://ann:hunter2@db/x", "mysql://ann:***@db/x"),
    ("redis://:hunter2@db", "redis://:***@db"),
    ("mysql://ann:hun@ter/2@db/x", "mysql://ann:***@db/x"),
    ("https://TOKEN@host/x", "https://***@host/x"),
    ("HTTP://TOKEN@host", "HTTP://***@host"),
    ("https://TOKEN:x-oauth-basic@github.com/a", "https://***@github.com/a"),
    ("git+https://TOKEN@github.com/a?mail=b@c", "git+https://***@github.com/a?mail=b@c"),
    ("user:password@host:5000", "user:***@host:5000"),
    ("user:p@ss@host:5000/team", "user:***@host:5000/team"),
    ("root:S@tcp(127.0.0.1:3306)/db", "root:***@tcp(127.0.0.1:3306)/db"),
    ("https://db/x?user=ann&password=hunter2&ssl=1", "https://db/x?user=ann&password=***&ssl=1"),
    ("https://a.blob.core/x?sv=1&sig=S%3D", "https://a.blob.core/x?sv=1&sig=***"),
    ("AccountName=a;AccountKey=S==;Suffix=x", "AccountName=a;AccountKey=***;Suffix=x"),
    ("host=h user=u password=S", "host=h user=u password=***"),
    ("Server=s;Pwd={S;S};Db=d", "Server=s;Pwd={***};Db=d"),
    ("password = 'S S'", "password = '***'"),
    ("token=S", "token=***"),
    ("größe_token=Ś", "größe_token=***"),
    ("a=1,token=S", "a=1,token=***"),
    (["--password=S", "--x=1"], ["--password=***", "--x=1"]),
]


@pytest.mark.parametrize(("value", "shown"), VALUES_WITH_SECRETS, ids=lambda value: json.dumps(value)[:40])
def test_these_values_have_secrets_which_are_starred_out(value: Any, shown: Any) -> None:
    assert masked(value) == shown
    assert hidden_in(value)
    assert masked(shown) == shown, "and stay so"
    assert has_stars(shown)
    assert not has_stars(value)


@pytest.mark.parametrize(
    "value",
    [
        *("", "s3://bucket/a", "localhost:5000/a", "/tmp/a:b@c", "git@github.com:org/repo.git", "C:\\me@host"),
        *("abfs://container@account.dfs.core.windows.net/x", "git+ssh://git@github.com/x", "postgresql://me@db/x"),
        *("image:1.0@sha256:ab12", f"image:1.0@sha256:{'a' * 64}", "reg:5000/team/image:1.0@sha256:ab12"),
        *("mailto:ann@example.com", "ann@example.com", "12:30", "secret_name=mine", "token_url=https://h/x"),
        *("password=", "password={{db.password}}", "password={{ db.password }}", "mysql://h/{{db.name}}"),
        *({"token": 5}, {"token": True}, {"token": None}, {"token": "{{a.b}}"}, {"key": "k"}, {"secret": ""}),
        *({"max_tokens": 100}, {"name": "token_url", "value": "u"}, '{"a": 1}', "{not: json", "glob/***", []),
        *({"secret": {"name": "n"}}, {"token": {"ttl": "5m"}}, {"access_key_id": "AKIA"}, 5, None, True),
    ],
    ids=lambda value: json.dumps(value)[:40],
)
def test_these_values_have_none(value: Any) -> None:
    assert masked(value) == value
    assert not hidden_in(value)
    assert not has_stars(value)


@pytest.mark.parametrize("value", ["{{db.password}}", "{{ db.password }}", "{{a.b.c}}"])
def test_a_name_and_a_key_in_double_braces_is_a_reference(value: str) -> None:
    assert is_secret_reference(value)
    assert masked(value, secret=True) == value


@pytest.mark.parametrize(
    "value", ["", "db.password", "{{db}}", "{db.password}", "x{{db.password}}", "{{db.password}}x", 5, None]
)
def test_anything_else_is_no_reference(value: object) -> None:
    assert not is_secret_reference(value)


def test_a_reference_is_found_at_any_depth() -> None:
    assert has_reference({"a": [{"b": "{{db.password}}"}]})
    assert not has_reference({"{{db.password}}": ["x{{db.password}}", 5, None]})


@pytest.mark.parametrize("value", ["hunter2", "true", "5"])
def test_a_text_of_a_secret_name_is_hidden_whatever_it_says(value: str) -> None:
    assert masked(value, secret=True) == STARS


@pytest.mark.parametrize("value", [5, 1.5, True, None, "", {"a": "b"}])
def test_what_is_no_text_is_no_secret(value: object) -> None:
    assert masked(value, secret=True) == value


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("{'a': 'http://ann:hunter2@h', 'b': 1}", "{'a': 'http://ann:***@h', 'b': 1}"),
        ("from http://a:b@h to http://c:d@i", "from http://a:***@h to http://c:***@i"),
        ("password: field required", "password: field required"),
        ("it said token=abc, then left", "it said token=*** then left"),
    ],
)
def test_prose_keeps_its_words(text: str, shown: str) -> None:
    assert without_passwords(text) == shown


def test_prose_loses_what_is_known_for_a_secret() -> None:
    assert (
        without_secrets("hunter2 and hunter2b, ab not abc", {"hunter2", "hunter2b", "ab"})
        == "*** and ***, *** not abc"
    )


NAMES = st.lists(
    st.sampled_from(
        ["api", "Key", "key", "TOKEN", "token", "s", "_", "-", "2", "PWD", "OLD", "ſ", "passwd", "private"]
    ),
    max_size=6,
).map("".join)


@given(NAMES)
def test_a_name_that_is_told_at_once_to_mean_none_has_no_such_words(name: str) -> None:
    """The quick look may leave a name to the close one, and never the other way round."""
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(secret_places, "_may_mean_secret", lambda name: True)
        closely = means_secret(name)
    assert means_secret(name) is closely
