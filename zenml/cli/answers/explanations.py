"""What the twelve kinds of components and profiles are: one page per topic, under ``explanations/``."""

from __future__ import annotations

from importlib.resources import files

from zenml.domain.component_types import COMPONENT_TYPES

TOPICS = ("profile", *COMPONENT_TYPES)
"""Everything that can be explained."""


def explanation(topic: str) -> str:
    """Returns the page on a topic, as Markdown that reads well unrendered too.

    Raises:
        ValueError: It is not one of `TOPICS`.
    """
    if topic not in TOPICS:
        raise ValueError(f"'{topic}' is not a topic; the topics are {', '.join(TOPICS)}")
    return files("zenml.cli").joinpath("explanations", f"{topic}.md").read_text(encoding="utf-8")
