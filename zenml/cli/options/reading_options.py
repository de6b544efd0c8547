"""The options of commands that read: in which form to answer, and of which point in the past."""

from __future__ import annotations

from typing import Literal, Optional

from zenml.cli.options import completions
from zenml.cli.options.declared import Option
from zenml.cli.screen.output import chosen
from zenml.domain.annotations import Annotated

_OPTION = Option("--output", "-o", help="How to print the answer", show_default=False, callback=chosen)

Output = Annotated[Literal["table", "wide", "json", "yaml"], _OPTION]
Named = Annotated[Literal["table", "wide", "json", "yaml", "name"], _OPTION]
LinesToo = Annotated[Literal["table", "wide", "json", "jsonl", "yaml", "name"], _OPTION]
At = Annotated[
    Optional[str],  # noqa: UP045 - it is read at run time
    Option(
        "--at",
        metavar="CHANGE|TIME|LABEL",
        help="The state after this change, or at this time",
        autocompletion=completions.points,
    ),
]
Only = Annotated[
    Optional[list[str]],  # noqa: UP045
    Option(
        "--only",
        metavar="stack/NAME|TYPE/NAME",
        help="Only this; a stack includes its components (can be repeated)",
        autocompletion=completions.things,
    ),
]
