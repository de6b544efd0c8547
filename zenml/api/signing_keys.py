"""The key that signs checkpoints, and the name that they are signed under, as the Python API has them."""

from __future__ import annotations

import contextlib
import os
from typing import TYPE_CHECKING, Any, NamedTuple

from zenml import paths
from zenml.application.evidence import record_key_change
from zenml.custody import evidence_files, origins
from zenml.custody.checkpoints import locked
from zenml.custody.key_rotation import EARLIER, NEXT, complete_rotation, put_in_place
from zenml.custody.key_statements import statement_file, statement_files
from zenml.custody.own_keys import last_key_change
from zenml.custody.signing_key import (
    AGENT,
    IN_FILE,
    IN_VARIABLE,
    VARIABLE,
    Noted,
    Place,
    SigningKey,
    key_at,
    made,
    note,
    noted,
    own_file,
    place_of,
    reachable,
    signing_key,
)
from zenml.domain.errors import InvalidValueError, LedgerError, NotAllowedError, NotFoundError
from zenml.evidence.notes import key_line, signed
from zenml.evidence.verify import KEY_HEADING
from zenml.projections import stored_heads

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from zenml.api.recording import Recording
    from zenml.ledger.change import Change


class SigningKeyInfo(NamedTuple):
    """What may be shown of a signing key.

    Attributes:
        source: Where it is.
        state: ``there``, ``none yet``, or why it cannot be used, as a sentence.
        ledger_id: The ledger that it is shown for, that of the active profile.
        origin: The name that checkpoints of this ledger are signed under.
        vkey: What verifiers of this ledger take; None if there is no key.
        earlier: Where the key before it is, as long as that signs too; None if it does not.
    """

    source: str
    state: str
    ledger_id: str
    origin: str
    vkey: str | None
    earlier: str | None

    def document(self) -> dict[str, Any]:
        """Returns it as plain values."""
        fields = self._asdict()
        return {"ledger" if name == "ledger_id" else name: value for name, value in fields.items()}


class KeyChange(NamedTuple):
    """What became of the signing key.

    Attributes:
        change: The change that recorded it; None if nothing had been signed before, or an interrupted change of
            key had recorded it.
        statements: The notes in which the key before it names it; empty if that one is lost.
        lost: Whether the key before it could not say so.
    """

    change: Change | None
    statements: tuple[str, ...]
    lost: bool


class SigningKeys:
    """The key that signs the checkpoints of this machine.

    Args:
        asking: Where the ledgers are.
    """

    def __init__(self, asking: Recording) -> None:
        self._asking = asking

    def info(self) -> SigningKeyInfo:
        """Returns what there is to know about it, and nothing of the key itself. Makes none."""
        known = noted(self._folder)
        ledger_id, name = _ledger(self._asking)
        vkey, state = None, "there"
        try:
            vkey = key_line(name, signing_key(self._folder, make=False).public)
        except LedgerError as error:
            is_first = isinstance(error, NotFoundError) and known.public is None and error.code == "not_found"
            state = "none yet" if is_first and place_of(self._folder, known).kind == IN_FILE else error.message
        earlier = known.earlier.shown if known.earlier else None
        return SigningKeyInfo(place_of(self._folder, known).shown, state, ledger_id, name, vkey, earlier)

    def use_file(self, file: str | os.PathLike[str]) -> KeyChange:
        """Signs with the key in a file from now on: base64 of 32 bytes, which only its owner may read.

        Raises:
            LedgerError: It is not such a file, or the key is in a variable.
        """
        with self._locked():
            return self._use(Place(IN_FILE, paths.absolute(os.fspath(file))))

    def use_agent(self, fingerprint: str) -> KeyChange:
        """Signs with a key of the ssh-agent from now on.

        Args:
            fingerprint: ``SHA256:…``, as ``ssh-add -l`` prints it.

        Raises:
            LedgerError: There is no agent, or it does not have that key, or the key is not a plain Ed25519 key.
        """
        if not fingerprint.startswith("SHA256:"):
            raise InvalidValueError(
                f"'{fingerprint}' is not the fingerprint of a key, which begins with SHA256:.",
                '"ssh-add -l" lists the keys of the agent.',
            )
        with self._locked():
            return self._use(Place(AGENT, fingerprint))

    def use_variable(self) -> KeyChange:
        """Signs with the key that ``ZENML_SIGNING_KEY`` has from now on.

        Raises:
            LedgerError: The variable is not set, or has no key.
        """
        with self._locked():
            return self._use(Place(IN_VARIABLE, VARIABLE))

    def rotate(self) -> KeyChange:
        """Makes a new key; the one before it says so, and signs too until `finish`.

        Raises:
            NotFoundError: There is no key yet.
            NotAllowedError: The key is not in a file, or the last change of key is not finished.
            LedgerError: Nothing can be recorded.
        """
        with self._locked():
            return self._rotated()

    def finish(self) -> str | None:
        """Ends that the key before the present one signs too; returns where that was, None if none did.

        The file that `rotate` kept it in is removed.
        """
        with self._locked():
            known = self._completed()
            if known.earlier is None:
                return None
            # in this order: a file that is left would look like a rotation that was interrupted
            if known.earlier.kind == IN_FILE and known.earlier.name == (self._file(known) + EARLIER):
                with contextlib.suppress(FileNotFoundError):
                    os.unlink(known.earlier.name)
            note(self._folder, known._replace(earlier=None))
            return known.earlier.shown

    def _rotated(self) -> KeyChange:
        started, known = noted(self._folder), self._completed()
        if known != started:  # that was this rotation, interrupted
            said = () if known.public is None else statement_files(self._folder, known.public)
            return KeyChange(None, tuple(said), lost=known.earlier is None)
        place = place_of(self._folder, known)
        if place.kind != IN_FILE:
            raise NotAllowedError(
                f"The signing key is not in a file: it is {place.shown}.", code="key_not_in_a_file"
            )
        if known.public is None and not os.path.lexists(place.name):
            raise NotFoundError("There is no signing key yet: one is made with the first checkpoint.")
        self._check_changeable(known)
        before = reachable(place)
        if before is not None and known.public not in (None, before.public):
            signing_key(self._folder, make=False)  # says that it is another one
        new = made(place.name + NEXT)  # one that an interrupted rotation left is used
        return self._change(known, before, new, lambda: put_in_place(known, place, before, new))

    def _completed(self) -> Noted:
        with self._asking.reading() as snapshot:
            return complete_rotation(self._folder, snapshot.connection)

    def _file(self, known: Noted) -> str:
        place = place_of(self._folder, known)
        return place.name if place.kind == IN_FILE else ""

    def _use(self, place: Place) -> KeyChange:
        known = self._completed()
        present = place_of(self._folder, known)
        if present.kind == IN_VARIABLE and place.kind == IN_FILE:
            raise NotAllowedError(f"The signing key is in {present.name}.", "Unset it first, and try again.")
        new = key_at(place)
        if known.public in (None, new.public):
            note(self._folder, known._replace(place=place))
            return KeyChange(None, (), lost=False)
        self._check_changeable(known)
        earlier, before = self._last_signed(known)
        return self._change(known, before, new, lambda: known.followed_by(new.public, place, earlier))

    def _last_signed(self, known: Noted) -> tuple[Place, SigningKey] | tuple[None, None]:
        """Returns the key that signed last, and where it is, if it is still at a place where it can be."""
        chosen = known.place or own_file(self._folder)
        for place in dict.fromkeys((chosen, place_of(self._folder, known))):
            key = reachable(place)
            if key is not None and key.public == known.public:
                return place, key
        return None, None

    def _change(
        self, known: Noted, before: SigningKey | None, new: SigningKey, settle: Callable[[], Noted]
    ) -> KeyChange:
        """Has the key before name the new one, records that, and goes over to it.

        It is not recorded once more if a change that was interrupted had recorded it.
        """
        old_public = before.public if before is not None else known.public
        assert old_public is not None
        with self._asking.reading() as snapshot:
            machine_id, database = snapshot.machine_id, snapshot.connection
            names = {
                row.ledger_id: origins.origin(self._folder, database, row.ledger_id)
                for row in stored_heads.heads(database)
                if row.ledger_id == machine_id or origins.signed_eras(self._folder, database, row.ledger_id)
            }
            last_change = last_key_change(database)
        statements = []
        for ledger_id, name in names.items() if before is not None else ():
            vkey = key_line(name, new.public)
            statement = signed(f"{KEY_HEADING}\n{name}\n{vkey}\n", [(name, before)] if before else [])
            file = statement_file(ledger_id, vkey)
            evidence_files.write(self._folder, file, statement.encode())
            statements.append(os.path.join(evidence_files.folder(self._folder), file))
        vkeys = key_line(names[machine_id], old_public), key_line(names[machine_id], new.public)
        change = None
        if vkeys != last_change:
            change = self._asking._recorded(record_key_change, kind="evidence")(*vkeys)
        try:
            note(self._folder, settle())
        except OSError as error:
            raise NotAllowedError(
                f"The signing key cannot be put in its place: {error.strerror}.", evidence_files.what_helps(error)
            ) from error
        return KeyChange(change, tuple(statements), lost=before is None)

    def _check_changeable(self, known: Noted) -> None:
        if known.earlier is not None:
            raise NotAllowedError(
                "The last change of the signing key is not finished: two keys sign.", code="two_keys_sign"
            )

    @contextlib.contextmanager
    def _locked(self) -> Iterator[None]:
        """Lets nobody sign meanwhile, nor exchange the key too."""
        if self._asking.dry_run:
            raise NotAllowedError("No key is exchanged in a dry run.", "Look at it with info().")
        with locked(self._folder, self._asking._notify):
            yield

    @property
    def _folder(self) -> str:
        return self._asking.config_directory


def ledger_origin(asking: Recording, name: str | None) -> str:
    """Returns the origin of the active profile's ledger, after choosing it if one is given."""
    ledger_id, present = _ledger(asking)
    if name is None:
        return present
    if asking.dry_run:
        raise NotAllowedError("No origin is chosen in a dry run.", "Look at it without a name.")
    with locked(asking.config_directory, asking._notify):
        origins.choose_origin(asking.config_directory, ledger_id, name)
    return _ledger(asking)[1]


def _ledger(asking: Recording) -> tuple[str, str]:
    """Returns the ledger of the active profile, and its origin."""
    with asking.reading() as snapshot:
        snapshot.active.check_profile()
        profile = snapshot.active.profile
        ledger_id = profile.profile_ledger_id if profile else snapshot.machine_id
        return ledger_id, origins.origin(asking.config_directory, snapshot.connection, ledger_id)
