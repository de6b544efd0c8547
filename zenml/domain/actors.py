"""Who did something, as changes and what happens to runs say it."""

from __future__ import annotations

from zenml.domain.annotations import Literal
from zenml.domain.facts import Fact
from zenml.domain.values import Value


class Actor(Fact):
    """Who did it."""

    actor_id: Value
    kind: Literal["person", "automation", "external"]
    known_by: Literal["operating system user", "token", "file"]
    host: Value


class ChosenActor(Fact):
    """Who did it, by a name that was chosen; what the operating system calls the user stands beside it."""

    actor_id: Value
    kind: Literal["person", "automation"]
    known_by: Literal["chosen"]
    host: Value
    system_user: Value
