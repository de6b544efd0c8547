"""A check of schemathesis: whatever is answered, nothing of the service's machine is in it."""

from __future__ import annotations

import json
import os
from typing import Any

import schemathesis
from schemathesis import Case, CheckContext, Response

FOLDER = "ZENML_TEST_FOLDER"
"""The variable that names the configuration folder of the service."""


@schemathesis.check
def nothing_of_the_machine(context: CheckContext, response: Response, case: Case[Any]) -> None:
    """Fails if an answer has a traceback or the configuration folder in it, or says "later" and not when."""
    text = _without_events(response.content).decode(errors="replace")
    assert "Traceback" not in text
    assert os.environ[FOLDER] not in text
    assert response.status_code != 503 or "retry-after" in response.headers


def _without_events(content: bytes) -> bytes:
    """Returns an answer without the events in it: where a component is belongs to what was recorded."""
    try:
        said = json.loads(content)
    except ValueError:
        return content
    if isinstance(said, dict):
        said.pop("events", None)
    return json.dumps(said).encode()
