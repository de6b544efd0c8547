"""What a terminal says helps, of problems that know no commands."""

from __future__ import annotations

import pytest

from zenml.cli.mistakes.hints import hint, sentence
from zenml.domain.errors import LedgerError, OtherActorError, StackNotFoundError, UndoConflictError, code_of
from zenml.domain.missing import missing_component, missing_stack
from zenml.domain.notices import Notice


def test_an_error_has_the_code_of_its_class_if_it_is_given_no_other() -> None:
    assert code_of(StackNotFoundError) == "stack_not_found"
    assert StackNotFoundError("There is none.").code == "stack_not_found"
    assert StackNotFoundError("No stack is active.", code="no_active_stack").code == "no_active_stack"


def test_names_are_quoted_for_a_shell() -> None:
    error = missing_component("artifact_store", "my data", ["my dat"], "kzpv")
    assert error.values["name"] == "my data"
    assert hint(error) == "Did you mean 'my dat'? Run \"zenml artifact-store list --at kzpv\" to see the names."
    taken = LedgerError("Stack 'my stack' already exists.", code="stack_exists", name="my stack")
    assert hint(taken) == "Choose another name, or run \"zenml stack describe 'my stack'\" to see it."


def test_what_helps_in_another_profile_is_typed_for_there() -> None:
    error = missing_stack("prodd", [])
    error.values["in_profile"] = "my team"
    assert hint(error) == "Run \"ZENML_ACTIVATED_PROFILE='my team' zenml stack list\" to see the names."


def test_an_error_that_a_program_makes_without_values_has_its_own_hint_alone() -> None:
    assert hint(StackNotFoundError("There is none.", "Look again.")) == "Look again."
    assert hint(OtherActorError("It is somebody else's.")) == ""
    assert hint(LedgerError("It is so.", code="of_a_later_version", name="x")) == ""


@pytest.mark.parametrize(
    ("typed", "said"),
    [
        ([], "zenml undo kk --any-actor --reason 'why'"),
        (["--reason x", "--dry-run"], "zenml undo kk --any-actor --reason x --dry-run"),
        (["--any-actor", "-o json"], "zenml undo kk --any-actor --reason 'why' -o json"),
        (["--cascade", "--any-actor", "--reason x"], "zenml undo kk --any-actor --cascade --reason x"),
    ],
)
def test_an_undo_that_helps_has_the_options_of_the_one_that_was_typed(typed: list[str], said: str) -> None:
    error = UndoConflictError("It cannot be undone.", change="zz", because=LedgerError(""), later=("kk",))
    error.advise("undo_needs_another", change="kk", of_others=True)
    error.values["options"] = typed
    assert hint(error) == f'Run "{said}" first.'


def test_a_step_follows_a_sentence_or_goes_on_with_it() -> None:
    assert sentence("Nothing happened.") == "Nothing happened."
    assert sentence(Notice("It is gone.")) == "It is gone."
    assert sentence(Notice("It is gone.", "ledger_not_continued")) == 'It is gone. Run "zenml audit verify".'
    assert sentence(Notice("It is old.", "file_of_later_zenml")) == (
        'It is old; run "zenml stack set NAME" to choose one.'
    )
    assert sentence(
        Notice("There is nothing.", "nothing_left_to_undo", change="kk", told="label a"), ["-o json"]
    ) == ('There is nothing.\nRun "zenml undo kk -o json" to undo the one before it (label a).')


def test_a_notice_is_its_sentence_for_a_program() -> None:
    notice = Notice("It is gone.", "ledger_not_continued", folder="x")
    assert notice == "It is gone."
    assert (notice.code, notice.values) == ("ledger_not_continued", {"folder": "x"})
