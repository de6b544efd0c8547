"""The validator accepts a valid event of each class, and says of each fault where it is and what it is."""

from __future__ import annotations

import copy
from pathlib import Path
from typing import Any

import pytest

from tests.audit.ocsf import validator
from tests.audit.ocsf.validator import CLASSES, DICTIONARY, OBJECTS, TYPES, VERSION, attributes, problems

MINIMAL: dict[str, dict[str, Any]] = {
    "entity_management": {
        "activity_id": 1,
        "category_uid": 3,
        "class_uid": 3004,
        "entity": {"name": "default"},
        "metadata": {"product": {"name": "zenml"}, "version": "1.8.0"},
        "severity_id": 1,
        "time": 1577836800000,
        "type_uid": 300401,
    },
    "api_activity": {
        "activity_id": 2,
        "actor": {"user": {"name": "stefan"}},
        "api": {"operation": "list"},
        "category_uid": 6,
        "class_uid": 6003,
        "metadata": {"product": {"name": "zenml"}, "version": "1.8.0"},
        "severity_id": 1,
        "src_endpoint": {"hostname": "laptop"},
        "time": 1577836800000,
        "type_uid": 600302,
    },
}
ABSENT: Any = object()


def changed(name: str, changes: dict[str, Any]) -> dict[str, Any]:
    """Return the minimal event of a class with values put, or taken away, at dotted paths."""
    event = copy.deepcopy(MINIMAL[name])
    for path, value in changes.items():
        *folders, last = path.split(".")
        place = event
        for folder in folders:
            place = place.setdefault(folder, {})
        if value is ABSENT:
            del place[last]
        else:
            place[last] = value
    return event


# --- what is valid ------------------------------------------------------------------------------


@pytest.mark.parametrize("name", MINIMAL)
def test_an_event_of_what_is_required_is_valid(name: str) -> None:
    assert problems(MINIMAL[name]) == []


@pytest.mark.parametrize("name", MINIMAL)
def test_an_event_needs_each_part_of_the_minimal_one(name: str) -> None:
    for part in MINIMAL[name]:
        assert problems(changed(name, {part: ABSENT})) != []


VALID: dict[str, tuple[str, dict[str, Any]]] = {
    "the texts beside the numbers": (
        "entity_management",
        {
            "activity_name": "Create",
            "category_name": "Identity & Access Management",
            "class_name": "Entity Management",
            "severity": "Informational",
            "status_id": 1,
            "status": "Success",
            "type_name": "Entity Management: Create",
        },
    ),
    "a text of the reporter's own beside Other": (
        "entity_management",
        {"entity.type_id": 99, "entity.type": "Stack"},
    ),
    "an activity of the reporter's own": (
        "api_activity",
        {"activity_id": 99, "activity_name": "Switch", "type_uid": 600399},
    ),
    "a profile's attribute with the profile": (
        "entity_management",
        {
            "metadata.profiles": ["datetime"],
            "time_dt": "2020-01-01T00:00:00.5Z",
            "metadata.logged_time_dt": "2020-01-01T00:00:00+01:00",
        },
    ),
    "the host profile": (
        "entity_management",
        {"metadata.profiles": ["host"], "device": {"hostname": "laptop", "type_id": 0}},
    ),
    "an object in an object": (
        "api_activity",
        {
            "actor.process": {"name": "zenml", "pid": 7, "parent_process": {"pid": 6}},
            "resources": [{"name": "a"}, {"uid": "b", "data": [1]}],
        },
    ),
    "anything where the schema allows anything": (
        "entity_management",
        {"entity.data": {"a": [None, 1.5, {}]}, "unmapped": {"b": {"c": None}}},
    ),
    "the largest number": ("entity_management", {"time": 2**63 - 1}),
    "a port": ("api_activity", {"src_endpoint.port": 65535}),
    "an address": ("api_activity", {"src_endpoint.ip": "2001:db8::1"}),
}


@pytest.mark.parametrize("case", VALID)
def test_what_the_schema_allows_is_no_problem(case: str) -> None:
    assert problems(changed(*VALID[case])) == []


# --- what is not --------------------------------------------------------------------------------

FAULTS: list[tuple[str, dict[str, Any], list[str]]] = [
    # what is required
    ("entity_management", {"time": ABSENT}, ["time is required."]),
    ("entity_management", {"metadata.product": ABSENT}, ["metadata.product is required."]),
    ("entity_management", {"severity_id": ABSENT}, ["severity_id is required."]),
    ("api_activity", {"src_endpoint": ABSENT}, ["src_endpoint is required."]),
    ("api_activity", {"api.request": {}}, ["api.request.uid is required."]),
    (
        "entity_management",
        {"observables": [{"type_id": 4}, {"name": "actor.user.name"}]},
        ["observables[1].type_id is required."],
    ),
    # types
    ("entity_management", {"time": "2020"}, ["time has to be of the type timestamp_t."]),
    ("entity_management", {"time": 1.5}, ["time has to be of the type timestamp_t."]),
    ("entity_management", {"time": 2**63}, ["time has to be of the type timestamp_t."]),
    ("entity_management", {"count": True}, ["count has to be of the type integer_t."]),
    ("entity_management", {"message": None}, ["message has to be of the type string_t."]),
    ("entity_management", {"metadata.sequence": "1"}, ["metadata.sequence has to be of the type integer_t."]),
    (
        "entity_management",
        {"metadata.original_time": 5},
        ["metadata.original_time has to be of the type string_t."],
    ),
    (
        "entity_management",
        {"metadata.is_truncated": 1},
        ["metadata.is_truncated has to be of the type boolean_t."],
    ),
    ("entity_management", {"metadata.labels": "a"}, ["metadata.labels has to be an array."]),
    ("entity_management", {"metadata.labels": ["a", 1]}, ["metadata.labels[1] has to be of the type string_t."]),
    ("entity_management", {"entity": "default"}, ["entity has to be an object (managed_entity)."]),
    ("entity_management", {"unmapped": []}, ["unmapped has to be an object (object)."]),
    ("entity_management", {"comment": ["a"]}, ["comment has to be of the type string_t."]),
    (
        "api_activity",
        {"src_endpoint.port": 65536},
        ["src_endpoint.port is 65536, which is not between 0 and 65535."],
    ),
    ("api_activity", {"src_endpoint.port": -1}, ["src_endpoint.port is -1, which is not between 0 and 65535."]),
    (
        "api_activity",
        {"src_endpoint.ip": "home"},
        ["src_endpoint.ip is 'home', which is not of the form of ip_t."],
    ),
    (
        "api_activity",
        {"src_endpoint.ip": f"fe80::1%{'a' * 40}"},
        ["src_endpoint.ip is longer than the 40 characters of ip_t."],
    ),
    (
        "api_activity",
        {"actor.user.email_addr": "stefan"},
        ["actor.user.email_addr is 'stefan', which is not of the form of email_t."],
    ),
    (
        "entity_management",
        {"metadata.profiles": ["datetime"], "time_dt": "2020-01-01T00:00:00Z\n"},
        ["time_dt is '2020-01-01T00:00:00Z\\n', which is not of the form of datetime_t."],
    ),
    # what is unknown
    ("entity_management", {"stack": "a"}, ["stack is no attribute of entity_management in the trimmed copy."]),
    ("entity_management", {"api": {}}, ["api is no attribute of entity_management in the trimmed copy."]),
    (
        "entity_management",
        {"entity.flavor": 1},
        ["entity.flavor is no attribute of managed_entity in the trimmed copy."],
    ),
    (
        "api_activity",
        {"resources": [{"name": "a"}, {"name": "b", "kind": "c"}]},
        ["resources[1].kind is no attribute of resource_details in the trimmed copy."],
    ),
    # profiles
    (
        "entity_management",
        {"time_dt": "2020-01-01T00:00:00Z"},
        ["time_dt needs the profile datetime, which metadata.profiles does not name."],
    ),
    (
        "entity_management",
        {"metadata.profiles": ["host"], "metadata.logged_time_dt": "2020-01-01T00:00:00Z"},
        ["metadata.logged_time_dt needs the profile datetime, which metadata.profiles does not name."],
    ),
    (
        "entity_management",
        {"device": {"type_id": 0, "name": "a"}},
        ["device needs the profile host, which metadata.profiles does not name."],
    ),
    (
        "entity_management",
        {"metadata.profiles": ["stack"]},
        ["metadata.profiles[0] is 'stack', which is no profile of entity_management."],
    ),
    (
        "entity_management",
        {"metadata.profiles": ["host", "cloud"]},
        ["metadata.profiles[1] is 'cloud', which is not in the trimmed copy."],
    ),
    ("entity_management", {"metadata.profiles": "host"}, ["metadata.profiles has to be an array."]),
    # enumerated values
    (
        "entity_management",
        {"severity_id": 7},
        ["severity_id is 7, which is none of 0, 1, 2, 3, 4, 5, 6, 99."],
    ),
    (
        "entity_management",
        {"entity.type_id": 8},
        ["entity.type_id is 8, which is none of 0, 1, 2, 3, 4, 5, 6, 7, 99."],
    ),
    (
        "api_activity",
        {"actor.user.account": {"name": "a", "type_id": 3}},
        ["actor.user.account.type_id is 3, which is deprecated since 1.6.0."],
    ),
    (
        "entity_management",
        {"activity_name": "Make"},
        ["activity_name has to be 'Create', as activity_id is 1."],
    ),
    (
        "entity_management",
        {"entity.type_id": 2, "entity.type": "Person"},
        ["entity.type has to be 'User', as type_id is 2."],
    ),
    (
        "entity_management",
        {"type_name": "Create"},
        ["type_name has to be 'Entity Management: Create', as type_uid is 300401."],
    ),
    # how the numbers of an event hang together
    ("entity_management", {"type_uid": 300402}, ["type_uid has to be 300401, from class_uid and activity_id."]),
    ("entity_management", {"activity_id": 3}, ["type_uid has to be 300403, from class_uid and activity_id."]),
    (
        "api_activity",
        {"activity_id": 5, "type_uid": 600305},
        [
            "activity_id is 5, which is none of 0, 1, 2, 3, 4, 99.",
            "type_uid is 600305, which is none of 600300, 600301, 600302, 600303, 600304, 600399.",
        ],
    ),
    (
        "api_activity",
        {"category_uid": 3},
        ["category_uid is 3, which is none of 6.", "category_uid has to be 6, from class_uid."],
    ),
    ("api_activity", {"class_uid": 6002}, ["class_uid is 6002, which is no class of the trimmed copy."]),
    ("api_activity", {"class_uid": "6003"}, ["class_uid is '6003', which is no class of the trimmed copy."]),
    ("api_activity", {"class_uid": ABSENT}, ["class_uid is None, which is no class of the trimmed copy."]),
    ("api_activity", {"metadata.version": "1.7.0"}, ["metadata.version has to be 1.8.0."]),
    # constraints
    (
        "entity_management",
        {"entity": {"type": "Stack"}},
        ["entity has to have at least one of name, uid, device, group, org, policy, user."],
    ),
    (
        "entity_management",
        {"metadata.product": {"version": "1"}},
        ["metadata.product has to have at least one of name, uid."],
    ),
    (
        "api_activity",
        {"actor": {}},
        ["actor has to have at least one of process, user, invoked_by, session, app_name, app_uid."],
    ),
    ("api_activity", {"resources": [{"type": "a"}]}, ["resources[0] has to have at least one of name, uid."]),
    # what is deprecated
    ("api_activity", {"actor.invoked_by": "cron"}, ["actor.invoked_by is deprecated since 1.2.0."]),
    ("api_activity", {"actor.user.credential_uid": "a"}, ["actor.user.credential_uid is deprecated since 1.6.0."]),
    (
        "entity_management",
        {"metadata.extension": {"name": "a", "uid": "1", "version": "1"}},
        ["metadata.extension is deprecated since 1.1.0."],
    ),
    # what the copy leaves out
    (
        "api_activity",
        {"http_request": {}},
        ["http_request is an object (http_request) that is not in the trimmed copy."],
    ),
    (
        "entity_management",
        {"entity.location": {"city": "Bern"}},
        ["entity.location is an object (location) that is not in the trimmed copy."],
    ),
]


@pytest.mark.parametrize(("name", "changes", "expected"), FAULTS, ids=[each[2][0] for each in FAULTS])
def test_a_fault_is_told_with_its_place(name: str, changes: dict[str, Any], expected: list[str]) -> None:
    assert problems(changed(name, changes)) == expected


def test_each_of_several_faults_is_told() -> None:
    event = changed(
        "entity_management", {"time": ABSENT, "entity": {}, "severity_id": 7, "metadata.version": "1.9.0"}
    )
    assert len(problems(event)) == 4


def test_of_what_excludes_each_other_just_one_may_be_there(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(OBJECTS["product"], "constraints", {"just_one": ["name", "uid"]})
    assert problems(MINIMAL["api_activity"]) == []
    fault = ["metadata.product has to have just one of name, uid."]
    assert problems(changed("api_activity", {"metadata.product.uid": "a"})) == fault
    assert problems(changed("api_activity", {"metadata.product": {}})) == fault


def test_a_constraint_of_an_unknown_kind_does_not_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CLASSES[3004], "constraints", {"at_most_one": ["time", "count"]})
    assert problems(MINIMAL["entity_management"]) == [
        "the event has the constraint at_most_one, which this validator does not know."
    ]


# --- the copy of the schema ---------------------------------------------------------------------


def test_the_copy_is_of_the_release_that_events_name() -> None:
    assert VERSION == "1.8.0"


def test_every_attribute_of_the_copy_has_a_known_type_and_a_requirement() -> None:
    for definition in [*CLASSES.values(), *OBJECTS.values()]:
        for attribute in attributes(definition, set(validator.PROFILES)).values():
            assert attribute["requirement"] in {"required", "recommended", "optional"}
            assert (
                ("object_type" in attribute) if attribute["type"] == "object_t" else (attribute["type"] in TYPES)
            )


def test_constraints_and_the_texts_beside_numbers_are_of_attributes_that_the_copy_has() -> None:
    for definition in [*CLASSES.values(), *OBJECTS.values()]:
        known = attributes(definition, set(validator.PROFILES))
        assert {name for names in definition.get("constraints", {}).values() for name in names} <= set(known)
        assert {each["sibling"] for each in known.values() if {"sibling", "enum"} <= set(each)} <= set(known)


def test_the_copy_holds_nothing_that_is_not_used() -> None:
    classes_and_objects = [*CLASSES.values(), *OBJECTS.values()]
    assert set(DICTIONARY) == {name for each in classes_and_objects for name in each["attributes"]} & set(
        DICTIONARY
    )
    reached = {
        attribute.get("object_type")
        for each in classes_and_objects
        for attribute in attributes(each, set(validator.PROFILES)).values()
    }
    assert set(OBJECTS) <= reached


def test_the_copy_is_small() -> None:
    assert sum(path.stat().st_size for path in (Path(__file__).parent / "schema").rglob("*.json")) < 120_000
