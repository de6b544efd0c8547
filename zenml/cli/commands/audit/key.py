"""``zenml audit key …`` and ``zenml audit origin``: which key signs checkpoints, and under which name."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Optional

from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.groups import Group
from zenml.cli.mistakes.misused import BadValueError
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import Output
from zenml.cli.screen.notices import notice
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import WRAPS, Column, Table
from zenml.domain.annotations import Annotated
from zenml.domain.visible import visible
from zenml.repository import Repository

if TYPE_CHECKING:
    from zenml.api.signing_keys import KeyChange, SigningKeyInfo

VARIABLE = "ZENML_SIGNING_KEY"
app = Group("Show, choose and replace the key that signs checkpoints.")
Reason = Annotated[
    Optional[str],  # noqa: UP045 - it is read at run time
    Option("--reason", metavar="TEXT", help="The reason; it is recorded"),
]


def _repository(reason: str | None = None) -> Repository:
    return Repository(notify=notice, command=sys.argv[1:], reason=reason)


@app.command("show")
def show_key(output: Output = "table") -> None:
    """Show which key signs checkpoints, and the line that verifiers need.

    The private key is not shown. Give the line to your auditor by another way than the evidence: it is what tells
    your signature from anybody else's.

    Example: zenml audit key show
    """
    info = Repository(notify=notice).signing_key().info()
    if output != TABLE:
        emit({"signing_key": info.document()}, output)
        return
    _print(info)


def _print(info: SigningKeyInfo) -> None:
    rows = [
        ("SOURCE", info.source),
        ("STATE", info.state),
        ("LEDGER", info.ledger_id),
        ("ORIGIN", info.origin),
        ("LINE", info.vkey or ""),
    ]
    if info.earlier:
        rows.append(("SIGNS TOO", info.earlier))
    show(Table(("PROPERTY", Column("VALUE", WRAPS)), rows))


@app.command("use")
def use(
    place: Annotated[
        str,
        Argument(metavar="FILE|ssh-agent", help=f"The key's file, or ssh-agent, or {VARIABLE} for the key in it"),
    ],
    fingerprint: Annotated[
        Optional[str],  # noqa: UP045
        Argument(metavar="[SHA256:…]", help="Which key of the ssh-agent: its fingerprint"),
    ] = None,
    reason: Reason = None,
) -> None:
    """Choose the key that signs checkpoints from now on.

    A file holds base64 of 32 random bytes, as "openssl rand -base64 32" prints them, and only its owner may read
    it; ZENML_SIGNING_KEY holds such text itself. A key of the ssh-agent is never shown to this program;
    "ssh-add -c" has you asked before each signature.

    Example: zenml audit key use /etc/zenml/signing.key
    """
    if (place == "ssh-agent") != (fingerprint is not None):
        message = "Which key of the ssh-agent?" if fingerprint is None else "A file has no fingerprint."
        raise BadValueError(f'{message} "ssh-add -l" lists the keys of the agent.', param_hint="SHA256:…")
    with WriteCommand().noted():
        keys = _repository(reason).signing_key()
        if fingerprint is not None:
            done = keys.use_agent(fingerprint)
        else:
            done = keys.use_variable() if place == VARIABLE else keys.use_file(place)
    _print_change(keys.info(), done)


@app.command("rotate")
def rotate(
    finish: Annotated[bool, Option("--finish", help="Sign with the new key alone from now on")] = False,
    reason: Reason = None,
) -> None:
    """Make a new key to sign checkpoints with.

    The key before it signs a statement that names the new one, and signs all checkpoints too until --finish: first
    give the new line to all who verify, and to every witness.

    Example: zenml audit key rotate
    """
    keys = _repository(reason).signing_key()
    if not finish:
        with WriteCommand().noted():
            done = keys.rotate()
        _print_change(keys.info(), done)
        return
    with WriteCommand().noted():
        earlier = keys.finish()
    if earlier is None:
        notice("Nothing to finish: one key signs.")
    else:
        print(visible(f"The key before, {earlier}, does not sign any more."))


def _print_change(info: SigningKeyInfo, done: KeyChange) -> None:
    print(visible(f"Checkpoints are signed with the key in {info.source} from now on."))
    print(visible(f"Its line: {info.vkey}"))
    for statement in done.statements:
        print(visible(f"The key before it says so in {statement}."))
    if done.lost:
        notice("The key before it is lost, so nothing but the record says that this one took its place.")
    if info.earlier:
        notice('Both keys sign until "zenml audit key rotate --finish".')


def origin(
    name: Annotated[
        Optional[str],  # noqa: UP045
        Argument(metavar="[HOST/PATH]", help="The name to sign under from the first checkpoint on"),
    ] = None,
    output: Output = "table",
) -> None:
    """Show or choose the name that checkpoints are signed under.

    It is that of the active profile's ledger. A name can be chosen until the first
    checkpoint is signed. Without one it is made of the ledger's id.

    Example: zenml audit origin ledgers.example.com/team
    """
    if name is None:
        present = Repository(notify=notice).ledger_origin()
    else:
        with WriteCommand().noted():
            present = _repository().ledger_origin(name)
    if output != TABLE:
        emit({"origin": present}, output)
    else:
        print(visible(present))
