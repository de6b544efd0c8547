"""`zenml <component> flavor …`, and registering with flavors that come from elsewhere."""

from __future__ import annotations

import json

import pytest

from tests.support.fixtures import home
from tests.support.program import Home
from zenml.domain.component_types import COMPONENT_TYPES, command
from zenml.flavors.index import FLAVORS

__all__ = ["home"]
OWN = """
from typing import Annotated
from zenml.artifact_stores import BaseArtifactStore
from zenml.domain.secrecy import SECRET

class MyStore(BaseArtifactStore):
    \"\"\"Keeps artifacts my way.

    Attributes:
        where: The place,
            in my words.
    \"\"\"

    FLAVOR = "mine"
    where: str
    key: Annotated[str | None, SECRET] = None
"""


def test_every_flavor_is_listed_and_described(home: Home) -> None:
    count = 0
    for component_type in COMPONENT_TYPES:
        listed = json.loads(home.done(command(component_type), "flavor", "list", "-o", "json").stdout)["flavors"]
        assert [it["name"] for it in listed] == [it.name for it in FLAVORS[component_type]]
        for it in listed:
            words = (command(component_type), "flavor", "describe", it["name"], "-o", "json")
            told = json.loads(home.done(*words).stdout)["flavor"]
            assert told["description"]
            assert all(parameter["description"] for parameter in told["parameters"])
            assert {parameter["name"] for parameter in told["parameters"]} == set(
                next(known for known in FLAVORS[component_type] if known.name == it["name"]).parameters
            )
            count += 1
    assert count == 44


def test_the_list_has_the_columns_of_the_reference(home: Home) -> None:
    rows = home.done("artifact-store", "flavor", "list").rows
    assert tuple(rows[0]) == ("FLAVOR", "INTEGRATION", "READY-TO-USE", "SOURCE")
    assert [(row["FLAVOR"], row["INTEGRATION"]) for row in rows] == [
        ("azure", "azure"),
        ("gcp", "gcp"),
        ("local", "built-in"),
        ("s3", "s3"),
    ]
    assert next(row for row in rows if row["FLAVOR"] == "local")["READY-TO-USE"] == "✅"


def test_a_flavor_is_described_parameter_by_parameter(home: Home) -> None:
    answer = home.done("metadata-store", "flavor", "describe", "mysql")
    assert answer.stdout.startswith("Keeps metadata in a MySQL or MariaDB database.\n")
    rows = {row["PARAMETER"]: row for row in answer.rows}
    assert rows["host"]["REQUIRED"] == "yes"
    assert (rows["port"]["TYPE"], rows["port"]["DEFAULT"]) == ("whole number", "3306")
    assert rows["password"]["SECRET"] == "yes"
    assert rows["database"]["MEANING"] == "Name of the database."
    assert "no parameters" in home.done("orchestrator", "flavor", "describe", "local").stdout
    refused = home.run("metadata-store", "flavor", "describe", "mysq", check=1)
    assert "Did you mean 'mysql'?" in refused.stderr


def test_a_flavor_of_ones_own_from_its_registration_to_its_end(home: Home) -> None:
    project = home.folder("project")
    (project / "mystore.py").write_text(OWN)
    home.done("init", cwd=project)
    refused = home.run("artifact-store", "flavor", "register", "project.mystore.MyStore", check=1)
    assert "No module named 'project'" in refused.stderr
    done = home.done("artifact-store", "flavor", "register", "mystore.MyStore", cwd=project)
    assert f"Importing 'mystore.MyStore' from the repository {project}; its code is run.\n" in done.stderr
    assert done.stdout == "Successfully registered new flavor 'mine' for stack component 'artifact_store'.\n"
    (row,) = (
        it for it in home.done("artifact-store", "flavor", "list", cwd=project).rows if it["FLAVOR"] == "mine"
    )
    assert (row["INTEGRATION"], row["READY-TO-USE"], row["SOURCE"]) == ("", "✅", "mystore.MyStore")
    described = home.done("artifact-store", "flavor", "describe", "mine", cwd=project)
    assert "Its parameters are not shown" in described.stdout
    assert "Importing" not in described.stderr
    home.done("artifact-store", "register", "m", "-f", "mine", "--where=here", "--key=geheim", cwd=project)
    elsewhere = home.folder("elsewhere")
    (row,) = (
        it for it in home.done("artifact-store", "flavor", "list", cwd=elsewhere).rows if it["FLAVOR"] == "mine"
    )
    assert row["READY-TO-USE"] == ""
    shown = home.done("artifact-store", "describe", "m", cwd=elsewhere).stdout
    assert "here" in shown
    assert "geheim" not in shown
    for words in (("update", "m", "--where=there"), ("up", "m")):
        refused = home.run("artifact-store", *words, cwd=elsewhere, check=1)
        assert "can not import the flavor class 'mystore.MyStore': No module named 'mystore'" in refused.output
    for words in (("rename", "m", "n"), ("copy", "n", "o"), ("delete", "o")):
        home.done("artifact-store", *words, cwd=elsewhere)
    in_use = home.run("artifact-store", "flavor", "delete", "mine", check=1)
    assert "cannot be deleted while artifact store 'n' uses it" in in_use.stderr
    home.done("artifact-store", "delete", "n")
    home.done("artifact-store", "flavor", "delete", "mine")
    home.done("undo")
    assert "mine" in home.done("artifact-store", "flavor", "list").stdout


def test_it_is_found_from_the_repositorys_root(home: Home) -> None:
    project = home.folder("project")
    inner = home.folder("project/inner")
    (project / "stores").mkdir()
    (project / "stores" / "mine.py").write_text(OWN)
    home.done("init", cwd=project)
    home.done("artifact-store", "flavor", "register", "stores.mine.MyStore", cwd=inner)
    home.done("artifact-store", "register", "m", "-f", "mine", "--where=here", cwd=inner)


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("nope.Nope", "No module named 'nope'"),
        ("mystore.Nope", "module 'mystore' has no class 'Nope'"),
        ("mystore", "it does not name a module"),
        ("broken.MyStore", "division by zero"),
        ("json.JSONDecoder", "it is not a subclass"),
        ("zenml.orchestrators.BaseOrchestrator", "the class does not set FLAVOR"),
        ("zenml.orchestrators.LocalOrchestrator", "is a flavor of the type orchestrator, not of artifact_store"),
        ("zenml.artifact_stores.S3ArtifactStore", "Artifact store flavor 's3' already exists"),
        ("mystore.MyStore", "Artifact store flavor 'mine' already exists"),
    ],
)
def test_what_is_no_flavor_is_refused_in_a_sentence(home: Home, source: str, why: str) -> None:
    home.done("init")
    (home.work / "mystore.py").write_text(OWN)
    (home.work / "broken.py").write_text("1 / 0")
    if source == "mystore.MyStore":
        home.done("artifact-store", "flavor", "register", source)
    refused = home.run("artifact-store", "flavor", "register", source, check=1)
    assert why in refused.stderr
    assert "Hint: " in refused.stderr


def test_a_flavor_of_an_installed_package_needs_no_registration(home: Home) -> None:
    site = home.folder("site")
    (site / "mystore.py").write_text(OWN)
    info = site / "my_stores-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: my-stores\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[zenml.flavors]\nmine = mystore:MyStore\nbroken = nope:Nope\n")
    there = {"PYTHONPATH": str(site)}
    (row,) = (it for it in home.run("artifact-store", "flavor", "list", env=there).rows if it["FLAVOR"] == "mine")
    assert (row["INTEGRATION"], row["READY-TO-USE"], row["SOURCE"]) == ("", "✅", "mystore.MyStore")
    home.run("artifact-store", "register", "m", "-f", "mine", "--where=here", env=there, check=0)
    assert "here" in home.done("artifact-store", "describe", "m").stdout


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        (
            ("--path=s3://b", '--client_kwargs={"endpoint_url": "http://m:9000"}'),
            {"endpoint_url": "http://m:9000"},
        ),
        (("--path", "s3://b", "--client_kwargs", '{"a": [1, {"b": null}]}'), {"a": [1, {"b": None}]}),
        (("--path=s3://b", "--client-kwargs=@kwargs.json"), {"from": "a file"}),
    ],
)
def test_nested_parameters_are_json_text_or_files(
    home: Home, words: tuple[str, ...], expected: dict[str, object]
) -> None:
    (home.work / "kwargs.json").write_text('{"from": "a file"}')
    home.done("artifact-store", "register", "s", "-f", "s3", *words)
    told = json.loads(home.done("artifact-store", "describe", "s", "-o", "json").stdout)["component"]
    assert told["parameters"]["client_kwargs"] == expected
