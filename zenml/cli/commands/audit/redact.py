"""``zenml audit redact``."""

from __future__ import annotations

import re
import sys
from typing import Optional

from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.mistakes.misused import BadValueError, MisusedError
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.notices import notice
from zenml.cli.screen.progress import progress
from zenml.documents.opening import STANDARD_INPUT, UnreadableFileError, read_text
from zenml.domain.annotations import Annotated
from zenml.domain.errors import InvalidValueError
from zenml.repository import Repository

_ONLY = re.compile(r"(?:(?P<ledger>[0-9a-f-]+):)?(?P<position>[0-9]+)(?P<field>/.*)")
_Text = Optional[str]  # noqa: UP045 - it is read at run time
_Texts = Optional[list[str]]  # noqa: UP045


def redact(
    places: Annotated[
        _Texts, Argument(metavar="[POSITION FIELD]...", help="Where a value is: 12 /parameters/path")
    ] = None,
    value_from_stdin: Annotated[
        bool, Option("--value-from-stdin", help="Read the value from standard input; it is never shown")
    ] = False,
    reason: Annotated[
        _Text, Option("--reason", metavar="TEXT", help="The reason; it is recorded, and must be given")
    ] = None,
    profile: Annotated[
        _Text, Option("--profile", metavar="PROFILE", help="The profile of the positions; the active one")
    ] = None,
    machine: Annotated[bool, Option("--machine", help="The positions are of the machine's own ledger")] = False,
    only: Annotated[
        _Texts,
        Option("--only", metavar="[LEDGER:]POSITION/FIELD", help="Take this one of those found (can be repeated)"),
    ] = None,
    yes: Annotated[bool, Option("--yes", "-y", help="Do not ask")] = False,
    dry_run: Annotated[bool, Option("--dry-run", help="List what would go, and write nothing")] = False,
    output: Output = "table",
) -> None:
    """Take out a value that should never have been recorded.

    It is found wherever it was repeated: in parameters, commands, reasons and paths, in all ledgers of this
    machine, and in the files beside them. All of that is listed, and you are asked. Then each value is blanked
    to its hash, so that every proof still holds. What cannot be reached is said. It cannot be undone.

    Example: zenml audit redact 1 /session --dry-run
    """
    from zenml.cli.answers.redaction import carry_out, show_list

    named, chosen = _places(places or []), [_only(one) for one in only or []]
    if not (named or value_from_stdin):
        raise MisusedError(
            "What is to go? Name a position and a field, or give the value on standard input.",
            'Run "zenml audit redact --value-from-stdin --dry-run", and type the value there: it is not shown.',
        )
    if machine and profile is not None:
        raise BadValueError("Use either --machine or --profile.", param_hint="--machine")
    run = WriteCommand(reason, dry_run, output)
    with run.noted():
        text = _value() if value_from_stdin else None
        opened = Repository(notify=notice, command=sys.argv[1:], reason=reason, dry_run=dry_run)
        with progress("Looking", "events") as update:
            listed = opened.find_redaction(
                named, text, profile=profile, of_machine=machine, only=chosen, progress=update
            )
        show_list(listed, run)
        carry_out(opened, listed, run, yes=yes)


def _value() -> str:
    """Returns what standard input says, without the line end behind it; at a terminal nothing of it is shown."""
    from zenml.cli.asking.terminal import read_line

    if sys.stdin.isatty():
        return read_line("The value", hidden=True)
    try:
        return read_text(STANDARD_INPUT).removesuffix("\n")
    except UnreadableFileError as error:
        raise InvalidValueError(f"Standard input cannot be read: {error}.", code="value_unreadable") from error


def _places(words: list[str]) -> list[tuple[int, str]]:
    if len(words) % 2 or not all(word.isdecimal() and word.isascii() for word in words[::2]):
        raise MisusedError(
            "A value is named by the position of its event and its field.",
            'Write them as in "zenml audit redact 12 /parameters/path"; a value itself belongs on standard input.',
        )
    if not all(word.startswith("/") for word in words[1::2]):
        raise MisusedError(
            "A field begins with a slash: it is the way into the event, as JSON Pointer has it.",
            'Write it as in "zenml audit redact 12 /parameters/path".',
        )
    return [(int(position), field) for position, field in zip(words[::2], words[1::2], strict=True)]


def _only(text: str) -> tuple[str, int, str]:
    match = _ONLY.fullmatch(text)
    if match is None:
        raise BadValueError(
            "Write POSITION/FIELD as it is listed, as in 12/parameters/path; with LEDGER: in front if need be.",
            param_hint="--only",
        )
    return match["ledger"] or "", int(match["position"]), match["field"]
