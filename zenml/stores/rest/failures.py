"""What a service does not answer, or refuses, as an error for people."""

from __future__ import annotations

from typing import Any

from zenml.domain.errors import (
    BusyError,
    ConflictError,
    DamagedLedgerError,
    LedgerError,
    NotAllowedError,
    RepeatedKeyError,
    UnreachableError,
)
from zenml.domain.visible import visible
from zenml.stores.rest.http import HttpAnswer, HttpError, HttpTrouble
from zenml.stores.rest.places import ServicePlace

_MOST = 10  # sentences of one answer
_LONGEST = 300
_OUTDATED = frozenset({"changed_meanwhile", "changed_since", "gone_since", "made_again_since", "conflict"})
"""Codes of refusals that only changes of others explain."""

_NOT_UNDERSTOOD = frozenset({"not_found", "method_not_allowed", "invalid", "invalid_event"})
"""Codes of refusals that only another version explains: this one asks for nothing else."""


def in_words(place: ServicePlace, error: HttpError) -> UnreachableError:
    """Returns the error that a service has no answer."""
    where = f"The service at {place.shown}"
    match error.trouble:
        case HttpTrouble.FOREIGN:
            return UnreachableError(
                f"What answers at {place.shown} is not a service of zenml.", code="not_a_service"
            )
        case HttpTrouble.ENCRYPTION:
            why = visible(str(error))[:_LONGEST] or "it does not encrypt as https does"
            return UnreachableError(f"{where} cannot be reached: {why}.", code="service_encryption")
        case HttpTrouble.SILENT:
            why = "it did not answer in time"
        case HttpTrouble.LOST:
            why = "the connection broke"
        case HttpTrouble.UNREACHABLE:
            why = _unreachable(str(error))
    return UnreachableError(f"{where} cannot be reached: {why}.", code="service_unreachable")


def _unreachable(text: str) -> str:
    lower = text.lower()
    if "refused" in lower:
        return "the connection was refused"
    if any(words in lower for words in ("not known", "resolve", "nodename", "no address")):
        return "there is no such host"
    return visible(text)[:_LONGEST].rstrip(". ") or "it does not answer"


def refusal(place: ServicePlace, answer: HttpAnswer, said: dict[str, Any], ledger_id: str | None) -> LedgerError:
    """Returns the error that a service refuses what it was asked for.

    Args:
        place: The service.
        answer: What it answered.
        said: The same as ``{code, message, values}``; nothing, if it is none.
        ledger_id: The ledger that it was asked about, by which its profile is found here; None for none.
    """
    where, code = f"The service at {place.shown}", str(said.get("code", ""))
    match answer.status:
        case 401 if code == "no_token":
            return NotAllowedError(f"{where} lets nobody in without a token.", code="service_token_missing")
        case 401:
            return NotAllowedError(
                f"{where} does not let you in: the token is wrong, or was revoked.",
                code="service_token_refused",
                ledger=ledger_id,
                profile=None,
            )
        case 429:
            return NotAllowedError(
                f"{where} takes no more wrong tokens from here for a while.",
                code="service_token_refused",
                ledger=ledger_id,
                profile=None,
            )
        case 403 if code == "secrets_not_allowed":
            return NotAllowedError(f"{where} opens no secrets for your token.", code="service_secrets")
        case 403 if code == "role_may_not":
            values = said.get("values") or {}
            role, needed = (visible(str(values.get(name, "")))[:20] for name in ("role", "needed"))
            return NotAllowedError(
                f"{where} lets you look and change nothing: your token has the role '{role}'."
                if role == "reader"
                else f"{where} allows this to the role '{needed}', and your token has the role '{role}'.",
                code="service_role",
                needed="admin" if needed == "admin" else "writer",
            )
        case 404 | 405 | 422 if code in _NOT_UNDERSTOOD:
            return NotAllowedError(
                f"{where} does not understand what this version of zenml asks it for.", code="service_version"
            )
        case 404 if code == "ledger_not_found":
            return DamagedLedgerError(f"{where} serves another profile by now.", code="service_of_another_profile")
        case 503:
            return BusyError(f"{where} is busy.", "Try again; nothing was written.")
        case 413:
            return NotAllowedError(f"{where} takes no change of this size.", "Split it into several changes.")
        case 409 | 422 | 403 | 404 | 410 if code and "message" in said:
            return _ruled_out(answer.status, code, said)
        case status if status >= 500 and "message" in said:
            return UnreachableError(
                f"{where} cannot do this: {visible(str(said['message']))[:_LONGEST]}", code="service_failed"
            )
        case status:
            return UnreachableError(
                f"What answers at {place.shown} is not a service of zenml: it answers with status {status}.",
                code="not_a_service",
            )


def _ruled_out(status: int, code: str, said: dict[str, Any]) -> LedgerError:
    """Returns the rule by which a service refuses a change, in its own words."""
    message = visible(str(said["message"]))[:_LONGEST]
    if code in _OUTDATED or code.endswith("_conflict"):
        return ConflictError(message, code="service_conflict")
    if code == "repeated_key":
        change = visible(str((said.get("values") or {}).get("change", "")))[:64]
        return RepeatedKeyError(message, code="repeated_key", change=change)
    return NotAllowedError(message, code="service_refused")


def left_over(place: ServicePlace, said: object) -> list[str]:
    """Returns what a service says that may still have what it removed, in its own words."""
    sentences = [one for one in said if isinstance(one, str)] if isinstance(said, list) else []
    return [
        f"Where the service at {place.shown} runs: {visible(one)[: 2 * _LONGEST]}" for one in sentences[:_MOST]
    ]
