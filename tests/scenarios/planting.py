"""Plants secrets through every door of the program, then uses everything that could show them."""

from __future__ import annotations

from collections.abc import Callable

from tests.scenarios import file_doors, typed_doors
from tests.scenarios.watching import Watch

DOORS: list[Callable[[Watch, str, str], None]] = [
    typed_doors.by_parameter,
    typed_doors.by_update,
    typed_doors.by_replacement,
    typed_doors.by_url,
    typed_doors.by_url_in_another_parameter,
    file_doors.by_file,
    typed_doors.by_dry_run,
    typed_doors.by_failed_registration,
    typed_doors.by_misspelt_parameter,
    typed_doors.by_wrong_type,
    typed_doors.by_wrong_flavor,
    typed_doors.by_missing_equals_sign,
    typed_doors.by_taken_name,
    typed_doors.by_secret_option,
    typed_doors.by_profile_url,
    file_doors.by_python,
    file_doors.by_document,
    file_doors.by_exported_stack,
    typed_doors.by_answer,
    file_doors.by_flavor_of_ones_own,
    typed_doors.by_refused_login,
    typed_doors.by_nested_parameter,
    typed_doors.by_user_of_a_url,
    typed_doors.by_word_after_secret,
    typed_doors.by_stray_word,
    typed_doors.by_file_that_is_not_there,
    typed_doors.by_reason,
    file_doors.by_parameter_of_another_version,
    file_doors.by_name_in_an_unknown_class,
    file_doors.by_error_of_ones_own_class,
]


def look_around(watch: Watch) -> None:
    """Runs everything that shows, changes, moves or takes back what was planted; what is not offered may fail."""
    for line in (
        "metadata-store list",
        "container-registry list",
        "orchestrator list",
        "profile list",
        "metadata-store describe by_parameter",
        "metadata-store describe by_file",
        "metadata-store describe by_secret_option",
        "stack register s -m by_parameter -a default -o by_url_in_another_parameter -c by_url",
        "stack describe s",
        "stack list",
        "stack export s s.yaml",
        "stack copy s t",
        "metadata-store copy by_parameter m2",
        "export",
        "export --out all.yaml",
        "profile import all.yaml --name imported",
        "apply -f all.yaml",
        "stack set s",
        "stack up",
        "stack down --force --yes",
        "stack set default",
        "metadata-store flavor describe mysql",
        "metadata-store update by_parameter --host=h2",
        "metadata-store rename by_parameter m3",
        "profile create other",
        "stack copy s s --to other",
        "stack delete s -y",
        "metadata-store delete m3",
        "container-registry delete by_url",
        "undo",
        "undo",
        "redo",
        "history --all",
        "history --all --output json",
        "show @",
        "diff --output json",
        "blame metadata-store m3",
        "ledger verify",
        "audit verify",
        "audit export bundle",
        "config",
    ):
        watch.with_own_code(line) if line.startswith(("apply", "profile import")) else watch(line)
