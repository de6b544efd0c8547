"""Turns the text of YAML and JSON files into plain data: what JSON can say, each key once, within a budget.

YAML is read as its version 1.2 has it where the two differ and one would be surprised: dates are text, and tags
that make objects, sets or bytes are refused. Nodes are counted while they are composed, with what aliases repeat,
so that no text of a few bytes becomes data of a few gigabytes.
"""

from __future__ import annotations

import json
import math
import re
from typing import TYPE_CHECKING, Any, NoReturn

import yaml
from yaml.composer import Composer

from zenml.documents.limits import DEPTH, NODES, NUMBER, SCALAR
from zenml.domain.visible import escaped, visible

_PREFIX = "tag:yaml.org,2002:"
_MERGE = f"{_PREFIX}merge"
_NUMBERS = (f"{_PREFIX}int", f"{_PREFIX}float")
_PLAIN = frozenset(f"{_PREFIX}{name}" for name in ("str", "int", "float", "bool", "null", "seq", "map", "merge"))
_ENUMERATION = f"{_PREFIX}python/object/apply:zenml.enums."
_HALF = re.compile("[\ud800-\udfff]")  # of a pair of surrogates, which cannot be stored
_LONGEST = 60  # characters of a key or a tag in an error


class UnusableTextError(ValueError):
    """A text is not such data; the message says why, as the end of a sentence that begins with the file."""


class _RepeatedKeyError(UnusableTextError):
    """A JSON object has a key twice."""


if TYPE_CHECKING or not yaml.__with_libyaml__:
    _Safe = yaml.SafeLoader
else:

    class _Safe(Composer, yaml.CSafeLoader):
        """Has the text parsed in C, some times as fast, and the nodes composed where they can be counted."""

        def __init__(self, text: str) -> None:
            yaml.CSafeLoader.__init__(self, text)
            Composer.__init__(self)


class _Loader(_Safe):
    """Reads plain data alone. ZenML writes members of its enumerations as objects: they are read as values."""

    def __init__(self, text: str, budget: int) -> None:
        super().__init__(text)
        self._budget = budget
        self._count = 0  # of the nodes so far, repeated ones included
        self._depth = 0
        self._sizes: dict[str, int] = {}  # of what has an anchor, in nodes

    def get_single_node(self) -> yaml.Node | None:
        """Returns the root of the only document."""
        self.get_event()  # type: ignore[no-untyped-call]
        if self.check_event(yaml.StreamEndEvent):
            return None
        root = self.compose_document()
        if not self.check_event(yaml.StreamEndEvent):
            line = _line(self.peek_event().start_mark)  # type: ignore[no-untyped-call]
            raise UnusableTextError(f"has a second document ({line}); a file can hold only one")
        return root

    def compose_node(self, parent: yaml.Node | None, index: Any) -> yaml.Node | None:
        """Returns the next node, or the one that an alias stands for, if the budget is enough."""
        event = self.peek_event()  # type: ignore[no-untyped-call]
        mark = event.start_mark
        if isinstance(event, yaml.AliasEvent):
            name = str(event.anchor)
            if name not in self._sizes:
                problem = "is inside itself" if name in self.anchors else "is not defined"
                raise UnusableTextError(f"refers to '{_short(name)}', which {problem} ({_line(mark)})")
            self._spend(self._sizes[name])
            return super().compose_node(parent, index)
        if event.anchor is not None and event.anchor in self.anchors:
            raise UnusableTextError(f"defines '&{_short(event.anchor)}' a second time ({_line(mark)})")
        before = self._count
        self._spend(1 + (len(event.value) // SCALAR if isinstance(event, yaml.ScalarEvent) else 0))
        self._depth += 1
        if self._depth > DEPTH:
            raise UnusableTextError(f"is nested deeper than {DEPTH} levels ({_line(mark)})")
        node = super().compose_node(parent, index)
        self._depth -= 1
        if node is not None:
            self._check(node)
        if event.anchor is not None:
            self._sizes[event.anchor] = self._count - before
        return node

    def _spend(self, nodes: int) -> None:
        self._count += nodes
        if self._count > self._budget:
            raise UnusableTextError(
                f"holds too much: {self._budget} keys and values are allowed, repeated ones counted"
            )

    def compose_mapping_node(self, anchor: Any) -> yaml.MappingNode:
        """Returns a mapping in which each key is unique."""
        node = super().compose_mapping_node(anchor)
        lines: dict[object, str] = {}
        for key, _ in node.value:
            line = _line(key.start_mark)
            if not isinstance(key, yaml.ScalarNode):
                raise UnusableTextError(f"has a list or a mapping as a key ({line})")
            name = _json_name(self.construct_object(key) if key.tag != _MERGE else key.value)
            if name in lines:
                raise UnusableTextError(f"has the key '{_short(key.value)}' twice ({lines[name]} and {line})")
            lines[name] = line
        return node

    def _check(self, node: yaml.Node) -> None:
        """Refuses tags that mean more than plain data, and numbers that cannot be kept."""
        line = _line(node.start_mark)
        if node.tag not in _PLAIN and not node.tag.startswith(_ENUMERATION):
            tag = _short(node.tag.replace(_PREFIX, "!!"))
            raise UnusableTextError(f"has the tag {tag}, which is not supported ({line})")
        if isinstance(node, yaml.ScalarNode) and not node.value.isascii() and _HALF.search(node.value):
            raise UnusableTextError(f"has an incomplete character ({line})")
        if node.tag in _NUMBERS and isinstance(node, yaml.ScalarNode):
            if len(node.value) > NUMBER:
                raise UnusableTextError(f"has a number of more than {NUMBER} characters ({line})")
            if not math.isfinite(self.construct_object(node)):
                raise UnusableTextError(f"has {node.value}, which is not a finite number ({line})")


def _json_name(key: object) -> str:
    """Returns a key as the name it has in JSON, where ``yes`` is ``true`` and ``1.0`` is ``1``."""
    if isinstance(key, float) and key.is_integer():
        key = int(key)
    return key if isinstance(key, str) else json.dumps(key)


def _enumeration(loader: _Loader, member: str, node: yaml.Node) -> Any:
    if not isinstance(node, yaml.SequenceNode) or len(node.value) != 1:
        raise yaml.constructor.ConstructorError(None, None, f"'{member}' has no value", node.start_mark)
    return loader.construct_sequence(node)[0]


_Loader.add_multi_constructor(_ENUMERATION, _enumeration)
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag in _PLAIN]
    for first, resolvers in _Safe.yaml_implicit_resolvers.items()
}


def read_yaml_text(text: str, budget: int = NODES) -> Any:
    """Returns what the text of a YAML file holds; None for an empty one.

    Args:
        text: The text.
        budget: The most nodes it may have, as `zenml.documents.limits.NODES`.

    Raises:
        UnusableTextError: It is not YAML, has a key twice, is more than plain data or exceeds the budget.
    """
    loader = None
    try:
        loader = _Loader(text, budget)
        content = loader.get_single_data()
    except yaml.reader.ReaderError as error:
        character = escaped(chr(error.character)) if isinstance(error.character, int) else "a character"
        line = text.count("\n", 0, error.position) + 1 if character != "a character" else 1
        raise UnusableTextError(f"has {character} (line {line}), which YAML does not allow") from error
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        raise UnusableTextError(f"is not valid YAML{f' ({_line(mark)})' if mark else ''}") from error
    except UnusableTextError:
        raise
    except (RecursionError, ValueError, OverflowError, TypeError, AttributeError) as error:
        raise UnusableTextError("is not valid YAML") from error
    finally:
        if loader is not None:
            loader.dispose()
    return content


def read_json_text(text: str) -> Any:
    """Returns what a JSON text holds.

    Raises:
        UnusableTextError: It is not JSON, has a key twice, or is nested too deeply.
    """
    try:
        return json.loads(text, object_pairs_hook=_object, parse_constant=_not_finite, parse_float=_finite)
    except _RepeatedKeyError:
        read_yaml_text(text)  # JSON is YAML, and that parser knows the lines
        raise
    except UnusableTextError:
        raise
    except json.JSONDecodeError as error:
        raise UnusableTextError(f"is not valid JSON (line {error.lineno})") from error
    except (RecursionError, ValueError) as error:
        raise UnusableTextError("is not valid JSON") from error


def _object(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    members: dict[str, Any] = {}
    for key, value in pairs:
        if key in members:
            raise _RepeatedKeyError(f"has the key '{_short(key)}' twice")
        members[key] = value
    return members


def _finite(number: str) -> float:
    value = float(number)
    return value if math.isfinite(value) else _not_finite(number)


def _not_finite(number: str) -> NoReturn:
    raise UnusableTextError(f"has {_short(number)}, which is not a finite number")


def _line(mark: yaml.Mark) -> str:
    return f"line {mark.line + 1}"


def _short(text: str) -> str:
    shown = visible(text[:_LONGEST])
    return f"{shown}…" if len(text) > _LONGEST else shown
