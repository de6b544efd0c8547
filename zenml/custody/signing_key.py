"""The Ed25519 key that signs the checkpoints of all ledgers of a machine, and where it is.

In an ssh-agent, if one of its keys was chosen; else in `ZENML_SIGNING_KEY`; else in a file: base64 of the 32 bytes
of a private key (the seed of RFC 8032), which only its owner may read. After a change of key the earlier one signs
too, until that is finished: whoever knows only that one can go on to check.
"""

from __future__ import annotations

import contextlib
import json
import os
from base64 import b64encode
from collections.abc import Callable
from typing import NamedTuple

from zenml.custody import evidence_files
from zenml.custody.ssh_agent import agent_key
from zenml.documents.limits import KEY
from zenml.documents.opening import UnreadableFileError, open_file
from zenml.domain.errors import InvalidValueError, LedgerError, NotAllowedError, NotFoundError
from zenml.domain.suggestions import typed
from zenml.evidence.verify import Malformed, unpacked

VARIABLE = "ZENML_SIGNING_KEY"
AGENT, IN_VARIABLE, IN_FILE = "ssh-agent", "variable", "file"
_NOTE = "signing-key.json"
_BYTES = 32


class Place(NamedTuple):
    """Where a key is: `AGENT` and a fingerprint, `IN_VARIABLE` and its name, or `IN_FILE` and a path.

    Attributes:
        kind: Which of them.
        name: The fingerprint, the variable or the path.
    """

    kind: str
    name: str

    @property
    def shown(self) -> str:
        """It in words."""
        return f"the ssh-agent's key {self.name}" if self.kind == AGENT else self.name


class Noted(NamedTuple):
    """What is noted of the keys of a machine.

    Attributes:
        place: Where the key was chosen to be; None if nobody chose.
        public: The key that signed last; None if none has signed.
        earlier: Where the one before it is, as long as it signs too.
        before: The keys that signed before that key, the oldest first: what they signed is still known as ours.
    """

    place: Place | None = None
    public: bytes | None = None
    earlier: Place | None = None
    before: tuple[bytes, ...] = ()

    def followed_by(self, public: bytes, place: Place | None, earlier: Place | None) -> Noted:
        """Returns what is to be noted when a key takes over."""
        last = () if self.public is None else (self.public,)
        before = tuple(key for key in dict.fromkeys((*self.before, *last)) if key != public)
        return Noted(place, public, earlier, before)


class SigningKey:
    """A key that signs. Its private half is in no text that is made of it.

    Args:
        public: The public half, 32 bytes.
        sign: Returns the signature of a message, 64 bytes.
        place: Where it is.
        is_new: Whether it was made just now.
    """

    def __init__(
        self, public: bytes, sign: Callable[[bytes], bytes], place: Place, *, is_new: bool = False
    ) -> None:
        self.public, self.place, self.is_new = public, place, is_new
        self._sign = sign

    def sign(self, message: bytes) -> bytes:
        """Returns the signature of a message, 64 bytes; raises `LedgerError` if an agent does not sign."""
        return self._sign(message)

    @property
    def source(self) -> str:
        """Where it is, in words."""
        return self.place.shown


def signing_key(config_directory: str, *, make: bool) -> SigningKey:
    """Returns the key that signs.

    Args:
        config_directory: The configuration folder.
        make: Make one in its file if none has signed before; what signs is noted.

    Raises:
        NotFoundError: There is none, or not any more.
        NotAllowedError: It is not the one that signed last, and nobody chose it.
        LedgerError: It cannot be read, others may read it, or it is none.
    """
    known = noted(config_directory)
    place = place_of(config_directory, known)
    try:
        key = key_at(place)
    except NotFoundError as error:
        if place.kind != IN_FILE:
            raise
        if known.public is not None:
            raise NotFoundError(f"The signing key {place.name} is gone.", code="signing_key_gone") from error
        if not make:
            raise NotFoundError("There is no signing key yet: one is made with the first checkpoint.") from error
        key = made(place.name)
    if known.public is None and make:
        note(config_directory, known.followed_by(key.public, known.place, known.earlier))
    elif known.public not in (None, key.public):
        raise NotAllowedError(
            f"The signing key in {place.shown} is not the one that signed last.",
            code="another_signing_key",
            place=place.name,
        )
    return key


def signing_keys(config_directory: str, *, make: bool) -> tuple[SigningKey, ...]:
    """Returns the key that signs, and then the one before, while that signs too. Raises as `signing_key` does."""
    key, earlier = signing_key(config_directory, make=make), noted(config_directory).earlier
    if earlier is not None:
        with contextlib.suppress(NotFoundError):  # it was taken away: then it is over
            return key, key_at(earlier)
    return (key,)


def place_of(config_directory: str, known: Noted) -> Place:
    """Returns where the key is that signs."""
    if known.place is not None and known.place.kind == AGENT:
        return known.place
    if os.environ.get(VARIABLE, "").strip():
        return Place(IN_VARIABLE, VARIABLE)
    return known.place or own_file(config_directory)


def own_file(config_directory: str) -> Place:
    """Returns the file in which a key is made."""
    return Place(IN_FILE, os.path.join(config_directory, "keys", "signing.key"))


def key_at(place: Place) -> SigningKey:
    """Returns the key that is at a place. Raises as `signing_key` does."""
    if place.kind == AGENT:
        held = agent_key(place.name)
        return SigningKey(held.public, held.sign, place)
    if place.kind == IN_VARIABLE:
        text, seen_by_others = os.environ.get(VARIABLE, "").strip().encode(), False
        if not text:
            raise NotFoundError(f"The signing key is in {VARIABLE}, which is not set.", "Set it, and try again.")
    else:
        text, seen_by_others = _private_text(place.name)
    seed = _seed(text, place)
    if seen_by_others:
        raise NotAllowedError(
            f"Others can read the signing key {place.name}.",
            f'Run "chmod 600 {typed(place.name)}" if nobody did so far.',
        )
    return _of_seed(seed, place)


def reachable(place: Place) -> SigningKey | None:
    """Returns the key that is at a place; None if it is lost. Raises `LedgerError` if it cannot be read."""
    try:
        return key_at(place)
    except NotFoundError:
        return None


def made(path: str) -> SigningKey:
    """Makes a key in a file, unless one is there meanwhile: then that one is returned.

    Raises:
        NotAllowedError: The file cannot be written.
    """
    from zenml.files.drafts import PRIVATE, put, sync

    try:
        os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
        with contextlib.suppress(FileExistsError):
            put(path, b64encode(os.urandom(_BYTES)) + b"\n", mode=PRIVATE, replace=False)
        sync(os.path.dirname(path))
    except OSError as error:
        raise NotAllowedError(
            f"The signing key {path} cannot be written: {error.strerror}.", evidence_files.what_helps(error)
        ) from error
    key = key_at(Place(IN_FILE, path))
    key.is_new = True
    return key


def noted(config_directory: str) -> Noted:
    """Returns what is noted.

    Raises:
        InvalidValueError: The note is not as it was written.
    """
    data = evidence_files.read(config_directory, _NOTE)
    if data is None:
        return Noted()
    try:
        fields = json.loads(data)
        places = (fields["key"], fields["earlier"])
        place, earlier = (Place(*map(str, value)) if value else None for value in places)
        public = unpacked(fields["public"]) if fields["public"] else None
        before = tuple(unpacked(key) for key in fields.get("before", ()))
        if any(it is not None and it.kind not in (AGENT, IN_FILE, IN_VARIABLE) for it in (place, earlier)):
            raise Malformed("another place")
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        path = os.path.join(evidence_files.folder(config_directory), _NOTE)
        raise InvalidValueError(
            f"The file {path} is not as it was written.", "Remove it, and choose the key again."
        ) from error
    return Noted(place, public, earlier, before)


def note(config_directory: str, now: Noted) -> None:
    """Notes which key signs. Raises `NotAllowedError`."""
    fields = {
        "key": now.place,
        "public": b64encode(now.public).decode() if now.public is not None else None,
        "earlier": now.earlier,
        "before": [b64encode(key).decode() for key in now.before],
    }
    evidence_files.write(config_directory, _NOTE, json.dumps(fields).encode() + b"\n")


def _private_text(path: str) -> tuple[bytes, bool]:
    """Returns the text of a file, and whether others than its owner may read it."""
    try:
        with open_file(path) as file:
            seen_by_others = os.name == "posix" and bool(os.fstat(file.fileno()).st_mode & 0o077)
            return file.read(KEY + 1), seen_by_others
    except FileNotFoundError:
        raise NotFoundError(f"There is no signing key at {path}.") from None
    except (UnreadableFileError, OSError) as error:
        reason = error.strerror if isinstance(error, OSError) else error
        raise NotAllowedError(f"The signing key {path} cannot be read: {reason}.", "") from error


def _seed(text: bytes, place: Place) -> bytes:
    try:
        seed = unpacked(text.decode("ascii").strip())
    except (Malformed, UnicodeDecodeError):
        seed = b""
    if len(seed) != _BYTES:  # nothing of the text is shown: it may be a key of another kind
        raise InvalidValueError(
            f"What is in {place.shown} is not a signing key, which is base64 of {_BYTES} bytes.",
            'Make one with "openssl rand -base64 32".',
        )
    return seed


def _of_seed(seed: bytes, place: Place) -> SigningKey:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
    from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

    try:
        private = Ed25519PrivateKey.from_private_bytes(seed)
    except ValueError as error:
        raise _unusable(place) from error
    return SigningKey(private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw), private.sign, place)


def _unusable(place: Place) -> LedgerError:
    return InvalidValueError(f"What is in {place.shown} is not a signing key.", "")
