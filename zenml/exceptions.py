"""The errors of the Python API, under the names ZenML gives them where it has one."""

from __future__ import annotations

from zenml.domain.errors import (
    AlreadyExistsError,
    BusyError,
    ChangeNotFoundError,
    ConflictError,
    DamagedLedgerError,
    FlavorNotFoundError,
    InvalidValueError,
    LedgerError,
    NotAllowedError,
    NotFoundError,
    ProfileExistsError,
    ProfileNotFoundError,
    RepositoryExistsError,
    StackComponentExistsError,
    StackComponentNotFoundError,
    StackExistsError,
    StackNotFoundError,
    StackValidationError,
)

ZenMLBaseException = LedgerError
EntityExistsError = AlreadyExistsError
DoesNotExistException = NotFoundError
InitializationException = RepositoryExistsError

__all__ = [
    "AlreadyExistsError",
    "BusyError",
    "ChangeNotFoundError",
    "ConflictError",
    "DamagedLedgerError",
    "DoesNotExistException",
    "EntityExistsError",
    "FlavorNotFoundError",
    "InitializationException",
    "InvalidValueError",
    "LedgerError",
    "NotAllowedError",
    "NotFoundError",
    "ProfileExistsError",
    "ProfileNotFoundError",
    "RepositoryExistsError",
    "StackComponentExistsError",
    "StackComponentNotFoundError",
    "StackExistsError",
    "StackNotFoundError",
    "StackValidationError",
    "ZenMLBaseException",
]
