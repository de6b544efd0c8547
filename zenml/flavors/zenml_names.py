"""What classes that were written for ZenML 0.13 import of it, while one of them is imported.

A flavor was a class there with everything in it that runs pipelines, so its module imports `zenml.steps` and many
others, which have no meaning here. What there is here under the same name, wherever it is, is used: the bases,
the flavors, the mixins with fields. For anything else there is a name without anything behind it, enough for
annotations and for what is done only when a pipeline runs. Afterwards nothing of this is left: to any other code
those modules do not exist.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from importlib import import_module
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec
from types import ModuleType
from typing import Annotated, Any

from pydantic import BaseModel, Field
from pydantic_core import core_schema

from zenml import exceptions
from zenml.domain.component_types import COMPONENT_TYPES, plural
from zenml.domain.secrecy import NOT_SECRET
from zenml.enums import SecretsManagerScope
from zenml.flavors import bases
from zenml.flavors.base import StackComponent
from zenml.flavors.earlier_pydantic import earlier_pydantic
from zenml.flavors.index import FLAVORS

_PACKAGE = "zenml."
_ABSENT = (
    *("artifacts", "console", "constants", "entrypoints", "environment", "integrations", "io", "logger"),
    *("materializers", "models", "pipelines", "post_execution", "runtime_configuration", "secret", "services"),
    *("steps", "utils", "visualizers", "zen_stores"),
)
"""Modules and packages of ZenML 0.13 that are not here at all."""
_TYPES = tuple(plural(component_type).replace(" ", "_") for component_type in COMPONENT_TYPES)
_FLAT = ("stack", "enums", "exceptions", *_TYPES)
"""Packages of ZenML 0.13, or modules with more in them, that are modules here."""


class _Named:
    """A name without anything behind it: in place of a class, a function or a constant of ZenML.

    Attributes:
        importing: Whether modules are being imported: decorators and calls at their top are passed over then.
    """

    importing = False

    def __init__(self, name: str) -> None:
        self._name = name

    def __getattr__(self, name: str) -> Any:
        return _meant(name)

    def __call__(self, *args: Any, **named: Any) -> Any:
        """Returns what is decorated, or another name.

        Raises:
            NotImplementedError: It is called when a component is used.
        """
        if not _Named.importing:
            raise NotImplementedError(f"{self._name} is in ZenML 0.13, and not here: no pipelines are run.")
        return args[0] if len(args) == 1 and not named and callable(args[0]) else self

    def __getitem__(self, item: object) -> Any:
        return self

    def __or__(self, other: object) -> Any:
        return Any

    __ror__ = __or__

    def __mro_entries__(self, bases: tuple[object, ...]) -> tuple[type, ...]:
        return ()  # what is derived from it is derived from the other bases alone

    def __get_pydantic_core_schema__(self, *args: object) -> Any:
        return core_schema.any_schema()


class AuthenticationMixin(BaseModel):
    """Gives a component the name of a secret that holds its credentials.

    Attributes:
        authentication_secret: Name of a secret that holds the credentials.
    """

    authentication_secret: Annotated[str | None, NOT_SECRET] = None


class PipelineDockerImageBuilder(BaseModel):
    """Gives a component the image that those of its pipelines are made of.

    Attributes:
        docker_parent_image: The image to begin with.
    """

    docker_parent_image: str | None = None


def secret_field(*args: Any, **named: Any) -> Any:
    """Declares a parameter that is stored encrypted, as ZenML's ``SecretField`` does."""
    return Field(*args, json_schema_extra={"sensitive": True}, **named)


_HERE = {
    "AuthenticationMixin": AuthenticationMixin,
    "PipelineDockerImageBuilder": PipelineDockerImageBuilder,
    "SecretField": secret_field,
    "SecretsManagerScope": SecretsManagerScope,
    "StackComponent": StackComponent,
    "get_logger": logging.getLogger,
    **{name: value for name, value in vars(bases).items() if name.startswith("Base")},
}
_FLAVORS = {info.source.rpartition(".")[2]: info.source for listed in FLAVORS.values() for info in listed}


def _meant(name: str) -> Any:
    """Returns what a name means that a module of ours does not have."""
    if name.startswith("__"):
        raise AttributeError(name)
    if name in _FLAVORS:
        module, _, class_name = _FLAVORS[name].rpartition(".")
        return getattr(import_module(module), class_name)
    return _HERE[name] if name in _HERE else _Named(name)


@cache
def _error(name: str) -> Any:
    """Returns an error that is not here, as a class that a check may raise."""
    if name.startswith("__"):
        raise AttributeError(name)
    return type(name, (ValueError,), {})


class _Absent(ModuleType):
    """A module of ZenML that is not here."""

    def __getattr__(self, name: str) -> Any:
        return _meant(name)


class _Finder(MetaPathFinder, Loader):
    """Finds modules of ZenML that are not here; it is asked last."""

    def find_spec(
        self, fullname: str, path: Sequence[str] | None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Returns how such a module comes about; None for any other."""
        top = fullname.removeprefix(_PACKAGE).partition(".")[0]
        known = fullname.startswith(_PACKAGE) and top in (*_ABSENT, *_FLAT, "config", "repository")
        return ModuleSpec(fullname, self, is_package=True) if known else None

    def create_module(self, spec: ModuleSpec) -> ModuleType:
        """Returns the module, which has every name."""
        return _Absent(spec.name)

    def exec_module(self, module: ModuleType) -> None:
        """Does nothing: there is no code."""


@contextmanager
def zenml_names() -> Iterator[None]:
    """Has modules find what they import of ZenML 0.13, while they are imported."""
    flat = [import_module(_PACKAGE + name) for name in _FLAT]
    finder = _Finder()
    sys.meta_path.append(finder)
    _Named.importing = True
    for module in flat:
        vars(module).update(__path__=(), __getattr__=_error if module is exceptions else _meant)
    try:
        with earlier_pydantic():
            yield
    finally:
        _Named.importing = False
        sys.meta_path.remove(finder)
        for module in flat:
            del vars(module)["__path__"], vars(module)["__getattr__"]
        for name, module in list(sys.modules.items()):
            if isinstance(module, _Absent):
                del sys.modules[name]
                parent, _, child = name.rpartition(".")
                vars(sys.modules.get(parent, module)).pop(child, None)
