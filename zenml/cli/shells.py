"""How shells ask what the TAB key offers, and how they are answered: as the parser's scripts for them have it."""

from __future__ import annotations

from zenml.cli.tab import offers

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Mapping

    from zenml.cli.options.declared import Offer

_ODD = frozenset("\\'\"=\t\r\n")
"""What makes words of a line other than they look."""

_ESCAPED_IN_ZSH = {'"': '""', "'": "''", "$": r"\$", "`": r"\`", ":": r"\\:"}


def answer(variables: Mapping[str, str]) -> tuple[str | None, int] | None:
    """Returns what to print, or None for nothing, and the exit code; None if that is left to the parser."""
    shell = variables.get("_ZENML_COMPLETE", "").removeprefix("complete_")
    asked = _asked_in_bash(variables) if shell == "bash" else _asked(variables)
    found = None if asked is None else offers(*asked, described=shell != "bash")
    if found is None:
        return None
    if shell == "bash":
        return "\n".join(text for text, _ in found), 0
    if shell == "zsh":
        return _for_zsh(found), 0
    action = variables.get("_TYPER_COMPLETE_FISH_ACTION")
    if shell == "fish" and action == "get-args":
        return "\n".join(f"{text}\t{about}" if about else text for text, about in found), 0
    if shell == "fish" and action == "is-args":
        return None, 0 if found else 1
    return None


def _asked_in_bash(variables: Mapping[str, str]) -> tuple[list[str], str] | None:
    """Returns the complete words behind the program's name, and what is typed of the next one."""
    line, number = variables.get("COMP_WORDS", ""), variables.get("COMP_CWORD", "")
    if not (_ODD.isdisjoint(line) and number.isdecimal()):
        return None
    words, place = _split(line), int(number)
    return words[1:place], words[place] if place < len(words) else ""


def _asked(variables: Mapping[str, str]) -> tuple[list[str], str] | None:
    line = variables.get("_TYPER_COMPLETE_ARGS", "")
    if not _ODD.isdisjoint(line):
        return None
    _, *words = _split(line) or [""]
    return (words, "") if line.endswith(" ") or not words else (words[:-1], words[-1])


def _split(line: str) -> list[str]:
    return [word for word in line.split(" ") if word]


def _for_zsh(found: list[Offer]) -> str:
    if not found:
        return "_files"
    lines = (":".join(f'"{_escaped(part)}"' for part in offer if part) for offer in found)
    return "_arguments '*: :((" + "\n".join(lines) + "))'"


def _escaped(text: str) -> str:
    return "".join(_ESCAPED_IN_ZSH.get(char, char) for char in text)
