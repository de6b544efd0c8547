"""Writes the index of the flavors that ship with the program: ``python -m zenml.flavors``."""

from __future__ import annotations

import json
from collections.abc import Iterator
from enum import Enum
from importlib import import_module
from pathlib import Path
from pkgutil import walk_packages
from typing import Any

from zenml.flavors.base import StackComponent

INDEX = Path(__file__).with_name("index.py")
_HERE = "zenml.flavors."
_HEAD = '''"""The flavors that ship with the program, by component type.

Made from their classes by ``python -m zenml.flavors``, so that lists need not import them. Do not edit it.
"""

from __future__ import annotations

from zenml.flavors.info import FlavorInfo

FLAVORS: dict[str, tuple[FlavorInfo, ...]] = {
'''


def declared() -> Iterator[type[StackComponent]]:
    """Yields the class of every flavor in this package, by type and name."""
    folder = Path(__file__).parent
    names = (package.name for package in walk_packages([str(folder)], _HERE))
    modules = [import_module(name) for name in names if "." in name.removeprefix(_HERE)]
    values = [value for module in modules for value in vars(module).values() if isinstance(value, type)]
    classes = {value for value in values if issubclass(value, StackComponent) and "FLAVOR" in vars(value)}
    yield from sorted(classes, key=lambda flavor: (flavor.TYPE, flavor.FLAVOR))


def text() -> str:
    """Returns the index as it has to be."""
    lines, last = [_HEAD], ""
    for flavor in declared():
        if last != flavor.TYPE:
            lines += ["    ),\n"] * bool(last) + [f'    "{flavor.TYPE}": (\n']
            last = flavor.TYPE
        secret = flavor.secret_parameters()
        names = [
            f"{parameter.name}!" if parameter.name in secret else f"{parameter.name}{_default(parameter.default)}"
            for parameter in flavor.describe_parameters()
        ]
        values = [
            flavor.FLAVOR,
            f"{flavor.__module__}.{flavor.__qualname__}",
            " ".join(names),
            flavor.INTEGRATION,
            flavor.PACKAGE,
        ]
        written = ["None" if value is None else _quoted(value) for value in values]
        lines += ["        FlavorInfo(\n", *(f"            {value},\n" for value in written), "        ),\n"]
    return "".join([*lines, "    ),\n}\n"])


def _default(value: Any) -> str:
    """Returns how a default is declared; an empty text stands for a place on the machine (`machine_places`)."""
    value = value.value if isinstance(value, Enum) else value
    return f"={json.dumps(value, separators=(',', ':'))}" if value not in (None, "") else ""


def _quoted(value: str) -> str:
    """Returns a text as the formatter writes it."""
    return f"'{value}'" if '"' in value else f'"{value}"'


if __name__ == "__main__":
    INDEX.write_text(text(), encoding="utf-8")
