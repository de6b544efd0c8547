"""Documents as pydantic judges them, from the annotations of ours: what our own code is compared with."""

from __future__ import annotations

from types import UnionType
from typing import Annotated, Any, Union, get_args, get_origin, get_type_hints

from pydantic import AfterValidator, BaseModel, ConfigDict, Field, ValidationError, create_model

from zenml.documents import forms
from zenml.documents.document import Document
from zenml.documents.forms import Mistake

_STRICT = ConfigDict(frozen=True, extra="forbid", strict=True)
_WORDS = {
    "string_type": forms.TEXT,
    "dict_type": forms.MAPPING,
    "model_type": forms.MAPPING,
    "list_type": forms.LIST,
    "missing": forms.MISSING,
    "extra_forbidden": forms.UNKNOWN,
    "invalid_key": forms.NOT_VALID,
}


def judged(kind: type[Document], content: Any) -> dict[str, Any] | list[Mistake]:
    """Returns the fields that were given, as they are kept; or else what is wrong."""
    try:
        return _model(kind).model_validate(content).model_dump(exclude_unset=True)
    except ValidationError as error:
        return [_mistake(one) for one in error.errors()]


def _mistake(error: Any) -> Mistake:
    is_key = error["loc"][-1:] == ("[key]",)
    words = _WORDS.get(error["type"]) or str(error["ctx"]["error"])
    return Mistake(tuple(map(str, error["loc"][:-1] if is_key else error["loc"])), words, is_key)


def _model(kind: type[Document]) -> type[BaseModel]:
    hints = get_type_hints(kind, include_extras=True)
    fields = {name: (_annotation(hints[name]), _default(one)) for name, one in kind.fields().items()}
    return create_model(kind.__name__, __config__=_STRICT, **fields)  # type: ignore[call-overload,no-any-return]


def _default(declared: Any) -> Any:
    return ... if declared.required else Field(default_factory=declared.default)


def _annotation(hint: Any) -> Any:
    origin, args = get_origin(hint), get_args(hint)
    if isinstance(hint, type) and issubclass(hint, Document):
        return _model(hint)
    if origin is Annotated:
        return Annotated[args[0], AfterValidator(args[1].convert)]
    if origin in (Union, UnionType):
        return Union[tuple(map(_annotation, args))]  # noqa: UP007 - of what is known when it runs
    return origin[tuple(map(_annotation, args))] if origin in (list, dict) else hint
