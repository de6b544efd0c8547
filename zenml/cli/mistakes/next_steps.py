"""What to do about a problem, in a sentence with the command to type: a table by the code of the problem.

`zenml.cli.mistakes.hints` fills in the values. What is about an undo is in `zenml.cli.mistakes.undo_steps`, and in
`zenml.cli.mistakes.sharing_steps` what is about profiles that machines share.
"""

from __future__ import annotations

from zenml.domain.component_types import command
from zenml.domain.suggestions import typed
from zenml.ledger.identity import VARIABLE as USER_VARIABLE

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_LATER_CHANGES = 'Run "zenml history --all" to see later changes.'
_NAMES = 'Run "zenml {component_type:type} list{at:--at}" to see the names.'
_FLAVORS = '"zenml {component_type:type} flavor list" to see'
_LABELS = 'Run "zenml label list" to see the labels.'
_ALL_CHANGES = 'Run "zenml history --all" to see the changes.'
_KEEP = 'Keep the damaged file, and restore a backup; "zenml ledger backup --help" says how.'
_STACKS = 'then run "zenml stack list" to see what is there.'


def _any_of(lines: Sequence[str]) -> str:
    return " or ".join(lines)


def _unknown_parameters(
    options: Sequence[str], *, component_type: str, name: str, parameters: Sequence[str]
) -> str:
    named = " ".join(f"--{parameter}" for parameter in parameters)
    return f'; run "zenml {command(component_type)} remove-attribute {typed(name)} {named}" to remove them.'


def _type_not_given(options: Sequence[str], *, things: Sequence[str]) -> str:
    """Names the things of that name, with the options that have a type."""
    if not things:
        return 'Write --component TYPE/NAME, as in "zenml history --component orchestrator/default".'
    return f"Write {_any_of([_option(thing) for thing in things])}."


def _option(thing: str) -> str:
    kind, _, name = thing.partition("/")
    return f"--stack {typed(name)}" if kind == "stack" else f"--component {typed(thing)}"


def _thing_compared(options: Sequence[str], *, things: Sequence[str]) -> str:
    lines = [f'"zenml diff --only {typed(thing)}"' for thing in things]
    return f"To see what is different in it, run {_any_of(lines)}."


def _later_zenml(options: Sequence[str], *, folders: Sequence[str]) -> str:
    """Says how the stacks of a ZenML whose store cannot be read come here."""
    exports = (
        'Run "zenml stack export NAME FILE" with that ZenML, and then "zenml stack import NAME -f FILE" here.'
    )
    lines = [f'Run "zenml profile import {typed(folder)} --name NAME"' for folder in folders]
    return " ".join([exports, *(f"{line} for what an earlier ZenML left there." for line in lines)])


def _way_to(profile: str, chosen_by: str | None) -> str:
    if chosen_by:
        return f'Run "export {chosen_by}={typed(profile)}" first'
    return f'Run "zenml profile set {typed(profile)}" first'


def _who_you_are(options: Sequence[str], *, source: str) -> str:
    if source == USER_VARIABLE:
        return f'Run "unset {source}" to continue without it.'
    return 'Run "zenml config set user NAME" to choose another one.'


def _not_the_active_profile(options: Sequence[str], *, profile: str, chosen_by: str | None) -> str:
    return f"{_way_to(profile, chosen_by)}."


def _file_for_another_profile(options: Sequence[str], *, profile: str, active: str, chosen_by: str | None) -> str:
    return f"{_way_to(profile, chosen_by)}, or add --to {typed(active)} if '{active}' is meant."


def _file_for_unknown_profile(options: Sequence[str], *, profile: str, active: str) -> str:
    make = f'Run "zenml profile create {typed(profile)}" to make it'
    return f"{make}, or add --to {typed(active)} if '{active}' is meant."


STEPS: Mapping[str, str | Callable[..., str]] = {
    # --- keys that sign ---
    "key_not_in_a_file": 'Run "zenml audit key use" with another key instead.',
    "another_signing_key": (
        'Put that key back; or run "zenml audit key use {place}" to sign with this one from now on, '
        "which is recorded."
    ),
    "evidence_unreadable": 'Make sure that it is yours, and that you can read it; then run "zenml audit verify".',
    "origin_is_signed": 'Run "zenml audit origin" to see it.',
    "signing_key_gone": 'Restore it, or run "zenml audit key rotate" to sign with another one.',
    "two_keys_sign": 'Run "zenml audit key rotate --finish" when all who verify have the new line.',
    # --- stacks, components, flavors, profiles ---
    "stack_not_found": 'Run "zenml stack list{at:--at}" to see the names.',
    "stack_exists": 'Choose another name, or run "zenml stack describe {name}" to see it.',
    "stack_registered_already": 'Run "zenml stack rename {name} {new_name}" to rename it.',
    "stack_lacks_component": ('Run "zenml {component_type:type} list" and add --{component_type:type} NAME.'),
    "component_mandatory": 'Run "zenml stack update {stack} --{component_type:type} NAME" instead.',
    "set_and_removed": 'Run "zenml stack describe {stack}" to see what it has now.',
    "stack_locally_active": 'Choose a different active stack first by running "zenml stack set STACK".',
    "stack_globally_active": (
        'Choose a different active global stack first by running "zenml stack set --global STACK".'
    ),
    "no_active_stack": 'Run "zenml stack set NAME" to choose one.',
    "no_metadata_store": 'Run "zenml metadata-store register default --flavor sqlite" first to make one.',
    "stack_component_not_found": _NAMES,
    "stack_component_exists": ('Choose another name, or run "zenml {component_type:type} describe {name}".'),
    "component_registered_already": 'Run "zenml {component_type:type} rename {name} {new_name}".',
    "component_clash": 'Run "zenml {component_type:type} rename {taken} NEW_NAME" to free the name.',
    "component_in_use": (
        'Run "zenml stack update {stacks:first} --{component_type:type} NAME" to use another one in the stack.'
    ),
    "not_in_active_stack": (
        'Give the name of the {component_type:words}; run "zenml {component_type:type} list" to see the names.'
    ),
    "object_registered_already": "",  # it comes from a Python program, and a method helps
    "component_incomplete": ('Run "zenml {component_type:type} update {name} --PARAMETER=VALUE" to complete it.'),
    "unknown_parameters": _unknown_parameters,
    "own_code_not_run": (
        'Run "zenml {component_type:type} flavor describe {flavor}" to see what is known about it.'
    ),
    "set_and_unset": 'Run "zenml {component_type:type} describe {name}" to see what it has now.',
    "flavor_not_changeable": 'Run "zenml {component_type:type} register" to make another one.',
    "unknown_flavor": f"Run {_FLAVORS} the flavors.",
    "flavor_exists": f"Choose another name; run {_FLAVORS} them.",
    "flavor_ships_already": f"Give the class another FLAVOR; run {_FLAVORS} them.",
    "flavor_in_use": 'Run "zenml {component_type:type} delete {components:first}" first.',
    "flavor_of_another_class": ('Run "zenml {component_type:type} flavor delete {name}" first, or leave it out.'),
    "flavor_of_another_type": 'Run "zenml {component_type:type} flavor register {source}".',
    "flavor_not_found_from_root": (
        'Flavors are found from the repository\'s root: run "zenml init" in the folder of your code, and name the '
        'class as it is imported there, such as "flavors.my_flavor.MyFlavor".'
    ),
    "profile_not_found": 'Run "zenml profile list{at:--at}" to see the names.',
    "profile_exists": 'Choose another name, or run "zenml profile describe {name}" to see it.',
    "profile_created_already": 'Run "zenml profile describe {name}" to see it.',
    "profile_locally_active": ('Choose a different active profile first by running "zenml profile set PROFILE".'),
    "profile_globally_active": (
        'Choose a different active global profile first by running "zenml profile set --global PROFILE".'
    ),
    "no_active_profile": 'Run "zenml profile set PROFILE" to choose one.',
    "no_profile_in_use": 'Run "zenml profile set PROFILE".',
    "url_of_local_profile": (
        'Run "zenml profile create NAME --url FOLDER" to make one in another folder; "zenml stack copy --help" '
        "says how stacks come there."
    ),
    "token_exists": 'Choose another name; run "zenml service token list" to see those that were given.',
    "token_text_given": 'Run "zenml service token list" to see the names.',
    "token_not_found": 'Run "zenml service token list" to see the names.',
    "token_shown_before": (
        'Run "zenml service token revoke {name}", and create another one with another name and another key.'
    ),
    "chosen_name_invalid": _who_you_are,
    "chosen_name_unreadable": 'Run "zenml config set user NAME" to write it again.',
    "thing_not_found": 'Run "zenml {noun:type} list" to see the names, also with --at.',
    "name_not_given": 'Run "zenml {component_type:type} list -o name" to see them.',
    "other_kind_named": 'Run "zenml {kind:type} list -o name" to see what can be named here.',
    "repository_profile_missing": 'Run "zenml profile set NAME" to choose one.',
    "repository_stack_missing": 'Run "zenml stack set NAME" to choose one.',
    "secret_of_an_imported_record": (
        'Run "zenml {component_type:type} update {name} --{parameter}=VALUE" to set it again, '
        "or use a backup of the ledger it comes from, and its key."
    ),
    "not_a_key": 'Run "zenml key export --out FILE" where the key is, and give that file.',
    "no_secret": 'Run "zenml secret list" to see the secrets; "zenml audit redact --help" is about other values.',
    "shredded_secret": 'Run "zenml {component_type:type} update {name} --{parameter}=VALUE" to set another one.',
    "shredded_already": 'Run "zenml secret list" to see what is left.',
    "unknown_event": 'Run "zenml audit verify".',
    "stack_deleted_elsewhere": 'Run "zenml stack set NAME" to choose one.',
    "file_of_later_zenml": '; run "zenml stack set NAME" to choose one.',
    # --- changes, labels, times ---
    "changed_since": _LATER_CHANGES,
    "gone_since": _LATER_CHANGES,
    "made_again_since": _LATER_CHANGES,
    "unknown_change": _ALL_CHANGES,
    "nothing_recorded": _ALL_CHANGES,
    "before_the_record": ('The record begins with change {first}; run "zenml history --all --reverse" to see it.'),
    "before_the_profile": 'Run "zenml history --reverse" to see how it began.',
    "in_the_future": ('Write a time that is over, or run "zenml history --limit 1" to see the newest change.'),
    "not_a_point": (
        'Run "zenml history" and "zenml label list" to see the names, or write a time such as '
        "2026-11-17T14:00 or 'yesterday 17:00'."
    ),
    "type_not_given": _type_not_given,
    "thing_compared": _thing_compared,
    "label_not_found": _LABELS,
    "label_exists": _LABELS,
    "labelled_change_unknown": _LABELS,
    "invalid_label": 'Use another name, as in "zenml label release-1".',
    "made_since": 'Run "zenml {noun:type} delete {name}" if that is what you want.',
    "repeated_key": 'Run "zenml show {change}" to see what it was used for, or use another key.',
    "repeated_key_of_block": 'Run "zenml show {change}" to see what for, or use another key.',
    "good_not_older": 'Run "zenml history" to see which came first.',
    "nothing_between": 'Run "zenml history --all" to see all changes.',
    # --- files, plans, what ZenML left ---
    "not_a_document": 'Run "zenml export" to see what such a file looks like.',
    "not_a_stack_export": 'Run "zenml stack export" to write one.',
    "stack_export_given": 'Run "zenml stack import {stack} -f {path}" to import it.',
    "plan_given": 'Run "zenml apply --plan {path}" to carry it out.',
    "document_given": 'Run "zenml apply {path}" to apply it.',
    "configuration_given": 'Run "zenml profile import {folder}" to import its profiles.',
    "later_zenml": _later_zenml,
    "imported_profile_exists": 'Run "zenml profile import {path} --name NAME" to give it another name.',
    "not_the_active_profile": _not_the_active_profile,
    "file_for_another_profile": _file_for_another_profile,
    "file_for_unknown_profile": _file_for_unknown_profile,
    "repository_migrated": (" using the following command:\n\n`zenml profile delete {profile}`\n"),
    "migrated_profile_active": (":\n\n`zenml profile set {another} && zenml profile delete {profile}`\n"),
    # --- the ledger's file, exports of the record ---
    "no_value_there": 'Run "zenml audit export --format jsonl" to see where the values of each event are.',
    "altered_ledger": f'Run "zenml audit verify" to see what is wrong. {_KEEP}',
    "unreadable_ledger": _KEEP,
    "unreadable_views": (
        'Run "zenml ledger rebuild" to rebuild it; if that fails, "zenml audit verify" says what is wrong.'
    ),
    "views_not_made": 'Run "zenml ledger rebuild".',
    "views_of_another_version": ': run "zenml ledger rebuild"',
    "damaged_before_backup": 'Run "zenml audit verify" to see what is wrong.',
    "no_access": f"Ask its owner for access, or set ZENML_CONFIG_PATH to a folder of your own; {_STACKS}",
    "folder_not_writable": f"Set ZENML_CONFIG_PATH to a folder of your own; {_STACKS}",
    "folder_in_the_way": 'Move it away; then run "zenml audit verify".',
    "log_needs_writer": 'Ask its owner to run "zenml stack list" once, and try again.',
    "lost_ledger": (
        'Restore a backup, as "zenml ledger backup --help" says. Or run "zenml ledger accept" to start from '
        "scratch: what is left is kept as *.old, and it says how to read that back."
    ),
    "ledger_went_back": (
        "Restore the newer file, or, if a backup was restored on purpose, "
        'run "zenml ledger accept" and then "zenml audit verify".'
    ),
    "ledger_not_continued": 'Run "zenml audit verify".',
    "ledger_gone": 'Restore a backup; or run "zenml stack list" to begin a new ledger.',
    "no_ledger": 'Run "zenml stack list" to begin one.',
    "checkpoint_not_extended": (
        'Run "zenml audit verify" to see what is wrong, and restore the newer file; or, if a backup was restored '
        'on purpose, run "zenml ledger accept --reason REASON".'
    ),
    "checkpoint_damaged": ('Run "zenml audit verify". Put a copy of the last checkpoint in the place of {file}.'),
    "no_evidence": "",  # the sentence says all there is
    "checkpoint_of_something_else": "Name another file; only a checkpoint of the same ledger is replaced.",
    "export_unusable": 'Make the export again: "zenml audit export --format jsonl --all --out FILE".',
    "no_export_there": 'Name one that "zenml audit export" wrote.',
    "no_manifest": (
        'Give a whole file of format jsonl, csv, ocsf or cloudevents, or a change that "zenml history --all --kind'
        ' export" shows.'
    ),
    "change_not_an_export": 'Run "zenml history --all --kind export" to see them.',
    "export_of_another_record": 'Run "zenml config" to see which record this is.',
    "not_a_bundle": 'Name a file that "zenml audit bundle" wrote.',
    "bundle_of_another_record": 'Run "zenml config" to see which record this is.',
    "bundle_too_large": "Make one of what is new since an earlier one: --after OLD.zip.",
    "bundle_not_continued": 'Run "zenml audit verify", and tell whoever has that bundle.',
    "end_of_export_missing": 'Run "zenml audit verify" to see whether something is missing.',
}
"""Sentences with the values of a problem in braces, or functions that make one of them."""
