"""A spreadsheet shows the CSV as it is meant: every row, every text as text, nothing computed."""

from __future__ import annotations

import codecs
import csv
import io
import os
import re
import shutil
import subprocess
from collections.abc import Iterator
from typing import NamedTuple
from xml.etree import ElementTree

import pytest

from tests.ledger import machines
from tests.ledger.machines import Machine
from zenml.audit.formats.csv import COLUMNS
from zenml.domain.errors import NotFoundError
from zenml.ledger.failed_attempts import note
from zenml.ledger.origin import origin

machine = machines.machine

NAMES = (
    "=1+1",
    "=cmd|' !A0",
    "+1+1",
    "@SUM(A1)",
    "＝1+1",
    "a,b;c|d",
    'say "so"',
    '"',
    "'quoted'",
    "größe",
    "数据库",
    "😀 👩\u200d💻",
    "שלום عربى",
    "<b>&amp;",
)
VALUES = (
    *NAMES,
    "-1+1",
    "--x",
    '=HYPERLINK("https://example.org/?"&A1;"look")',
    "  =1+1",
    "\t=1+1",
    "\r=1+1",
    "\n=1+1",
    "two\nlines",
    "two\r\nlines",
    "a\ttab",
    "right\u202eto left",
    "a\u200bb",
    "－1+1",
    "＋1+1",
    "＠x",
    "\u00a0=1+1",
    "\u3000=1+1",
    "\ufeff=1+1",
    " blanks around ",
    "blanks   inside",
    ";=1+1",
    ",=1+1",
    '",=1+1,"',
    "x" * 5000,
)
FORMULAS = tuple("=+-@＝＋－＠")
TEXTS = ("entity_name", "old", "new", "reason", "command", "message")
OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
UTF8_WITH_COMMAS = "CSV:44,34,76"
SECONDS = 120  # a conversion takes two; this only ends a hanging test

MISSING = "LibreOffice (soffice) is not installed"
PROGRAM = shutil.which("soffice")
DEMANDED = "CI" in os.environ  # before a test takes it away


class Cell(NamedTuple):
    """What a spreadsheet made of a field."""

    kind: str
    text: str
    formula: str | None


class Opened(NamedTuple):
    """The only sheet. Without a dialog LibreOffice must be told of UTF-8, whatever the first bytes say."""

    cells: list[list[Cell]]
    told: bool

    def column(self, name: str) -> list[Cell]:
        at = COLUMNS.index(name)
        return [row[at] if at < len(row) else NOTHING for row in self.cells[1:]]


NOTHING = Cell("", "", None)


def fill(there: Machine) -> None:
    """Makes changes and an attempt whose words a spreadsheet might misunderstand."""
    words = ("stack", "=1+1", "--x", "two\nlines", 'say "so"')
    here = there.repository(words=words)
    with here.change(reason="=1+1;\tbecause \"so\",\nand '@that'"):
        for name in NAMES:
            here.register_component("artifact_store", name, "local", {})
    with here.change(reason="-1+1"):
        for number, value in enumerate(VALUES):
            image = {"docker_parent_image": value}
            here.register_component("orchestrator", f"o{number}", "local_docker", image)
    for value in ("=2+2", "@x", "as it should be"):
        here.update_component("orchestrator", "o0", {"docker_parent_image": value})
    error = NotFoundError("=1+1, @there is\nno such thing", "-")
    note(str(there.config), origin(words, None, "+1+1"), error)


@pytest.fixture(scope="module")
def exported(tmp_path_factory: pytest.TempPathFactory) -> bytes:
    base, out = tmp_path_factory.mktemp("words").resolve(), io.BytesIO()
    there = Machine(base)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZENML_CONFIG_PATH", str(there.config))
        patch.setenv("XDG_STATE_HOME", str(base / "state"))
        patch.chdir(base)
        fill(there)
        there.repository().export_record(out, "csv", everything=True)
    return out.getvalue()


@pytest.fixture(scope="module")
def rows(exported: bytes) -> list[list[str]]:
    return list(csv.reader(io.StringIO(exported.decode("utf-8-sig"), newline=""), strict=True))


def column(rows: list[list[str]], name: str) -> list[str]:
    return [row[COLUMNS.index(name)] for row in rows[1:]]


# --- the text -----------------------------------------------------------------------------------


def test_every_row_has_every_field(rows: list[list[str]]) -> None:
    assert {len(row) for row in rows} == {len(COLUMNS)}
    assert rows[0] == list(COLUMNS)
    assert len(rows) > len(NAMES) + len(VALUES)


def test_a_byte_order_mark_is_at_the_beginning_and_nowhere_else(exported: bytes) -> None:
    assert exported.startswith(codecs.BOM_UTF8)
    assert exported.count(codecs.BOM_UTF8) == 1


def test_each_row_is_a_line_that_ends_in_crlf(exported: bytes, rows: list[list[str]]) -> None:
    lines = exported.split(b"\r\n")
    assert lines.pop() == b""
    assert len(lines) == len(rows)
    assert not any(byte in line for line in lines for byte in b"\r\n\t\0")


def test_it_is_quoted_as_rfc_4180_has_it(exported: bytes, rows: list[list[str]]) -> None:
    field = r'(?:"(?:[^"]|"")*"|[^",\r\n]*)'
    for line in exported.decode("utf-8-sig").split("\r\n"):
        assert re.fullmatch(f"{field}(?:,{field})*", line)
    quoted = [re.sub('[",]', "", cell) != cell for row in rows for cell in row]
    assert exported.count(b'"') >= 2 * sum(quoted)


def test_nothing_begins_as_a_formula_does(rows: list[list[str]]) -> None:
    assert [cell for row in rows for cell in row if cell.strip().startswith(FORMULAS)] == []


def test_every_name_and_value_is_there(rows: list[list[str]]) -> None:
    names, values = column(rows, "entity_name"), column(rows, "new")
    for name in NAMES:
        assert f"'{name}" in names if name.startswith(FORMULAS) else name in names
    for value in ("'-1+1", "'  =1+1", r"'\t=1+1", r"two\nlines", r"two\r\nlines", r"right\u202eto left"):
        assert value in values
    assert "'=1+1;\\tbecause \"so\",\\nand '@that'" in column(rows, "reason")
    assert r"'=1+1, @there is\nno such thing" in column(rows, "message")


# --- LibreOffice --------------------------------------------------------------------------------


@pytest.fixture(scope="module", params=[True, False], ids=["told what it is", "left alone"])
def opened(request: pytest.FixtureRequest, exported: bytes, tmp_path_factory: pytest.TempPathFactory) -> Opened:
    """Opens the file in a spreadsheet program, with encoding and separator given or guessed."""
    if PROGRAM is None:
        if DEMANDED:
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    folder = tmp_path_factory.mktemp("opened").resolve()
    (folder / "record.csv").write_bytes(exported)
    profile = tmp_path_factory.getbasetemp() / "soffice"  # made by the first run, and quicker for the second
    told = [f"--infilter={UTF8_WITH_COMMAS}"] if request.param else []
    subprocess.run(
        [
            PROGRAM,
            f"-env:UserInstallation={profile.resolve().as_uri()}",
            "--headless",
            *told,
            *("--convert-to", "fods", "--outdir", str(folder), str(folder / "record.csv")),
        ],
        check=True,
        capture_output=True,
        timeout=SECONDS,
    )
    return Opened(table(ElementTree.fromstring((folder / "record.fods").read_bytes())), request.param)


def table(document: ElementTree.Element) -> list[list[Cell]]:
    """Returns the only sheet of a flat OpenDocument spreadsheet without the empty rest on the right and below."""
    (sheet,) = document.iter(f"{TABLE}table")
    found: list[list[Cell]] = []
    for row in sheet.iter(f"{TABLE}table-row"):
        cells: list[Cell] = []
        for it in row:
            paragraphs = ["".join(pieces(paragraph)) for paragraph in it.findall(f"{TEXT}p")]
            kind = it.get(f"{OFFICE}value-type", "")
            cell = Cell(kind, "\n".join(paragraphs), it.get(f"{TABLE}formula"))
            cells += [cell] * int(it.get(f"{TABLE}number-columns-repeated", 1))
        while cells and cells[-1] == NOTHING:
            cells.pop()
        found += [cells] * (int(row.get(f"{TABLE}number-rows-repeated", 1)) if cells else 1)
    while found and not found[-1]:
        found.pop()
    return found


def pieces(element: ElementTree.Element) -> Iterator[str]:
    """Yields the text of a paragraph, in which runs of blanks are elements."""
    yield element.text or ""
    for it in element:
        name = it.tag.removeprefix(TEXT)
        if name == "s":
            yield " " * int(it.get(f"{TEXT}c", 1))
        elif name in ("tab", "line-break"):
            yield "\t" if name == "tab" else "\n"
        else:
            yield from pieces(it)
        yield it.tail or ""


def test_a_spreadsheet_has_the_rows_and_columns(opened: Opened, rows: list[list[str]]) -> None:
    header = [cell.text for cell in opened.cells[0]]
    assert header[1:] == list(COLUMNS[1:])
    assert header[0] == COLUMNS[0] or not opened.told
    assert len(opened.cells) == len(rows)
    assert max(map(len, opened.cells)) == len(COLUMNS)


def test_a_spreadsheet_computes_nothing(opened: Opened) -> None:
    assert [cell for row in opened.cells for cell in row if cell.formula] == []


@pytest.mark.parametrize("name", TEXTS)
def test_a_spreadsheet_shows_texts_as_they_are(opened: Opened, rows: list[list[str]], name: str) -> None:
    shown, written = opened.column(name), column(rows, name)
    for cell, text in zip(shown, written, strict=True):
        if opened.told or text.isascii():
            assert cell.text == (text.upper() if cell.kind == "boolean" else text)


@pytest.mark.parametrize("name", ["time", "ledger", "change", "entity_id", "change_id", "leaf"])
def test_a_spreadsheet_takes_no_id_for_a_number(opened: Opened, rows: list[list[str]], name: str) -> None:
    assert [cell.text for cell in opened.column(name)] == column(rows, name)
    assert {cell.kind for cell in opened.column(name)} <= {"string", ""}


def test_a_spreadsheet_takes_positions_for_numbers(opened: Opened) -> None:
    assert {cell.kind for cell in opened.column("position")} == {"float", ""}
