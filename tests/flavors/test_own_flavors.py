"""Flavors of one's own: registered ones are found from a folder, and those of installed packages by themselves."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.support.hints import hint_of
from zenml.domain.errors import FlavorImportError, FlavorNotFoundError, OwnCodeNotRunError
from zenml.flavors.build import ComponentParametersError, build
from zenml.flavors.index import FLAVORS
from zenml.flavors.info import FlavorInfo
from zenml.flavors.lookup import SHIPPED, Flavors
from zenml.flavors.own_code import is_there, load_own

OWN = """
from zenml.stack import StackComponent

class Own(StackComponent):
    TYPE = "orchestrator"
    FLAVOR = "own"
    size: int = 1
"""
PAGERS = """
from zenml.alerters import BaseAlerter

class Pager(BaseAlerter):
    FLAVOR = "pager"
    number: str

class Slack(BaseAlerter):
    FLAVOR = "slack"

class Bell(BaseAlerter):
    FLAVOR = "bell"
"""
ENTRY_POINTS = """
[zenml.flavors]
absent_module = nope:Nope
absent_class = pager_package:Nope
bell = pager_package:Bell
no_component = json:JSONDecoder
no_flavor = zenml.alerters:BaseAlerter
pager = pager_package:Pager
raising = raising_flavor:Own
slack = pager_package:Slack

[zenml.others]
other = pager_package:Other
"""
MODULES = (
    "registered_flavor",
    "pager_package",
    "raising_flavor",
    "leaving_flavor",
    "wordy_flavor",
    "misspelt_flavor",
)


@pytest.fixture(autouse=True)
def folder(tmp_path: Path) -> Iterator[Path]:
    """A folder with modules, which are forgotten after the test."""
    (tmp_path / "registered_flavor.py").write_text(OWN)
    (tmp_path / "pager_package.py").write_text(PAGERS)
    (tmp_path / "raising_flavor.py").write_text("1 / 0")
    (tmp_path / "leaving_flavor.py").write_text("raise SystemExit(3)")
    (tmp_path / "wordy_flavor.py").write_text("raise RuntimeError('the first line.\\nthe second')")
    (tmp_path / "misspelt_flavor.py").write_text("clas Own:")
    yield tmp_path
    for name in MODULES:
        sys.modules.pop(name, None)


@pytest.fixture
def own(folder: Path) -> Flavors:
    info = FlavorInfo("own", "registered_flavor.Own", custom=True)
    return Flavors({"orchestrator": [info]}, str(folder))


@pytest.fixture
def installed(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = folder / "pager-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: pager\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text(ENTRY_POINTS)
    monkeypatch.syspath_prepend(str(folder))


def test_a_registered_flavor_is_found_from_its_root_and_the_path_stays(own: Flavors, folder: Path) -> None:
    before = list(sys.path)
    loaded = own.load("orchestrator", "own")
    assert (loaded.FLAVOR, sys.modules[loaded.__module__].__file__) == (
        "own",
        str(folder / "registered_flavor.py"),
    )
    assert build("orchestrator", "own", "a", None, {"size": "3"}, own).parameters == {"size": 3}
    with pytest.raises(ComponentParametersError, match="size: value is not a valid integer"):
        build("orchestrator", "own", "a", None, {"size": "much"}, own)
    assert own.ready(own.find("orchestrator", "own"))
    assert sys.path == before


def test_a_registered_flavor_is_listed_with_the_others_and_not_imported_for_it(own: Flavors) -> None:
    names = [info.name for info in own.of("orchestrator")]
    assert names == sorted([*(info.name for info in FLAVORS["orchestrator"]), "own"])
    assert [(info.name, info.origin) for info in own.of("orchestrator") if info.custom] == [("own", "")]
    assert own.known("orchestrator", "own") == own.find("orchestrator", "own")
    assert "registered_flavor" not in sys.modules


def test_a_registered_flavor_is_one_of_its_type_alone_and_of_its_profile(own: Flavors) -> None:
    assert own.known("alerter", "own") is None
    assert own.shipped("orchestrator", "own") is None
    with pytest.raises(FlavorNotFoundError):
        SHIPPED.load("orchestrator", "own")
    with pytest.raises(FlavorNotFoundError) as caught:
        own.load("orchestrator", "owm")
    assert hint_of(caught.value) == "Did you mean 'own'?"


def test_outside_of_a_repository_the_working_directory_is_not_searched(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(folder)
    monkeypatch.syspath_prepend("")
    before = list(sys.path)
    assert not is_there("registered_flavor.Own", None)
    with pytest.raises(FlavorImportError, match="No module named 'registered_flavor'"):
        load_own("registered_flavor.Own", None)
    assert sys.path == before


def test_what_is_imported_is_said_once_before_it_is(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (folder / "registered_flavor.py").write_text(f"import sys\nprint('running', file=sys.stderr)\n{OWN}")
    load_own("registered_flavor.Own", str(folder))
    load_own("registered_flavor.Own", str(folder))
    said = f"Importing 'registered_flavor.Own' from the repository {folder}; its code is run.\nrunning\n"
    assert capsys.readouterr().err == said


def test_a_registered_flavor_is_not_imported_where_code_of_ones_own_is_not_to_run(own: Flavors) -> None:
    looking = own._replace(runs_own_code=False)
    with pytest.raises(OwnCodeNotRunError, match=r"'registered_flavor.Own' of the flavor 'own' is not imported"):
        looking.load("orchestrator", "own")
    assert looking.load("orchestrator", "local").FLAVOR == "local"
    assert "registered_flavor" not in sys.modules


@pytest.mark.parametrize(
    ("module", "there"),
    [
        ("registered_flavor", True),
        ("raising_flavor", True),
        ("package.inner", True),
        ("package.nothing", False),
        ("registered_flavor.inner", False),
        ("nowhere_at_all", False),
        ("json.decoder", True),
        ("..", False),
        ("a b", False),
        ("\x1b[31m", False),
    ],
)
def test_whether_there_is_a_module_is_found_out_without_importing_one(
    module: str, there: bool, folder: Path
) -> None:
    (folder / "package").mkdir()
    (folder / "package" / "__init__.py").write_text("1 / 0")
    (folder / "package" / "inner.py").write_text("1 / 0")
    assert is_there(f"{module}.Own", str(folder)) == there
    assert {"registered_flavor", "raising_flavor", "package"}.isdisjoint(sys.modules)


@pytest.mark.parametrize("module", ["nowhere_at_all", "raising_flavor"])
def test_a_registered_flavor_that_cannot_be_imported_is_known_and_not_ready(module: str, folder: Path) -> None:
    there = Flavors({"orchestrator": [FlavorInfo("own", f"{module}.Own", custom=True)]}, str(folder))
    before = list(sys.path)
    assert there.known("orchestrator", "own")
    assert there.ready(there.find("orchestrator", "own")) == (module == "raising_flavor")
    with pytest.raises(FlavorImportError, match=f"can not import the flavor class '{module}.Own'"):
        build("orchestrator", "own", "a", None, {}, there)
    assert sys.path == before


@pytest.mark.usefixtures("installed")
def test_an_installed_package_has_flavors_without_registration() -> None:
    assert [(info.name, info.custom) for info in SHIPPED.of("alerter")] == [
        ("bell", True),
        ("pager", True),
        ("slack", False),
    ]
    found = SHIPPED.find("alerter", "pager")
    assert (found.source, found.custom) == ("pager_package.Pager", True)
    assert SHIPPED.ready(found)
    component = build("alerter", "pager", "a", None, {"number": "{{pager.number}}"})
    assert (component.FLAVOR, component.parameters) == ("pager", {"number": "{{pager.number}}"})
    with pytest.raises(ComponentParametersError, match="number: field required"):
        build("alerter", "pager", "a", None, {})


def test_what_is_not_installed_has_no_flavors() -> None:
    assert [info.name for info in SHIPPED.of("alerter")] == ["slack"]


@pytest.mark.usefixtures("installed")
def test_a_shipped_flavor_comes_before_a_registered_and_an_installed_one() -> None:
    both = Flavors({"alerter": [FlavorInfo("slack", "mine.Slack", custom=True)]})
    (shipped,) = FLAVORS["alerter"]
    for known in (SHIPPED, both):
        assert known.find("alerter", "slack") == shipped
        assert [info for info in known.of("alerter") if info.name == "slack"] == [shipped]
        assert known.load("alerter", "slack").__module__ == "zenml.flavors.alerters.slack"


@pytest.mark.usefixtures("installed")
def test_a_registered_flavor_comes_before_an_installed_one() -> None:
    mine = FlavorInfo("pager", "mine.Pager", custom=True)
    registered = Flavors({"alerter": [mine]})
    assert registered.find("alerter", "pager") == mine
    assert [info for info in registered.of("alerter") if info.name == "pager"] == [mine]
    assert registered.find("alerter", "bell").source == "pager_package.Bell"


@pytest.mark.parametrize(
    ("source", "why"),
    [
        ("nowhere_at_all.Own", "No module named 'nowhere_at_all'"),
        ("json.nowhere_at_all.Own", "No module named 'json.nowhere_at_all'"),
        ("json.Own", "module 'json' has no class 'Own'"),
        ("json.dumps", "module 'json' has no class 'dumps'"),
        ("json.JSONDecoder", "it is not a subclass of zenml.stack.StackComponent"),
        ("zenml.stack.StackComponent", "the class does not set TYPE"),
        ("zenml.alerters.BaseAlerter", "the class does not set FLAVOR"),
        ("Own", "it does not name a module"),
        ("", "it does not name a module"),
        ("raising_flavor.Own", "division by zero"),
        ("leaving_flavor.Own", "3"),
        ("wordy_flavor.Own", "the first line"),
        ("misspelt_flavor.Own", "invalid syntax (misspelt_flavor.py, line 1)"),
    ],
)
def test_what_is_no_flavor_is_refused_in_one_line(source: str, why: str, folder: Path) -> None:
    before = list(sys.path)
    with pytest.raises(FlavorImportError) as caught:
        load_own(source, str(folder))
    assert str(caught.value) == f"ZenML can not import the flavor class '{source}': {why}."
    assert 'run "zenml init" in the folder of your code' in hint_of(caught.value)
    assert isinstance(caught.value, ImportError)
    assert sys.path == before
