"""`up` of an artifact store in a cloud, through `fsspec`; a file system of ours stands for the cloud's."""

from __future__ import annotations

import json
import sys
from importlib import import_module
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from zenml.application.provisioning import Prepared

PACKAGES = {"s3": ("s3fs", "S3FileSystem", "s3"), "gcp": ("gcsfs", "GCSFileSystem", "gs")}
KWARGS = {"endpoint_url": "http://m", "aws_session_token": "verborgen"}
STAND_IN = """
from fsspec import AbstractFileSystem

__version__ = "2024.2.0"

class {name}(AbstractFileSystem):
    protocol = ("{protocol}",)
    cachable = False
    given = []

    def __init__(self, **options):
        super().__init__()
        type(self).given.append(options)

    def ls(self, path, **more):
        if path.strip("/") != "team":
            raise FileNotFoundError(f"no bucket {{path}} for {{self.given[-1]}}\\nmore")
        return []
"""


@pytest.fixture(params=PACKAGES)
def flavor(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> str:
    """A flavor whose package is installed."""
    package, name, protocol = PACKAGES[request.param]
    site = tmp_path / "site"
    site.mkdir()
    (site / f"{package}.py").write_text(STAND_IN.format(name=name, protocol=protocol))
    monkeypatch.syspath_prepend(str(site))
    monkeypatch.delitem(sys.modules, package, raising=False)
    for known in ("s3", "gs", "gcs"):
        import_module("fsspec.registry")._registry.pop(known, None)
    return str(request.param)


def up(machine: Machine, flavor: str, bucket: str, **more: str) -> Prepared:
    path = f"{PACKAGES[flavor][2]}://{bucket}/artifacts"
    here = machine.repository()
    here.register_component("artifact_store", "cloud", flavor, {"path": path, **more})
    ((done,), _) = here.provision({"artifact_store": "cloud"})
    return done


def test_a_bucket_that_answers_is_ready(used: Machine, flavor: str) -> None:
    done = up(used, flavor, "team")
    assert (done.ready, done.said) == (True, f"{PACKAGES[flavor][2]}://team/artifacts answers")


def test_a_bucket_that_is_not_there_is_named_without_the_credentials(used: Machine, flavor: str) -> None:
    secret = {"key": "AKIA1", "secret": "geheim", "client_kwargs": json.dumps(KWARGS)}
    done = up(used, flavor, "other", **(secret if flavor == "s3" else {}))
    assert not done.ready
    assert f"{PACKAGES[flavor][2]}://other/artifacts cannot be used: no bucket" in done.said
    assert "geheim" not in done.said
    assert "verborgen" not in done.said, "nor what stands further inside"
    assert "\n" not in done.said
    if flavor == "s3":
        given = sys.modules["s3fs"].S3FileSystem.given[-1]
        assert given == {"key": "AKIA1", "secret": "geheim", "client_kwargs": KWARGS}


def test_credentials_in_a_secret_are_not_tried(used: Machine, flavor: str) -> None:
    done = up(used, flavor, "other", authentication_secret="team")
    assert (done.ready, done.said) == (True, "not checked: the credentials are in a secret")


@pytest.mark.parametrize(("name", "package", "scheme"), [("s3", "s3fs", "s3"), ("azure", "adlfs", "az")])
def test_without_the_package_it_is_said_that_nobody_looked(
    used: Machine, name: str, package: str, scheme: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zenml.flavors.artifact_stores.remote.is_installed", lambda package: False)
    here = used.repository()
    here.register_component("artifact_store", "cloud", name, {"path": f"{scheme}://team"})
    ((done,), _) = here.provision({"artifact_store": "cloud"})
    assert (done.ready, done.said) == (True, f"not checked: {package} is not installed")


@pytest.mark.parametrize("flavor", ["s3"], indirect=True)
def test_credentials_that_name_a_secret_further_inside_are_not_tried(used: Machine, flavor: str) -> None:
    done = up(used, flavor, "other", client_kwargs='{"a": [{"aws_session_token": "{{team.token}}"}]}')
    assert (done.ready, done.said) == (True, "not checked: the credentials are in a secret")
