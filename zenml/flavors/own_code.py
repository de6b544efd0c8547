"""The one way in which code from a folder or a profile is run: a class is imported, and that is reported.

What uses it, and what never does, is the table in docs/security.md.
"""

from __future__ import annotations

import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from importlib import invalidate_caches
from importlib.abc import MetaPathFinder
from importlib.machinery import ModuleSpec, PathFinder
from importlib.util import find_spec
from types import ModuleType
from typing import TYPE_CHECKING

from zenml.domain.visible import visible
from zenml.flavors.loading import load, refuse

if TYPE_CHECKING:
    from zenml.flavors.base import StackComponent

_announced: set[tuple[str, str | None]] = set()


def load_own(source: str, root: str | None) -> type[StackComponent]:
    """Returns the class of a custom flavor, after saying on standard error what is imported.

    Args:
        source: ``package.module.Class``.
        root: The repository that modules are looked for in first; outside of any, None, only what is installed
            counts, and never what lies in the working directory.

    Raises:
        FlavorImportError: There is no such class, or importing it fails.
    """
    if not _is_dotted_name(source):
        refuse(source, "it does not name a module" if "." not in source else "that is not the name of a class")
    if (source, root) not in _announced:
        _announced.add((source, root))
        place = f"the repository {root}" if root else "what is installed"
        print(visible(f"Importing '{source}' from {place}; its code is run."), file=sys.stderr, flush=True)
    from zenml.flavors.zenml_names import zenml_names  # here: what only looks for modules does not need it

    with _importable_from(root, source.partition(".")[0]), zenml_names():
        return load(source)


def is_there(source: str, root: str | None) -> bool:
    """Tells whether there is a module for a class. Files are looked for, and nothing is imported."""
    module = source.rpartition(".")[0]
    if not module or not _is_dotted_name(source):
        return False
    name, *rest = module.split(".")
    try:
        with _importable_from(root, name):
            spec = find_spec(name)
        for part in rest:
            if spec is None or spec.submodule_search_locations is None:
                return False
            name = f"{name}.{part}"
            spec = PathFinder.find_spec(name, list(spec.submodule_search_locations))
    except (ImportError, ValueError):
        return False
    return spec is not None


def _is_dotted_name(source: str) -> bool:
    return "." in source and all(part.isidentifier() for part in source.split("."))


class _InRepository(MetaPathFinder):
    """Finds one module in a repository, before what is installed under that name; no other is found so."""

    def __init__(self, root: str, module: str) -> None:
        self._root, self._module = root, module

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Returns where the module is; None for any other."""
        return PathFinder.find_spec(fullname, [self._root]) if fullname == self._module else None


@contextmanager
def _importable_from(root: str | None, module: str) -> Iterator[None]:
    """Has a module looked for in a repository; outside of any, not in the working directory.

    What the module imports is looked for there too, but last: no file of a repository passes for a module of ours.
    """
    before, finders = list(sys.path), list(sys.meta_path)
    sys.path[:] = [*(place for place in before if place), *([root] if root else [])]
    if root:
        sys.meta_path.insert(0, _InRepository(root, module))
    invalidate_caches()  # a module may have been written a moment ago
    try:
        yield
    finally:
        sys.path[:], sys.meta_path[:] = before, finders
