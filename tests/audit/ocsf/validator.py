"""Says what is wrong with an OCSF event, going by the trimmed copy of the schema in the folder beside this file.

The copy resolves inheritance and includes; `schema/NOTICE.md` tells where it is from. What it leaves out is
reported when an event uses it, so an event without problems was checked in full.
"""

from __future__ import annotations

import json
import math
import re
from pathlib import Path
from typing import Any

Json = dict[str, Any]

_FOLDER = Path(__file__).parent / "schema"
_LONG = 2**63  # the schema says eight bytes in prose alone
_UNNAMED = {"0", "99"}  # Unknown and Other: the text beside them is the reporter's own


def _read(path: Path) -> Json:
    found: Json = json.loads(path.read_text(encoding="utf-8"))
    return found


def _folder(name: str) -> dict[str, Json]:
    return {path.stem: _read(path) for path in sorted((_FOLDER / name).rglob("*.json"))}


VERSION: str = _read(_FOLDER / "version.json")["version"]
DICTIONARY: dict[str, Json] = _read(_FOLDER / "dictionary.json")["attributes"]
TYPES: dict[str, Json] = _read(_FOLDER / "dictionary.json")["types"]
OBJECTS = _folder("objects")
PROFILES = _folder("profiles")
CLASSES: dict[int, Json] = {each["uid"]: each for each in _folder("events").values()}


def problems(event: dict[str, Any]) -> list[str]:
    """Return a sentence for each problem of an event, or nothing for a valid one."""
    uid = event.get("class_uid")
    if type(uid) is not int or uid not in CLASSES:
        return [f"class_uid is {uid!r}, which is no class of the trimmed copy."]
    applied, found = _profiles(event, CLASSES[uid])
    check = _Check(applied)
    check.attributes("", CLASSES[uid], event)
    return found + check.found + _identity(event, CLASSES[uid])


def attributes(definition: Json, profiles: set[str]) -> dict[str, Json]:
    """Return the attributes that a class or an object has under these profiles, completed by the dictionary."""
    return {
        name: {**DICTIONARY.get(name, {}), **own}
        for name, own in definition["attributes"].items()
        if "profiles" not in own or profiles & set(own["profiles"])
    }


def _profiles(event: Json, definition: Json) -> tuple[set[str], list[str]]:
    metadata = event.get("metadata")
    named = metadata.get("profiles") if isinstance(metadata, dict) else None
    applied: set[str] = set()
    found = []
    for index, name in enumerate(named if isinstance(named, list) else []):
        path = f"metadata.profiles[{index}]"
        if name not in definition["profiles"]:
            found.append(f"{path} is {name!r}, which is no profile of {definition['name']}.")
        elif name not in PROFILES:
            found.append(f"{path} is {name!r}, which is not in the trimmed copy.")
        else:
            applied.add(name)
    return applied, found


def _identity(event: Json, definition: Json) -> list[str]:
    found = []
    activity = event.get("activity_id")
    if type(activity) is int and event.get("type_uid") != (right := definition["uid"] * 100 + activity):
        found.append(f"type_uid has to be {right}, from class_uid and activity_id.")
    if event.get("category_uid") != definition["category_uid"]:
        found.append(f"category_uid has to be {definition['category_uid']}, from class_uid.")
    metadata = event.get("metadata")
    if isinstance(metadata, dict) and metadata.get("version") != VERSION:
        found.append(f"metadata.version has to be {VERSION}.")
    return found


class _Check:
    """Walks through an event and collects what it finds."""

    def __init__(self, profiles: set[str]) -> None:
        self.found: list[str] = []
        self._profiles = profiles

    def attributes(self, path: str, definition: Json, values: Json) -> None:
        known = attributes(definition, self._profiles)
        for name, attribute in known.items():
            if attribute["requirement"] == "required" and name not in values:
                self._say(path + name, "is required.")
        for name, value in values.items():
            if name in known:
                self._attribute(path + name, known[name], value)
            elif name in definition["attributes"]:
                needed = " or ".join(definition["attributes"][name]["profiles"])
                self._say(path + name, f"needs the profile {needed}, which metadata.profiles does not name.")
            else:
                self._say(path + name, f"is no attribute of {definition['name']} in the trimmed copy.")
        self._constraints(path, definition.get("constraints", {}), values)
        for name, attribute in known.items():
            if name in values and "enum" in attribute and "sibling" in attribute:
                self._sibling(path, name, attribute, values)

    def _say(self, path: str, what: str) -> None:
        self.found.append(f"{path} {what}")

    def _constraints(self, path: str, constraints: dict[str, list[str]], values: Json) -> None:
        at = path.rstrip(".") or "the event"
        for kind, names in constraints.items():
            present = sum(name in values for name in names)
            if kind == "at_least_one" and not present:
                self._say(at, f"has to have at least one of {', '.join(names)}.")
            elif kind == "just_one" and present != 1:
                self._say(at, f"has to have just one of {', '.join(names)}.")
            elif kind not in {"at_least_one", "just_one"}:
                self._say(at, f"has the constraint {kind}, which this validator does not know.")

    def _attribute(self, path: str, attribute: Json, value: object) -> None:
        if "@deprecated" in attribute:
            self._say(path, f"is deprecated since {attribute['@deprecated']['since']}.")
        if not attribute.get("is_array"):
            self._one(path, attribute, value)
        elif isinstance(value, list):
            for index, each in enumerate(value):
                self._one(f"{path}[{index}]", attribute, each)
        else:
            self._say(path, "has to be an array.")

    def _one(self, path: str, attribute: Json, value: object) -> None:
        if attribute["type"] == "object_t":
            self._object(path, attribute["object_type"], value)
        elif (wrong := _mistyped(attribute["type"], value)) is not None:
            self._say(path, wrong)
        elif "enum" in attribute:
            if str(value) not in attribute["enum"]:
                self._say(path, f"is {value!r}, which is none of {', '.join(attribute['enum'])}.")
            elif "@deprecated" in (chosen := attribute["enum"][str(value)]):
                self._say(path, f"is {value!r}, which is deprecated since {chosen['@deprecated']['since']}.")

    def _object(self, path: str, name: str, value: object) -> None:
        if not isinstance(value, dict):
            self._say(path, f"has to be an object ({name}).")
        elif name not in OBJECTS:
            self._say(path, f"is an object ({name}) that is not in the trimmed copy.")
        elif name != "object":  # the one without attributes of its own holds whatever there is
            self.attributes(f"{path}.", OBJECTS[name], value)

    def _sibling(self, path: str, name: str, attribute: Json, values: Json) -> None:
        sibling = attribute["sibling"]
        key = str(values[name])
        if sibling in values and key not in _UNNAMED and key in attribute["enum"]:
            caption = attribute["enum"][key]["caption"]
            if values[sibling] != caption:
                self._say(path + sibling, f"has to be {caption!r}, as {name} is {key}.")


def _mistyped(name: str, value: object) -> str | None:
    """Return what is wrong with a value of a type that is no object, or None."""
    facts = TYPES[name]
    base = facts.get("type", name)
    if not _is(base, value):
        return f"has to be of the type {name}."
    if "regex" in facts and re.fullmatch(facts["regex"], str(value), re.ASCII) is None:
        return f"is {value!r}, which is not of the form of {name}."
    if "max_len" in facts and len(str(value)) > facts["max_len"]:
        return f"is longer than the {facts['max_len']} characters of {name}."
    if "range" in facts and isinstance(value, int) and not facts["range"][0] <= value <= facts["range"][1]:
        return f"is {value}, which is not between {facts['range'][0]} and {facts['range'][1]}."
    return None


def _is(base: str, value: object) -> bool:
    match base:
        case "json_t":
            return True
        case "string_t":
            return isinstance(value, str)
        case "boolean_t":
            return isinstance(value, bool)
        case "float_t":
            return type(value) is int or (isinstance(value, float) and math.isfinite(value))
        case "integer_t":
            return type(value) is int
        case "long_t":
            return type(value) is int and -_LONG <= value < _LONG
    raise AssertionError(f"{base} is no base type that this validator knows")
