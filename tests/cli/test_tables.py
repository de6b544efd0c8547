from __future__ import annotations

import io
import subprocess
import sys

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from zenml.cli.screen.showing import render, show
from zenml.cli.screen.tables import SHORT, Column, Table
from zenml.cli.screen.widths import MARKER

PROFILES = ("ACTIVE", "PROFILE NAME", "STORE TYPE", Column("URL", SHORT), "ACTIVE STACK")
FOLDER = "file:///home/stefan/.config/zenml/profiles/"


def lines(text: str) -> str:
    """Returns an indented block as render gives it."""
    return "".join(line.strip(" ") + "\n" for line in text.strip().split("\n"))


def shown_on_terminal(monkeypatch: pytest.MonkeyPatch, table: Table, **environment: str) -> str:
    """Returns what a terminal of 79 columns that knows colours receives."""

    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    for name in ("NO_COLOR", "FORCE_COLOR", "TTY_COMPATIBLE", "TTY_INTERACTIVE"):
        monkeypatch.delenv(name, raising=False)
    for name, value in {"TERM": "xterm-256color", "COLUMNS": "79", **environment}.items():
        monkeypatch.setenv(name, value)
    stdout = Terminal()
    monkeypatch.setattr(sys, "stdout", stdout)
    show(table)
    return stdout.getvalue()


# --- the tables of the documentation, byte for byte ---------------------------------------------


def test_stacks_of_two_rows() -> None:
    table = Table(
        ["ACTIVE", "STACK NAME", "ARTIFACT_STORE", "METADATA_STORE", "ORCHESTRATOR"],
        [
            [MARKER, "custom", "default", "default", "default"],
            ["", "default", "default", "default", "default"],
        ],
        active_column=True,
    )
    assert render(table) == lines("""
        ┏━━━━━━━━┯━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━┓
        ┃ ACTIVE │ STACK NAME │ ARTIFACT_STORE │ METADATA_STORE │ ORCHESTRATOR ┃
        ┠────────┼────────────┼────────────────┼────────────────┼──────────────┨
        ┃   👉   │ custom     │ default        │ default        │ default      ┃
        ┃        │ default    │ default        │ default        │ default      ┃
        ┗━━━━━━━━┷━━━━━━━━━━━━┷━━━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━┛
    """)


def test_stacks_with_an_optional_component() -> None:
    table = Table(
        ["ACTIVE", "STACK NAME", "ARTIFACT_STORE", "METADATA_STORE", "ORCHESTRATOR", "CONTAINER_REGISTRY"],
        [
            ["", "airflow_stack", "local_artifact_store", "local_metadata_store", "airflow_orchestrator", ""],
            [
                MARKER,
                "local_kubeflow_stack",
                "local_artifact_store",
                "local_metadata_store",
                "kubeflow_orchestrator",
                "local_registry",
            ],
        ],
        active_column=True,
    )
    assert render(table) == lines("""
        ┏━━━━━━━━┯━━━━━━━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━━━━━┓
        ┃ ACTIVE │ STACK NAME           │ ARTIFACT_STORE       │ METADATA_STORE       │ ORCHESTRATOR          │ CONTAINER_REGISTRY ┃
        ┠────────┼──────────────────────┼──────────────────────┼──────────────────────┼───────────────────────┼────────────────────┨
        ┃        │ airflow_stack        │ local_artifact_store │ local_metadata_store │ airflow_orchestrator  │                    ┃
        ┃   👉   │ local_kubeflow_stack │ local_artifact_store │ local_metadata_store │ kubeflow_orchestrator │ local_registry     ┃
        ┗━━━━━━━━┷━━━━━━━━━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━━━━━━━┛
    """)  # noqa: E501


def test_profiles_with_whole_urls() -> None:
    table = Table(
        PROFILES,
        [
            [MARKER, "default", "local", FOLDER + "default", "default"],
            ["", "devel", "local", FOLDER + "devel", "default"],
            ["", "sqlite_profile", "sql", "sqlite:///tmp/zenml/zenml.db", "default"],
        ],
        active_column=True,
    )
    assert render(table) == lines("""
        ┏━━━━━━━━┯━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━┓
        ┃ ACTIVE │ PROFILE NAME   │ STORE TYPE │ URL                                                │ ACTIVE STACK ┃
        ┠────────┼────────────────┼────────────┼────────────────────────────────────────────────────┼──────────────┨
        ┃   👉   │ default        │ local      │ file:///home/stefan/.config/zenml/profiles/default │ default      ┃
        ┃        │ devel          │ local      │ file:///home/stefan/.config/zenml/profiles/devel   │ default      ┃
        ┃        │ sqlite_profile │ sql        │ sqlite:///tmp/zenml/zenml.db                       │ default      ┃
        ┗━━━━━━━━┷━━━━━━━━━━━━━━━━┷━━━━━━━━━━━━┷━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━┛
    """)  # noqa: E501


PROFILES_IN_79_COLUMNS = lines("""
    ┏━━━━━━━━┯━━━━━━━━━━━━━━┯━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━┓
    ┃ ACTIVE │ PROFILE NAME │ STORE TYPE │ URL                     │ ACTIVE STACK ┃
    ┠────────┼──────────────┼────────────┼─────────────────────────┼──────────────┨
    ┃        │ default      │ local      │ file:///home/stefan/.c… │ default      ┃
    ┃   👉   │ zenml        │ local      │ file:///home/stefan/.c… │ custom       ┃
    ┗━━━━━━━━┷━━━━━━━━━━━━━━┷━━━━━━━━━━━━┷━━━━━━━━━━━━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━┛
""")
TWO_PROFILES = Table(
    PROFILES,
    [
        ["", "default", "local", FOLDER + "default", "default"],
        [MARKER, "zenml", "local", FOLDER + "zenml", "custom"],
    ],
    active_column=True,
)


def test_profiles_fitted_to_79_columns() -> None:
    assert render(TWO_PROFILES, 79) == PROFILES_IN_79_COLUMNS


# --- whole, or fitted to a width ----------------------------------------------------------------


@settings(deadline=None)  # the first example imports rich
@given(st.lists(st.tuples(st.sampled_from(["", MARKER]), st.text(), st.text(max_size=9)), min_size=1))
def test_a_table_is_the_same_in_a_pipe_and_where_all_of_it_has_room(rows: list[tuple[str, str, str]]) -> None:
    table = Table(["ACTIVE", "NAME", "größe 栈"], rows, active_column=True)
    assert render(table) == render(table, 10_000)


def test_a_table_without_rows_is_its_header() -> None:
    table = Table(["NAME"], [])
    assert render(table) == render(table, 80) == "┏━━━━━━┓\n┃ NAME ┃\n┠──────┨\n┗━━━━━━┛\n"


def test_title_and_caption_stand_centred_above_and_below() -> None:
    table = Table(
        ["COMPONENT_TYPE", "COMPONENT_NAME"],
        [["ORCHESTRATOR", "default"]],
        title="Stack Configuration",
        caption="'default' stack (ACTIVE)",
    )
    drawn = render(table).split("\n")
    assert drawn[0] == "        Stack Configuration"
    assert drawn[-2] == "     'default' stack (ACTIVE)"
    assert drawn == [line.rstrip() for line in render(table, 80).split("\n")]


def test_a_title_wider_than_the_table_stays_on_one_line() -> None:
    assert render(Table(["A"], [], title="a long title")).startswith("a long title\n┏━━━┓\n")


def test_wide_characters_keep_the_frame_straight() -> None:
    table = Table(["NAME", "N"], [["größe-栈", "1"], ["プロファイル", "2"], ["e\u0301", "3"]])
    assert render(table) == (
        "┏━━━━━━━━━━━━━━┯━━━┓\n"
        "┃ NAME         │ N ┃\n"
        "┠──────────────┼───┨\n"
        "┃ größe-栈     │ 1 ┃\n"
        "┃ プロファイル │ 2 ┃\n"
        "┃ e\u0301            │ 3 ┃\n"
        "┗━━━━━━━━━━━━━━┷━━━┛\n"
    )


@pytest.mark.parametrize("width", [None, 80])
def test_markup_and_emoji_codes_are_text(width: int | None) -> None:
    text = "[red]x[/red] [/bold] :smile:"
    drawn = render(Table([text], [[text]], title=text, caption=text), width)
    assert drawn.count(text) == 4


@pytest.mark.parametrize("width", [None, 200])
@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("a\tb\r", r"a\tb\r"),
        ("\x1b[31mred", r"\x1b[31mred"),
        ("\x9b2J", r"\x9b2J"),
        ("a\u2028b", r"a\u2028b"),
        ("abc\u202efed", r"abc\u202efed"),
        ("\udcff", r"\xff"),
    ],
)
def test_control_characters_are_shown_as_escapes(text: str, shown: str, width: int | None) -> None:
    drawn = render(Table([text], [[text]], title=text, caption=text), width)
    assert drawn.count(shown) == 4
    assert text not in drawn


def test_joiners_and_ideographic_blanks_are_left_alone() -> None:
    text = "می\u200cخواهم\u3000栈"
    assert text in render(Table(["NAME"], [[text]]))


def test_a_row_of_another_length_is_refused() -> None:
    with pytest.raises(ValueError, match="shorter"):
        render(Table(["A", "B"], [["1"]]))


# --- where it is printed ------------------------------------------------------------------------


def test_piped_cells_are_whole_whatever_columns_says(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("COLUMNS", "40")
    show(TWO_PROFILES)
    assert capsys.readouterr().out == render(TWO_PROFILES)


def test_a_terminal_gets_a_bold_header_and_a_fitted_table(monkeypatch: pytest.MonkeyPatch) -> None:
    printed = shown_on_terminal(monkeypatch, TWO_PROFILES)
    assert "\x1b[1m" in printed
    assert printed.replace("\x1b[1m", "").replace("\x1b[0m", "") == PROFILES_IN_79_COLUMNS


def test_no_color_leaves_no_escape_sequence(monkeypatch: pytest.MonkeyPatch) -> None:
    assert shown_on_terminal(monkeypatch, TWO_PROFILES, NO_COLOR="1") == PROFILES_IN_79_COLUMNS


def test_an_ascii_table_is_drawn_without_importing_rich() -> None:
    program = (
        "import sys; from zenml.cli.screen.widths import MARKER; from zenml.cli.screen.showing import show;"
        "from zenml.cli.screen.tables import Table;"
        "show(Table(['ACTIVE', 'NAME'], [[MARKER, 'default']], title='T', active_column=True));"
        "print(sorted({'rich', 'typing', 'dataclasses', 're', 'unicodedata'} & set(sys.modules)))"
    )
    run = subprocess.run(
        [sys.executable, "-X", "utf8", "-S", "-c", f"import sys; sys.path = {sys.path!r}; {program}"],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=True,
    )
    assert MARKER in run.stdout
    assert run.stdout.splitlines()[-1] == "[]"
