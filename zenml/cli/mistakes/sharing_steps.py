"""What to do about profiles that machines share: their databases, their ledgers, their keys.

A table by the code of the problem, as in `zenml.cli.mistakes.next_steps`.
"""

from __future__ import annotations

from zenml.domain.suggestions import typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

_IMPORT_KEY = (
    'Run "zenml key import FILE --profile {profile}" with the file that '
    '"zenml key export --profile {profile} --out FILE" writes on a machine that has the key.'
)


def _no_ledger_there(options: Sequence[str], *, url: str | None) -> str:
    return f"Check the URL; {_created_at(url)} makes a new one there."


def _another_ledger_there(options: Sequence[str], *, url: str | None) -> str:
    return f"Check the URL; {_created_at(url)} joins what is there as another profile."


def _created_at(url: str | None) -> str:
    return f'"zenml profile create NAME -t sql --url {typed(url) if url else "URL"}"'


def _ledger_moved(options: Sequence[str], *, profile: str | None, url: str) -> str:
    """Names the place without user and password, which whoever moved the ledger does not tell others."""
    login = "" if url.startswith("sqlite:") else ", with user and password in the URL"
    if profile is None:  # it was to be joined
        return f"Use that URL{login}."
    return f'Run "zenml profile update {typed(profile)} --url {typed(url)}"{login}.'


def _ledger_withdrawn(options: Sequence[str], *, profile: str | None) -> str:
    if profile is None:
        return "Ask whoever moved it."
    return f'Ask whoever moved it; "zenml profile copy {typed(profile)} NEW_NAME" copies what is on this machine.'


def _not_a_redactor(options: Sequence[str], *, profile: str | None) -> str:
    """Names no URL: it has a password in it."""
    name = "NAME" if profile is None else typed(profile)
    return (
        "Ask whoever administers it to grant that (docs/sharing.md, Grants), or use the login of one who may: "
        f'"zenml profile update {name} --url URL".'
    )


STEPS: Mapping[str, str | Callable[..., str]] = {
    # --- databases ---
    "database_unreachable": "Check host and port in its URL, and whether it runs; then try again.",
    "database_encryption": "Check what follows the ? of its URL: how it encrypts, and with which certificates.",
    "database_login": "Check user and password in its URL.",
    "database_missing": "Check its name in the URL, or make it first.",
    "database_grant": "Ask whoever administers it to grant it.",
    "not_a_redactor": _not_a_redactor,
    "not_a_shared_database": "Choose another database or file.",
    "driver_missing": "Run \"pip install 'zenml-ledger[{extra}]'\" to install it.",
    "altered_shared_database": "Tell whoever administers it; a backup of it may have what was there.",
    "shared_lock_lost": "Try again; nothing was written.",
    # --- ledgers, and where they are ---
    "shared_ledger_went_back": 'If its database was restored from a backup on purpose, run "zenml ledger accept".',
    "shared_ledger_replaced": 'If that was done on purpose, run "zenml ledger accept"; what is here is kept.',
    "shared_ledger_altered": (
        "Tell whoever administers the database; what is on this machine is as it was. "
        'Run "zenml audit verify" to check it.'
    ),
    "shared_runs_replaced": 'If that was done on purpose, run "zenml ledger accept"; what is here is kept.',
    "runs_closed": 'Run "zenml history" to see when it was closed, and by whom.',
    "not_these_runs": 'Run "zenml history" to see which ledgers of runs were begun.',
    "shared_format": 'Run "zenml profile upgrade {profile}"; it says whose program would be left behind.',
    "no_ledger_there": _no_ledger_there,
    "another_ledger_there": _another_ledger_there,
    "ledger_moved": _ledger_moved,
    "ledger_arriving": "If the move was cut short, whoever began it runs the same command again.",
    "ledger_withdrawn": _ledger_withdrawn,
    "ledger_in_use_twice": "Ask whoever administers the databases: a ledger is written in one place only.",
    "place_taken": "Add # and another name to the URL, as in postgresql://HOST/DATABASE#NAME.",
    "move_cut_short": "Run the same command again: what is done already is not done twice.",
    "not_shared": 'Run "zenml profile list" to see which profiles are shared.',
    "profile_shared": 'Run "zenml key export --profile {profile} --out FILE" to hand it on.',
    "moved_since": 'Run "zenml profile list" to see where it is.',
    "profile_url_blanked": 'Run "zenml profile update {profile} --url URL" to set it again.',
    "not_finished": 'It will be once the database answers; "zenml history" shows it then.',
    "perhaps_recorded": 'Run "zenml history" to see whether change {change} is there.',
    # --- keys ---
    "secret_of_another_machine": _IMPORT_KEY,
    "profile_key_missing": _IMPORT_KEY,
    "profile_key_wrong": _IMPORT_KEY,
    "profile_without_key": 'Run "zenml key show" to see the key of this machine.',
    "key_does_not_fit": 'Run "zenml key show{profile:--profile}" to see which one is here.',
}
"""Sentences with the values of a problem in braces, or functions that make one of them."""
