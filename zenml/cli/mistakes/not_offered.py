"""The commands of ZenML that are not offered, why, and what to use instead.

docs/differences-from-zenml.md has the same two tables.
"""

from __future__ import annotations

from collections import namedtuple


class NotOffered(namedtuple("NotOffered", "commands why instead")):
    """Some commands that are not offered.

    Attributes:
        commands: Their words, without the program's name.
        why: The reason, as the end of a sentence.
        instead: What can be typed here; empty if there is nothing like it.
    """

    __slots__ = ()
    commands: tuple[str, ...]
    why: str
    instead: str


_PIPELINES = "pipelines are not run here, and their results are not managed"
_SERVED = 'a profile is what is served here, with "zenml service up"'
_JOINED = 'a profile that is served is joined with "zenml profile create NAME --type rest --url URL"'
_TOKENS = 'each person and each job has a token, of "zenml service token create NAME --role writer"'

OF_0_13 = (
    NotOffered(("user", "team", "role", "project"), "these names had no effect", "profile list"),
    NotOffered(("analytics",), "nothing is collected", ""),
    NotOffered(("clean",), "nothing is ever deleted", "restore --to 0 --dry-run"),
    NotOffered(("logging",), "it had no effect", ""),
    NotOffered(
        ("integration",),
        "flavors need no installed integration, and pip installs packages",
        "orchestrator flavor list",
    ),
    NotOffered(("example", "go"), "the examples run pipelines; there is a tour", "quickstart"),
    NotOffered(("stack recipe",), "it ran Terraform on other people's files", ""),
    NotOffered(
        ("pipeline", "annotator dataset", "feature-store feature", "model-deployer models"), _PIPELINES, ""
    ),
    NotOffered(
        ("secrets-manager secret", "stack register-secrets"),
        "the secrets in a secrets manager are not managed in this version",
        "secrets-manager list",
    ),
)
"""Those of version 0.13.2."""

LATER = (
    NotOffered(("up",), _SERVED, "service up"),
    NotOffered(("down",), _SERVED, "service down"),
    NotOffered(("connect", "disconnect", "login", "logout"), _JOINED, "profile create --help"),
    NotOffered(("service-account", "authorized-device"), _TOKENS, "service token list"),
    NotOffered(("step", "model", "artifact", "schedule", "deployment", "code-repository"), _PIPELINES, ""),
    NotOffered(
        ("secret create", "secret get", "secret update", "secret delete", "service-connector"),
        "credentials are parameters of components here, and encrypted",
        "secrets-manager list",
    ),
    NotOffered(
        ("image-builder", "model-registry", "deployer", "log-store"),
        "components have the types that ZenML 0.13 knows",
        "--help",
    ),
    NotOffered(
        ("deploy", "destroy", "stack deploy", "stack destroy"), "nothing is rented or run in a cloud", "stack up"
    ),
    NotOffered(("hub",), "it distributed other people's code", ""),
    NotOffered(
        ("downgrade", "migrate-database"), "each version reads what the earlier ones wrote", "ledger status"
    ),
)
"""Those that came in later versions."""


def not_offered(words: str) -> NotOffered | None:
    """Returns why a command of ZenML is not offered; None if ZenML has no such command."""
    return next((row for row in (*OF_0_13, *LATER) if words in row.commands), None)
