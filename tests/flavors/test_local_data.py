"""Where components keep data on this machine."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
from pydantic import ValidationError

from tests.flavors.samples import ID
from zenml.flavors.base import StackComponent
from zenml.flavors.build import build
from zenml.flavors.lookup import SHIPPED


@pytest.fixture(autouse=True)
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path.resolve() / "config"
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(folder))
    return folder


LOCAL = [
    ("artifact_store", "local", "path", ""),
    ("metadata_store", "sqlite", "uri", "metadata.db"),
    ("secrets_manager", "local", "secrets_file", "secrets.yaml"),
    ("model_deployer", "mlflow", "service_path", ""),
    ("orchestrator", "airflow", "airflow_home", ""),
]


def place(component: StackComponent, parameter: str) -> str:
    return str(component.parameters[parameter])


@pytest.mark.parametrize(("component_type", "flavor", "parameter", "file_name"), LOCAL)
def test_local_data_has_a_place_of_its_own(
    component_type: str, flavor: str, parameter: str, file_name: str, config: Path
) -> None:
    own = config / "local_stores" / ID
    for raw in ({}, {parameter: ""}):
        component = build(component_type, flavor, "a", ID, raw)
        assert place(component, parameter) == str(own / file_name)
        assert component.local_path == str(own)
    assert not config.exists()


@pytest.mark.parametrize(("component_type", "flavor", "parameter", "file_name"), LOCAL)
def test_a_local_path_becomes_absolute(
    component_type: str,
    flavor: str,
    parameter: str,
    file_name: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    for given, expected in {
        "a/../b": os.path.join(os.getcwd(), "b"),
        "~/b": str(tmp_path / "home" / "b"),
        "/data/b/": "/data/b",
        "/data/ünï": "/data/ünï",
    }.items():
        assert place(build(component_type, flavor, "a", ID, {parameter: given}), parameter) == expected


@pytest.mark.parametrize(("component_type", "flavor", "parameter", "file_name"), LOCAL)
@pytest.mark.parametrize(
    "address", ["s3://b", "gs://b", "az://b", "abfs://b", "hdfs://b", "S3://b", "sqlite:///b", "/a\0b"]
)
def test_local_data_cannot_be_elsewhere(
    component_type: str, flavor: str, parameter: str, file_name: str, address: str
) -> None:
    with pytest.raises(ValidationError, match="must be a path on this machine"):
        SHIPPED.load(component_type, flavor).model_validate({"name": "a", parameter: address})


def test_a_relative_path_needs_a_working_directory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    gone = tmp_path / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    store = SHIPPED.load("artifact_store", "local")
    assert store.model_validate({"name": "a", "path": "/data"}).parameters == {"path": "/data"}
    with pytest.raises(ValidationError, match="must be absolute: the working directory was removed"):
        store.model_validate({"name": "a", "path": "data"})


def test_a_component_without_local_data_needs_no_folder() -> None:
    assert SHIPPED.load("orchestrator", "local")(name="a").local_path is None
