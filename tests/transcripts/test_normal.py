"""The comparison of transcripts forgives what the specification lists, and nothing else."""

from __future__ import annotations

import pytest

from tests.transcripts.normal import Places, compared

PLACES = Places(home="/sandbox/home", tmp="/sandbox/tmp")
UNABLE = (
    "Unable to find ZenML repository in your current working directory (/tmp) or any parent directories. "
    "If you want to use an existing repository which is in a different location, set the environment "
    "variable 'ZENML_REPOSITORY_PATH'. If you want to create a new repository, run zenml init."
)
NO_ROOT = "Running without an active repository root."
PROFILE = "Running with active profile: 'zenml' (global)"

SEED_STACKS = """\
Running without an active repository root.
Running with active profile: 'zenml' (global)
┏━━━━━━━━┯━━━━━━━━━━━━┯━━━━━━━━━━━━━━┓
┃ ACTIVE │ STACK NAME │ ORCHESTRATOR ┃
┠────────┼────────────┼──────────────┨
┃   👉   │ default    │ default      ┃
┃        │ custom     │ default      ┃
┗━━━━━━━━┷━━━━━━━━━━━━┷━━━━━━━━━━━━━━┛"""
OUR_STACKS = """\
Running without an active repository root.
Running with active profile: 'zenml' (global)
┏━━━━━━━━┯━━━━━━━━━━━━┯━━━━━━━━━━━━━━┓
┃ ACTIVE │ STACK NAME │ ORCHESTRATOR ┃
┠────────┼────────────┼──────────────┨
┃        │ custom     │ default      ┃
┃   👉   │ default    │ default      ┃
┗━━━━━━━━┷━━━━━━━━━━━━┷━━━━━━━━━━━━━━┛
"""
SEED_PROFILES = """\
┏━━━━━━━━┯━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━┓
┃ ACTIVE │ PROFILE NAME │ URL                     │ ACTIVE STACK ┃
┠────────┼──────────────┼─────────────────────────┼──────────────┨
┃   👉   │ default      │ file:///home/stefan/.c… │ default      ┃
┗━━━━━━━━┷━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━┛"""
OUR_PROFILES = """\
┏━━━━━━━━┯━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┯━━━━━━━━━━━━━━┓
┃ ACTIVE │ PROFILE NAME │ URL                                 │ ACTIVE STACK ┃
┠────────┼──────────────┼─────────────────────────────────────┼──────────────┨
┃   👉   │ default      │ file:///sandbox/home/.config/zenml/ │ default      ┃
┗━━━━━━━━┷━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━━┷━━━━━━━━━━━━━━┛
"""
SEED_INIT = """\
ZenML repository initialized at /tmp/zenml.
The local active profile was initialized to 'zenml' and the local active stack
to 'local'. For more information on profile and stack configuration, please run 'zenml profile
explain'."""
OUR_INIT = """\
ZenML repository initialized at /sandbox/tmp/zenml.
The local active profile was initialized to 'zenml' and the local active stack to 'local'. For more \
information on profile and stack configuration, please run 'zenml profile explain'.
"""


def same(seed: str, ours: str) -> bool:
    expected, actual = compared(tuple(seed.splitlines()), ours, PLACES)
    return expected == actual


def test_rows_of_the_seed_are_sorted_by_name() -> None:
    assert same(SEED_STACKS, OUR_STACKS)


def test_our_rows_must_be_sorted() -> None:
    assert not same(SEED_STACKS, SEED_STACKS)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("┃        │ custom     │ default      ┃\n", ""),
        ("┃        │ custom ", "┃        │ cusTom "),
        ("┃        │ custom ", "┃   👉   │ custom "),
        ("┃   👉   │ default ", "┃        │ default "),
        ("┠────────┼────────────┼──────────────┨\n", ""),
        ("━┓\n", "━━┓\n"),
        ("│ custom     │ default      ┃", "│ custom     │ default       ┃"),
        (f"{PROFILE}\n", ""),
        (f"{PROFILE}\n", f"{PROFILE}\n\n"),
        (f"{PROFILE}\n", f"{PROFILE}\n{PROFILE}\n"),
        (f"{NO_ROOT}\n{PROFILE}\n", f"{PROFILE}\n{NO_ROOT}\n"),
        ("(global)", "(local)"),
        ("ACTIVE │", "\x1b[1mACTIVE\x1b[0m │"),
        ("┛\n", "┛\n\n"),
    ],
)
def test_a_real_difference_in_a_table_or_a_notice_is_seen(old: str, new: str) -> None:
    assert old in OUR_STACKS
    assert not same(SEED_STACKS, OUR_STACKS.replace(old, new, 1))


def test_our_line_about_the_missing_repository_may_stand_above_the_other_notices() -> None:
    assert same(SEED_STACKS, f"{UNABLE}\n{OUR_STACKS}")


@pytest.mark.parametrize(
    "ours",
    [f"{UNABLE}\n{UNABLE}\n{OUR_STACKS}", f"{OUR_STACKS}{UNABLE}\n", f"{UNABLE} Now.\n{OUR_STACKS}"],
    ids=["twice", "below", "other words"],
)
def test_it_may_not_stand_otherwise(ours: str) -> None:
    assert not same(SEED_STACKS, ours)


def test_it_may_not_stand_inside_a_repository() -> None:
    inside = "Running with active profile: 'zenml' (local)"
    assert same(inside, inside)
    assert not same(inside, f"{UNABLE}\n{inside}")


def test_it_is_compared_where_the_seed_has_it() -> None:
    seed = f"{UNABLE}\n{NO_ROOT}"
    assert same(seed, seed.replace("(/tmp)", "(/sandbox/tmp)"))
    assert not same(seed, NO_ROOT)
    assert not same(seed, seed.replace("(/tmp)", "(/sandbox/tmp/zenml)"))


def test_a_cut_url_is_compared_by_its_beginning_and_the_width_of_its_column_is_free() -> None:
    assert same(SEED_PROFILES, OUR_PROFILES)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("file:///sandbox/home/.config/zenml/", "file:///elsewhere/.config/zenml/"),
        ("file:///sandbox/home/.config/zenml/", "file:///sandbox/home/.con…"),
        ("│ default      ┃", "│ custom       ┃"),
        ("┃   👉   │", "┃        │"),
        ("│ URL ", "│ URI "),
        ("━┯━", "━━━"),
        ("┗━", "┛━"),
    ],
)
def test_a_real_difference_in_a_table_with_urls_is_seen(old: str, new: str) -> None:
    assert old in OUR_PROFILES
    assert not same(SEED_PROFILES, OUR_PROFILES.replace(old, new, 1))


@pytest.mark.parametrize(
    "ending",
    ["please run 'zenml profile\nexplain'.", "please visit https://docs.zenml.io."],
    ids=["as in 001", "as in 000"],
)
def test_the_closing_text_of_init_is_compared_as_one_line_with_our_ending(ending: str) -> None:
    assert same(SEED_INIT.replace("please run 'zenml profile\nexplain'.", ending), OUR_INIT)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("to 'local'.", "to 'default'."),
        ("/sandbox/tmp/zenml.\n", "/sandbox/tmp/zenml. "),
        ("/sandbox/tmp/zenml.", "/sandbox/tmp."),
        ("'zenml profile explain'.", "'zenml explain'."),
        ("explain'.\n", "explain'.\nRunning with active profile: 'zenml' (local)\n"),
    ],
)
def test_a_real_difference_in_the_answer_of_init_is_seen(old: str, new: str) -> None:
    assert old in OUR_INIT
    assert not same(SEED_INIT, OUR_INIT.replace(old, new, 1))
