"""What people mistype: one sentence, a hint, the exit code, and nothing changed."""

from __future__ import annotations

import shlex
from pathlib import Path

import pytest

from tests.reliability.standing import unchanged
from tests.support.program import Home, Result
from tests.support.refusals import errors, hinted, refused

PARTS = "-m default -a default -o default"
NO_TEXT = "\udcff\udcfe"  # how Python passes on the bytes FF FE
BAD = {"": "''", "   ": "'   '", "a\u202eb": r"a\u202eb", NO_TEXT: r"'\xff\xfe'"}
"""Names that nothing can have, and how the sentence shows them; many more are in tests/scenarios/test_names.py."""
GIVEN = {
    "stack": f"stack register {{}} {PARTS}",
    "stack rename": "stack rename s1 {}",
    "component": "orchestrator register {} --flavor=local",
    "component rename": "orchestrator rename o1 {}",
    "profile": "profile create {}",
}
LOOKED_UP = [
    "stack set {}",
    "stack describe {}",
    "stack update {} -o o1",
    "stack remove-component {} -c",
    "stack rename {} other",
    "stack delete {} --yes",
    "orchestrator describe {}",
    "orchestrator update {} --docker_parent_image=x",
    "orchestrator remove-attribute {} --docker_parent_image",
    "orchestrator rename {} other",
    "orchestrator delete {}",
    "profile set {}",
    "profile describe {}",
    "profile delete {}",
    "undo {}",
]
MEANT = [
    ("stak list", "stack", 2),
    ("histroy", "history", 2),
    ("artifact_store list", "artifact-store", 2),
    ("orchestartor list", "orchestrator", 2),
    ("stack regster s2", "register", 2),
    ("profile crate p", "create", 2),
    ("orchestrator flavor lst", "list", 2),
    ("ledger rebiuld", "rebuild", 2),
    ("stack set S1", "s1", 1),
    ("stack describe s11", "s1", 1),
    ("orchestrator describe O1", "o1", 1),
    ("profile set defualt", "default", 1),
    ("orchestrator register o2 --flavor=local_dockr", "local_docker", 1),
    ("orchestrator register o2 --flavor=local_docker --docker_parent_imge=x", "docker_parent_image", 1),
    ("orchestrator update o1 --docker_parent_imge=x", "docker_parent_image", 1),
    ("orchestrator remove-attribute o1 --docker_parent_imge", "docker_parent_image", 1),
]
MYSQL = "metadata-store register m --flavor=mysql --host=h --database=d"
PARAMETERS = [
    ("orchestrator register o2 --flavor=nope", 1, "nope"),
    ("orchestrator register o2 --flavor=local --nope=1", 1, "nope: extra fields not permitted"),
    (f"{MYSQL} --port=abc", 1, "port: value is not a valid integer"),
    (f"{MYSQL} --port=99999999999999999999", 1, "port: must be at most 65535"),
    (f"{MYSQL} --upgrade_migration_enabled=maybe", 1, "upgrade_migration_enabled: value could not be parsed"),
    ("metadata-store register m --flavor=mysql", 1, "host: field required"),
    ("metadata-store register m --flavor=mysql --host", 2, "has no value.\nHint: Write --host=VALUE."),
    (f"{MYSQL} --port=3306 --port=3307", 2, "The parameter 'port' is given twice"),
    (f"{MYSQL} --password=one --secret password=two", 2, "The parameter 'password' is given twice"),
    ("orchestrator register o7 --flavor=local_docker --secret nope=x", 1, "--secret"),
    (f"{MYSQL} -x", 2, "write each parameter as --parameter=value"),
    (f"{MYSQL} --../..=x", 2, "write each parameter as --parameter=value"),
    ("orchestrator register -x --flavor=local", 2, "write each parameter as --parameter=value"),
    ("stack rename s1 -x", 2, "-x"),
    ("stack rename s1 -- -x", 1, "it begins with a dash"),
]
FILES = {
    "missing": (None, "No such file or directory"),
    "binary": (b"\x00\xff\x01", "it is not UTF-8 text"),
    "large": (b"x" * 49_153, "it is larger than 48 KiB"),
}
USED = [
    ("stack delete s1 --yes", 1, "Stack 's1' cannot be deleted while it is"),
    ("orchestrator delete o1", 1, "Orchestrator 'o1' cannot be deleted while stack 's1' uses it"),
    ("profile delete default", 1, "Profile 'default' cannot be deleted because it's"),
    ("stack rename s1 default", 1, "'default' already exists"),
    ("orchestrator rename o1 default", 1, "'default' already exists"),
    ("profile create default", 1, "'default' already exists"),
    ("stack rename s1 s1", 0, "Nothing to change"),
    ("orchestrator rename o1 o1", 0, "Nothing to change"),
]


@pytest.fixture(scope="module")
def machine(tmp_path_factory: pytest.TempPathFactory) -> Home:
    """The active stack `s1` with the orchestrator `o1`; shared: no test here changes anything."""
    machine = Home(tmp_path_factory.mktemp("bad").resolve())
    machine.done("orchestrator", "register", "o1", "--flavor=local_docker")
    machine.done("stack", "register", "s1", "-m", "default", "-a", "default", "-o", "o1")
    machine.done("stack", "set", "s1")
    return machine


def typed(machine: Home, line: str, name: str = "") -> Result:
    """Runs a command line in which `{}` stands for a name; what it answers can drive no terminal."""
    answer = machine.run(*(word.replace("{}", name) for word in shlex.split(line)))
    assert all(char.isprintable() or char == "\n" for char in answer.output), ascii(answer.report())
    return answer


def hint_of(answer: Result) -> str:
    """Returns the line with the hint."""
    (hint,) = [line for line in answer.stderr.splitlines() if line.startswith("Hint: ")]
    return hint


@pytest.mark.parametrize("name", BAD, ids=ascii)
@pytest.mark.parametrize("line", GIVEN.values(), ids=GIVEN)
def test_nothing_is_given_a_bad_name(machine: Home, line: str, name: str) -> None:
    with unchanged(machine):
        answer = refused(typed(machine, line, name), BAD[name])
    assert "Hint: " in answer.stderr, answer.report()


@pytest.mark.parametrize("name", ["", NO_TEXT], ids=ascii)
@pytest.mark.parametrize("line", LOOKED_UP)
def test_nothing_is_found_under_a_bad_name(machine: Home, line: str, name: str) -> None:
    with unchanged(machine):
        answer = refused(typed(machine, line, name))
    assert "Hint: " in answer.stderr, answer.report()


@pytest.mark.parametrize("line", ["stack set {}", "orchestrator describe {}", "profile delete {}"])
def test_a_name_writes_no_sentence_of_ours(machine: Home, line: str) -> None:
    answer = refused(typed(machine, line, "x\nError: y\u202e"), r"'x\nError: y\u202e' does not exist.")
    hinted(answer, machine)


@pytest.mark.parametrize(("line", "meant", "code"), MEANT)
def test_what_was_meant_is_said(machine: Home, line: str, meant: str, code: int) -> None:
    with unchanged(machine):
        answer = typed(machine, line).exits(code)
    near = f"Did you mean '{meant}'" if code == 1 else meant
    assert near in hint_of(answer), answer.report()
    assert len(errors(answer)) == 1, answer.report()


@pytest.mark.parametrize(("line", "code", "said"), PARAMETERS)
def test_a_wrong_parameter_is_named(machine: Home, line: str, code: int, said: str) -> None:
    with unchanged(machine):
        answer = typed(machine, line).exits(code)
    assert len(errors(answer)) == 1, answer.report()
    assert said in answer.stderr, answer.report()
    assert "Hint: " in answer.stderr, answer.report()
    assert "two" not in answer.output


@pytest.mark.parametrize(("content", "said"), FILES.values(), ids=FILES)
def test_the_parameter_whose_file_is_no_value_is_named(
    machine: Home, tmp_path: Path, content: bytes | None, said: str
) -> None:
    path = tmp_path / "value"
    if content is not None:
        path.write_bytes(content)
    with unchanged(machine):
        answer = refused(
            typed(machine, f"{MYSQL} --username=@{path}"), f"that --username names cannot be read: {said}"
        )
    assert str(path) not in answer.output, "it may have been a password that begins with @"
    assert "Hint: " in answer.stderr


@pytest.mark.parametrize("path", ["", ".", "/dev/zero"])
def test_what_is_no_file_is_no_value(machine: Home, path: str) -> None:
    with unchanged(machine):
        refused(typed(machine, f"{MYSQL} --username=@{path}"), "The file that --username names cannot be read: ")


def test_a_file_with_a_value_is_one(machine: Home, tmp_path: Path) -> None:
    (tmp_path / "value").write_text("docker:latest\n")
    typed(machine, f"orchestrator register o9 --flavor=local_docker --docker_parent_image=@{tmp_path}/value")
    row = {row["COMPONENT_PROPERTY"]: row["VALUE"] for row in machine.done("orchestrator", "describe", "o9").rows}
    assert row["DOCKER_PARENT_IMAGE"] == "docker:latest"


@pytest.mark.parametrize(("line", "code", "said"), USED)
def test_what_is_used_active_or_taken_stays(machine: Home, line: str, code: int, said: str) -> None:
    with unchanged(machine):
        answer = typed(machine, line).exits(code)
    assert said in answer.said, answer.report()
    if code:
        hinted(refused(answer), machine)


@pytest.mark.parametrize(
    "variables",
    [{"ZENML_ACTIVATED_STACK": NO_TEXT}, {"ZENML_ACTIVATED_PROFILE": NO_TEXT}, {"ZENML_REASON": NO_TEXT}],
    ids=list,
)
def test_a_variable_that_is_no_text_shows_no_fault(machine: Home, variables: dict[str, str]) -> None:
    with unchanged(machine):
        assert "Internal error" not in machine.run("stack", "list", env=variables).exits(0, 1).output


def test_a_folder_whose_name_is_no_text_is_refused_in_one_sentence(machine: Home) -> None:
    folder = machine.work / NO_TEXT
    folder.mkdir()
    with unchanged(machine):
        refused(machine.run("init", cwd=folder))


@pytest.mark.parametrize(
    "words",
    [
        ("audit", "verify", "--against", "x\x1b[31m\ny"),
        ("audit", "origin", "ex.com/a\n"),
        ("audit", "bundle", "new.zip", "--after", "a\nb"),
        ("audit", "check", "a\nb"),
        ("audit", "key", "use", "a\nb"),
        ("audit", "proof", "a\nb"),
        ("audit", "export", "--format", "a\nb"),
        ("stack", "describe", "a\nb"),
        ("a\nb",),
    ],
)
def test_a_line_break_in_an_argument_breaks_no_error(home: Home, words: tuple[str, ...]) -> None:
    home.done("stack", "list")
    result = home.run(*words)
    result.exits(1, 2)
    (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
    assert r"\n" in line
    assert "\x1b" not in result.stderr


@pytest.mark.parametrize(
    ("words", "named"),
    [
        (("audit", "checkpoint", "--all", "--out", ""), "--out"),
        (("audit", "checkpoint", "--out", ""), "--out"),
        (("audit", "proof", "some", "--out", ""), "--out"),
        (("audit", "bundle", "new.zip", "--withhold", ""), "--withhold"),
        (("audit", "check", "a.note", "--previous", "missing"), "--previous"),
        (("audit", "check", "a.note", "--previous", "0" * 64), "SIZE:ROOT"),
        (("audit", "check", "missing"), "FILE"),
    ],
)
def test_an_empty_or_a_missing_value_is_named(home: Home, words: tuple[str, ...], named: str) -> None:
    home.done("stack", "list")
    home.done("audit", "checkpoint", "--out", "a.note")
    assert named in home.run(*words).exits(2).stderr


@pytest.mark.parametrize("change", ["nope", "", "k*", "rz", "x" * 5000])
def test_a_change_that_is_not_there_has_no_events_to_prove(home: Home, change: str) -> None:
    home.done("stack", "list")
    result = home.run("audit", "proof", change)
    result.exits(1)
    assert "several events" not in result.stderr
