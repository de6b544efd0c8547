"""Templates of HTML: whatever is put into one is text, and all of it is seen."""

from __future__ import annotations

from jinja2 import Environment, PackageLoader, StrictUndefined

from zenml.domain.visible import visible


def html_templates(package: str) -> Environment:
    """Returns what draws the templates of a package, in its folder ``templates``.

    All that is put in is escaped for HTML, and what is not seen in it is written as an escape.
    """
    return Environment(
        loader=PackageLoader(package),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        finalize=lambda value: visible(value) if type(value) is str else value,
    )
