"""What ``zenml config set user`` and ``unset user`` do and print."""

from __future__ import annotations

from zenml.active.variables import overruled
from zenml.cli.screen.notices import notice
from zenml.domain.visible import visible
from zenml.ledger import identity
from zenml.ledger.origin import origin


def choose_user(name: str) -> None:
    """Chooses a name on this machine. Raises as `identity.choose` does."""
    is_new = identity.choose(name)
    sentence = overruled(identity.VARIABLE, name)
    if sentence is not None:
        notice(sentence)
    if is_new:
        print(visible(f"Your changes are recorded as made by '{name}' from now on."))
        before = origin(None, None, None).system_user
        if before != name:
            notice(f"Those by '{before}' stay so, and plain undo is about those by '{name}'.")
    else:
        notice("Nothing to change.")


def forget_user() -> None:
    """Forgets the name that was chosen on this machine. Raises as `identity.forget` does."""
    if not identity.forget():
        notice("Nothing to change.")
        return
    print(visible(f"Your changes are recorded as made by '{origin(None, None, None).actor}' from now on."))
