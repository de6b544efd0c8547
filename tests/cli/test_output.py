"""Answers for programs: every shape is what docs/output.md says, and JSON and YAML say the same."""

from __future__ import annotations

import hashlib
import json
import re
import shlex
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.ledger.histories import everything
from tests.ledger.machines import Machine
from tests.support.program import ZENML, Home, Result

PAGE = Path(__file__).parents[2] / "docs" / "output.md"
SECTION = re.compile(r"^## (?P<name>.+?)\n(?P<body>.*?)(?=^## |\Z)", re.MULTILINE | re.DOTALL)
ROW = re.compile(r"^\| `(\w+)` \| (.+?) \| .*\|$", re.MULTILINE)
LINK = re.compile(r"\[(.+?)\]")
PRIMITIVES = {"text": str, "number": int, "true or false": bool, "object": dict, "list of text": list}
PARTS = ("-a", "default", "-o", "default")


@cache
def shapes() -> dict[str, dict[str, str]]:
    """Returns what the page says: by section the keys, and what each is."""
    found = {
        it["name"]: dict(ROW.findall(it["body"])) for it in SECTION.finditer(PAGE.read_text(encoding="utf-8"))
    }
    found["described flavor"] = {**found["flavor"], **found["described flavor"]}
    found["shown change"] = {**found["change"], **found["shown change"]}
    found["shown run"] = {**found["run"], **found["shown run"]}
    found["cause"] = {**found["change"], **found["cause"]}
    return found


def check(value: Any, what: str) -> None:
    """Checks a value against what the page says it is."""
    linked = LINK.search(what)
    if value is None:
        assert "null" in what or what == "any"
    elif linked is None and what != "any":
        assert isinstance(value, PRIMITIVES[what.removesuffix(" or null")]), what
    elif linked and what.startswith("list of "):
        assert isinstance(value, list)
        for one in value:
            check(one, f"[{linked[1]}]")
    elif linked:
        assert list(value) == list(shapes()[linked[1]])
        for key, is_a in shapes()[linked[1]].items():
            check(value[key], is_a)


def answered(answer: Result) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(answer.stdout)
    assert next(iter(found)) == "version"
    assert found.pop("version") == 1
    return found


@pytest.fixture
def lived(used: Home) -> Home:
    used.done("artifact-store", "register", "größe 栈", "-f", "local", "--path", f"{used.base}/data")
    used.done("metadata-store", "register", "db", "-f", "mysql", "--host=h", "--database=d", "--password=hunter22")
    used.done("service", "token", "create", "ci", "--role", "writer")
    used.done("label", "release 1")
    used.done(
        "stack", "register", "prod", "-a", "größe 栈", "-o", "default", "-m", "db", "--set", "--reason", "why"
    )
    used.done("profile", "create", "other")
    used.done("undo")
    return used


READS = {
    ("profile", "list"): {"profiles": "list of [profile]"},
    ("profile", "get"): {"profile": "[profile]"},
    ("profile", "describe", "default"): {"profile": "[profile]"},
    ("stack", "list"): {"stacks": "list of [stack]"},
    ("stack", "get"): {"stack": "[stack]"},
    ("stack", "describe", "prod"): {"stack": "[stack]"},
    ("metadata-store", "list"): {"components": "list of [component]"},
    ("metadata-store", "get"): {"component": "[component]"},
    ("metadata-store", "describe", "default"): {"component": "[component]"},
    ("artifact-store", "describe"): {"component": "[component]"},
    ("alerter", "list"): {"components": "list of [component]"},
    ("alerter", "get"): {"component": "null"},
    ("alerter", "describe"): {"component": "null"},
    ("container-registry", "flavor", "list"): {"flavors": "list of [flavor]"},
    ("alerter", "flavor", "list"): {"flavors": "list of [flavor]"},
    ("metadata-store", "flavor", "describe", "mysql"): {"flavor": "[described flavor]"},
    ("status",): {"status": "[status]"},
    ("config",): {"config": "[config]"},
    ("history",): {"changes": "list of [change]"},
    ("history", "--all", "--reverse"): {"changes": "list of [change]"},
    ("show",): {"change": "[shown change]"},
    ("label", "list"): {"labels": "list of [label]"},
    ("approval", "list"): {"rules": "list of [approval rule]", "approved": "list of [approval]"},
    ("service", "token", "list"): {"tokens": "list of [token]"},
    ("blame", "stack", "prod", "--history"): {"blame": "[blame]"},
    ("stack", "list", "--at", "now"): {"at": "[point]", "stacks": "list of [stack]"},
    ("diff", "release 1", "--log"): {"at": "[point]", "changes": "list of [change]"},
}


def test_every_answer_is_what_the_page_says(lived: Home) -> None:
    for words, shape in READS.items():
        plain = lived.done(*words)
        as_json = lived.done(*words, "-o", "json")
        found = answered(as_json)
        assert list(found) == list(shape), words
        for key, is_a in shape.items():
            check(found[key], is_a)
        assert as_json.stderr == plain.stderr, words
        as_yaml = lived.done(*words, "--output=yaml")
        assert yaml.safe_load(as_yaml.stdout) == json.loads(as_json.stdout), words
        assert list(yaml.safe_load(as_yaml.stdout)) == list(json.loads(as_json.stdout))
        assert "hunter22" not in as_json.output + as_yaml.output


NAMES = {
    ("profile", "list"): ["profile/default"],
    ("profile", "get"): ["profile/default"],
    ("profile", "describe", "profile/default"): ["profile/default"],
    ("stack", "list"): ["stack/default", "stack/prod"],
    ("stack", "get"): ["stack/prod"],
    ("stack", "describe"): ["stack/prod"],
    ("stack", "describe", "stack/default"): ["stack/default"],
    ("artifact-store", "list"): ["artifact-store/default", "artifact-store/größe 栈"],
    ("artifact-store", "describe", "artifact-store/default"): ["artifact-store/default"],
    ("alerter", "list"): [],
    ("alerter", "get"): [],
    ("container-registry", "flavor", "describe", "aws"): ["aws"],
    ("label", "list"): ["label/release 1"],
    ("stack", "list", "--at", "label/release 1"): ["stack/default"],
}


def test_names_alone_are_a_line_each_and_can_be_typed_back(lived: Home) -> None:
    for words, names in NAMES.items():
        assert lived.done(*words, "-o", "name").stdout.splitlines() == names, words
    for change in lived.done("history", "--output=name").stdout.splitlines():
        assert lived.done("show", change, "-o", "name").stdout == f"{change}\n"
    for name in lived.done("artifact-store", "list", "-o", "name").stdout.splitlines():
        lived.done("artifact-store", "describe", name)


@pytest.mark.parametrize("words", ["status", "config", "ledger status", "audit verify", "blame stack default"])
def test_an_answer_without_names_is_not_given_as_names(used: Home, words: str) -> None:
    assert (
        "'name' is not one of 'table', 'wide', 'json', 'yaml'"
        in used.run(*words.split(), "-o", "name", check=2).stderr
    )


QUICK = ["stack list", "orchestrator describe default", "history", "status"]
SPELLINGS = ["-o json", "-ojson", "--output json", "--output=json"]


@pytest.mark.parametrize("words", QUICK)
def test_an_option_is_the_same_however_it_is_spelled(used: Home, words: str) -> None:
    answers = {used.done(*words.split(), *spelling.split()).stdout for spelling in SPELLINGS}
    assert len(answers) == 1
    assert json.loads(answers.pop())["version"] == 1
    for wrong in ("-o=json", "--output=", "-o json -o json extra"):
        used.run(*words.split(), *wrong.split(), check=2)
    used.run("-o", "json", *words.split(), check=2)


def test_what_was_prepared_is_what_the_page_says(lived: Home) -> None:
    for words in (("stack", "up"), ("artifact-store", "up", "default"), ("stack", "down")):
        found = answered(lived.run(*words, "-o", "json"))
        assert list(found) == ["components", "change"]
        check(found["components"], "list of [prepared]")
        check(found["change"], "text or null")


def test_what_is_said_of_the_service_is_what_the_page_says(used: Home) -> None:
    ended = answered(used.run("service", "status", "-o", "json", check=1))
    used.done("service", "up", "--port", "0")
    try:
        answers = answered(used.done("service", "status", "-o", "json"))
    finally:
        used.done("service", "down")
    for found, runs in ((ended, False), (answers, True)):
        assert list(found) == ["service"]
        check(found["service"], "[service]")
        assert (found["service"]["running"], found["service"]["url"] is not None) == (runs, runs)


def test_what_bisect_tried_is_what_the_page_says(lived: Home) -> None:
    lived.done("artifact-store", "update", "größe 栈", "--path", f"{lived.base}/moved")
    words = (str(ZENML), "artifact-store", "describe", "größe 栈", "-o", "json")
    command = f"{shlex.join(words)} | grep -q /data"
    found = answered(lived.done("bisect", "--good", "release 1", "-o", "json", "--", "sh", "-c", command))
    assert list(found) == ["first", "suspects", "steps"]
    check(found["first"], "[change]")
    check(found["suspects"], "list of [change]")
    check(found["steps"], "list of [step]")
    assert found["first"]["summary"] == "set path of artifact store 'größe 栈'"
    assert found["suspects"] == [found["first"]]
    assert found["steps"][0]["verdict"] == "bad"
    assert found["steps"][1]["verdict"] == "good"


def test_a_difference_is_an_array_of_operations(lived: Home) -> None:
    lived.done("label", "release 2")
    lived.done("stack", "rename", "prod", "live")
    found = json.loads(lived.done("diff", "release 2", "-o", "json").stdout)
    (added,) = [it for it in found if it["path"] == "/labels/release 2"]
    assert (added["op"], list(added["value"])) == ("add", ["change"])  # the label itself came after its point
    assert [it for it in found if it != added] == [
        {"op": "move", "from": "/stacks/prod", "path": "/stacks/live"},
        {"op": "replace", "path": "/active_stack", "value": "live"},
    ]


def test_changes_that_are_recorded_or_rehearsed_are_what_the_page_says(lived: Home) -> None:
    words = ("stack", "rename", "prod", "live", "--output", "json")
    rehearsed = answered(lived.done(*words, "--dry-run"))
    assert list(rehearsed) == list(shapes()["dry run"])
    for key, is_a in shapes()["dry run"].items():
        check(rehearsed[key], is_a)
    recorded = answered(lived.done(*words))
    check(recorded["change"], "[change]")
    assert recorded["change"]["summary"] == "rename stack 'prod' to 'live'"
    assert answered(lived.done("history", "-n", "1", "-o", "json")) == {"changes": [recorded["change"]]}


def test_checkpoints_proofs_and_comparisons_are_what_the_page_says(lived: Home) -> None:
    lived.done("audit", "checkpoint", "--out", "a.note")
    checkpoint = answered(lived.done("audit", "checkpoint", "-o", "json"))["checkpoint"]
    check(checkpoint, "[checkpoint]")
    check(
        answered(lived.done("audit", "checkpoint", "--all", "-o", "json"))["checkpoints"], "list of [checkpoint]"
    )
    change = answered(lived.done("history", "-n", "1", "-o", "json"))["changes"][0]["letters"]
    check(answered(lived.done("audit", "proof", change, "-o", "json"))["proofs"], "list of [proof]")
    bundle = answered(lived.done("audit", "bundle", "b.zip", "--all", "-o", "json"))["bundle"]
    check(bundle, "[bundle]")
    assert bundle["sha256"] == hashlib.sha256(Path(bundle["file"]).read_bytes()).hexdigest()
    assert bundle["opened"] == bundle["events"] == sum(one["size"] or 0 for one in bundle["ledgers"])
    sources = ("--against", "a.note", "--against", f"1:{checkpoint['root']}")
    verified = answered(lived.run("audit", "verify", *sources, "-o", "json", check=5))
    assert [one["state"] for one in verified["against"]] == ["ok", "bad"]
    check(verified["against"], "list of [compared]")


def test_anchors_are_what_the_page_says(lived: Home) -> None:
    check(answered(lived.done("audit", "anchor", "add", "file", "notes", "-o", "json"))["anchor"], "[anchor]")
    lived.done("audit", "anchor")
    check(answered(lived.done("audit", "anchor", "list", "-o", "json"))["anchors"], "list of [anchor]")
    lived.done("audit", "anchor", "remove", "file-notes")


def test_every_section_of_the_page_is_met(lived: Home) -> None:
    met = {LINK.search(is_a)[1] for shape in READS.values() for is_a in shape.values() if "[" in is_a}  # type: ignore[index]
    met |= {"prepared", "service", "step", "checkpoint", "proof", "bundle", "compared", "anchor"}
    met |= {"run", "shown run", "compared runs"}  # in test_runs.py
    waiting = [*met, "dry run"]
    while waiting:
        linked = {found for is_a in shapes()[waiting.pop()].values() for found in LINK.findall(is_a)}
        waiting.extend(linked - met)
        met |= linked
    assert met | {"dry run"} == set(shapes()) - {"Differences"}


def test_a_line_is_a_change(lived: Home) -> None:
    lines = [json.loads(line) for line in lived.done("history", "-o", "jsonl").stdout.splitlines()]
    changes = json.loads(lived.done("history", "-o", "json").stdout)["changes"]
    assert lines == [{"version": 1, **change} for change in changes]
    assert next(iter(lines[0])) == "version"


def test_what_is_in_them(lived: Home) -> None:
    (_, db) = sorted(
        answered(lived.done("metadata-store", "list", "-o", "json"))["components"], key=lambda it: -len(it["name"])
    )
    assert db["parameters"] == {
        "database": "d",
        "host": "h",
        "password": "***",
        "port": 3306,
        "secret": None,
        "upgrade_migration_enabled": True,
        "username": None,
    }  # fmt: skip
    answer = lived.done("stack", "list", "-o", "json")
    assert "größe 栈" in answer.stdout
    default, prod = answered(answer)["stacks"]
    assert (default["active"], prod["active"]) == (False, True)
    assert prod["components"] == {"artifact_store": "größe 栈", "metadata_store": "db", "orchestrator": "default"}
    undo, created, registered = answered(lived.done("history", "-n", "3", "-o", "json"))["changes"]
    assert undo["targets"] == [created["letters"]]
    assert created["undone_by"] == undo["letters"]
    assert undo["letters"].startswith(undo["change"])
    assert (registered["reason"], registered["next_to_undo"], registered["undone_by"]) == ("why", True, None)
    for change in (undo, created, registered):
        assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z", change["time"])


@pytest.mark.parametrize(
    "words",
    [
        ("stack", "list"),
        ("stack", "describe", "prod"),
        ("orchestrator", "flavor", "list"),
        ("history",),
        ("show",),
    ],
    ids=" ".join,
)
def test_an_unknown_form_is_refused(used: Home, words: tuple[str, ...]) -> None:
    for form in (("-o", "xml"), ("--output=jsonl",) if words != ("history",) else ("--output", "csv")):
        answer = used.run(*words, *form, check=2)
        assert "'json'" in answer.stderr
        assert not answer.stdout


def test_errors_stay_sentences(used: Home) -> None:
    answer = used.run("stack", "describe", "nope", "-o", "json", check=1)
    assert (answer.stdout, "Error: Stack 'nope' does not exist." in answer.stderr) == ("", True)
    assert answer.stderr == used.run("stack", "describe", "nope", check=1).stderr


def test_the_parser_and_the_short_way_answer_alike(lived: Home) -> None:
    for words in (("stack", "list"), ("stack", "describe", "prod"), ("orchestrator", "get"), ("history",)):
        short = lived.done(*words, "-o", "json")
        parsed = lived.done(*words, "-ojson")
        assert (short.stdout, short.stderr) == (parsed.stdout, parsed.stderr)


def test_whatever_happened_has_a_shape(machine: Machine) -> None:
    everything(machine)
    here = machine.repository()
    for info in here.history(everything=True):
        check(info.document(), "[change]")
        check(json.loads(json.dumps(here.show(info.letters).document())), "[shown change]")
