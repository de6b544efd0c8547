"""What to do about a run that cannot begin, or that is not there for what runs."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

STEPS: Mapping[str, str | Callable[..., str]] = {
    "runs_unreadable": 'Run "zenml audit verify" to see whether it is damaged.',
    "no_run": 'Run it with "zenml run -- COMMAND", or use "with Repository().run() as run:".',
    "unrecorded_run": 'Run it without --unrecorded: "zenml run -- COMMAND".',
    "no_room_for_run": 'Make room there, or run it unrecorded: "zenml run --unrecorded -- COMMAND".',
    "no_command": 'Give one after two dashes, as in "zenml run -- python train.py".',
    "no_command_then": 'Give one after two dashes: "zenml run --like {run} -- COMMAND".',
    "command_not_known": 'Give it after two dashes: "zenml run --like {run} -- COMMAND".',
    "stack_of_run_unknown": 'Name a stack: "zenml run --stack NAME -- COMMAND".',
    "no_stack_then": 'Run "zenml stack list" to see the names.',
    "not_a_digest": 'Compute it with "sha256sum FILE".',
    "too_many_notes": "Note one thing that lists the others, such as a folder or a manifest.",
    "deleted_in_run": 'Run "zenml history" to see who deleted it, and "zenml undo" to undo that.',
}
"""By the code of the problem."""
