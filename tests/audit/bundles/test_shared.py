"""A bundle of a profile that is kept elsewhere: any member makes it, and Python alone checks it."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.audit.bundles.altering import manifest, members, opened
from tests.audit.threats.people import User
from tests.service.running import TEXTS, listening
from tests.support.databases import fresh_url
from tests.support.program import Home
from zenml.api.make_bundle import MadeBundle
from zenml.stores.token_hashes import draw

REQUIRED = "files,manifest,order,root,content,selection,signatures"


@pytest.fixture(params=["postgresql", "service"])
def team(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[tuple[User, User]]:
    """Two members of a profile that is in a database, or that a service keeps."""
    base = tmp_path.resolve()
    ann, ben = (User(base / name, base / f"{name}-config") for name in ("ann", "ben"))
    if request.param == "postgresql":
        with fresh_url("postgresql") as url:
            _join(url, ann, ben)
            yield ann, ben
        return
    (base / "host").mkdir()
    host, (_, token) = Home(base / "host"), draw()
    host.done("profile", "list")
    with listening(host) as service:
        service.tokens.tokens[token] = service.tokens.tokens[TEXTS["writer"]]
        _join(f"http://127.0.0.1:{service.port}", ann, ben, token=token)
        yield ann, ben


def _join(url: str, *users: User, token: str | None = None) -> None:
    for user in users:
        with user.works() as here:
            here.create_profile("team", store_type="rest" if token else "sql", url=url, token=token)
            here.activate_profile("team", machine_wide=True)


def _made(user: User, out: Path, **which: object) -> MadeBundle:
    with user.works() as here:
        return here.make_bundle(out, **which)  # type: ignore[arg-type]


def _verified(made: MadeBundle, folder: Path, *words: str) -> str:
    """Has an auditor check a bundle, who has Python and the key; returns what verify.py says."""
    folder.mkdir()
    (folder / "verify.py").write_bytes(members(Path(made.file))["verify.py"])
    (folder / "key.txt").write_text("".join(f"{line}\n" for line in made.key_lines))
    command = [sys.executable, "-I", "verify.py", made.file, "--key", "key.txt", "--require", REQUIRED, *words]
    done = subprocess.run(command, cwd=folder, env={}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, ""), done.stdout
    return done.stdout


def test_a_member_makes_a_bundle_that_holds_and_has_what_the_others_did(
    team: tuple[User, User], tmp_path: Path
) -> None:
    ann, ben = team
    ann.makes("prod", "dev")
    first = _made(ben, tmp_path / "first.zip", stack="prod")
    _verified(first, tmp_path / "auditor")
    (profile,) = (one for one in manifest(tmp_path / "first.zip")["ledgers"] if one["profile"] == "team")
    assert profile["left_out"] is None
    assert (profile["ledger"], profile["size"] - 2) in opened(tmp_path / "first.zip"), "the stack that Ann made"
    ann.makes("later")
    second = _made(ben, tmp_path / "second.zip", continues=tmp_path / "first.zip")
    said = _verified(second, tmp_path / "again", "--previous", first.file)
    assert "extends     ok" in said
    assert manifest(tmp_path / "second.zip")["ledgers"] != manifest(tmp_path / "first.zip")["ledgers"]
