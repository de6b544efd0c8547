"""What may differ between a seed's transcript and our output, and nothing else.

`compared` brings both sides to one form; whatever is then unequal is a fault. Each function below quotes
the sentence of the specification of differences that allows it.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from tests.support.tables import BAR, BOTTOM, EDGE, RULE, TOP, cells, is_table_line

CUT = "…"
NO_ROOT = "Running without an active repository root."
UNABLE = re.compile(
    r"Unable to find ZenML repository in your current working directory \(\S+\) or any parent directories\. "
    r"If you want to use an existing repository which is in a different location, set the environment "
    r"variable 'ZENML_REPOSITORY_PATH'\. If you want to create a new repository, run zenml init\."
)
NAMED = re.compile(r'Recorded as change ([k-z]+); run "zenml undo \1" to undo it\.')
CLOSING_BEGINS = "The local active profile was initialized"
CLOSING_ENDS = ("please visit https://docs.zenml.io.", "please run 'zenml profile explain'.")


@dataclass(frozen=True)
class Places:
    """Where the seeds' folders are in the sandbox."""

    home: str
    tmp: str

    def as_in_the_seed(self, text: str) -> str:
        """Writes the sandbox's folders as the seeds do: `/home/stefan`, `/tmp`."""
        return text.replace(self.tmp, "/tmp").replace(self.home, "/home/stefan")


def compared(seed: tuple[str, ...], ours: str, places: Places) -> tuple[list[str], list[str]]:
    """Returns the lines to compare: what the seed shows, and what the program answered."""
    expected = _closing(list(seed))
    # a command that changes something ends by naming its change, on standard error; no seed knows of changes
    answered = [line for line in places.as_in_the_seed(ours).splitlines() if not NAMED.fullmatch(line)]
    actual = _notice(expected, _closing(answered))
    expected = _sorted_rows(_absolute(expected))
    return _url_tables(expected, actual)


def _notice(seed: list[str], ours: list[str]) -> list[str]:
    """Leaves out our line "Unable to find …" where the seed could have had it and has not.

    "the line "Unable to find ZenML repository …" stands in some transcripts and not in others": "printed as a
    notice (stderr) outside a repository". So once, and only above the line that says the same.
    """
    if NO_ROOT not in seed or NO_ROOT not in ours or any(UNABLE.fullmatch(line) for line in seed):
        return ours
    above = ours[: ours.index(NO_ROOT)]
    at = next((number for number, line in enumerate(above) if UNABLE.fullmatch(line)), None)
    return ours if at is None else ours[:at] + ours[at + 1 :]


def _closing(lines: list[str]) -> list[str]:
    """Joins the closing text of `zenml init` to one line, with our ending.

    "three different closing texts of `zenml init`": "000's, ending with `zenml profile explain` (001) as the
    place to read more; no web address". The seeds wrap it by hand.
    """
    at = next((number for number, line in enumerate(lines) if line.startswith(CLOSING_BEGINS)), None)
    if at is None:
        return lines
    text = " ".join(" ".join(lines[at:]).split())
    return [*lines[:at], text.replace(*CLOSING_ENDS)]


def _absolute(seed: list[str]) -> list[str]:
    """Writes the path of a shared SQLite file as absolute where a table shows it.

    "a relative SQLite URL is resolved anew by every command": "made absolute when the profile is created, and
    shown so".
    """
    return [line.replace("sqlite:///tmp/", "sqlite:////tmp/") if is_table_line(line) else line for line in seed]


def _sorted_rows(seed: list[str]) -> list[str]:
    """Sorts the seed's rows by name; ours must have that order by themselves.

    "order of rows": "alphabetical by name; the transcripts' tests sort rows before comparing".
    """
    lines: list[str] = []
    body: list[str] = []
    below_rule = False
    for line in seed:
        if below_rule and line.startswith(EDGE):
            body.append(line)
            continue
        lines += sorted(body, key=lambda row: cells(row)[1])
        body = []
        below_rule = line.startswith(RULE)
        lines.append(line)
    return lines + sorted(body, key=lambda row: cells(row)[1])


def _url_tables(seed: list[str], ours: list[str]) -> tuple[list[str], list[str]]:
    """Compares tables with a URL column by their cells, and a URL the seed cut by its beginning.

    "URL cut with `…` or whole": "whole when piped, fitted to the terminal otherwise". So the column is of
    another width here, and the table with it.
    """
    url = next((cells(line).index("URL") for line in seed if "URL" in cells(line)), None)
    if url is None:
        return seed, ours
    expected = [_narrow(line) for line in seed]
    actual = [_narrow(line) for line in ours]
    for number, (theirs, line) in enumerate(zip(expected, actual, strict=False)):
        if theirs.startswith(EDGE) and line.startswith(EDGE):
            actual[number] = _with_url_as_cut(cells(theirs), cells(line), url)
    return expected, actual


def _narrow(line: str) -> str:
    """Writes a table line without its widths; another line stays as it is."""
    if not is_table_line(line):
        return line
    if line.startswith((TOP, RULE, BOTTOM)):
        return re.sub(r"([━─])\1*", r"\1", line)
    return _row(cells(line))


def _with_url_as_cut(theirs: list[str], ours: list[str], url: int) -> str:
    if len(theirs) == len(ours) and theirs[url].endswith(CUT) and not ours[url].endswith(CUT):
        beginning = theirs[url].removesuffix(CUT)
        if ours[url].startswith(beginning):
            ours = [*ours[:url], theirs[url], *ours[url + 1 :]]
    return _row(ours)


def _row(row: list[str]) -> str:
    return EDGE + BAR.join(row) + EDGE
