"""Events of the Open Cybersecurity Schema Framework 1.8.0, one a line (https://schema.ocsf.io/1.8.0).

What was changed is Entity Management (3004): before in ``entity.data``, after in ``entity_result.data``, reasons
in ``comment``. What was tried and came to nothing is the same with the status Failure, if it is known what it was
about; else it is API Activity (6003), as is what was taken out of the record. What the schema has no place for is
in ``unmapped``.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from functools import lru_cache
from typing import Any

from zenml import __version__
from zenml.audit.entries import SUCCESS, Entry, EntryActor, EntryChange, EntryOrigin, Evidence, plain
from zenml.audit.export import Export
from zenml.audit.formats.json_lines import line

VERSION = "1.8.0"
"""Of the schema."""

_ENTITY_MANAGEMENT = (3, "Identity & Access Management", 3004, "Entity Management")
_API_ACTIVITY = (6, "Application Activity", 6003, "API Activity")

ACTIVITIES = {
    "create": (1, "Create"),
    "copy": (2, "Read"),
    "update": (3, "Update"),
    "delete": (4, "Delete"),
    "rename": (5, "Move"),
    "move": (5, "Move"),
    "provision": (8, "Enable"),
    "deprovision": (9, "Disable"),
    "activate": (10, "Activate"),
    "deactivate": (11, "Deactivate"),
    "revoke": (11, "Deactivate"),
    "suspend": (12, "Suspend"),
}
"""The activities of Entity Management by action."""

_READ = (2, "Read")
_OTHER = 99
_STATUS = {True: (1, "Success"), False: (2, "Failure")}
_INFORMATIONAL, _LOW, _HIGH = (1, "Informational"), (2, "Low"), (4, "High")
_USERS = {"person": (1, "User"), "automation": (4, "Service")}


def text(export: Export) -> Iterator[str]:
    """Yields the lines; the last one is the export itself, with the manifest as what it answered."""
    for entry in export.without_beginnings():
        # what cannot be read has no time: it is shown where it is looked for, at the time of the export
        event = _event(entry if entry.time else entry._replace(time=export.occasion.time))
        yield line(event, (plain(entry.before), plain(entry.after)))
    yield line(_manifest(export))


def _event(entry: Entry) -> dict[str, Any]:
    if entry.action == "export":
        return {**_base(entry, _API_ACTIVITY, _READ), **_taken_out(entry)}
    if entry.evidence is None and entry.attempted is None:
        return {**_base(entry, _API_ACTIVITY, (_OTHER, "Attempt")), **_tried(entry)}
    action = entry.attempted or entry.action
    activity = ACTIVITIES.get(action, (_OTHER, action.capitalize()))
    return {**_base(entry, _ENTITY_MANAGEMENT, activity), **_managed(entry)}


def _base(entry: Entry, kind: tuple[int, str, int, str], activity: tuple[int, str]) -> dict[str, Any]:
    at = entry.evidence
    unmapped = {
        "profile": entry.profile,
        "origin": entry.origin._asdict(),
        "masked": entry.masked_document(),
        "ledger": at and at.ledger,
        "ledger_kind": at and at.kind,
        "leaf": at and at.leaf,
        "change": entry.change.document() if entry.change else None,
        "known_by": entry.actor.known_by,
        "system_user": entry.actor.system_user,
        "reason": entry.reason,
    }
    uid = {"uid": entry.id, **({"sequence": at.position, "log_name": at.ledger} if at else {})}
    code = {"event_code": at.topic} if at else {}
    return _common(
        kind,
        activity,
        entry.time,
        ok=entry.outcome == SUCCESS,
        severity=_severity(entry),
        metadata={**uid, **code, **_labels(at), **_correlation(entry.change), **_client(entry.origin)},
        actor=_actor(entry.actor, entry.origin),
        host=entry.origin.host,
        message=_message(entry),
        unmapped=_given(unmapped),
    ) | _given(
        {"status_detail": entry.message, "status_code": None if entry.outcome == SUCCESS else entry.outcome}
    )


def _common(
    kind: tuple[int, str, int, str],
    activity: tuple[int, str],
    moment: str,
    *,
    ok: bool,
    severity: tuple[int, str],
    metadata: dict[str, Any],
    actor: dict[str, Any],
    host: str | None,
    message: str,
    unmapped: dict[str, Any],
) -> dict[str, Any]:
    category_uid, category, class_uid, name = kind
    return {
        "category_uid": category_uid,
        "category_name": category,
        "class_uid": class_uid,
        "class_name": name,
        "activity_id": activity[0],
        "activity_name": activity[1],
        "type_uid": class_uid * 100 + activity[0],
        # what is not of the schema's list is of the type Other
        "type_name": f"{name}: {activity[1] if activity[0] != _OTHER else 'Other'}",
        "time": _milliseconds(moment),
        "time_dt": moment,
        "severity_id": severity[0],
        "severity": severity[1],
        "status_id": _STATUS[ok][0],
        "status": _STATUS[ok][1],
        "message": message,
        "metadata": {"version": VERSION, "profiles": ["datetime"], **metadata},
        "actor": actor,
        "src_endpoint": {"hostname": host} if host else {"name": "unknown"},
        "unmapped": unmapped,
    }


def _managed(entry: Entry) -> dict[str, Any]:
    kind = {"type_id": _OTHER, "type": entry.entity.type}
    before, after = plain(entry.before), plain(entry.after)
    identity = {"name": entry.entity.name or entry.entity.type, "uid": entry.entity.id}
    old = {**identity, **({"name": before["name"]} if before and before.get("name") else {})}
    managed = {"entity": _given({**kind, **old, "data": before})}
    if after is not None:
        managed["entity_result"] = _given({**kind, **identity, "data": after})
    return managed | _given({"comment": entry.reason})


def _taken_out(entry: Entry) -> dict[str, Any]:
    return {
        "api": _given(
            {"operation": "audit export", "request": {"uid": entry.entity.id, "data": plain(entry.after)}}
        ),
        "resources": [{"name": "record", "type": "ledger"}],
    }


def _tried(entry: Entry) -> dict[str, Any]:
    response = _given({"error": entry.outcome, "error_message": entry.message})
    return {"api": {"operation": entry.origin.command or "zenml", "response": response}}


def _manifest(export: Export) -> dict[str, Any]:
    occasion, manifest = export.occasion, export.manifest()
    return {
        **_common(
            _API_ACTIVITY,
            _READ,
            occasion.time,
            ok=True,
            severity=_INFORMATIONAL if manifest["sound"] else _HIGH,
            metadata={"uid": occasion.id, "event_code": "manifest", **_client(occasion.origin)},
            actor=_actor(occasion.actor, occasion.origin),
            host=occasion.origin.host,
            message=f"exported {manifest['entries']:,} entries of the record",
            unmapped=_given({"known_by": occasion.actor.known_by, "system_user": occasion.actor.system_user}),
        ),
        "api": {
            "operation": "audit export",
            "request": {"uid": occasion.id, "data": occasion.asked},
            "response": {"data": manifest},
        },
        "resources": [{"name": "record", "type": "ledger"}],
    }


def _severity(entry: Entry) -> tuple[int, str]:
    if entry.outcome != SUCCESS:
        return _HIGH if entry.evidence else _LOW
    of_others = entry.change is not None and entry.change.of_others
    return _LOW if of_others or entry.action in ("delete", "rename") else _INFORMATIONAL


def _labels(at: Evidence | None) -> dict[str, list[str]]:
    """Returns where a fact is, for tools that drop what is unmapped."""
    return {"labels": [f"ledger:{at.ledger}", f"position:{at.position}", f"leaf:{at.leaf}"]} if at else {}


def _correlation(change: EntryChange | None) -> dict[str, str]:
    """Returns what a fact belongs together with: the change that it undoes or redoes, else its own."""
    return {"correlation_uid": change.targets[0] if change.targets else change.correlation_id} if change else {}


def _client(origin: EntryOrigin) -> dict[str, Any]:
    product = {"name": "zenml-ledger", "vendor_name": "zenml-ledger"}
    # an attempt that was noted by an older version does not say by which
    return {"product": {**product, "version": origin.client_version or __version__}}


def _actor(actor: EntryActor, origin: EntryOrigin) -> dict[str, Any]:
    type_id, kind = _USERS.get(actor.kind, (_OTHER, actor.kind))
    # users of one name on different hosts are different users, but for those who chose that name
    uid = {"uid": f"{actor.id}@{origin.host}"} if origin.host else {}
    uid = {"uid": f"chosen:{actor.id}"} if actor.known_by == "chosen" else uid
    user = {"user": {"name": actor.id, **uid, "type_id": type_id, "type": kind}} if actor.id else {}
    session = {"session": {"uid": origin.session}} if origin.session else {}
    return {**user, **session, "app_name": "zenml"}


def _message(entry: Entry) -> str:
    return entry.summary if entry.outcome == SUCCESS else f"{entry.outcome}: {entry.message or entry.summary}"


def _milliseconds(moment: str) -> int:
    """Returns the milliseconds since 1970 of a time as events have it."""
    hours, minutes, seconds = int(moment[11:13]), int(moment[14:16]), int(moment[17:19])
    return (_midnight(moment[:10]) + hours * 3600 + minutes * 60 + seconds) * 1000 + int(moment[20:23])


@lru_cache(64)
def _midnight(day: str) -> int:
    """Returns the seconds since 1970 of the beginning of a day."""
    return (date.fromisoformat(day) - date(1970, 1, 1)).days * 86400


def _given(values: dict[str, Any]) -> dict[str, Any]:
    """Returns what has a value: an attribute of the schema is never null."""
    return {name: value for name, value in values.items() if value is not None}
