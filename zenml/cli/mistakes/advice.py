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
        path: The group in which it was looked for; empty at the top.
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
    return next(that_work(root, [*lines, *(_filled(target, extra) if target and extra else ())]), None)


def for_option(root: Any, command: Any, path: Sequence[str], option: str, rest: Sequence[str]) -> str | None:
    """Returns the line with what is meant by an option that a command does not have; None if nothing is near."""
    at = next((place for place, word in enumerate(rest) if word.split("=")[0] == option), None)
    if at is None:  # one of several letters after a single dash
        return None
    before, after = list(rest[:at]), list(rest[at + 1 :])
    _, equals, value = rest[at].partition("=")
    lines: list[Sequence[str]] = []
    if option in _VARIABLES and (equals or after):
        others = [*before, *(after if equals else after[1:])]
        lines.append([f"{_VARIABLES[option]}={typed(value if equals else after[0])}", *path, *others])
    if path:
        other = habits.INSTEAD_OF_OPTIONS.get((" ".join(path), option))
        lines.extend(_filled(other, [*before, *after]) if other else ())
        meant = _meant(command, option)
        lines.extend([*path, *before, *f"{spelling}{equals}{value}".split(" "), *after] for spelling in meant)
    else:  # the options of a command come after it
        taken = 0 if equals or option not in _WITH_VALUE else 1
        lines.append([*after[taken:], *before, rest[at], *after[:taken]])
        lines.append([*after, *before])
    return next(that_work(root, ([word for word in line if word] for line in lines)), None)


def for_value(
    root: Any, path: Sequence[str], rest: Sequence[str], value: str, choices: Iterable[str]
) -> str | None:
    """Returns the line with the nearest of some choices in place of a value; None if none is near."""
    plain = value.strip("= ").lower()
    meant = habits.VALUES.get(plain, plain)
    lines = [
        [*path, *(f"{word.removesuffix(value)}{choice}" if word.endswith(value) else word for word in rest)]
        for choice in choices
        if choice == meant or nearest(meant, [choice])
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
        yield from _filled(habits.COMMANDS[word], rest)
    noun = _noun(rest[0]) if rest else None
    if noun is not None:
        are_many = word == "get" and noun != rest[0]  # as in kubectl get stacks
        for verb in ("list",) if are_many else (word, *habits.VERBS.get(word, ())):
            yield from _filled(f"{noun} {verb} {_REST}", rest[1:])
    for group in _GROUPS:
        if word in root.command.get_command(root, group).list_commands(root):
            yield from _filled(f"{group} {word} {_REST}", rest)
    yield from _near(word, list(HELP), [], rest)


def _within(root: Any, path: Sequence[str], words: Sequence[str]) -> Iterator[Sequence[str]]:
    word, *rest = words
    elsewhere = habits.WITHIN.get("TYPE" if path[0] in COMPONENTS else path[0], {}).get(word)
    if elsewhere is not None and len(path) == 1:
        yield from _filled(elsewhere.replace("TYPE", path[0]), rest)
    for verb in habits.VERBS.get(word, ()):
        yield from _filled(" ".join([*path, verb, _REST]), rest)
    group = root.command
    for name in path:
        group = group.get_command(root, name)
    yield from _near(word, group.list_commands(root), path, rest)
    if word in habits.EVERYWHERE:
        yield from _filled(word, rest)


def _near(word: str, known: list[str], path: Sequence[str], rest: Sequence[str]) -> Iterator[Sequence[str]]:
    hyphens = word.replace("_", "-")
    near = hyphens if hyphens in known else nearest(hyphens, known)
    if near is not None:
        yield from _filled(" ".join([*path, near, _REST]), rest)


def _filled(target: str, rest: Sequence[str]) -> Iterator[Sequence[str]]:
    """Yields a target with the words that were typed after it, without these, and with ``--help``."""
    words = target.split()
    is_component = words[0] in COMPONENTS
    may_be_repeated = not any(
        _NOT_REPEATED.search(word) or (is_component and word.startswith("-") and word not in _HARMLESS)
        for word in rest
    )
    if rest and _REST in target and may_be_repeated:
        filled = ([word.replace(_REST, rest[0]), *rest[1:]] if _REST in word else [word] for word in words)
        yield [word for some in filled for word in some]
    bare = words[: next((place for place, word in enumerate(words) if _REST in word), len(words))]
    if bare != words:
        bare = [word for word in bare if not word.startswith("-")]
    yield bare
    if bare[-1:] != ["--help"]:
        yield [*bare, "--help"]


def _meant(command: Any, option: str) -> Iterator[str]:
    """Yields the options of a command that may be meant by another one; an empty one to leave it out."""
    shown = [it for it in command.params if not getattr(it, "hidden", False)]
    known = [spelling for it in shown for spelling in it.opts if spelling.startswith("-")]
    if option[1:].isdigit() and "-n" in known:
        yield f"-n {option[1:]}"
    for spelling in (option.lower().replace("_", "-"), *habits.OPTIONS.get(option, "").split()):
        if spelling.partition("=")[0] in known:
            yield spelling
    if option in habits.NEEDLESS:
        yield ""
    near = nearest(option, [it for it in known if it.startswith("--")]) if option.startswith("--") else None
    if near is not None:
        yield near


def _noun(word: str) -> str | None:
    """Returns the group that a word means in the singular or plural; None if it means none."""
    spelled = word.lower().replace("_", "-")
    groups = (*COMPONENTS, "stack", "profile", "label")
    plurals = {plural(name.replace("-", "_")).replace(" ", "-"): name for name in groups}
    return plurals.get(spelled) or (spelled if spelled in groups else None)


def _of_type(table: dict[str, str], path: Sequence[str]) -> str | None:
    """Returns what a table has for a command, where ``TYPE`` stands for any type of components."""
    if path and path[0] in COMPONENTS:
        line = table.get(" ".join(["TYPE", *path[1:]]))
        return line and line.replace("TYPE", path[0])
    return table.get(" ".join(path))
