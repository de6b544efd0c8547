"""What is said when a name is not known: the same words wherever it is looked for.

Commands that only read use these too: nothing here imports more than they can afford.
"""

from __future__ import annotations

from zenml.domain.component_types import command, display
from zenml.domain.errors import ProfileNotFoundError, StackComponentNotFoundError, StackNotFoundError
from zenml.domain.suggestions import did_you_mean


def missing_component(component_type: str, name: str, known: list[str]) -> StackComponentNotFoundError:
    """Returns the error that there is no component of this type and name."""
    message = f"{display(component_type).capitalize()} '{_line(name)}' does not exist."
    return StackComponentNotFoundError(message, _hint(name, known, f"{command(component_type)} list"))


def missing_stack(name: str, known: list[str]) -> StackNotFoundError:
    """Returns the error that there is no stack of this name."""
    return StackNotFoundError(f"Stack '{_line(name)}' does not exist.", _hint(name, known, "stack list"))


def missing_profile(name: str, known: list[str]) -> ProfileNotFoundError:
    """Returns the error that there is no profile of this name."""
    return ProfileNotFoundError(f"Profile '{_line(name)}' does not exist.", _hint(name, known, "profile list"))


def _line(name: str) -> str:
    """Returns a name in one line: nobody shall write sentences of ours."""
    return name.replace("\n", "\\n")


def _hint(name: str, known: list[str], listing: str) -> str:
    return f'{did_you_mean(name, known)} Run "zenml {listing}" to see the names.'.lstrip()
