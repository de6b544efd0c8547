"""The options of commands that write what they say to a file."""

from __future__ import annotations

from typing import Optional

from zenml.cli.options.declared import Option
from zenml.domain.annotations import Annotated

_Text = Optional[str]  # noqa: UP045 - it is read at run time

Out = Annotated[_Text, Option("--out", metavar="FILE", help="Write to this file instead")]
PrivateOut = Annotated[
    _Text, Option("--out", metavar="FILE", help="Write to this file instead; only its owner can read it")
]
Overwrite = Annotated[bool, Option("--overwrite", help="Replace the file if it exists")]
ExportReason = Annotated[_Text, Option("--reason", metavar="TEXT", help="The reason; it is recorded")]
ExportDryRun = Annotated[bool, Option("--dry-run", help="Show what would be exported; write and record nothing")]
