"""The errors of the Python API, under the names ZenML gives them where it has one."""

from __future__ import annotations

from zenml.domain.errors import (
    ActiveError,
    AlreadyExistsError,
    BusyError,
    ChangeNotFoundError,
    ComponentClashError,
    ConflictError,
    DamagedLedgerError,
    FlavorImportError,
    FlavorNotFoundError,
    InUseError,
    InvalidValueError,
    LedgerError,
    NotAllowedError,
    NotFoundError,
    OtherActorError,
    OtherSessionError,
    ProfileExistsError,
    ProfileNotFoundError,
    ProvisioningError,
    RepeatedKeyError,
    RepositoryExistsError,
    StackComponentExistsError,
    StackComponentNotFoundError,
    StackExistsError,
    StackNotFoundError,
    StackValidationError,
    UndoConflictError,
    UnknownSecretError,
)

ZenMLBaseException = LedgerError
EntityExistsError = AlreadyExistsError
DoesNotExistException = NotFoundError
InitializationException = RepositoryExistsError

__all__ = [
    "ActiveError",
    "AlreadyExistsError",
    "BusyError",
    "ChangeNotFoundError",
    "ComponentClashError",
    "ConflictError",
    "DamagedLedgerError",
    "DoesNotExistException",
    "EntityExistsError",
    "FlavorImportError",
    "FlavorNotFoundError",
    "InUseError",
    "InitializationException",
    "InvalidValueError",
    "LedgerError",
    "NotAllowedError",
    "NotFoundError",
    "OtherActorError",
    "OtherSessionError",
    "ProfileExistsError",
    "ProfileNotFoundError",
    "ProvisioningError",
    "RepeatedKeyError",
    "RepositoryExistsError",
    "StackComponentExistsError",
    "StackComponentNotFoundError",
    "StackExistsError",
    "StackNotFoundError",
    "StackValidationError",
    "UndoConflictError",
    "UnknownSecretError",
    "ZenMLBaseException",
]
