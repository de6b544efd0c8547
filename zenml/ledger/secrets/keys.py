"""The key that secrets are encrypted with on this machine, and where it is.

Each secret has its own data key (AES-256-GCM), which is kept in the ``keys`` table, wrapped by such a key.
Deleting that row destroys the secret and leaves every proof as it is.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable

from zenml.domain.errors import DamagedLedgerError, InvalidValueError, LedgerError
from zenml.ledger.secrets.key_files import KeyFile
from zenml.ledger.secrets.wrapping import HEX_DIGITS, KEY_BYTES, WrappingKey, decrypted, encrypted
from zenml.projections.database import StorageError

VARIABLE = "ZENML_LEDGER_KEY"
_NEXT = ".next"


class MasterKey:
    """The key that wraps the data keys: from `ZENML_LEDGER_KEY` (64 hex digits), else a file of mode 0600.

    Args:
        path: The file.
        lasting: Whether a key that is made is written to the file; not where things are only tried out.
        variables: What may hold the key in place of the file; the first that is set does.

    Attributes:
        file: The file.
        next_file: The key that is about to take the file's place while a rotation is under way, or was cut short.
        wrapped_before: Yields the data keys that were wrapped before, with their ids, the newest first. None is
            made where there are some.
        noted_before: Yields those of them that are as they were noted, the newest first. The key in force wrapped
            the newest one: any other key would be a second one in the same ledger.
        lost_before: Tells whether data keys were noted that are not there.
    """

    def __init__(self, path: str, *, lasting: bool = True, variables: tuple[str, ...] = (VARIABLE,)) -> None:
        self.file, self.next_file = (KeyFile(path + ending, variables[0]) for ending in ("", _NEXT))
        self._lasting = lasting
        self._variables = variables
        self._fits = False
        self._key: WrappingKey | None = None
        self.wrapped_before: Callable[[], Iterable[tuple[str, bytes]]] = tuple
        self.noted_before: Callable[[], Iterable[tuple[str, bytes]]] = tuple
        self.lost_before: Callable[[], bool] = bool

    # --- what it does ---------------------------------------------------------------------------

    def seal(self, key_id: str, plaintext: str) -> tuple[str, bytes, bytes]:
        """Encrypts a value under a new data key.

        Returns:
            Nonce and ciphertext as hex, the wrapped data key, and the keyed digest of the value.

        Raises:
            DamagedLedgerError: The key is not the one that the ledger's secrets were sealed with, or is missing.
        """
        self.make_sure()
        data_key = os.urandom(KEY_BYTES)
        ciphertext = encrypted(data_key, key_id, plaintext.encode())
        return ciphertext.hex(), self.key.wrap(key_id, data_key), self.key.digest(plaintext)

    def open(self, key_id: str, ciphertext: str, wrapped: bytes) -> str:
        """Returns the value of a secret.

        Raises:
            DamagedLedgerError: The keys do not fit the ciphertext.
        """
        if not self.is_there:
            raise self.missing()  # a secret is there, so no key is made
        text = self.opened(key_id, ciphertext, wrapped)
        if text is None:
            raise self._of_no_use()
        return text

    def opened(self, key_id: str, ciphertext: str, wrapped: bytes) -> str | None:
        """Returns the value of a secret; None if its keys do not fit the ciphertext."""
        data_key = self.unwrap(key_id, wrapped)
        text = None if data_key is None else decrypted(data_key, key_id, bytes.fromhex(ciphertext))
        return None if text is None else text.decode()

    def unwrap(self, key_id: str, wrapped: bytes) -> bytes | None:
        """Returns a data key; None if another master key wrapped it, or it was altered."""
        return self.key.unwrap(key_id, wrapped)

    def digest(self, plaintext: str) -> bytes:
        """Returns what shows whether two values are the same, to those who have the key."""
        return self.key.digest(plaintext)

    def check_value(self, ledger_id: str) -> bytes:
        """Returns what proves to those who know it that this is the key of a ledger. Raises what `fits` does."""
        return self.key.check_value(ledger_id)

    # --- where it is ----------------------------------------------------------------------------

    @property
    def variable(self) -> str | None:
        """The variable that holds the key; None if the file does."""
        return next((name for name in self._variables if os.environ.get(name, "").strip()), None)

    @property
    def source(self) -> str:
        """Where the key is, or would be."""
        return self.variable or self.file.path

    @property
    def text(self) -> str:
        """The key as the variable holds it. Raises what `fits` does."""
        return self.key.text

    @property
    def is_there(self) -> bool:
        """Whether there is a key; it may still be of no use."""
        return self._key is not None or self.variable is not None or self.file.is_there

    @property
    def absence(self) -> str:
        """What is the case where there is no key, as a clause."""
        return "no key is at hand"

    @property
    def readable_by_others(self) -> bool:
        """Whether others than the owner may read the file that holds the key."""
        return self.variable is None and self.file.readable_by_others

    # --- whether it is right --------------------------------------------------------------------

    def fits(self) -> bool:
        """Tells whether it is the key in force, as `may_be` has it; whichever there is, if nothing was wrapped.

        Raises:
            LedgerError: There is no key, or it cannot be read.
        """
        return next(iter(self.wrapped_before()), None) is None or self.may_be(self.key)

    def may_be(self, key: WrappingKey) -> bool:
        """Tells whether a key wrapped the newest data key that is as it was noted.

        Where none was noted, it may be any that wrapped one of them; and any at all, where there are none.
        """
        newest = next(iter(self.noted_before()), None)
        if newest is not None:
            return key.unwrap(*newest) is not None
        wrapped = list(self.wrapped_before())
        return not wrapped or key.opens_any(wrapped)

    def state(self) -> str:
        """Returns ``right``, ``wrong``, ``missing``, ``unusable``, or ``not needed`` without secrets."""
        try:
            if not self._is_needed:
                return "not needed"
            if not self.is_there:
                return "missing"
            return "right" if self.fits() else "wrong"
        except (LedgerError, StorageError):
            return "unusable"

    def make_sure(self) -> None:
        """Makes sure that it may wrap further data keys, and makes the key if it is the first one.

        Raises:
            DamagedLedgerError: It did not wrap the newest of those that were wrapped before.
            LedgerError: There is no key, or it cannot be read.
        """
        if not self._fits and not self.fits():
            raise self._wrong()
        self._fits = True

    def make(self) -> None:
        """Makes the key, unless there is one. Raises what `fits` does: it may be missing."""
        self._key = self.key

    @property
    def key(self) -> WrappingKey:
        """The key itself. Raises what `fits` does."""
        if self._key is None:
            self._key = self._read_or_made()
        return self._key

    def _read_or_made(self) -> WrappingKey:
        if self.variable is not None:
            return self._parsed(os.environ[self.variable])
        if not self.file.is_there:
            if self._is_needed:
                raise self.missing()
            return self._made()
        key = self._parsed(self.file.read())
        following = WrappingKey.parsed(self.next_file.read()) if self.next_file.is_there else None
        return following if following is not None and following.opens_any(self.wrapped_before()) else key

    def _made(self) -> WrappingKey:
        """Makes the key. Of several processes that do, the first one wins."""
        if not self._lasting:
            return WrappingKey.new()
        self.file.write(WrappingKey.new().text, replace=False)
        return self._parsed(self.file.read())

    def settle(self, *, following: bool | None = None) -> None:
        """Ends a rotation that was cut short; only for those who hold the lock.

        Args:
            following: Whether the next key is the one in force; None for what the wrapped data keys say.
        """
        if not self._lasting or not self.next_file.is_there:
            return
        key = WrappingKey.parsed(self.next_file.read())
        if following is None:
            following = key is not None and key.opens_any(self.wrapped_before())
        if following:
            self.next_file.move_to(self.file)
        else:
            self.next_file.remove()
        self._key = None

    def follow(self, new: WrappingKey) -> None:
        """Puts the next key in the place of the present one, unless others did already; under the lock."""
        if self.next_file.is_there and self.next_file.read() == new.text:
            self.settle(following=True)

    @property
    def _is_needed(self) -> bool:
        """Whether there are secrets that it opens, or would if their rows were not lost: no other one is made."""
        return next(iter(self.wrapped_before()), None) is not None or self.lost_before()

    def _parsed(self, text: str) -> WrappingKey:
        key = WrappingKey.parsed(text)
        if key is None:
            raise self._malformed(f"{self.source} does not hold a key of {HEX_DIGITS} hex digits.")
        return key

    # --- what is wrong with it ------------------------------------------------------------------

    def missing(self) -> LedgerError:
        """Returns the error that there is none."""
        return DamagedLedgerError(
            f"The key file {self.file.path} is missing, and there are secrets encrypted with its key.",
            f"Restore it from a backup, or set {VARIABLE} to the key.",
        )

    def _of_no_use(self) -> LedgerError:
        """Returns the error that it does not open a secret."""
        return DamagedLedgerError(
            f"A secret cannot be decrypted with the key in {self.source}.",
            f"Restore {self.file.path}, or set {VARIABLE} to the key it was sealed with.",
        )

    def _wrong(self) -> LedgerError:
        """Returns the error that it is not the key in force: it opens no secret, or none of the newest."""
        wrapped = list(self.wrapped_before())
        opened = sum(self.key.unwrap(*row) is not None for row in wrapped)
        what = (
            f"opens {opened:,} of the ledger's {len(wrapped):,} secrets, and not the newest"
            if opened
            else "opens none of the ledger's secrets"
        )
        return DamagedLedgerError(
            f"The key in {self.source} {what}, so nothing is sealed with it.",
            f"Unset {VARIABLE}, or set it to the key that the secrets were sealed with."
            if self.variable
            else f"Restore {self.file.path} from a backup, or set {VARIABLE} to the key that was in it.",
        )

    def _malformed(self, sentence: str) -> LedgerError:
        """Returns the error that what should be a key is none."""
        if self._is_needed:
            hint = f"Restore {self.file.path} from a backup, or set {VARIABLE} to the key that was used before."
            return DamagedLedgerError(sentence, hint)
        if self.variable:
            return InvalidValueError(sentence, f'Run "unset {VARIABLE}"; a key is made with the first secret.')
        return InvalidValueError(sentence, f"Remove {self.file.path}; a key is made with the first secret.")
