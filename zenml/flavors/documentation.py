"""What the docstrings of flavors say, for people at a terminal."""

from __future__ import annotations

import inspect
import re

_HEAD = re.compile(r"^(Attributes|Args):$")
_ITEM = re.compile(r"^ {4}(\w+): (.*)$")


def summary(flavor: type) -> str:
    """Returns the first sentence about a flavor; empty if nobody wrote one."""
    return inspect.cleandoc(flavor.__doc__ or "").split("\n\n")[0].replace("\n", " ")


def parameter_docs(flavor: type) -> dict[str, str]:
    """Returns the description of each parameter, from the ``Attributes`` section of its class or of a base."""
    docs: dict[str, str] = {}
    for base in reversed(flavor.__mro__):
        docs.update(_section(inspect.cleandoc(vars(base).get("__doc__") or "")))
    return docs


def _section(text: str) -> dict[str, str]:
    docs: dict[str, str] = {}
    inside, last = False, ""
    for line in text.splitlines():
        if not line.startswith(" ") and line:
            inside, last = bool(_HEAD.match(line)), ""
        elif inside and (item := _ITEM.match(line)):
            last = item[1]
            docs[last] = item[2].replace("``", "")
        elif inside and last and line.strip():
            docs[last] += " " + line.strip().replace("``", "")
    return docs
