"""Names that should not be ones: whatever is in a name stays in the record for good."""

from __future__ import annotations

import re

from zenml.domain import events
from zenml.domain.events import DomainEvent
from zenml.domain.secrecy import masked

_MAIL = r"[^\s@]+@[^\s@]+\.[^\W\d_]{2,}"

_TOKEN = r"\b(gh[oprsu]_|github_pat_|glpat-|xox[abeprs]-|sk-|zt_|AKIA|ASIA|AIza|eyJ)[\w-]{12,}"
"""Beginnings that issuers give to their tokens, for who scans for them: those of GitHub, GitLab,
Slack, OpenAI, AWS and Google, of JSON Web Tokens, and ours."""


def lasting_name(event: DomainEvent) -> str | None:
    """Returns a warning if an event gives something a name that looks like a mail address, or like a secret."""
    match event:
        case events.ComponentRegistered() | events.StackRegistered() | events.ProfileCreated():
            name = event.name
        case events.ComponentRenamed() | events.StackRenamed() | events.ProfileRenamed():
            name = event.new_name
        case events.LabelChanged() if event.old_change_id is None:
            name = event.label
        case _:
            return None
    if re.search(_MAIL, name):
        return (
            f"The name '{name}' has a mail address in it. Names stay in the record for good: choose another one."
        )
    if re.search(_TOKEN, name) or masked(name) != name:
        return "The name looks like a token or a password. Names stay in the record for good: choose another one."
    return None
