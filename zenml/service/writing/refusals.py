"""What is answered when a change is refused: the problem as the rule says it, and the status for its kind."""

from __future__ import annotations

from zenml.domain.errors import (
    BusyError,
    CommitUnknownError,
    ConflictError,
    DamagedLedgerError,
    LedgerError,
    RepeatedKeyError,
    UnreachableError,
)
from zenml.domain.rules.changed import OVERTAKEN
from zenml.projections.database import StorageError
from zenml.service.problems import AGAIN, RefusedError, without_folder


def refusal(error: LedgerError, config_directory: str) -> RefusedError:
    """Returns what is answered for an error that was met while a change was decided or recorded.

    Args:
        error: The error.
        config_directory: The configuration folder, which no answer names.
    """
    status, headers = _status(error)
    code = "commit_unknown" if isinstance(error, CommitUnknownError) else error.code
    refused = RefusedError(status, code, without_folder(error.message, config_directory), headers, **error.values)
    refused.rule = error
    return refused


def _status(error: LedgerError) -> tuple[int, dict[str, str]]:
    match error:
        case DamagedLedgerError():
            return 500, {}
        case BusyError() | CommitUnknownError() | UnreachableError():
            return 503, AGAIN
        case ConflictError() | RepeatedKeyError():
            return 409, {}
        case _ if is_of_storage(error):
            return 503, AGAIN
    return (409 if error.code in OVERTAKEN else 422), {}


def is_of_storage(error: BaseException) -> bool:
    """Tells whether an error is what a file or a database said, and no rule."""
    cause: BaseException | None = error
    while cause is not None:
        if isinstance(cause, StorageError):
            return True
        cause = cause.__cause__
    return isinstance(error, DamagedLedgerError | UnreachableError | CommitUnknownError | BusyError)
