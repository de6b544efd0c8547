"""What ``zenml --help`` prints: all commands on one screen, without loading any."""

from __future__ import annotations

import textwrap

from zenml.cli.sections import COMPONENTS, SECTIONS

_HEAD = """\
Usage: zenml [OPTIONS] COMMAND [ARGS]...
Stacks for machine-learning pipelines, with a history you can undo.
"""
OPTIONS = ("--version", "--install-completion", "--show-completion", "--help")
"""What can be typed in place of a command."""

_WIDEST, _NARROWEST = 78, 50


def text(width: int) -> str:
    """Returns the help, in lines of at most this width."""
    lines = []
    for title, section in SECTIONS.items():
        lines.append(f"{title}:\n")
        found = [", ".join(section)] if section is COMPONENTS else _section_lines(section)
        lines.extend(_wrap_line(line, width) for line in found)
    return "".join([_HEAD, *lines, f"Options: {', '.join(OPTIONS)}\n"])


def fitting_width() -> int:
    """Returns the width of all help: that of the terminal, within bounds."""
    from shutil import get_terminal_size

    return max(min(get_terminal_size().columns - 2, _WIDEST), _NARROWEST)


def _section_lines(section: dict[str, str]) -> list[str]:
    names: dict[str, list[str]] = {}
    for name, about in section.items():
        names.setdefault(about, []).append(name)
    return [f"{', '.join(sharing):<20}  {about}" for about, sharing in names.items()]


def _wrap_line(line: str, width: int) -> str:
    return textwrap.indent(textwrap.fill(line, max(20, width - 2), break_on_hyphens=False), "  ") + "\n"
