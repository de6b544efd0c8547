"""The page of all flavors, made from their classes."""

from __future__ import annotations

import json
from typing import Any

from zenml.domain.component_types import COMPONENT_TYPES, command, plural
from zenml.flavors.documentation import parameter_docs, summary
from zenml.flavors.index import FLAVORS
from zenml.flavors.lookup import SHIPPED

_HEAD = """\
# Flavors

<!-- Generated from the code by `python -m tests.docs`. -->

What components can be made of. `zenml <component> flavor list` says which of them are ready to use on a machine,
and `zenml <component> flavor describe FLAVOR` shows the same tables. A parameter that is **required** must be
given; one that is *secret* is stored encrypted and never shown. Text may be a reference to a secret,
`{{name.key}}`, where nothing is checked. A flavor of an integration needs its package to work, and none to be
registered.
"""


def flavors() -> str:
    """Returns the page."""
    sections = [_HEAD]
    for component_type in COMPONENT_TYPES:
        sections.append(f"\n## {plural(component_type).capitalize()}\n")
        for info in FLAVORS[component_type]:
            flavor = SHIPPED.load(component_type, info.name)
            needs = f" Needs `{flavor.PACKAGE}`." if flavor.PACKAGE else ""
            sections.append(f"\n### {command(component_type)} {info.name}\n\n{summary(flavor)}{needs}\n")
            docs, rows = parameter_docs(flavor), flavor.describe_parameters()
            if rows:
                sections.append("\n| parameter | type | default | meaning |\n| --- | --- | --- | --- |\n")
            for it in rows:
                kind = f"{it.type}, **required**" if it.required else it.type
                kind += ", *secret*" if it.secret else ""
                sections.append(f"| `{it.name}` | {kind} | {_default(it.default)} | {_meaning(docs[it.name])} |\n")
    return "".join(sections)


def _default(value: Any) -> str:
    return "" if value in (None, "", {}) else f"`{value if isinstance(value, str) else json.dumps(value)}`"


def _meaning(text: str) -> str:
    return text.replace("|", "\\|").replace("{", "`{", 1).replace("}", "}`", 1) if "{" in text else text
