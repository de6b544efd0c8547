"""The option of every command that reads: in which form it answers."""

from __future__ import annotations

from typing import Annotated, Literal

import typer

_OPTION = typer.Option("--output", "-o", help="How to print the answer", show_default=False)

Output = Annotated[Literal["table", "json", "yaml"], _OPTION]
LinesToo = Annotated[Literal["table", "json", "jsonl", "yaml"], _OPTION]
