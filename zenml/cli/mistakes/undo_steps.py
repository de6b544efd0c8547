"""What to do about an undo or a redo that is refused: another one, with the options of the one that was typed.

So what was a dry run does not become a real one.
"""

from __future__ import annotations

from zenml.domain.suggestions import typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_OF_OTHERS = ["--any-actor", "--reason 'why'"]
"""What the undo of somebody else's change needs."""


def _line(words: str, options: Sequence[str], needed: Sequence[str] = ()) -> str:
    """Returns an undo or a redo in quotes: with the options it needs, and those that were given."""
    names = {_name(option) for option in options}
    # a reason that was given replaces the placeholder
    required = [option for option in needed if option != _OF_OTHERS[1] or _name(option) not in names]
    others = [option for option in options if option not in required]
    return f'"{" ".join(["zenml", words, *required, *others])}"'


def _name(option: str) -> str:
    return option.partition(" ")[0]


def _undo_needs_others(options: Sequence[str], *, change: str, others: Sequence[str], of_others: bool) -> str:
    needed = _OF_OTHERS if of_others else []
    first = _line(f"undo {' '.join(others)}", options, needed)
    whole = _line(f"undo {change}", options, ["--cascade", *needed])
    together = "both" if len(others) == 1 else f"all {len(others) + 1}"
    return f"Run {first} first, or {whole} to undo {together} as one change."


def _undo_needs_another(options: Sequence[str], *, change: str, of_others: bool) -> str:
    return f"Run {_line(f'undo {change}', options, _OF_OTHERS if of_others else [])} first."


def _redo_needs_another(options: Sequence[str], *, change: str) -> str:
    return f"Run {_line(f'redo {change}', options)} first to bring back what is missing."


def _other_session(options: Sequence[str], *, verb: str, change: str, here: str | None, told: str | None) -> str:
    anyway = f"Run {_line(f'{verb} {change}', options)} to {verb} it anyway"
    if here is None:
        return f"{anyway}."
    return f"{anyway}, or {_line(f'{verb} {here}', options)} to {verb} the newest one from here ({told})."


def _other_actor(options: Sequence[str], *, verb: str, changes: Sequence[str]) -> str:
    named = " ".join(changes)
    return f"Run {_line(f'{verb} {named}', options, _OF_OTHERS)} to {verb} it anyway."


def _label_given(options: Sequence[str], *, label: str, change: str | None) -> str:
    back = f'"zenml restore --to {typed(label)}" to go back to it'
    if change is None:
        return f"It is a label: run {back}."
    return f"It is a label: run {back}, or {_line(f'undo {change}', options)} to undo the change that has it."


def _number_given(options: Sequence[str], *, number: int) -> str:
    return f"Run {_line(f'undo -n {number}', options)} to undo so many of your newest changes."


def _nothing_left_to_undo(options: Sequence[str], *, change: str, told: str) -> str:
    return f"\nRun {_line(f'undo {change}', options)} to undo the one before it ({told})."


def _zenml_migrated(options: Sequence[str], *, change: str) -> str:
    return f"Run {_line(f'undo {change}', options)} to undo that."


def _move_not_undone(options: Sequence[str], *, profile: str, to: str | None) -> str:
    """Names the place it had, unless a password is in its URL."""
    return f'Run "zenml profile move {typed(profile)} --to {typed(to) if to else "URL"}" to move it back.'


STEPS: Mapping[str, str | Callable[..., str]] = {
    "undo_needs_others": _undo_needs_others,
    "undo_needs_another": _undo_needs_another,
    "redo_needs_another": _redo_needs_another,
    "redo_in_conflict": 'Run "zenml show {change}" to see the newer change, which is in the way of the redo.',
    "begun_elsewhere": (
        'To remove it from this machine, activate another profile and run "zenml profile delete {profile}".'
    ),
    "other_session": _other_session,
    "other_actor": _other_actor,
    "label_given": _label_given,
    "number_given": _number_given,
    # nothing to redo: it is in effect
    "not_undone": 'Run "zenml history" to see what is undone.',
    # refused by `zenml.ledger.never_undone`
    "move_not_undone": _move_not_undone,
    "revocation_not_undone": 'Run "zenml service token create NAME --role {role}" to make another one.',
    "never_undone": 'Run "zenml history" to see the other changes.',
    "changes_and_number": 'Run "zenml history" to see their names.',
    "nothing_left_to_undo": _nothing_left_to_undo,
    "zenml_migrated": _zenml_migrated,
}
"""By the code of the problem, as in `zenml.cli.mistakes.next_steps`."""
