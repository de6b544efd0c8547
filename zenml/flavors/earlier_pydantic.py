"""What version 1 of pydantic took and version 2 does not: classes that were written for ZenML 0.13 have it."""

from __future__ import annotations

import warnings
from collections.abc import Iterator
from contextlib import contextmanager
from types import NoneType, UnionType
from typing import Any, Union, get_args, get_origin

import pydantic


def as_earlier(model: type[pydantic.BaseModel]) -> None:
    """Gives fields that may be None this default, and leaves defaults alone that a ``validator`` did not check."""
    fields, checked = model.model_fields, checked_by_validators(model, defaults_too=False)
    unset = [field for field in fields.values() if field.is_required() and _may_be_none(field.annotation)]
    unchecked = [field for name, field in fields.items() if name in checked]
    for field in unset:
        field.default = None
    for field in unchecked:
        field.validate_default = False
    if unset or unchecked:
        model.model_rebuild(force=True)


def _may_be_none(annotation: Any) -> bool:
    return get_origin(annotation) in (Union, UnionType) and NoneType in get_args(annotation)


def checked_by_validators(model: type[pydantic.BaseModel], *, defaults_too: bool = True) -> set[str]:
    """Returns the fields that a ``validator`` checks, as they were called then.

    Args:
        model: The class.
        defaults_too: Whether those are meant too that it checks even if they are not given.
    """
    infos: list[Any] = [validator.info for validator in model.__pydantic_decorators__.validators.values()]
    return {field for info in infos if defaults_too or not info.always for field in info.fields}


@contextmanager
def earlier_pydantic() -> Iterator[None]:
    """Has modules that are imported meanwhile find `root_validator` as it was, and no warnings about it."""
    usual: Any = pydantic.root_validator

    def root_validator(*functions: Any, **named: Any) -> Any:
        if not named.get("pre"):
            named.setdefault("skip_on_failure", True)  # which had a default
        return usual(**named)(*functions) if functions else usual(**named)

    setattr(pydantic, "root_validator", root_validator)  # noqa: B010 - it is not to be typed
    try:
        with warnings.catch_warnings():
            warnings.filterwarnings("ignore", "Valid config keys have changed", UserWarning)
            warnings.simplefilter("ignore", pydantic.PydanticDeprecatedSince20)
            yield
    finally:
        setattr(pydantic, "root_validator", usual)  # noqa: B010
