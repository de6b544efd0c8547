"""The key of one profile that machines share: the same on all of them, made with the profile."""

from __future__ import annotations

from typing import NoReturn

from zenml.domain.errors import DamagedLedgerError, LedgerError, NotAllowedError
from zenml.ledger.secrets.keys import MasterKey
from zenml.ledger.secrets.wrapping import WrappingKey

PROFILE_KEY_VARIABLE = "ZENML_PROFILE_KEY"
_DIGITS = 8  # of the ledger's id, in the name of the variable of one profile


def variable_of(ledger_id: str) -> str:
    """Returns the variable that may hold the key of one shared profile, whichever is in use."""
    return f"{PROFILE_KEY_VARIABLE}_{ledger_id[:_DIGITS]}"


class ProfileKey(MasterKey):
    """The key of a profile's ledger. It never makes itself: a second one would lock everybody else out.

    Args:
        path: The file.
        profile: The profile's name.
        ledger_id: The profile's ledger.
        in_use: Whether a command is about this profile, so that `ZENML_PROFILE_KEY` is its key.
        lasting: As for a `MasterKey`.
    """

    def __init__(self, path: str, profile: str, ledger_id: str, *, in_use: bool, lasting: bool) -> None:
        own = variable_of(ledger_id)
        variables = (own, PROFILE_KEY_VARIABLE) if in_use else (own,)
        super().__init__(path, lasting=lasting, variables=variables)
        self.profile, self.ledger_id = profile, ledger_id

    @property
    def absence(self) -> str:
        """What is the case where there is no key, as a clause."""
        return f"the key of profile '{self.profile}' is not here"

    def state(self) -> str:
        """Returns the state; one that is missing is needed, whether or not there are secrets yet."""
        return super().state() if self.is_there else "missing"

    def make(self) -> None:
        """Makes the key, unless there is one."""
        if not self.is_there:
            self._key = super()._made()

    def check(self, key_check: bytes) -> None:
        """Makes sure that it is the key that a check value was made of, and ends a rotation that was cut short.

        Raises:
            DamagedLedgerError: It is another one.
            LedgerError: It is missing or cannot be read.
        """
        if self.variable is None and self.next_file.is_there:
            following = WrappingKey.parsed(self.next_file.read())
            is_next = following is not None and following.check_value(self.ledger_id) == key_check
            self.settle(following=is_next)
        if self.check_value(self.ledger_id) != key_check:
            raise self._wrong()

    def _made(self) -> NoReturn:
        raise self.missing()

    def missing(self) -> LedgerError:
        """Returns the error that there is none."""
        return NotAllowedError(
            f"The key of profile '{self.profile}' is not on this machine, and its secrets are sealed with it.",
            code="profile_key_missing",
            profile=self.profile,
        )

    def _of_no_use(self) -> LedgerError:
        if not self.fits():
            return self._wrong()
        return DamagedLedgerError(
            f"A secret of profile '{self.profile}' cannot be decrypted: it was altered.", code="altered_ledger"
        )

    def _wrong(self) -> LedgerError:
        return self._refusal(f"The key in {self.source} is not the one of profile '{self.profile}'.")

    def _malformed(self, sentence: str) -> LedgerError:
        return self._refusal(sentence)

    def _refusal(self, sentence: str) -> LedgerError:
        error = DamagedLedgerError(sentence, code="profile_key_wrong", profile=self.profile)
        if self.variable:
            error.values["named_by"] = self.variable
        return error
