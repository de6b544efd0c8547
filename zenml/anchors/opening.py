"""Which class is the anchor of each kind; a kind is imported when one is asked for."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal, assert_never, get_args

from zenml import paths
from zenml.anchors.anchor import Anchor
from zenml.anchors.configured import ConfiguredAnchor
from zenml.custody import checkpoints, kept_notes
from zenml.custody.runs import signed_notes
from zenml.domain.errors import InvalidValueError
from zenml.domain.visible import visible

_Kind = Literal["witness", "tsa", "git", "file", "command"]
KINDS: tuple[_Kind, ...] = get_args(_Kind)
"""In the order in which they are asked: what witnesses sign, the others are handed with their signatures."""

NEEDS = {"witness": ("vkey",), "tsa": ("ca",)}
"""Settings without which there is no anchor of a kind."""

TAKES = {**NEEDS, "git": ("push",)}
"""Settings that a kind takes."""


def open_anchor(anchor: ConfiguredAnchor, config_directory: str) -> Anchor:
    """Returns an anchor as something that can be handed checkpoints.

    Raises:
        InvalidValueError: There is no such kind, or something it needs is missing or cannot be read.
    """
    settings = anchor.settings
    kind: _Kind | None = next((each for each in KINDS if anchor.kind == each), None)
    if kind is None:
        raise InvalidValueError(
            f"'{visible(anchor.kind)}' is not a kind of anchors.", f"The kinds are: {', '.join(KINDS)}."
        )
    missing = [name for name in NEEDS.get(anchor.kind, ()) if name not in settings]
    surplus = [name for name in settings if name not in TAKES.get(anchor.kind, ())]
    if missing or surplus:
        what = f"needs '{missing[0]}'" if missing else f"takes no '{surplus[0]}'"
        raise InvalidValueError(f"An anchor of the kind '{anchor.kind}' {what}.")
    match kind:
        case "witness":
            from zenml.anchors.witness import WitnessAnchor

            return WitnessAnchor(anchor.place, settings["vkey"], lambda: _notes(config_directory))
        case "tsa":
            from zenml.anchors.tsa import TimestampAnchor

            return TimestampAnchor(anchor.place, settings["ca"], config_directory)
        case "git":
            from zenml.anchors.git import GitAnchor

            return GitAnchor(anchor.place, settings.get("push"))
        case "file":
            from zenml.anchors.file import FileAnchor

            state = paths.state_directory()
            return FileAnchor(anchor.place, [config_directory, *([] if state is None else [state])])
        case "command":
            from zenml.anchors.command import CommandAnchor

            return CommandAnchor(anchor.place)
        case _:
            assert_never(kind)


def _notes(config_directory: str) -> Iterator[tuple[str, str, bytes]]:
    """Yields the newest note of each ledger, and those that are kept beside it."""
    for ledger_id in checkpoints.noted_ledgers(config_directory):
        note = checkpoints.newest(config_directory, ledger_id)
        if note is not None:
            yield ledger_id, f"{ledger_id}.note", note
    for ledger_id in signed_notes.ledgers_with_notes(config_directory):
        note = signed_notes.newest(config_directory, ledger_id)
        if note is not None:
            yield ledger_id, signed_notes.file_of(ledger_id), note
    for file, note in kept_notes.read_kept(config_directory, kept_notes.kept_notes(config_directory)):
        yield file.ledger_id, file.note_file, note
