import pytest

from zenml.domain.secrecy import is_secret_reference, without_passwords


@pytest.mark.parametrize("value", ["{{db.password}}", "{{ db.password }}", "{{a.b.c}}"])
def test_a_name_and_a_key_in_double_braces_is_a_reference(value: str) -> None:
    assert is_secret_reference(value)


@pytest.mark.parametrize(
    "value", ["", "db.password", "{{db}}", "{db.password}", "x{{db.password}}", "{{db.password}}x", 5, None]
)
def test_anything_else_is_no_reference(value: object) -> None:
    assert not is_secret_reference(value)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("mysql://ann:hunter2@db/x", "mysql://ann:***@db/x"),
        ("redis://:hunter2@db", "redis://:***@db"),
        ("mysql://ann:hun@ter/2@db/x", "mysql://ann:***@db/x"),
        ("https://db/x?user=ann&password=hunter2&ssl=1", "https://db/x?user=ann&password=***&ssl=1"),
        ("{'a': 'http://ann:hunter2@h', 'b': 1}", "{'a': 'http://ann:***@h', 'b': 1}"),
        ("from http://a:b@h to http://c:d@i", "from http://a:***@h to http://c:***@i"),
    ],
)
def test_passwords_in_urls_are_starred_out(text: str, shown: str) -> None:
    assert without_passwords(text) == shown


@pytest.mark.parametrize("text", ["s3://bucket/a", "https://ann@db/x", "localhost:5000/a", "/tmp/a:b@c", ""])
def test_text_without_a_password_stays_as_it_is(text: str) -> None:
    assert without_passwords(text) == text
