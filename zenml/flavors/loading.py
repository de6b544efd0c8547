"""Finds the classes of flavors: imports a module when its flavor is needed, and no other."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from importlib import import_module, invalidate_caches
from importlib.util import find_spec
from typing import TYPE_CHECKING, NoReturn

from zenml.domain.errors import FlavorImportError

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent

ENTRY_POINTS = "zenml.flavors"
"""The group of entry points in which installed packages name the classes of their flavors."""


def load(source: str, root: str | None = None) -> type[StackComponent]:
    """Returns the class of a flavor.

    Args:
        source: ``package.module.Class``.
        root: A folder that modules are looked for in first, as the repository's is for flavors of one's own;
            empty for the working directory.

    Raises:
        FlavorImportError: There is no such class, or importing it fails.
    """
    module, _, name = source.rpartition(".")
    if not module:
        _refuse(source, "it names no module")
    with _importable_from(root):
        try:
            found = getattr(import_module(module), name, None)
        except (Exception, SystemExit) as error:  # whatever somebody's module does when it is imported
            _refuse(source, _in_a_line(error), error)
    from zenml.flavors.base import StackComponent

    if not isinstance(found, type):
        _refuse(source, f"module '{module}' has no class '{name}'")
    if not issubclass(found, StackComponent):
        _refuse(source, "it is not a subclass of zenml.stack.StackComponent")
    for word in ("TYPE", "FLAVOR"):
        if not isinstance(getattr(found, word, None), str):
            _refuse(source, f"the class does not set {word}")
    return found


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
    except (ImportError, ValueError):  # its parent is missing, or is no package
        return False


@contextmanager
def _importable_from(root: str | None) -> Iterator[None]:
    """Has modules looked for in a folder first, which is not remembered."""
    if root is None:
        yield
        return
    sys.path.insert(0, root)
    invalidate_caches()  # a module may have been written a moment ago
    try:
        yield
    finally:
        sys.path.remove(root)


def _in_a_line(error: BaseException) -> str:
    told = str(error).strip().splitlines()
    return told[0].rstrip(".") if told else type(error).__name__


def _refuse(source: str, why: str, error: BaseException | None = None) -> NoReturn:
    raise FlavorImportError(
        f"ZenML can not import the flavor class '{source}': {why}.",
        "Flavors are found from the repository's root, else from the working directory: name the class as it is "
        'imported there, such as "flavors.my_flavor.MyFlavor".',
    ) from error
