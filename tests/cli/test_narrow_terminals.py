"""On a narrow terminal what matters fits, nothing is cut to nothing, and -o wide shows all of it."""

from __future__ import annotations

import io
import re
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

from tests.support.program import Home
from tests.support.tables import HAND, cells, is_table_line, rows_of
from tests.support.terminal import ESCAPE, on_terminal
from zenml.cli.screen.output import FORMATS
from zenml.cli.screen.showing import render, show
from zenml.cli.screen.tables import BELOW, ONCE, SHORT, SPARE, WHOLE, WRAPS, Column, Table
from zenml.cli.screen.wrapping import wrap_text

UUID = "0c8f6a1e-3f0e-4b76-9d0a-8f6c6a0f5a11"


def frame_of(drawn: str, width: int) -> list[str]:
    """Returns the lines of a table, which are all as wide as the first one and have room."""
    lines = [line for line in drawn.splitlines() if is_table_line(line)]
    assert {cell_len(line) for line in lines} == {cell_len(lines[0])}, drawn
    assert cell_len(lines[0]) <= width, drawn
    return lines


def squeezed(text: str) -> str:
    """Returns a text without blanks and frames: what was wrapped is in one piece again."""
    return re.sub(r"[\s┃│]", "", text)


def read(drawn: str) -> str:
    """Returns what a table says, squeezed: column by column, and then what stands below and around the rows."""
    lines = [cells(line) for line in drawn.splitlines() if line.startswith("┃")]
    most = max(map(len, lines))
    columns = zip(*(line for line in lines if len(line) == most), strict=True)
    below = [cell for line in lines if len(line) < most for cell in line]
    around = [line for line in drawn.splitlines() if not is_table_line(line)]
    return squeezed("".join(cell for part in (*columns, below, around) for cell in part))


# --- the rule -----------------------------------------------------------------------------------


def test_what_has_room_stays_as_it_is() -> None:
    table = Table(["NAME", Column("UUID", SPARE), Column("WHY", BELOW)], [["a", UUID, ""], ["b", UUID, "so"]])
    assert render(table, 60) == render(table)


def test_first_goes_what_has_nothing_in_it() -> None:
    table = Table(["NAME", "SECRET", Column("UUID", SPARE)], [["a", "", UUID]])
    assert rows_of(render(table, 50)) == [{"NAME": "a", "UUID": UUID}]
    assert "Not shown" not in render(table, 50)


def test_what_would_stand_below_every_row_is_said_once() -> None:
    columns = [Column("CHANGE"), Column("ACTOR", BELOW), Column("SUMMARY", WRAPS)]
    drawn = render(Table(columns, [["k", "ann", "x" * 30], ["l", "ann", "y"]]), 45)
    assert list(rows_of(drawn)[0]) == ["CHANGE", "SUMMARY"]
    assert drawn.endswith("\nIn every row: ACTOR: ann\n")
    two = render(Table(columns, [["k", "ann", "x" * 30], ["l", "bob", "y"]]), 45)
    assert "ACTOR: ann" not in two
    assert "ann" in two
    assert "bob" in two


def test_one_row_alone_has_nothing_in_common() -> None:
    table = Table(["NAME", Column("PATH", BELOW)], [["a", "/data/" + "x" * 40]])
    assert "In every row" not in render(table, 40)
    assert f"PATH:/data/{'x' * 40}" in squeezed(render(table, 40))


def test_spare_columns_are_left_out_and_named() -> None:
    table = Table(["NAME", Column("UUID", SPARE), Column("PORT", BELOW)], [["a", UUID, "1"], ["b", UUID, "2"]])
    drawn = render(table, 40)
    assert rows_of(drawn) == [{"NAME": "a", "PORT": "1"}, {"NAME": "b", "PORT": "2"}]
    assert drawn.endswith("\nNot shown: UUID; add -o wide to see all columns\n")


def test_columns_go_below_their_rows_the_last_one_first() -> None:
    table = Table(
        ["NAME", Column("HOST", BELOW), Column("DATABASE", BELOW), Column("USER", BELOW)],
        [
            ["runs", "db.example.com", "zenml", "***"],
            ["default", "", "", ""],
            ["more", "db2.example.com", "", "me"],
        ],
    )
    assert render(table, 36) == (
        "┏━━━━━━━━━┯━━━━━━━━━━━━━━━━━━━━━┓\n"
        "┃ NAME    │ HOST                ┃\n"
        "┠─────────┼─────────────────────┨\n"
        "┃ runs    │ db.example.com      ┃\n"
        "┃   DATABASE: zenml   USER: *** ┃\n"
        "┃ default │                     ┃\n"
        "┃ more    │ db2.example.com     ┃\n"
        "┃   USER: me                    ┃\n"
        "┗━━━━━━━━━┷━━━━━━━━━━━━━━━━━━━━━┛\n"
    )


def test_a_column_that_is_cut_keeps_a_beginning_or_goes_below() -> None:
    url = "file:///home/ann/.config/zenml/profiles/default"
    table = Table(["NAME", Column("URL", SHORT)], [["default", url]])
    (row,) = rows_of(render(table, 40))
    assert row["URL"] == url[: 40 - 15] + "…"
    assert f"URL:{url}" in squeezed(render(table, 25))
    assert "…" not in render(table, 25)


@pytest.mark.parametrize("width", [50, 80, 200])
def test_what_is_said_once_is_not_up_to_the_width(width: int) -> None:
    columns = [Column("CHANGE"), Column("ACTOR", ONCE), Column("SUMMARY", WRAPS), Column("REASON", ONCE)]
    drawn = render(Table(columns, [["k", "ann", "x", ""], ["l", "ann", "y", ""]]), width)
    assert list(rows_of(drawn)[0]) == ["CHANGE", "SUMMARY"]
    assert drawn.endswith("\nIn every row: ACTOR: ann\n")
    alone = render(Table(columns, [["k", "ann", "x", ""]]), width)
    assert list(rows_of(alone)[0]) == ["CHANGE", "ACTOR", "SUMMARY"]
    several = render(Table(columns, [["k", "ann", "x", "so"], ["l", "bob", "y", ""]]), width)
    assert list(rows_of(several)[0]) == ["CHANGE", "ACTOR", "SUMMARY", "REASON"]


@pytest.mark.parametrize(
    ("text", "width", "lines"),
    [
        ("/stores/67ff7d9d-428a-4b76 there", 20, ["/stores/", "67ff7d9d-428a-4b76", "there"]),
        ("/stores/67ff7d9d-428a-4b76", 14, ["/stores/", "67ff7d9d-428a-", "4b76"]),
        ("upgrade_migration_enabled", 20, ["upgrade_migration_", "enabled"]),
        ("label 'v1', followed by xxxx", 16, ["label 'v1',", "followed by xxxx"]),
        ("a=1,b=2;c", 4, ["a=1,", "b=2;", "c"]),
        ("why   not", 4, ["why", "not"]),
        ("x" * 9, 4, ["xxxx", "xxxx", "x"]),
        ("東京/東京", 5, ["東京/", "東京"]),
    ],
)
def test_lines_break_where_a_reader_would(text: str, width: int, lines: list[str]) -> None:
    assert wrap_text(text, width) == lines


def test_one_long_word_stands_below_its_row_and_the_column_stays() -> None:
    columns = [Column("FIELD"), Column("VALUE", WRAPS, 10), Column("CHANGE")]
    rows = [["a" * 30, "short", "k"], ["host", "x" * 30, "l"], ["path", "/data/one/two/three", "m"]]
    drawn = render(Table(columns, rows), 60)
    assert drawn == (
        "┏━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━┯━━━━━━━━┓\n"
        "┃ FIELD                          │ VALUE          │ CHANGE ┃\n"
        "┠────────────────────────────────┼────────────────┼────────┨\n"
        f"┃ {'a' * 30} │ short          │ k      ┃\n"
        "┃ host                           │                │ l      ┃\n"
        f"┃   VALUE: {'x' * 30}                  ┃\n"
        "┃ path                           │ /data/one/two/ │ m      ┃\n"
        "┃                                │ three          │        ┃\n"
        "┗━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━━━┷━━━━━━━━┛\n"
    ), drawn


def test_wide_letters_are_wrapped_between_letters() -> None:
    drawn = render(Table(["NAME", Column("WHY", WRAPS)], [["a", "東京" * 30]]), 40)
    frame_of(drawn, 40)
    assert squeezed(drawn).count("東") == 30


def test_an_encoding_without_the_frame_has_no_ellipsis_either(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.TextIOWrapper):
        def isatty(self) -> bool:
            return True

    raw = io.BytesIO()
    monkeypatch.setattr(sys, "stdout", Terminal(raw, encoding="ascii"))
    monkeypatch.setenv("COLUMNS", "40")
    show(Table(["NAME", Column("URL", SHORT)], [["default", "x" * 80]]))
    sys.stdout.flush()
    drawn = ESCAPE.sub("", raw.getvalue().decode())
    assert {len(line) for line in drawn.splitlines()} == {40}
    assert "x..." in drawn


WAYS = st.sampled_from([WHOLE, WRAPS, BELOW, ONCE])
LETTERS = st.text(st.characters(codec="utf-8", categories=["L", "N", "P"]), max_size=60)


@given(
    st.lists(WAYS, min_size=1, max_size=7).flatmap(
        lambda ways: st.tuples(
            st.just(ways),
            st.lists(st.tuples(*[LETTERS] * len(ways)), min_size=1, max_size=4),
            st.integers(40, 200),
        )
    )
)
def test_no_table_is_wider_than_the_terminal_and_nothing_is_lost(
    drawn: tuple[list[str], list[tuple[str, ...]], int],
) -> None:
    ways, rows, width = drawn
    # told apart, so that nothing stands in every row
    rows = [tuple(f"{cell}{number}" for cell in row) for number, row in enumerate(rows)]
    table = Table([Column(f"C{number}", way) for number, way in enumerate(ways)], rows)
    text = render(table, width)
    frame_of(text, width)
    shown = Counter(squeezed(text))
    for letter, count in Counter(squeezed("".join(cell for row in table.rows for cell in row))).items():
        assert shown[letter] >= count, (letter, text)


# --- the commands -------------------------------------------------------------------------------

LONG = "kubeflow_on_the_big_cluster"
WIDE_LETTERS = "名前の長いスタック"
REASON = "because of the incident of last night, " * 4
PATH = "/mnt/" + "very-long-" * 12


@pytest.fixture(scope="module")
def rich_home(tmp_path_factory: pytest.TempPathFactory) -> Home:
    home = Home(tmp_path_factory.mktemp("narrow"))
    home.done("metadata-store", "register", "runs", "--flavor", "mysql", "--host", "db.internal.example.com",
              "--database", "zenml_metadata", "--username", "me", "--password", "hunter2-secret")  # fmt: skip
    home.done("artifact-store", "register", "data", "--flavor", "local", "--path", PATH, "--reason", REASON)
    home.done("artifact-store", "update", "data", "--path", "/data/two")
    home.done("undo")
    home.done("orchestrator", "register", LONG, "--flavor", "local")
    optional = {
        "alerter": ("-al", "slack", "--slack_token", "xoxb-1"),
        "container_registry": ("-c", "default", "--uri", "gcr.io/my-project"),
        "feature_store": ("-f", "feast", "--feast_repo", "/srv/feast"),
        "model_deployer": ("-d", "mlflow"),
        "secrets_manager": ("-x", "local"),
    }
    words = []
    for kind, (option, flavor, *more) in optional.items():
        home.done(kind.replace("_", "-"), "register", f"the_{kind}", "--flavor", flavor, *more)
        words += [option, f"the_{kind}"]
    home.done("stack", "register", "production", "-a", "data", "-m", "runs", "-o", LONG, *words)
    home.done("stack", "register", WIDE_LETTERS, "-a", "data", "-o", "default", "-m", "default")
    home.done("stack", "set", WIDE_LETTERS)
    home.done("profile", "create", "team_with_a_long_name_for_a_customer")
    home.done("label", "release-1")
    return home


COMMANDS = {
    "stack list": (LONG, WIDE_LETTERS, HAND, "the_model_deployer"),
    "stack describe production": (LONG, "the_feature_store"),
    "profile list": ("team_with_a_long_name_for_a_customer",),
    "profile describe": ("profiles/default",),
    "metadata-store list": ("runs", "db.internal.example.com", "zenml_metadata", "PASSWORD", "3306"),
    "metadata-store describe runs": ("db.internal.example.com",),
    "artifact-store list": (PATH,),
    "artifact-store describe data": (PATH,),
    "metadata-store flavor list": ("kubeflow", "sqlite"),
    "metadata-store flavor describe mysql": (
        "upgrade_migration_enabled",
        "Name or address of the database server.",
    ),
    "history": (f"register stack '{WIDE_LETTERS}'", REASON.strip(), "label 'release-1'", "next to undo"),
    "blame artifact-store data": ("path", PATH, REASON.strip(), "(undo by"),
    "blame stack production --history": ("metadata_store.upgrade_migration_enabled", LONG),
    "label list": ("release-1", "create profile 'team_with_a_long_name_for_a_customer'"),
    "ledger status": ("team_with_a_long_name_for_a_customer",),
    "diff 1 --log": ("register stack 'production'",),
}


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
@pytest.mark.parametrize("line", COMMANDS)
def test_what_matters_is_whole_at_every_width(line: str, columns: int, rich_home: Home) -> None:
    words = line.replace("diff 1", f"diff {first_change(rich_home)}").split()
    drawn = ESCAPE.sub("", on_terminal(rich_home, *words, columns=columns, env={"ZENML_PAGER": ""}))
    lines = frame_of(drawn.split("┗")[0], columns)
    assert all(len(width) > 3 for width in re.findall("━+", lines[0])), drawn  # the frame's part is two
    shown = read(drawn)
    for text in COMMANDS[line]:
        assert squeezed(text) in shown, drawn
    assert "hunter2" not in drawn


@pytest.mark.parametrize("columns", [60, 80, 100, 200])
def test_every_list_of_changes_has_the_columns_of_the_history(columns: int, rich_home: Home) -> None:
    def heads(*words: str) -> list[str]:
        drawn = on_terminal(rich_home, *words, columns=columns, env={"ZENML_PAGER": ""})
        return list(rows_of(ESCAPE.sub("", drawn))[0])

    assert (
        heads("diff", first_change(rich_home), "--log")[:3] == heads("history")[:3] == ["CHANGE", "AGO", "SUMMARY"]
    )
    assert heads("label", "list") == ["LABEL", "CHANGE", "AGO", "SUMMARY"]


def test_labels_are_in_the_column_of_what_became_of_changes(tmp_path: Path) -> None:
    home = Home(tmp_path)
    home.done("stack", "rename", "default", "one", "--reason", REASON)
    home.done("stack", "rename", "one", "two")
    home.done("label", "before-the-migration-of-the-databases")
    home.done("label", "x" * 40, home.done("history").rows[-1]["CHANGE"])
    home.done("stack", "rename", "two", "three")
    home.done("undo")
    drawn = ESCAPE.sub("", on_terminal(home, "history", columns=80, env={"ZENML_PAGER": ""}))
    frame_of(drawn.split("┗")[0], 80)
    assert list(rows_of(drawn)[0]) == ["CHANGE", "AGO", "SUMMARY", "STATUS"]
    assert drawn.count("STATUS:") == 1  # of the label that is one word and has no room
    assert "label'before-the-migration-of-the-databases'" in read(drawn)


@pytest.mark.parametrize("line", ["blame stack production --own", "history"])
def test_which_columns_there_are_is_not_up_to_the_width(line: str, rich_home: Home) -> None:
    drawn = [
        ESCAPE.sub("", on_terminal(rich_home, *line.split(), columns=columns, env={"ZENML_PAGER": ""}))
        for columns in (100, 200, 400)
    ]
    assert all("PUT BACK BY" not in text and "\nIn every row: ACTOR: " in text for text in drawn), drawn
    assert all("ACTOR" not in rows_of(text)[0] for text in drawn)


@pytest.mark.parametrize("columns", [80, 100])
def test_the_name_of_a_field_is_whole(columns: int, rich_home: Home) -> None:
    drawn = on_terminal(rich_home, "blame", "stack", "production", columns=columns, env={"ZENML_PAGER": ""})
    assert "metadata_store.upgrade_migration_enabled " in ESCAPE.sub("", drawn)


def first_change(home: Home) -> str:
    return home.done("history").rows[-1]["CHANGE"]


@pytest.mark.parametrize(
    "line", ["stack list", "history", "metadata-store list --at now", "blame stack production --own"]
)
def test_wide_is_on_a_terminal_what_a_pipe_gets(line: str, rich_home: Home) -> None:
    words = line.split()
    piped = rich_home.done(*words).stdout
    for wide in (["-o", "wide"], ["--output", "wide"]):
        drawn = ESCAPE.sub("", on_terminal(rich_home, *words, *wide, env={"ZENML_PAGER": ""}))
        assert drawn.endswith(piped)
        assert rich_home.done(*words, *wide).stdout == piped


def test_commands_that_change_something_have_no_wide_answer(rich_home: Home) -> None:
    assert "'wide' is not one of" in rich_home.run("stack", "rename", "a", "b", "-o", "wide", check=2).stderr
    assert "wide" in FORMATS
