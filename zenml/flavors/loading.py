"""Finds the classes of flavors: imports a module when its flavor is needed, and no other."""

from __future__ import annotations

from collections.abc import Iterator
from importlib import import_module
from importlib.util import find_spec
from typing import TYPE_CHECKING, NoReturn

from zenml.domain.errors import FlavorImportError

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent

ENTRY_POINTS = "zenml.flavors"
"""The group of entry points in which installed packages name the classes of their flavors."""


def load(source: str) -> type[StackComponent]:
    """Returns the class of a flavor that is installed; for any other there is `zenml.flavors.own_code`.

    Args:
        source: ``package.module.Class``.

    Raises:
        FlavorImportError: There is no such class, or importing it fails.
    """
    module, _, name = source.rpartition(".")
    if not module:
        refuse(source, "it does not name a module")
    try:
        flavor = getattr(import_module(module), name, None)
    except (Exception, SystemExit) as error:  # whatever somebody's module does when it is imported
        refuse(source, _first_line(error), error)
    from zenml.flavors.base import StackComponent

    if not isinstance(flavor, type):
        refuse(source, f"module '{module}' has no class '{name}'")
    if not issubclass(flavor, StackComponent):
        refuse(source, "it is not a subclass of zenml.stack.StackComponent")
    for word in ("TYPE", "FLAVOR"):
        if not isinstance(getattr(flavor, word, None), str):
            refuse(source, f"the class does not set {word}")
    return flavor


def installed() -> Iterator[tuple[str, type[StackComponent]]]:
    """Yields source and class of each flavor of an installed package; one that cannot be loaded is left out."""
    from importlib.metadata import entry_points

    for point in sorted(entry_points(group=ENTRY_POINTS), key=lambda point: point.value):
        source = f"{point.module}.{point.attr}"
        try:
            yield source, load(source)
        except FlavorImportError:
            continue


def is_installed(package: str) -> bool:
    """Tells whether a package can be imported. Of a namespace's package the namespace alone is imported."""
    try:
        return find_spec(package) is not None
    except (ImportError, ValueError):  # its parent is missing, or is not a package
        return False


def _first_line(error: BaseException) -> str:
    lines = str(error).strip().splitlines()
    return lines[0].rstrip(".") if lines else type(error).__name__


def refuse(source: str, why: str, error: BaseException | None = None) -> NoReturn:
    """Raises the `FlavorImportError` that a class cannot be had."""
    raise FlavorImportError(
        f"ZenML can not import the flavor class '{source}': {why}.",
        code="flavor_not_found_from_root",
    ) from error
