"""What programs that are started inherit: the environment, without the keys and tokens of this program."""

from __future__ import annotations

import os

_KEYS = ("ZENML_SIGNING_KEY", "ZENML_LEDGER_KEY", "ZENML_SERVICE_TOKEN", "ZENML_PROFILE_KEY")
_OF_ONE_PROFILE = "ZENML_PROFILE_KEY_"


def inherited() -> dict[str, str]:
    """Returns the environment for a program that is none of ours."""
    return {name: value for name, value in os.environ.items() if not is_key(name)}


def is_key(variable: str) -> bool:
    """Tells whether a variable holds a key or a token of this program."""
    return variable in _KEYS or variable.startswith(_OF_ONE_PROFILE)
