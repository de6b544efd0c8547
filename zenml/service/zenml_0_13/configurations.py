"""The parameters of a component as ZenML 0.13 sends them: Base64 of YAML, name and id among them."""

from __future__ import annotations

import base64
import binascii
from collections.abc import Mapping
from typing import Any

import yaml

from zenml.documents.plain_data import UnusableTextError, read_yaml_text
from zenml.domain.errors import InvalidValueError

_NOT_PARAMETERS = ("name", "uuid")


def written(name: str, component_id: str, parameters: Mapping[str, Any]) -> str:
    """Returns parameters as they are sent."""
    text = yaml.safe_dump({"name": name, "uuid": component_id, **parameters}, allow_unicode=True)
    return base64.b64encode(text.encode()).decode()


def read(name: str, config: str) -> dict[str, Any]:
    """Returns the parameters in what was sent; those that are null are unset, and left out.

    Args:
        name: The component's name.
        config: What was sent.

    Raises:
        InvalidValueError: It is not Base64, not YAML of plain data, or not a mapping.
    """
    try:
        values = read_yaml_text(base64.b64decode(config, validate=True).decode())
    except (binascii.Error, UnicodeDecodeError) as error:
        raise InvalidValueError(f"The configuration of '{name}' is not Base64 of text.") from error
    except UnusableTextError as error:
        raise InvalidValueError(f"The configuration of '{name}' {error}.") from error
    if not isinstance(values, dict) or not all(isinstance(key, str) for key in values):
        raise InvalidValueError(f"The configuration of '{name}' is not a mapping of parameters.")
    return {key: value for key, value in values.items() if key not in _NOT_PARAMETERS and value is not None}
