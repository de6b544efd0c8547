"""``zenml audit verify``."""

from __future__ import annotations

import os
from typing import Any, Optional

from zenml.cli.mistakes.hints import sentence
from zenml.cli.mistakes.misused import ExitError
from zenml.cli.options.declared import Option
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.progress import progress
from zenml.domain.annotations import Annotated
from zenml.domain.errors import DAMAGED
from zenml.domain.visible import visible
from zenml.ledger.verification import Verdict, Verification
from zenml.repository import Repository

_SHOWN = 20  # problems of each verdict; the other outputs have them all
_RESULTS = {True: "ok", False: "bad", None: "not compared"}


def verify(
    against: Annotated[
        Optional[list[str]],  # noqa: UP045 - it is read at run time
        Option(
            "--against",
            metavar="FILE|SIZE:ROOT|ROOT",
            help="Compare with a checkpoint, proof, bundle or export, or with a root (can be repeated)",
        ),
    ] = None,
    runs: Annotated[
        Optional[list[str]],  # noqa: UP045
        Option("--runs", metavar="FILE", help="Check a file of runs that was put away, too (can be repeated)"),
    ] = None,
    anchors: Annotated[bool, Option("--anchors", help="Compare with what anchors kept, too")] = False,
    output: Output = "table",
) -> None:
    """Check that nothing in the record was altered or is missing.

    The checks are content (every event is hashed again), order (no position is missing or out of place),
    replay (the views match the events), schema (the file has no table, trigger or view that could falsify it),
    secrets (each opens with its key), completeness (nothing is gone that this machine saw before) and signatures
    (the checkpoints that were signed here hold). Runs are recorded in separate files, which are checked
    in the same way. The exit code is 5 if a check fails.

    With --against, the record must also continue from what was kept elsewhere. A root that is written down may
    have any size.

    Example: zenml audit verify --against october.note
    """
    with progress("Verifying", "steps") as update:
        verification = Repository(notify=notice).verify(
            update, against=against or (), anchors=anchors, runs=runs or ()
        )
    if output == TABLE:
        _print(verification)
    else:
        emit(_document(verification), output)
    for warning in verification.warnings:
        notice(f"Warning: {warning}")
    if not verification.ok:
        notice(f"Hint: {_hint(verification, [os.path.abspath(path) for path in runs or ()])}")
        raise ExitError(DAMAGED)


def _document(verification: Verification) -> dict[str, Any]:
    """Returns it as plain values, with what there is to do."""
    document = verification.document()
    for name, verdict in verification.verdicts.items():
        if not verdict.problems:
            document["verdicts"][name]["note"] = sentence(verdict.text)
    return document


def _print(verification: Verification) -> None:
    for name, verdict in verification.verdicts.items():
        print(f"{_words(name):<12}  {_RESULTS[verdict.ok]:<12}  {_result(verdict)}")
    for compared in verification.against:
        verdict = compared.verdict
        print(visible(f"{'against':<12}  {_RESULTS[verdict.ok]:<12}  {compared.source}: {_result(verdict)}"))
    for name, verdict in verification.verdicts.items():
        if verdict.problems:
            _print_problems(_words(name), verdict)
    for compared in verification.against:
        if compared.verdict.problems:
            _print_problems(f"against {visible(compared.source)}", compared.verdict)


def _words(name: str) -> str:
    return name.replace("_", " ")


def _result(verdict: Verdict) -> str:
    count = len(verdict.problems)
    return sentence(verdict.text) if not count else f"{count:,} problem{'s' if count > 1 else ''}"


def _print_problems(name: str, verdict: Verdict) -> None:
    print(f"\n{name}:")
    for problem in verdict.problems[:_SHOWN]:
        where = f"ledger {problem.ledger_id}" if problem.ledger_id else "the file"
        if problem.position is not None:
            where += f", position {problem.position}"
        print(visible(f"  {where}: {problem.message}"))
    more = len(verdict.problems) - _SHOWN
    if more > 0:
        print(f"  and {more:,} more")


def _hint(verification: Verification, runs: list[str]) -> str:
    failed = {name for name, verdict in verification.verdicts.items() if verdict.problems}
    if not failed and all(it.source in runs for it in verification.against if it.verdict.problems):
        return (
            "The record here is intact; that file of runs is not the one that was put away: keep it as evidence, "
            "and look for another copy."
        )
    if not failed or failed == {"signatures"}:
        return (
            "The file is consistent, but it does not continue from what was signed or kept elsewhere: keep both "
            "as evidence, and restore the right file. If a backup was restored on purpose, run "
            '"zenml ledger accept --reason REASON".'
        )
    if failed == {"replay"}:
        return 'The record itself is intact: run "zenml ledger rebuild" to rebuild the views.'
    if failed == {"runs_views"}:
        return 'The runs themselves are intact: run "zenml ledger rebuild" to rebuild their views.'
    if failed <= {"completeness", "runs_seen"}:
        return (
            "The file is intact, but it is not the one seen before: restore the newer file, or run "
            '"zenml ledger accept" if a backup was restored on purpose.'
        )
    if failed == {"secrets"}:
        return (
            "The record itself is intact, but its secrets are not: restore the ledger's key, or a backup of its "
            'file; "zenml ledger status" says which key is used.'
        )
    return 'Keep the file as evidence, and restore a backup; "zenml ledger backup --help" says how.'
