"""What `up` and `down` do on this machine, and what of it is recorded."""

from __future__ import annotations

import socket
import sqlite3
from pathlib import Path

import pytest

from tests.ledger.machines import Machine
from zenml.application.provisioning import Prepared
from zenml.repository import Repository

PARTS = {"artifact_store": "default", "metadata_store": "default", "orchestrator": "default"}


def one(prepared: tuple[list[Prepared], object]) -> Prepared:
    (found,) = prepared[0]
    return found


def local(here: Repository, path: Path) -> dict[str, str]:
    here.register_component("artifact_store", "data", "local", {"path": str(path)})
    path.rmdir()
    return {"artifact_store": "data"}


def test_what_is_missing_is_made_and_recorded_once(used: Machine) -> None:
    here = used.repository()
    done, change = here.provision(PARTS)
    assert [(it.component_type, it.ready) for it in done] == [(kind, True) for kind in PARTS]
    assert change is not None
    assert change.kind == "outside"
    file = Path(here.get_stack_component("metadata_store", "default").parameters["uri"])
    assert file.exists()
    assert here.made_for(PARTS) == [str(file)]
    before = used.tables()
    again, nothing = here.provision(PARTS)
    assert all(it.ready for it in again)
    assert nothing is None
    assert used.tables() == before


def test_only_what_was_made_is_removed(used: Machine) -> None:
    here, path = used.repository(), used.base / "data"
    part = local(here, path)
    assert here.deprovision(part) == ([_nothing("data")], None)
    path.mkdir()
    here.provision(part)
    assert here.made_for(part) == []  # it was there
    here.deprovision(part)
    assert path.is_dir()
    path.rmdir()
    here.provision(part)
    assert here.made_for(part) == [str(path)]
    done = one(here.deprovision(part))
    assert (done.ready, done.said, done.having.state) == (True, f"removed {path}", None)
    assert not path.exists()
    assert here.made_for(part) == []


def _nothing(name: str) -> Prepared:
    from zenml.application.provisioning import Having

    return Prepared("artifact_store", name, True, "nothing was prepared for it", Having(None))


def test_suspending_keeps_everything(used: Machine) -> None:
    here, path = used.repository(), used.base / "data"
    part = local(here, path)
    here.provision(part)
    done = one(here.suspend(part))
    assert (done.said, done.having.state) == ("nothing runs for it here", "running")
    assert here.suspend(part)[1] is None
    assert path.is_dir()


def test_a_flavor_that_stops_something_is_suspended(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(used.base)
    (used.base / "running_flavor.py").write_text(
        "from zenml.orchestrators import BaseOrchestrator\n"
        "from zenml.flavors.provisioning import Provisioned\n"
        "class Running(BaseOrchestrator):\n"
        "    FLAVOR = 'running'\n"
        "    def provision(self):\n        return Provisioned('started')\n"
        "    def suspend(self):\n        pass\n"
    )
    here, part = used.repository(), {"orchestrator": "a"}
    here.register_flavor("orchestrator", "running_flavor.Running")
    here.register_component("orchestrator", "a", "running", {})
    here.provision(part)
    done = one(here.suspend(part))
    assert (done.said, done.having.state) == ("suspended", "suspended")
    assert here.suspend(part)[1] is None
    assert one(here.provision(part)).having.state == "running"


def test_what_was_not_checked_is_not_recorded(used: Machine) -> None:
    here, part = used.repository(), {"artifact_store": "cloud"}
    here.register_component("artifact_store", "cloud", "s3", {"path": "s3://b", "authentication_secret": "x"})
    done, change = here.provision(part)
    assert "not checked" in done[0].said
    assert (done[0].having.state, change) == (None, None)
    assert here.suspend(part)[1] is None
    assert here.provision({"orchestrator": "default"})[1] is None


def test_what_somebody_filled_is_kept_until_it_is_empty_again(used: Machine) -> None:
    here, path = used.repository(), used.base / "data"
    part = local(here, path)
    here.provision(part)
    (path / ".hidden").write_text("x")
    done, change = here.deprovision(part)
    assert (done[0].said, change) == (f"kept {path} (it is not empty)", None)
    assert (path / ".hidden").read_text() == "x"
    assert here.made_for(part) == [str(path)]
    (path / ".hidden").unlink()
    assert one(here.deprovision(part)).said == f"removed {path}"


def test_a_component_that_was_renamed_keeps_what_was_made_for_it(used: Machine) -> None:
    here, path = used.repository(), used.base / "data"
    part = local(here, path)
    here.provision(part)
    here.rename_component("artifact_store", "data", "other")
    assert here.made_for({"artifact_store": "other"}) == [str(path)]
    here.register_component("artifact_store", "data", "local", {"path": str(used.base / "another")})
    assert here.deprovision(part) == ([_nothing("data")], None)  # of the same name, and another one
    assert path.is_dir()
    assert one(here.deprovision({"artifact_store": "other"})).said == f"removed {path}"
    assert not path.exists()


def test_a_path_that_was_updated_is_not_what_is_removed(used: Machine) -> None:
    here, path, new = used.repository(), used.base / "data", used.base / "new"
    part = local(here, path)
    here.provision(part)
    here.update_component("artifact_store", "data", {"path": str(new)})
    assert new.is_dir()  # by the update, not by `up`
    assert one(here.deprovision(part)).said == f"removed {path}"
    assert (path.exists(), new.is_dir()) == (False, True)
    new.rmdir()
    here.provision(part)
    (new / "model").write_text("x")
    here.update_component("artifact_store", "data", {"path": str(path)})
    assert one(here.deprovision(part)).said == f"kept {new} (it is not empty)"
    assert (new / "model").read_text() == "x"


def test_what_another_stack_uses_is_kept(used: Machine) -> None:
    here = used.repository()
    here.provision(PARTS)
    (file,) = here.made_for(PARTS)
    here.combine_stack("prod", PARTS)
    ((_, fates), *_) = [
        it for it in here.outlook_of_deprovision(PARTS) if it[0].component_type == "metadata_store"
    ]
    done, change = here.deprovision(PARTS)
    reason = f"kept {file} (stack 'prod' uses it too)"
    assert ([str(fate) for fate in fates], done[1].said) == ([reason], reason)
    assert change is not None
    assert change.summary == "deprovision artifact store 'default'"  # whose folder was there before
    assert Path(file).exists()


@pytest.mark.parametrize("place", ["data", "data/inner", "link"])
def test_what_another_profile_keeps_there_is_kept(used: Machine, place: str) -> None:
    here, path = used.repository(), used.base / "data"
    part = local(here, path)
    here.provision(part)
    (used.base / "link").symlink_to(path)
    here.create_profile("other")
    here.activate_profile("other")
    here.register_component("artifact_store", "theirs", "local", {"path": str(used.base / place)})
    if place == "data/inner":
        (path / "inner").rmdir()
    here.activate_profile("default")
    said = one(here.deprovision(part)).said
    assert said == f"kept {path} (artifact store 'theirs' of profile 'other' keeps its data there)"
    assert path.is_dir()


def test_plain_undo_goes_past_it(used: Machine) -> None:
    here = used.repository()
    here.register_component("orchestrator", "a", "local", {})
    here.provision(PARTS)
    here.undo()
    assert [it.name for it in here.list_components("orchestrator")] == ["default"]
    assert here.made_for(PARTS) != []


def test_one_that_fails_does_not_keep_the_others(used: Machine) -> None:
    here = used.repository()
    file = used.base / "no folder"
    here.register_component("artifact_store", "bad", "local", {"path": str(file)})
    file.rmdir()
    file.write_text("x")
    done, change = here.provision({**PARTS, "artifact_store": "bad"})
    assert [it.ready for it in done] == [False, True, True]
    assert str(file) in done[0].said
    assert change is not None


def test_a_file_that_is_no_database_is_refused_and_left(used: Machine) -> None:
    here, file = used.repository(), used.base / "text.db"
    file.write_text("no database at all, but long enough to be looked at as one" * 20)
    here.register_component("metadata_store", "text", "sqlite", {"uri": str(file)})
    done = one(here.provision({"metadata_store": "text"}))
    assert not done.ready
    assert "file is not a database" in done.said
    here.deprovision({"metadata_store": "text"})
    assert file.exists()


def test_a_path_below_a_file_cannot_be_made(used: Machine) -> None:
    here, file = used.repository(), used.base / "file"
    path = file / "data"
    here.register_component("artifact_store", "data", "local", {"path": str(path)})
    path.rmdir()
    file.rmdir()
    file.write_text("x")
    done = one(here.provision({"artifact_store": "data"}))
    assert (done.ready, done.said) == (False, f"The folder {path} cannot be written: Not a directory.")


def test_a_secrets_file_is_its_owners_alone(used: Machine) -> None:
    here = used.repository()
    here.register_component("secrets_manager", "vault", "local", {})
    assert one(here.provision({"secrets_manager": "vault"})).ready
    file = Path(here.get_stack_component("secrets_manager", "vault").parameters["secrets_file"])
    assert file.stat().st_mode & 0o777 == 0o600


@pytest.mark.parametrize(
    ("component_type", "flavor", "parameter"),
    [("feature_store", "feast", "feast_repo"), ("data_validator", "great_expectations", "context_root_dir")],
)
def test_a_folder_of_others_is_looked_for(used: Machine, component_type: str, flavor: str, parameter: str) -> None:
    here, path = used.repository(), used.base / "theirs"
    here.register_component(component_type, "a", flavor, {parameter: str(path)})
    assert one(here.provision({component_type: "a"})).said == f"The folder {path} does not exist."
    path.mkdir()
    assert one(here.provision({component_type: "a"})).said == f"{path} exists"


def test_a_dry_run_makes_nothing(used: Machine) -> None:
    part = local(used.repository(), used.base / "data")
    rehearsal = Repository(notify=lambda sentence: None, dry_run=True)
    assert rehearsal.provision(part) == ([], None)
    assert not (used.base / "data").exists()


def test_a_flavor_of_ones_own_says_what_it_needs(used: Machine, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.syspath_prepend(used.base)
    (used.base / "needy_flavor.py").write_text(
        "from zenml.orchestrators import BaseOrchestrator\n"
        "class Needy(BaseOrchestrator):\n"
        "    FLAVOR = 'needy'\n"
        "    def provision(self):\n        raise ZeroDivisionError('a bug\\nof theirs')\n"
    )
    here = used.repository()
    here.register_flavor("orchestrator", "needy_flavor.Needy")
    here.register_component("orchestrator", "a", "needy", {})
    done, change = here.provision({"orchestrator": "a", "artifact_store": "default"})
    assert [(it.ready, it.said) for it in done][1] == (False, "a bug")
    assert change is not None


class TestMySQL:
    """A server that listens on this machine, as CI has it; the port is only looked at where none is meant."""

    def store(self, here: Repository, **parameters: object) -> Prepared:
        given = {"host": "127.0.0.1", "database": "test", "username": "root", **parameters}
        here.register_component("metadata_store", "db", "mysql", given)
        return one(here.provision({"metadata_store": "db"}))

    def test_a_closed_port_is_named(self, used: Machine) -> None:
        with socket.socket() as taken:
            taken.bind(("127.0.0.1", 0))
            port = taken.getsockname()[1]  # bound, and nobody listens
            done = self.store(used.repository(), port=port)
        assert (done.ready, done.said) == (False, f"127.0.0.1:{port} cannot be reached: Connection refused.")

    def test_a_server_that_is_none_is_named(self, used: Machine) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            from threading import Thread

            def answer() -> None:
                for _ in range(2):
                    connection, _ = server.accept()
                    connection.sendall(b"220 mail ready\r\n")
                    connection.close()

            thread = Thread(target=answer, daemon=True)
            thread.start()
            done = self.store(used.repository(), port=port)
            thread.join(10)
        assert not done.ready
        assert f"127.0.0.1:{port} cannot be used" in done.said

    def test_a_login_in_a_secret_is_not_tried(self, used: Machine) -> None:
        with socket.create_server(("127.0.0.1", 0)) as server:
            port = server.getsockname()[1]
            done = self.store(used.repository(), port=port, password="{{db.password}}")
        assert done.ready
        assert done.said == f"127.0.0.1:{port} is reachable; the login is in a secret and was not checked"


def test_the_file_that_was_made_is_a_database(used: Machine) -> None:
    here = used.repository()
    here.provision(PARTS)
    with sqlite3.connect(here.get_stack_component("metadata_store", "default").parameters["uri"]) as database:
        assert database.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def test_it_stands_in_the_history_of_its_profile_and_names_it(used: Machine) -> None:
    here = used.repository()
    _, up = here.provision(PARTS)
    assert up is not None
    here.undo(up.letters)
    here.create_profile("other")
    here.activate_profile("other")
    _, theirs = here.provision(PARTS)
    assert theirs is not None
    listed = {it.change: it.told for it in here.history()}
    assert not any(up.letters.startswith(change) for change in listed)
    assert [it.told for it in here.history(kinds=["outside"])] == [
        "provision artifact store 'default', provision metadata store 'default' in profile 'other'"
    ]
    of_default = here.history(profile="default")
    assert [it.told for it in of_default if it.kind == "outside"] == [
        "provision artifact store 'default', provision metadata store 'default' in profile 'default'"
    ]
    assert any(it.kind == "undo" and it.told.endswith("in profile 'default'") for it in of_default)
    assert not any(it.kind == "undo" for it in here.history())
    here.activate_profile("default")
    here.delete_profile("other")
    assert len(here.history(kinds=["outside"], everything=True)) == 2
