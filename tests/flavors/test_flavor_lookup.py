import subprocess
import sys
from pathlib import Path

import pytest

from zenml.domain.component_types import COMPONENT_TYPES
from zenml.domain.errors import FlavorImportError, FlavorNotFoundError
from zenml.flavors.__main__ import INDEX, text
from zenml.flavors.base import StackComponent
from zenml.flavors.build import build
from zenml.flavors.index import FLAVORS
from zenml.flavors.info import FlavorInfo
from zenml.flavors.loading import load
from zenml.flavors.lookup import SHIPPED, Flavors, secret_names

EACH = [(component_type, info) for component_type, known in FLAVORS.items() for info in known]


@pytest.mark.parametrize(("component_type", "info"), EACH)
def test_what_the_table_says_is_what_the_class_says(component_type: str, info: FlavorInfo) -> None:
    loaded = SHIPPED.load(component_type, info.name)
    assert issubclass(loaded, StackComponent)
    assert f"{loaded.__module__}.{loaded.__qualname__}" == info.source
    assert (component_type, info.name) == (loaded.TYPE, loaded.FLAVOR)
    assert (info.integration, info.package) == (loaded.INTEGRATION, loaded.PACKAGE)
    assert set(info.parameters) == {parameter.name for parameter in loaded.describe_parameters()}
    assert set(info.secrets) == loaded.secret_parameters()


def test_the_table_knows_component_types_alone_and_lists_flavors_by_name() -> None:
    assert set(FLAVORS) <= set(COMPONENT_TYPES)
    for component_type in COMPONENT_TYPES:
        names = [info.name for info in SHIPPED.of(component_type)]
        assert names == sorted(set(names))


def test_secret_names_are_those_of_all_flavors() -> None:
    assert secret_names() == {
        name
        for component_type, info in EACH
        for name in SHIPPED.load(component_type, info.name).secret_parameters()
    }
    assert "password" in secret_names()


def test_a_mistyped_flavor_is_not_found_but_guessed() -> None:
    with pytest.raises(FlavorNotFoundError) as caught:
        SHIPPED.load("metadata_store", "sqlit")
    assert str(caught.value) == "There is no flavor 'sqlit' for the type metadata_store."
    assert caught.value.hint == "Did you mean 'sqlite'?"


@pytest.mark.parametrize(
    ("component_type", "flavor"), [("artifact_store", "xyzzy"), ("container_registry", ""), ("nonsense", "a")]
)
def test_a_flavor_that_is_like_no_other_is_answered_with_the_list(component_type: str, flavor: str) -> None:
    with pytest.raises(FlavorNotFoundError) as caught:
        SHIPPED.load(component_type, flavor)
    command = component_type.replace("_", "-")
    assert caught.value.hint == f'Run "zenml {command} flavor list" to see the flavors.'


def test_a_flavor_is_ready_when_its_package_is_installed() -> None:
    assert SHIPPED.ready(FlavorInfo("a", "x.A"))
    assert SHIPPED.ready(FlavorInfo("a", "x.A", package="pytest"))
    for package in ("no_such_package", "no_such_package.inner", "pytest.no_such_module", "json.decoder.inner"):
        assert not SHIPPED.ready(FlavorInfo("a", "x.A", package=package))


def loaded_after(code: str) -> set[str]:
    code += "\nimport sys; print(*sys.modules)"
    return set(
        subprocess.run([sys.executable, "-c", code], check=True, capture_output=True, text=True).stdout.split()
    )


def test_one_flavor_is_loaded_without_the_others() -> None:
    modules = loaded_after("from zenml.flavors.lookup import SHIPPED; SHIPPED.load('metadata_store', 'sqlite')")
    sources = {info.source.rpartition(".")[0] for _, info in EACH}
    assert sources & modules == {"zenml.flavors.metadata_stores.sqlite"}


def test_flavors_are_listed_without_loading_any() -> None:
    modules = loaded_after(
        "from zenml.flavors.lookup import SHIPPED, secret_names\n"
        "assert secret_names() and [SHIPPED.ready(info) for info in SHIPPED.of('orchestrator')]"
    )
    assert "zenml.flavors.lookup" in modules
    assert not {"pydantic", "zenml.flavors.base"} & modules
    assert not {info.source.rpartition(".")[0] for _, info in EACH} & modules


def test_the_index_is_what_the_classes_make_of_it() -> None:
    assert INDEX.read_text("utf-8") == text(), "write it anew with: python -m zenml.flavors"


@pytest.fixture
def own(tmp_path: Path) -> Flavors:
    lines = ("from zenml.stack import StackComponent", "class Own(StackComponent):")
    words = ("    TYPE = 'orchestrator'", "    FLAVOR = 'own'", "    size: int = 1", "")
    (tmp_path / "registered_flavor.py").write_text("\n".join([*lines, *words]))
    info = FlavorInfo("own", "registered_flavor.Own", custom=True)
    return Flavors({"orchestrator": [info]}, str(tmp_path))


def test_a_registered_flavor_is_found_from_its_root_and_the_path_stays(own: Flavors) -> None:
    before = list(sys.path)
    sys.modules.pop("registered_flavor", None)
    assert own.load("orchestrator", "own").FLAVOR == "own"
    assert build("orchestrator", "own", "a", None, {"size": "3"}, own).parameters == {"size": 3}
    assert sys.path == before
    assert [info.name for info in own.of("orchestrator") if info.custom] == ["own"]
    assert own.ready(own.find("orchestrator", "own"))
    assert own.known("alerter", "own") is None


def test_a_registered_flavor_whose_code_is_missing_is_known_and_not_ready(tmp_path: Path) -> None:
    there = Flavors({"orchestrator": [FlavorInfo("own", "nowhere_at_all.Own", custom=True)]}, str(tmp_path))
    assert not there.ready(there.find("orchestrator", "own"))
    with pytest.raises(FlavorImportError, match="No module named 'nowhere_at_all'"):
        there.load("orchestrator", "own")


@pytest.fixture
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    lines = ("from zenml.alerters import BaseAlerter", "class Pager(BaseAlerter):", "    FLAVOR = 'pager'")
    other = ("class Slack(BaseAlerter):", "    FLAVOR = 'slack'")
    (tmp_path / "pager_package.py").write_text("\n".join([*lines, *other]))
    info = tmp_path / "pager-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pager\nVersion: 1.0\n")
    points = (
        "[zenml.flavors]",
        "pager = pager_package:Pager",
        "slack = pager_package:Slack",
        "broken = nope:Nope",
    )
    (info / "entry_points.txt").write_text("\n".join(points))
    monkeypatch.syspath_prepend(str(tmp_path))


@pytest.mark.usefixtures("installed")
def test_an_installed_package_has_flavors_without_registration() -> None:
    assert [(info.name, info.custom) for info in SHIPPED.of("alerter")] == [("pager", True), ("slack", False)]
    assert build("alerter", "pager", "a", None, {}).FLAVOR == "pager"
    assert SHIPPED.find("alerter", "pager").source == "pager_package.Pager"
    assert SHIPPED.find("alerter", "slack").source.startswith("zenml.flavors.")


@pytest.mark.usefixtures("installed")
def test_a_registered_flavor_comes_before_an_installed_one() -> None:
    registered = Flavors({"alerter": [FlavorInfo("pager", "mine.Pager", custom=True)]})
    assert registered.find("alerter", "pager").source == "mine.Pager"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("nowhere_at_all.Own", "No module named 'nowhere_at_all'"),
        ("json.Own", "module 'json' has no class 'Own'"),
        ("json.dumps", "module 'json' has no class 'dumps'"),
        ("json.JSONDecoder", "it is not a subclass of zenml.stack.StackComponent"),
        ("zenml.stack.StackComponent", "the class does not set TYPE"),
        ("zenml.alerters.BaseAlerter", "the class does not set FLAVOR"),
        ("Own", "it names no module"),
        ("raising_flavor.Own", "division by zero"),
        ("wordy_flavor.Own", "the first line"),
    ],
)
def test_what_is_no_flavor_is_refused_in_one_line(source: str, why: str, tmp_path: Path) -> None:
    (tmp_path / "raising_flavor.py").write_text("1 / 0")
    (tmp_path / "wordy_flavor.py").write_text("raise RuntimeError('the first line.\\nthe second')")
    with pytest.raises(FlavorImportError) as caught:
        load(source, str(tmp_path))
    assert str(caught.value) == f"ZenML can not import the flavor class '{source}': {why}."
