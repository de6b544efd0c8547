"""What seals a bundle: the manifest with the hash of every other file, and the signature over that."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from hashlib import sha256
from typing import TYPE_CHECKING, Any

from zenml.evidence import canonical
from zenml.evidence.notes import signed

if TYPE_CHECKING:
    from zenml.audit.bundles.archive import Archive
    from zenml.evidence.notes import Signer

SCHEMA, VERSION = "zenml.evidence.bundle", 1


def key_name(machine_id: str) -> str:
    """Returns the name under which manifests of bundles are signed; no checkpoint has it."""
    return f"zenml-evidence/{machine_id}"


def seal(
    archive: Archive,
    *,
    asked: dict[str, Any],
    withheld: Collection[str],
    ledgers: Sequence[dict[str, Any]],
    machine_id: str,
    signers: Sequence[Signer],
) -> None:
    """Adds the manifest and its signature, which are the last files.

    Args:
        archive: The bundle with everything else in it.
        asked: The filter.
        withheld: Why values are withheld.
        ledgers: What the manifest says of each ledger, the machine's first.
        machine_id: The machine's ledger.
        signers: What signs.
    """
    manifest = {
        "files": {
            name: {"bytes": member.size, "sha256": member.sha256} for name, member in archive.members.items()
        },
        "filter": asked,
        "ledgers": ledgers,
        "schema": SCHEMA,
        "version": VERSION,
        "withheld": sorted(withheld),
    }
    text = f"{canonical.text(manifest)}\n".encode()
    archive.add("manifest.json", text)
    name, digest = key_name(machine_id), sha256(text).hexdigest()
    note = signed(f"zenml-evidence manifest\n{digest}\n", [(name, signer) for signer in signers])
    archive.add("manifest.sig", note.encode())
