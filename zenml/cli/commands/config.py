"""``zenml config``."""

from __future__ import annotations

from zenml.cli.answers.config import print_config
from zenml.cli.answers.identity import choose_user, forget_user
from zenml.cli.groups import Group
from zenml.cli.mistakes.misused import BadValueError
from zenml.cli.options.declared import Argument
from zenml.cli.options.reading_options import Output
from zenml.domain.annotations import Annotated

app = Group()


def _known(key: str) -> str:
    if key not in _KEYS:
        raise BadValueError(f"'{key}' is not one of '{', '.join(_KEYS)}'.", param_hint="'user'")
    return key


_KEYS = ("user",)
Key = Annotated[
    str,
    Argument(
        metavar="user",
        help="What to choose: who you are",
        callback=_known,
        autocompletion=lambda incomplete, typed: list(_KEYS),
    ),
]


@app.without_command
def config(output: Output = "table") -> None:
    """Show what is active and why, who you are, and where everything is.

    Example: zenml config
    """
    print_config(output)


@app.command("set")
def set_value(
    key: Key, name: Annotated[str, Argument(metavar="NAME", help="The name, as others know you")]
) -> None:
    """Choose the name that your changes are recorded under.

    It is chosen for this machine, and the operating system's user stays in the record beside it. In a profile that
    machines share, whoever chose this name on another machine is you. ZENML_USER chooses a name for one terminal
    or job, and takes precedence.

    Versions of zenml that do not know of chosen names only read what you write to from then on.

    Example: zenml config set user ann
    """
    choose_user(name)


@app.command("unset")
def unset(key: Key) -> None:
    """Record your changes under the system's name again.

    Example: zenml config unset user
    """
    forget_user()
