"""What ``zenml key …`` asks for and prints; the key itself is shown to nobody who did not ask for it."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from zenml.cli.asking.terminal import ask_yes_or_no, read_line
from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import WRAPS, Column, Table
from zenml.documents.limits import KEY
from zenml.documents.opening import STANDARD_INPUT, UnreadableFileError, read_text
from zenml.domain.errors import InvalidValueError, NotFoundError
from zenml.domain.visible import visible
from zenml.files.outputs import write_text

if TYPE_CHECKING:
    from zenml.custody.key_info import KeyInfo


def print_key(info: KeyInfo, output: str = TABLE) -> None:
    """Prints what there is to know about a key."""
    if output != TABLE:
        emit({"key": info.document()}, output)
        return
    rows = [
        ("KEY", _name(info.profile)),
        ("SOURCE", info.source),
        ("STATE", info.state),
        ("SECRETS", f"{info.secrets:,}"),
        ("FINGERPRINT", info.fingerprint or ""),
    ]
    show(Table(("PROPERTY", Column("VALUE", WRAPS)), rows))
    if info.readable_by_others:
        notice(f"Others can read the key file {info.source}; run \"chmod 600 '{info.source}'\".")


def read_typed_key(profile: str | None) -> str:
    """Returns the key that somebody types, which nobody sees, or that comes on standard input."""
    if sys.stdin.isatty():
        return read_line(f"The key {_name(profile)} (64 hex digits)", hidden=True)
    return read_key_file(STANDARD_INPUT)


def read_key_file(path: str) -> str:
    """Returns the text of a file; ``-`` is standard input.

    Raises:
        NotFoundError: There is no such file.
        InvalidValueError: It cannot be read.
    """
    try:
        return read_text(path, KEY)
    except FileNotFoundError:
        raise NotFoundError(f"The file '{path}' does not exist.") from None
    except UnreadableFileError as error:
        raise InvalidValueError(f"The file '{path}' cannot be read: {error}.") from error


def print_stored(profile: str | None, info: KeyInfo, *, is_new: bool) -> None:
    """Prints that a key is the one in use from now on."""
    if is_new:
        print(visible(f"The key {_name(profile)} is now {info.fingerprint}, in {info.source}."))
    else:
        notice("Nothing to change.")


def may_show(profile: str | None) -> bool:
    """Tells whether a key may go to standard output: to a terminal only if somebody says so."""
    if not sys.stdout.isatty():
        return True
    return ask_yes_or_no(
        f"This shows the key {_name(profile)}, which opens all its secrets, on the terminal. Show it?", err=True
    )


def hand_out(text: str, info: KeyInfo, out: str | None, *, overwrite: bool) -> None:
    """Writes a key to a file that only its owner may read, or prints it."""
    if out is None:
        print(text)
        return
    write_text(out, f"{text}\n", overwrite=overwrite, private=True)
    print(visible(f"Wrote the key {_name(info.profile)}, {info.fingerprint}, to file '{out}'."))
    notice("Whoever has it can open the secrets: hand it over where nobody else reads it, and remove the file.")


def _name(profile: str | None) -> str:
    return "of this machine" if profile is None else f"of profile '{profile}'"
