"""Histories to fill a ledger with: one that has everything in it, and random ones."""

from __future__ import annotations

from collections.abc import Callable
from io import BytesIO
from random import Random

from tests.ledger.machines import Machine
from tests.support.people import being
from zenml.domain import commands
from zenml.domain.errors import LedgerError
from zenml.ledger.ids import new_id
from zenml.ledger.secrets.sealing import Sealer
from zenml.repository import Repository

SECRET = "hunter2-Пароль-🔑"
REDACTED = "customer-4711"
URL_PASSWORD = "s3cr3t-in-a-url"
PARTS = {"orchestrator": "default", "artifact_store": "default"}


def everything(machine: Machine) -> None:
    """Every command, secrets, undo and undo of undo, repositories, several profiles, names in all scripts."""
    here = machine.repository(words=("component", "register", "--password", SECRET))
    components(here)
    stacks(here)
    flavor_of_ones_own(here)
    labels(here)
    provisioning(here)
    profiles(here)
    service_tokens(here)
    repositories(machine)
    here.export_record(BytesIO(), "csv")
    evidence(here)
    runs(here)
    undo(here)


def components(here: Repository) -> None:
    here.register_component(
        "metadata_store",
        "größe 数据库",
        "mysql",
        {"host": "db.example.com", "database": "zen", "username": "ünal", "password": SECRET},
    )
    here.register_component(
        "container_registry", "реестр", "default", {"uri": f"https://u:{URL_PASSWORD}@r.example"}
    )
    here.register_component("orchestrator", "docker", "local_docker", {"docker_parent_image": "python:3.11"})
    here.register_component("artifact_store", "😀", "local", {})
    here.update_component("metadata_store", "größe 数据库", {"password": f"{SECRET}!", "port": 3307})
    here.update_component("orchestrator", "docker", {}, remove=["docker_parent_image"])
    here.rename_component("artifact_store", "😀", "\uff71 after \U00010000")
    here.register_component("secrets_manager", "keeper", "local", {}, secrets=frozenset({"secrets_file"}))
    here.deregister_stack_component("secrets_manager", "keeper")


def stacks(here: Repository) -> None:
    here.combine_stack("prod", {**PARTS, "metadata_store": "größe 数据库"}, activate=True)
    here.combine_stack("生产", {**PARTS, "orchestrator": "docker"})
    here.update_stack("生产", {"container_registry": "реестр", "artifact_store": "\uff71 after \U00010000"})
    here.update_stack("生产", {}, remove=["container_registry"])
    here.rename_stack("生产", "生产环境")
    here.activate_stack("default")
    here.deregister_stack("prod")
    with here.change(reason="https://u:reason-password@example.com asks for it"):
        here.combine_stack("a", PARTS)
        here.activate_stack("a", machine_wide=True)
        here.combine_stack("b", PARTS)
        here.rename_component("orchestrator", "docker", "docker two")


def flavor_of_ones_own(here: Repository) -> None:
    with here.change() as work:
        work.execute(commands.RegisterFlavor(new_id(), "orchestrator", "mine", "package.module.Mine"))
    with here.change() as work:
        work.execute(commands.DeleteFlavor("orchestrator", "mine"))


def labels(here: Repository) -> None:
    newest, older = (change.letters for change in here.history(limit=2))
    here.put_label("release 1", older)
    here.put_label("veröffentlicht", newest)
    here.put_label("release 1", newest)
    here.delete_label("veröffentlicht")


def provisioning(here: Repository) -> None:
    here.provision({"artifact_store": "default", "metadata_store": "default"})
    here.suspend({"artifact_store": "default"})
    here.deprovision({"metadata_store": "default"})


def profiles(here: Repository) -> None:
    here.create_profile("команда")
    here.activate_profile("команда", machine_wide=True)
    here.register_component("orchestrator", "docker", "local_docker", {"docker_parent_image": "x"})
    here.combine_stack("theirs", {**PARTS, "orchestrator": "docker"}, activate=True)
    here.rename_profile("команда", "команда Б")
    here.rename_profile("команда Б", "команда")
    here.create_profile("short lived")
    here.delete_profile("short lived")
    here.undo()
    shared_profile(here)
    with here.change() as work:  # what moving and copying record, without the databases
        _, change = work.now
        url = change.sealer.setting(f"file://{here.config_directory}/profiles/moved")
        work.execute(commands.MoveProfile("short lived", "local", url))
        work.execute(commands.RecordCopy(new_id(), 7, "ab" * 32))
    here.activate_profile("default", machine_wide=True)


def shared_profile(here: Repository) -> None:
    """A profile whose ledger is elsewhere, and moves; nothing is in it."""

    def executed(command: Callable[[Sealer], commands.Command]) -> None:
        with here.change() as work:
            work.execute(command(work.now[1].sealer))

    url = f"postgresql://u:{URL_PASSWORD}@db.example/team"
    executed(lambda seal: commands.CreateProfile(new_id(), "ours", "sql", seal.setting(url), new_id()))
    executed(lambda seal: commands.SetProfileUrl("ours", seal.setting("postgresql://db.example/team")))
    executed(lambda seal: commands.SetProfileUrl("ours", seal.setting(f"{url}?sslmode=require")))
    here.delete_profile("ours")


def service_tokens(here: Repository) -> None:
    """The events of tokens, with ids that are always the same; no service is asked for anything."""

    def executed(command: commands.Command) -> None:
        with here.change() as work:
            work.execute(command)

    executed(commands.CreateToken("kx7m2p9q", "ci", "writer", True))
    executed(commands.CreateToken("b3nd8wrz", "für Änne", "reader", True))
    executed(commands.RevokeToken("ci"))


def repositories(machine: Machine) -> None:
    folder = machine.folder("проект")
    machine.repository().initialize(folder)
    brief = machine.repository().initialize(machine.folder("not for long"))
    assert brief is not None
    machine.repository().undo(brief.letters)
    inside = machine.repository(folder, words=("stack", "set", "b"))
    inside.activate_stack("b")
    inside.activate_profile("команда")
    file = folder / ".zen" / "config.yaml"
    file.write_text(file.read_text(encoding="utf-8").replace("theirs", "default"), encoding="utf-8")
    inside.combine_stack("after an edit", PARTS)
    inside.activate_profile("default")
    inside.undo()


def evidence(here: Repository) -> None:
    """What is noted of keys, eras and witnesses, without any of them."""
    key = f"zenml-ledger/of-a-machine+{{}}+AQ{'A' * 42}"
    with here.change() as work:
        work.execute(commands.RecordKeyChange(key.format("40479382"), key.format("0a0b0c0d")))
        reason = work.now[1].sealer.salted("the disk was restored")
        work.execute(commands.RecordAcceptance(12, "ab" * 32, 7, "cd" * 32, reason))
        work.execute(commands.RecordCosignature(new_id(), 7, f"— witness.test/w1 {'A' * 102}=="))
    here.register_component(
        "experiment_tracker", "watched", "mlflow", {"tracking_uri": "http://u", "tracking_token": "t"}
    )
    here.shred(here.shredding("experiment_tracker/watched", "tracking_token"))
    redaction(here)
    approvals(here)


def approvals(here: Repository) -> None:
    """A rule, a plan that somebody else approved, and the change that carried it out; and the end of the rule."""
    here.combine_stack("guarded", PARTS)
    here.require_approvals(stack="guarded")
    for name in ("gardé", None):
        planning = here.for_plan()
        if name is not None:
            planning.rename_stack("guarded", name)
        else:
            planning.lift_approvals(stack="guarded")
        plan = planning.planned()
        with being("somebody else"):
            here.approve(plan)
        here.apply_plan(plan)
    here.deregister_stack("gardé")


def redaction(here: Repository) -> None:
    """A value that is blanked, in a component that is changed and deleted after that, which repeats the blank."""
    here.register_component("artifact_store", "leaky", "s3", {"path": f"s3://{REDACTED}/data"})
    here.update_component("artifact_store", "leaky", {"path": f"s3://{REDACTED}/more"})
    reasoned = Repository(here.root, notify=lambda sentence: None, reason="a customer asked for it")
    done = reasoned.redact(reasoned.find_redaction(text=REDACTED))
    assert done.is_done
    assert len(done.changes) == 1
    here.rename_component("artifact_store", "leaky", "was leaky")
    here.deregister_stack_component("artifact_store", "was leaky")


def runs(here: Repository) -> None:
    """Where runs of two years are recorded, and where those of one end; nothing is run."""
    for command in (
        commands.BeginRunsLedger(first := new_id(), 2025),
        commands.BeginRunsLedger(new_id(), 2026),
        commands.CloseRunsLedger(first, 2025, 7, "ab" * 32),
    ):
        with here.change() as work:
            work.execute(command)


def undo(here: Repository) -> None:
    renamed = here.rename_stack("a", "ä")
    here.undo()
    undone = here.history(everything=True, limit=1)[0]
    here.undo(undone.letters)
    again = here.history(everything=True, limit=1)[0]
    here.undo(again.letters)
    assert renamed is not None
    assert here.history(everything=True, limit=1)[0].kind == "undo"


class Wanderer:
    """Makes random changes. Rules refuse some of them, as they would refuse a person."""

    def __init__(self, machine: Machine, seed: int) -> None:
        self.random = Random(seed)
        self.here = machine.repository()
        self.made = 0

    def walk(self, steps: int) -> None:
        while self.made < steps:
            self._step(self.random.choice(("solo", "solo", "solo", "block", "undo", "undo any", "profile")))

    def _step(self, way: str) -> None:
        before = self.here.history(everything=True, limit=1)
        try:
            if way == "block":
                with self.here.change():
                    for _ in range(self.random.randint(2, 4)):
                        self._one()
            elif way == "undo":
                self.here.undo()
            elif way == "undo any":
                self.here.undo(self.random.choice(self.here.history(everything=True, limit=12)).letters)
            elif way == "profile":
                self._profile()
            else:
                self._one()
        except LedgerError:
            pass
        self.made += self.here.history(everything=True, limit=1) != before

    def _profile(self) -> None:
        name, step = f"p{self.random.randrange(3)}", self.random.randrange(5)
        if step == 0:
            self.here.create_profile(name)
        elif step == 1:
            self.here.delete_profile(name)
        elif step == 2:
            self.here.rename_profile(name, f"p{self.random.randrange(3)}")
        else:
            self.here.activate_profile(self.random.choice((name, "default")), machine_wide=True)

    def _one(self) -> None:
        here, name = self.here, self.random.choice("abcd")
        stack, component = f"s{name}", f"c{name}"
        other = self.random.choice("abcd")
        image = {"docker_parent_image": f"image:{self.random.randrange(3)}"}
        (
            lambda: here.register_component("orchestrator", component, "local_docker", image),
            lambda: here.update_component("orchestrator", component, image),
            lambda: here.update_component("orchestrator", component, {}, remove=["docker_parent_image"]),
            lambda: here.rename_component("orchestrator", component, f"c{other}"),
            lambda: here.deregister_stack_component("orchestrator", component),
            lambda: here.combine_stack(stack, {**PARTS, "orchestrator": component}, activate=other == "a"),
            lambda: here.update_stack(stack, {"orchestrator": f"c{other}"}),
            lambda: here.rename_stack(stack, f"s{other}"),
            lambda: here.activate_stack(stack),
            lambda: here.deregister_stack(stack),
        )[self.random.randrange(10)]()
