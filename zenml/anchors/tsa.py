"""An anchor that is a time-stamping authority: what it returns says that a note existed at a time (RFC 3161).

The requests are made, and the tokens checked, by ``openssl ts``: with it whoever is given them checks them too.
"""

from __future__ import annotations

import os
import re
import tempfile
from calendar import timegm
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from hashlib import sha256
from time import gmtime, strftime, strptime
from typing import ClassVar

from zenml import paths
from zenml.anchors.anchor import HandedOver, Handover, KeptNote
from zenml.anchors.posting import peer, post, refusal
from zenml.anchors.running import run
from zenml.custody import checkpoints, evidence_files
from zenml.custody.kept_notes import keep_stamped, stamped_notes
from zenml.documents.opening import UnreadableFileError, open_file
from zenml.domain.errors import LedgerError, NotAllowedError
from zenml.evidence.verify import Checkpoint

_PATIENCE = 30  # seconds that openssl may take
_MOST = 1024 * 1024  # bytes of a file of certificates
_STAMPED = re.compile(rb"^Time stamp: ([A-Z][a-z]{2} [ \d]\d \d\d:\d\d:\d\d)(?:\.\d+)? (\d{4}) GMT$", re.MULTILINE)


class TimestampAnchor:
    """A time-stamping authority.

    Args:
        url: Where it is asked.
        ca_file: The certificates that its own has to lead to, as PEM.
        config_directory: The configuration folder. In its folder of evidence each token is kept beside its note,
            under a name that no other authority gets, nor this one with other certificates.

    Raises:
        InvalidValueError: The URL cannot be read.
    """

    can_be_read_back: ClassVar[bool] = True

    def __init__(self, url: str, ca_file: str, config_directory: str) -> None:
        self._peer = peer(url)
        self.place = self._peer.shown
        self._ca_file = paths.absolute(ca_file)
        self._config_directory = config_directory
        self._tag = sha256(f"{self.place}\n{self._ca_file}".encode(errors="surrogateescape")).hexdigest()[:8]
        self.settings: Mapping[str, str] = {"ca": self._ca_file}

    def check(self) -> None:
        """Makes sure that the certificates can be read, and that there is openssl. Raises `NotAllowedError`."""
        try:
            with open_file(self._ca_file) as file:
                certificates = b"-----BEGIN CERTIFICATE-----" in file.read(_MOST)
        except (FileNotFoundError, UnreadableFileError) as error:
            reason = "it does not exist" if isinstance(error, FileNotFoundError) else str(error)
            raise NotAllowedError(
                f"The file {self._ca_file} cannot be read: {reason}.", code="anchor_certificates"
            ) from error
        if not certificates:
            raise NotAllowedError(f"The file {self._ca_file} has no certificates.", code="anchor_certificates")
        run(["openssl", "version"], seconds=_PATIENCE)

    def hand_over(self, handover: Handover, last: Checkpoint | None) -> HandedOver:
        """Has the bytes of the note stamped, and keeps the token and these bytes.

        Raises:
            NotAllowedError: It does not answer, or what it answers is no token of this authority for this note
                and this question.
        """
        with _files(handover.note) as files:
            made = run(
                _openssl("-query", "-data", files["note"], "-sha256", "-cert", "-out", files["query"]),
                seconds=_PATIENCE,
            )
            if made.code:
                raise NotAllowedError(f"openssl makes no question: {made.reason}.", code="anchor_openssl")
            with open(files["query"], "rb") as query:
                answer = post(self._peer, "", "application/timestamp-query", query.read())
            if answer.status != 200:
                raise refusal(self._peer, answer)
            with open(files["token"], "wb") as token:
                token.write(answer.body)
            # the question itself is compared: the hash, and a number that makes an answer to another one useless
            wrong = self._checked("-queryfile", files["query"], files["token"], attime=None)
            if wrong is None and not _is_one_value(answer.body):
                wrong = "something follows it"  # which openssl does not mind
            if wrong is None and len(answer.body) > evidence_files.MOST:
                wrong = "it is too long to be kept"
            if wrong is not None:
                raise NotAllowedError(
                    f"What {self.place} answered is not a valid time stamp: {wrong}.", code="timestamp_false"
                )
            at = _stamped_at(files["token"])
        with checkpoints.locked(self._config_directory):
            keep_stamped(self._config_directory, handover.ledger_id, handover.note, self._tag, answer.body)
        return HandedOver("stamped" if at is None else f"stamped at {strftime('%Y-%m-%d %H:%M:%SZ', gmtime(at))}")

    def finish(self) -> str | None:
        """Nothing is left to do."""
        return None

    def kept(self) -> Iterator[KeptNote]:
        """Gives the notes that this authority stamped, with a flaw where a token does not hold for its note."""
        for file in stamped_notes(self._config_directory, self._tag):
            note = None
            try:
                note = evidence_files.read(self._config_directory, file.note_file)
                token = evidence_files.read(self._config_directory, file.stamp_file)
                flaw = self._flaw(note, token)
            except LedgerError as error:  # a pipe, or something that is too long
                flaw = error.message
            yield KeptNote(file.ledger_id, file.stamp_file, note or b"", flaw)

    def _flaw(self, note: bytes | None, token: bytes | None) -> str | None:
        if note is None or token is None:
            return "The note that the time stamp is about is missing."
        with _files(note, token) as files:
            # a certificate that expired since was good at the time of the token, which it vouches for itself
            at = _stamped_at(files["token"])
            wrong = self._checked("-data", files["note"], files["token"], attime=at)
        return None if wrong is None else f"The time stamp does not hold: {wrong}."

    def _checked(self, kind: str, against: str, token: str, *, attime: int | None) -> str | None:
        """Returns why a token does not hold; None if it does."""
        then = () if attime is None else ("-attime", str(attime))
        ran = run(
            _openssl("-verify", kind, against, "-in", token, "-CAfile", self._ca_file, *then), seconds=_PATIENCE
        )
        if ran.code == 0 and b"Verification: OK" in ran.out + ran.error:
            return None
        reason = re.search(rb"(?:ts_\w+|TS_\w+):([a-z ]{3,60}):", ran.error) or re.search(
            rb"Verify error:([\w ]{3,60})", ran.error
        )
        return reason[1].decode() if reason else "openssl refuses it"


def _openssl(*words: str) -> list[str]:
    return ["openssl", "ts", *words]


def _is_one_value(der: bytes) -> bool:
    """Tells whether a sequence in DER (X.690, section 8.1) ends where the bytes do."""
    if len(der) < 4 or der[0] != 0x30 or der[1] not in (0x81, 0x82):
        return False  # a token is never shorter than 128 bytes, and never longer than 64 KiB
    octets = der[1] - 0x80
    return len(der) == 2 + octets + int.from_bytes(der[2 : 2 + octets], "big")


def _stamped_at(token: str) -> int | None:
    """Returns the time in a token, in seconds since 1970; None if openssl does not say it."""
    ran = run(_openssl("-reply", "-in", token, "-text"), seconds=_PATIENCE)
    found = _STAMPED.search(ran.out)
    if ran.code or found is None:
        return None
    return timegm(strptime(b" ".join(found.groups()).decode(), "%b %d %H:%M:%S %Y"))


@contextmanager
def _files(note: bytes, token: bytes = b"") -> Iterator[dict[str, str]]:
    """Gives the paths of files for openssl, in a folder that is removed at the end."""
    with tempfile.TemporaryDirectory() as folder:
        files = {name: os.path.join(folder, name) for name in ("note", "query", "token")}
        for name, content in (("note", note), ("token", token)):
            with open(files[name], "wb") as file:
                file.write(content)
        yield files
