"""What to do about a run that cannot be found, or is asked for in a way that has no answer."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STEPS: Mapping[str, str | Callable[..., str]] = {
    "run_ambiguous": 'By their ids, the named one is "{named}", and the other "{begun}": give one of them.',
    "run_not_found": 'Run "zenml runs list" to see the runs.',
    "runs_are_now": '"zenml runs show RUN" shows what one ran with.',
    "secret_not_compared": 'Run "zenml runs list --with {parameter}" to see the runs that used any value of it.',
}
"""By the code of the problem."""
