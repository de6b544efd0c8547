"""What annotations are made of that are read when a program runs, without `typing`: that takes long to import.

Type checkers take these for what `typing` has under the same names.
"""

from __future__ import annotations

import sys
from types import GenericAlias, UnionType

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from typing import Annotated as Annotated
    from typing import Any
    from typing import Literal as Literal
    from typing import dataclass_transform as dataclass_transform
else:

    class Annotated:
        """``Annotated[type, about]``: a type, and what else there is to say of it."""

        def __class_getitem__(cls, said: tuple[Any, Any]) -> GenericAlias:
            return GenericAlias(cls, said)

    class Literal:
        """``Literal["a", "b"]``: one of some words."""

        def __class_getitem__(cls, words: str | tuple[str, ...]) -> GenericAlias:
            return GenericAlias(cls, words)

    def dataclass_transform(**says: bool) -> Callable[[type], type]:
        """Says to type checkers alone that a class makes itself of its annotations."""
        return lambda made: made


def hints(of: type) -> dict[str, Any]:
    """Returns what the annotations of a class and its bases mean, by name, those of a base first; no `ClassVar`.

    Raises:
        NameError: A name in one of them is not known in its module.
        AttributeError: Its module lacks ``from __future__ import annotations``, and so has no text of them.
    """
    found: dict[str, Any] = {}
    for base in reversed(of.__mro__):
        names = vars(sys.modules[base.__module__])
        for name, annotation in vars(base).get("__annotations__", {}).items():
            if not annotation.startswith("ClassVar"):
                found[name] = read(annotation, names)
    return found


def read(annotation: str, names: Mapping[str, Any]) -> Any:
    """Returns what an annotation means where it stands.

    Args:
        annotation: Its text.
        names: What is known there, by name: the attributes of a module.

    Raises:
        NameError: A name in it is not known there.
    """
    if annotation in names:
        return names[annotation]  # most are a name
    return eval(annotation, {**names})  # a program's own text, as `typing.get_type_hints` does


def parts(hint: Any) -> tuple[Any, tuple[Any, ...]]:
    """Returns what something with square brackets begins with, and what is in them; None and nothing of all else.

    What may be several things, ``A | B``, begins with `types.UnionType`.
    """
    begins = UnionType if isinstance(hint, UnionType) else getattr(hint, "__origin__", None)
    return begins, getattr(hint, "__args__", ())
