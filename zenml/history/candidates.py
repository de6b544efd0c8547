"""Which stacks and components somebody may have meant who gave a name without its kind."""

from __future__ import annotations

from zenml.domain.component_types import COMPONENT_TYPES, reference
from zenml.domain.suggestions import typed
from zenml.domain.typed_names import stack_named, type_named
from zenml.projections.components import COMPONENTS
from zenml.projections.stacks import STACKS
from zenml.projections.timeline.filters import ids_named

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Sequence

    from zenml.projections.database import Database


def find_candidates(database: Database, ledgers: Sequence[str], text: str) -> list[tuple[str, str]]:
    """Returns kind and name of all stacks and components that have or had a name.

    Args:
        database: The views.
        ledgers: Those of the profiles in which they may be.
        text: The name; what is in front of it, as in ``stack/prod``, is the only kind then.
    """
    kinds: tuple[str, ...]
    stack, (spelled, _, rest) = stack_named(text), text.partition("/")
    component_type = type_named(spelled) if rest else None
    if stack is not None:
        kinds, name = ("stack",), stack
    elif component_type is not None:
        kinds, name = (component_type,), rest
    else:
        kinds, name = ("stack", *COMPONENT_TYPES), text
    return [(kind, name) for kind in kinds if any(_ever(database, ledger, kind, name) for ledger in ledgers)]


def format_candidates(things: Sequence[tuple[str, str]], option: str = "") -> str:
    """Returns how to name things with their kinds, as a sentence; nothing where there are none."""
    text = " or ".join(f"{option} {typed(reference(kind, name))}".lstrip() for kind, name in things)
    return f"Write {text}." if text else ""


def _ever(database: Database, ledger_id: str, kind: str, name: str) -> bool:
    if kind == "stack":
        return bool(ids_named(database, STACKS, ledger_id, name))
    return bool(ids_named(database, COMPONENTS, ledger_id, name, kind))
