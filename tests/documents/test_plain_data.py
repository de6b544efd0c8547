from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest

from zenml.documents.limits import DEPTH, NODES
from zenml.documents.plain_data import UnusableTextError, read_json_text, read_yaml_text

BOMB = "a: &a [x, x, x, x, x, x, x, x, x]\n" + "".join(
    f"{key}: &{key} [{', '.join(['*' + before] * 9)}]\n" for before, key in pairwise("abcdefghij")
)


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ("stacks: [a]\nx: 1\nstacks: [b]\n", "has the key 'stacks' twice (line 1 and line 3)"),
        ("a:\n  - b:\n      c: 1\n      c: 2\n", "has the key 'c' twice (line 3 and line 4)"),
        ("a: {b: 1, b: 2}\n", "has the key 'b' twice (line 1 and line 1)"),
        ('a: 1\n"a": 2\n', "has the key 'a' twice"),
        ("1: a\n1.0: b\n", "has the key '1.0' twice"),
        ("1: a\n'1': b\n", "has the key '1' twice"),
        ("0x10: a\n16: b\n", "has the key '16' twice"),
        ("yes: a\ntrue: b\n", "has the key 'true' twice"),
        ("~: a\nnull: b\n", "has the key 'null' twice"),
        ("b: &b {x: 1}\na:\n  <<: *b\n  <<: *b\n", "has the key '<<' twice (line 3 and line 4)"),
        ('"\\e[2J": 1\n"\\e[2J": 2\n', "has the key '\\x1b[2J' twice"),
        ("? [a, b]\n: c\n", "has a list or a mapping as a key (line 1)"),
        ("? {a: b}\n: c\n", "has a list or a mapping as a key (line 1)"),
        ("a: 1\n---\nb: 2\n", "has a second document (line 2)"),
        ("a: 1\n---\n", "has a second document (line 2)"),
        ("a: &a [*a]\n", "refers to 'a', which is inside itself"),
        ("a: *b\n", "refers to 'b', which is not defined"),
        ("a: &x 1\nb: &x 2\n", "defines '&x' a second time"),
        (
            "a: !!python/object/apply:os.getcwd []\n",
            "has the tag !!python/object/apply:os.getcwd, ",
        ),
        ("a: !!python/name:os.system\n", "has the tag !!python/name:os.system"),
        ("a: !!binary aGFsbG8=\n", "has the tag !!binary"),
        ("a: !!set {x, y}\n", "has the tag !!set"),
        ("a: !!omap [x: 1]\n", "has the tag !!omap"),
        ("a: !!timestamp 2026-01-01\n", "has the tag !!timestamp"),
        ("a: !own b\n", "has the tag !own"),
        ("a: .nan\n", "has .nan, which is not a finite number (line 1)"),
        ("a:\n  - -.inf\n", "has -.inf, which is not a finite number (line 2)"),
        ("a: 1.0e+999\n", "has 1.0e+999, which is not a finite number"),
        (f"a: {'1' * 5000}\n", "has a number of more than 100 characters"),
        (f"a: {'1:' * 5000}1\n", "has a number of more than 100 characters"),
        ("a:\n\tb: 1\n", "is not valid YAML (line 2)"),
        ("a: b\nc: \x00\n", "has \\x00 (line 2), which YAML does not allow"),
        ('a: "\\ud800"\n', "is not valid YAML"),
        ("<<: 1\na: 2\n", "is not valid YAML"),
        (BOMB, "holds too much"),
        (f"a: &a {'x' * 100_000}\nb: [{', '.join(['*a'] * 5000)}]\n", "holds too much"),
        ("".join(f"k{number}: 1\n" for number in range(NODES)), "holds too much"),
        ("[" * 10_000 + "]" * 10_000, "is not valid YAML"),
        ("\n".join(" " * depth + "a:" for depth in range(DEPTH + 1)), f"is nested deeper than {DEPTH} levels"),
    ],
)
def test_what_is_more_than_plain_data_said_once_is_refused_with_its_place(text: str, problem: str) -> None:
    with pytest.raises(UnusableTextError) as caught:
        read_yaml_text(text)
    assert problem in str(caught.value)
    assert str(caught.value).isprintable()


@pytest.mark.parametrize(
    ("text", "content"),
    [
        ("", None),
        ("a: 1\r\nb: [yes, ~, 1.5, x]\r\n", {"a": 1, "b": [True, None, 1.5, "x"]}),
        ("%YAML 1.2\n---\na: 1\n...\n", {"a": 1}),
        ("b: &b {x: 1, y: 2}\na: {<<: *b, x: 3}\n", {"b": {"x": 1, "y": 2}, "a": {"x": 3, "y": 2}}),
        ("a: &a [1]\nb: *a\n", {"a": [1], "b": [1]}),
        ("a: 2026-01-01\nb: 2026-01-01 10:00:00\n", {"a": "2026-01-01", "b": "2026-01-01 10:00:00"}),
        ("a: =\n", {"a": "="}),
        ("a: !!str 1\n", {"a": "1"}),
        ("a: !!python/object/apply:zenml.enums.StoreType [local]\n", {"a": "local"}),
    ],
)
def test_plain_data_is_read(text: str, content: Any) -> None:
    assert read_yaml_text(text) == content


@pytest.mark.parametrize(
    ("text", "problem"),
    [
        ('{"a": 1,\n "a": 2}', "has the key 'a' twice (line 1 and line 2)"),
        ('{"x": {"a": 1, "a": 2}}', "has the key 'a' twice (line 1 and line 1)"),
        ('{"a": NaN}', "has NaN, which is not a finite number"),
        ('{"a": -Infinity}', "has -Infinity, which is not a finite number"),
        ('{"a": 1e999}', "has 1e999, which is not a finite number"),
        ('{\n"a": }', "is not valid JSON (line 2)"),
        ("[" * 100_000, "is not valid JSON"),
        ("1" * 5000, "is not valid JSON"),
    ],
)
def test_json_is_held_to_the_same(text: str, problem: str) -> None:
    with pytest.raises(UnusableTextError) as caught:
        read_json_text(text)
    assert problem in str(caught.value)
