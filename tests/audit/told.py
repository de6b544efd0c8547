"""An export that is always the same: one entry of each sort, with all that is hard to write down."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from tests.domain.things import uid
from zenml.audit.entries import (
    BEGIN,
    Approver,
    Entity,
    Entry,
    EntryActor,
    EntryChange,
    EntryOrigin,
    Evidence,
    Hidden,
)
from zenml.audit.export import Export, Occasion
from zenml.domain.change_ids import letters
from zenml.ledger.verification import Head, Problem, Verdict, Verification

MACHINE, PROFILE = uid("machine"), uid("profile")
FORMULA = '=cmd|" /C calc"!A0'
MARKUP = "<script>alert('x')</script> \"&amp;"
CONTROLS = "a\tb\nc\x1b[31md\x00e\u202ef\u2028g"
SCRIPTS = "größe 数据库 реестр 🔑"
ANN = EntryActor("ann", "person", "operating system user")
BOT = EntryActor("=bot", "automation", "operating system user")
CHOSEN = EntryActor("=chief", "person", "chosen", "root")
HERE = EntryOrigin("laptop", "1 2", "/home/ann/größe", "1.2.3", "zenml stack register prod -o k8s")
ROOT = "ab" * 32


def change(name: str, kind: str = "change", *targets: str) -> EntryChange:
    ids = tuple(map(uid, targets))
    return EntryChange(uid(name), kind, uid(name), ids[0] if len(ids) == 1 else None, ids)


def at(ledger: str, position: int, topic: str, text: bytes = b'{"a":1}') -> Evidence:
    kind = "machine" if ledger == MACHINE else "profile"
    return Evidence(ledger, kind, position, f"zenml:{topic}", f"{position:02x}" * 32, text)


def entry(
    second: int,
    action: str,
    entity: Entity,
    of: EntryChange | None,
    where: Evidence | None,
    before: dict[str, Any] | None = None,
    after: dict[str, Any] | None = None,
    **more: Any,
) -> Entry:
    given = {"outcome": "success", "profile": "default", "actor": ANN, "origin": HERE, "reason": None} | more
    time = f"2026-11-17T14:00:{second:02}.123456Z"
    return Entry(
        time=time, action=action, entity=entity, before=before, after=after, change=of, evidence=where, **given
    )


def begin(second: int, of: EntryChange, ledger: str, position: int, **more: Any) -> Entry:
    entity = Entity("change", of.id, letters(of.id))
    return entry(second, BEGIN, entity, of, at(ledger, position, "ChangeBegan"), **more)


REGISTERED, RENAMED, SET, UNDONE, TAKEN = (
    change("1"), change("2"), change("3"), change("4", "undo", "2"), change("5", "export"),
)  # fmt: skip
RENAMED = RENAMED._replace(
    approved_by=(
        Approver(EntryActor("=eve", "person", "token"), uid("approval")),
        Approver(CHOSEN, uid("another approval")),
    )
)
STORE = Entity("artifact_store", uid("store"), SCRIPTS)
VERDICTS = {
    "content": Verdict("7 events hashed again", (Problem(PROFILE, 7, f"{MARKUP} cannot be read."),)),
    "replay": Verdict("no views", compared=False),
}
PASSWORD = Hidden("***", "0123456789abcdef")
ENTRIES = [
    begin(1, REGISTERED, PROFILE, 1, reason=MARKUP),
    entry(
        1,
        "create",
        STORE,
        REGISTERED,
        at(PROFILE, 2, "ComponentRegistered"),
        None,
        {
            "name": SCRIPTS,
            "flavor": "s3",
            "path": FORMULA,
            "nested": {"a": [1, True, None], "b": MARKUP},
            "port": 8080,
            "note": CONTROLS,
            "password": PASSWORD,
            "url": Hidden("mysql://u:***@h/d", None),
            "gone": "(redacted)",
        },
        reason=MARKUP,
    ),
    begin(2, RENAMED, PROFILE, 3),
    entry(
        2,
        "rename",
        Entity("stack", uid("stack"), FORMULA),
        RENAMED,
        at(PROFILE, 4, "StackRenamed"),
        {"name": MARKUP},
        {"name": FORMULA},
    ),
    begin(3, SET, MACHINE, 1, actor=BOT),
    entry(
        3,
        "activate",
        Entity("stack", uid("stack"), FORMULA),
        SET,
        at(MACHINE, 2, "StackActivated"),
        {"active_stack": "default"},
        {"active_stack": FORMULA},
        actor=BOT,
        profile=None,
    ),
    entry(
        4,
        "attempt",
        Entity("command", None, None),
        None,
        None,
        outcome="refused",
        message=f"Stack '{CONTROLS}' is active.",
        profile=None,
        actor=EntryActor(None, "unknown", None),
        origin=EntryOrigin(None, None, None, None, f"zenml stack delete '{MARKUP}' --password ***"),
    ),
    begin(5, UNDONE, PROFILE, 5, reason="too early", actor=CHOSEN),
    entry(
        5,
        "delete",
        STORE,
        UNDONE,
        at(PROFILE, 6, "ComponentDeleted"),
        {"name": SCRIPTS, "password": PASSWORD},
        None,
        reason="too early",
        actor=CHOSEN,
    ),
    begin(6, TAKEN, MACHINE, 3),
    entry(
        6,
        "export",
        Entity("record", uid("export"), None),
        TAKEN,
        at(MACHINE, 4, "RecordExported"),
        None,
        {"format": "csv", "entries": 7},
        profile=None,
    ),
    Entry(
        time="",
        action="unknown",
        outcome="damaged",
        entity=Entity("event", None, "zenml:StackDeleted"),
        profile=None,
        before=None,
        after=None,
        actor=EntryActor(None, "unknown", None),
        origin=EntryOrigin(None, None, None, None, None),
        reason=None,
        change=None,
        evidence=at(PROFILE, 7, "StackDeleted", b"\xff{"),
        message="The stored text cannot be read.",
    ),
]
MANIFEST: dict[str, Any] = {
    "export": uid("this export"),
    "format": "golden",
    "time": "2026-11-18T09:00:00.000000Z",
    "actor": ANN.document(),
    "origin": HERE._replace(command=None)._asdict(),
    "filter": {
        "profile": "default",
        "repository": None,
        "since": "2026-11-01T00:00:00.000000Z",
        "kinds": ["change"],
    },
    "through": uid("the last change"),
    "sound": False,
    "entries": len(ENTRIES),
    "beginnings": 5,
    "events": 11,
    "left_out": 1234,
    "damaged": 1,
    "attempts": 1,
    "attempts_left_out": 0,
    "attempts_unreadable": 2,
    "ledgers": [
        {
            "ledger": PROFILE,
            "kind": "profile",
            "first": 1,
            "last": 7,
            "events": 7,
            "left_out": 1234,
            "root_before": "e3" * 32,
            "root_after": ROOT,
            "size": 1243,
            "root": ROOT,
            "gaps": [[8, 9]],
            "clocks": [
                {
                    "position": 5,
                    "time": "2026-10-25T12:00:00.000000Z",
                    "later_than": "2026-11-17T14:00:01.123456Z",
                }
            ],
            "problems": [{"position": 7, "message": "The stored text cannot be read."}],
            "profile": MARKUP,
        }
    ],
    "verification": {name: verdict.document() for name, verdict in VERDICTS.items()},
    "masked": [{"entity": "artifact_store", "field": "password", "values": 2}],
    "commands_with_stars": 1,
}
OCCASION = Occasion(
    uid("this export"),
    "golden",
    "2026-11-18T09:00:00.000000Z",
    ANN,
    EntryOrigin("laptop", "1 2", None, "1.2.3", None),
    MANIFEST["filter"],
)


class Told(Export):
    """Hands out the entries above. That a real export hands out what is recorded is tested in `test_export.py`."""

    def __init__(self) -> None:
        self.occasion = OCCASION

    def with_approval_rules(self) -> frozenset[str]:
        return frozenset({PROFILE})

    def verify(self) -> Verification:
        return Verification("/ledger.db", 11, VERDICTS, (Head(PROFILE, "profile", 7, ROOT),))

    def entries(self) -> Iterator[Entry]:
        return iter(ENTRIES)

    def manifest(self) -> dict[str, Any]:
        return MANIFEST
