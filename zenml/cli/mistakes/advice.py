"""From what somebody typed to a line that works: every line given here was tried with the parser first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from typing import Any

from zenml.cli.mistakes import habits
from zenml.cli.mistakes.parseable import that_work
from zenml.cli.sections import COMPONENTS, HELP
from zenml.domain.component_types import plural
from zenml.domain.suggestions import nearest, typed

_REST = "…"
_NOT_REPEATED = re.compile(r"[=@]|://")  # where secrets are: --password=…, user:password@host, @file
_HARMLESS = frozenset({"-f", "--flavor", "-o", "--output", "--at", "--dry-run"})
_GROUPS = ("stack", "profile", "audit", "ledger", "orchestrator")
_WITH_VALUE = frozenset({"-o", "--output", "--at", "--reason", "--idempotency-key"})
_VARIABLES = {"--profile": "ZENML_ACTIVATED_PROFILE", "--stack": "ZENML_ACTIVATED_STACK"}


def for_command(root: Any, path: Sequence[str], words: Sequence[str]) -> str | None:
    """Returns what to type in place of a command that does not exist; None if nothing is near.

    Args:
        root: The parser's context of the whole program.
        path: The group that was searched for it; empty at the top.
        words: The command that was typed, and the words after it.
    """
    return next(that_work(root, _within(root, path, words) if path else _at_the_top(root, words)), None)


def for_further_words(root: Any, path: Sequence[str], rest: Sequence[str], extra: Sequence[str]) -> str | None:
    """Returns the line for words that a command does not take; None if nothing is known of them.

    Args:
        root: The parser's context of the whole program.
        path: The command.
        rest: The words after it that are not options.
        extra: Those of them that it does not take.
    """
    lines: list[Sequence[str]] = []
    noun = _noun(rest[0]) if rest and len(path) == 1 else None
    if noun is not None:
        lines = [[noun, verb, *rest[1:]] for verb in (path[0], *habits.VERBS.get(path[0], ()))]
    target = _of_type(habits.FURTHER_WORDS, path)
    return next(that_work(root, [*lines, *(_fill_in(target, extra) if target and extra else ())]), None)


def for_option(root: Any, command: Any, path: Sequence[str], option: str, rest: Sequence[str]) -> str | None:
    """Returns the line with what is meant by an option that a command does not have; None if nothing is near."""
    place = next((index for index, word in enumerate(rest) if word.split("=")[0] == option), None)
    if place is None:  # one of several letters after a single dash
        return None
    before, after = list(rest[:place]), list(rest[place + 1 :])
    _, equals, value = rest[place].partition("=")
    lines: list[Sequence[str]] = []
    if option in _VARIABLES and (equals or after):
        remaining = [*before, *(after if equals else after[1:])]
        lines.append([f"{_VARIABLES[option]}={typed(value if equals else after[0])}", *path, *remaining])
    if path:
        replacement = habits.INSTEAD_OF_OPTIONS.get((" ".join(path), option))
        lines.extend(_fill_in(replacement, [*before, *after]) if replacement else ())
        spellings = _similar_options(command, option)
        lines.extend([*path, *before, *f"{spelling}{equals}{value}".split(" "), *after] for spelling in spellings)
    else:  # the options of a command come after it
        value_count = 0 if equals or option not in _WITH_VALUE else 1
        values, others = after[:value_count], after[value_count:]
        end = others.index("--") if "--" in others else len(others)  # what follows is another program's
        lines.append([*others[:end], *before, rest[place], *values, *others[end:]])
        lines.append([*after, *before])
    return next(that_work(root, ([word for word in line if word] for line in lines)), None)


def for_value(
    root: Any, path: Sequence[str], rest: Sequence[str], value: str, choices: Iterable[str]
) -> str | None:
    """Returns the line with the nearest of some choices in place of a value; None if none is near."""
    normalized = value.strip("= ").lower()
    usual_value = habits.VALUES.get(normalized, normalized)
    lines = [
        [*path, *(f"{word.removesuffix(value)}{choice}" if word.endswith(value) else word for word in rest)]
        for choice in choices
        if choice == usual_value or nearest(usual_value, [choice])
    ]
    return next(that_work(root, lines), None)


def _at_the_top(root: Any, words: Sequence[str]) -> Iterator[Sequence[str]]:
    word, *rest = words
    if " " in word.strip():
        yield [*word.split(), *rest]
    noun = _noun(word)
    if noun is not None:
        yield [noun, *(rest or ["list"])]
        yield [noun, "list"]
    if word in habits.COMMANDS:
        yield from _fill_in(habits.COMMANDS[word], rest)
    noun = _noun(rest[0]) if rest else None
    if noun is not None:
        are_many = word == "get" and noun != rest[0]  # as in kubectl get stacks
        for verb in ("list",) if are_many else (word, *habits.VERBS.get(word, ())):
            yield from _fill_in(f"{noun} {verb} {_REST}", rest[1:])
    for group in _GROUPS:
        if word in root.command.get_command(root, group).list_commands(root):
            yield from _fill_in(f"{group} {word} {_REST}", rest)
    yield from _near(word, list(HELP), [], rest)


def _within(root: Any, path: Sequence[str], words: Sequence[str]) -> Iterator[Sequence[str]]:
    word, *rest = words
    elsewhere = habits.WITHIN.get("TYPE" if path[0] in COMPONENTS else path[0], {}).get(word)
    if elsewhere is not None and len(path) == 1:
        yield from _fill_in(elsewhere.replace("TYPE", path[0]), rest)
    for verb in habits.VERBS.get(word, ()):
        yield from _fill_in(" ".join([*path, verb, _REST]), rest)
    group = root.command
    for name in path:
        group = group.get_command(root, name)
    yield from _near(word, group.list_commands(root), path, rest)
    if word in habits.EVERYWHERE:
        yield from _fill_in(word, rest)


def _near(word: str, known_names: list[str], path: Sequence[str], rest: Sequence[str]) -> Iterator[Sequence[str]]:
    hyphens = word.replace("_", "-")
    nearest_name = hyphens if hyphens in known_names else nearest(hyphens, known_names)
    if nearest_name is not None:
        yield from _fill_in(" ".join([*path, nearest_name, _REST]), rest)


def _fill_in(target: str, rest: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yields a target with the words that were typed after it, without these, and with ``--help``."""
    words = target.split()
    is_component = words[0] in COMPONENTS
    may_be_repeated = not any(
        _NOT_REPEATED.search(word) or (is_component and word.startswith("-") and word not in _HARMLESS)
        for word in rest
    )
    if rest and _REST in target and may_be_repeated:
        filled = ([word.replace(_REST, rest[0]), *rest[1:]] if _REST in word else [word] for word in words)
        yield [word for pieces in filled for word in pieces]
    command = words[: next((place for place, word in enumerate(words) if _REST in word), len(words))]
    if command != words:
        command = [word for word in command if not word.startswith("-")]
    yield command
    if command[-1:] != ["--help"]:
        yield [*command, "--help"]


def _similar_options(command: Any, option: str) -> Iterator[str]:
    """Yields the options of a command that may be meant by another one; an empty one to leave it out."""
    shown = [parameter for parameter in command.params if not getattr(parameter, "hidden", False)]
    spellings = [spelling for parameter in shown for spelling in parameter.opts if spelling.startswith("-")]
    if option[1:].isdigit() and "-n" in spellings:
        yield f"-n {option[1:]}"
    for spelling in (option.lower().replace("_", "-"), *habits.OPTIONS.get(option, "").split()):
        if spelling.partition("=")[0] in spellings:
            yield spelling
    if option in habits.NEEDLESS:
        yield ""
    nearest_option = (
        nearest(option, [spelling for spelling in spellings if spelling.startswith("--")])
        if option.startswith("--")
        else None
    )
    if nearest_option is not None:
        yield nearest_option


def _noun(word: str) -> str | None:
    """Returns the group that a word means in the singular or plural; None if it means none."""
    spelled = word.lower().replace("_", "-")
    groups = (*COMPONENTS, "stack", "profile", "label")
    plurals = {plural(name.replace("-", "_")).replace(" ", "-"): name for name in groups}
    return plurals.get(spelled) or (spelled if spelled in groups else None)


def _of_type(table: dict[str, str], path: Sequence[str]) -> str | None:
    """Returns the entry of a table for a command; ``TYPE`` in the table means any type of components."""
    if path and path[0] in COMPONENTS:
        line = table.get(" ".join(["TYPE", *path[1:]]))
        return line and line.replace("TYPE", path[0])
    return table.get(" ".join(path))
