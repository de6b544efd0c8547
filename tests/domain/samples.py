"""One instance of every event there is, with a value in every field. `architecture/test_events.py` misses none."""

from __future__ import annotations

from tests.domain.orchestrator_a import A, deleted, parameter_removed, parameter_set, renamed
from tests.domain.repository_r import observed, profile_chosen, stack_chosen
from tests.domain.stack_s import deleted as stack_deleted
from tests.domain.stack_s import exchanged, removed
from tests.domain.stack_s import renamed as stack_renamed
from tests.domain.things import (
    active,
    blank,
    profile,
    profile_moved,
    profile_renamed,
    provisioned,
    registered,
    repository,
    salted,
    secret,
    stack,
    stack_active,
    uid,
    url_set,
)
from zenml.domain import events
from zenml.domain.events import Actor, ChangeBegan, ChosenActor, DomainEvent, Idempotency, Part

FLAVOR = events.FlavorRegistered(
    flavor_id=uid("f"), component_type="artifact_store", name="f", source="company.stores.FStore"
)
TOKEN = events.TokenCreated(token_id="kx7m2p9q", name="ci", role="writer", secrets=True)
VKEY = f"zenml-ledger/{uid('machine')}+40479382+AQ{'A' * 42}"
SAMPLES: tuple[DomainEvent, ...] = (
    registered("orchestrator", "a", host=salted({"b": [1, True, None]}), token=secret("k")),
    renamed("a", "größe-栈"),
    parameter_set("port", salted(1), salted(2)),
    parameter_removed("port", salted(2)),
    deleted(A),
    stack("s", container_registry="c"),
    stack_renamed("s", "t"),
    exchanged("orchestrator", "a", "b"),
    removed(),
    stack_deleted(stack("s")),
    FLAVOR,
    events.FlavorDeleted(**dict(FLAVOR)),
    profile("p"),
    profile_renamed("p", "r"),
    url_set("p", salted("postgresql://db/team"), secret("k")),
    profile_moved("p", secret("m")),
    events.ProfileDeleted(**dict(profile("p", url=secret("k")))),
    active("q", "p"),
    stack_active("p", "t", "s"),
    repository("/r", "p", "s").replace(path=blank("/r")),
    events.RepositoryRemoved(**dict(repository("/r", "p", "s"))),
    profile_chosen("q", "p"),
    stack_chosen("q1", "p1"),
    observed(("p", "p1"), ("q", "q1")),
    provisioned("a", (), ("/data", "/more")),
    events.LabelChanged(label_id=uid("v1"), label="v1", old_change_id=uid("c"), new_change_id=uid("change")),
    events.RecordExported(
        export_id=uid("export"),
        format="csv",
        filter=salted({"everything": True}),
        destination=salted("/tmp/record.csv"),
        entries=7,
        size=1234,
        digest="ab" * 32,
    ),
    events.LedgerCopied(ledger_id=uid("copied"), size=12, root="cd" * 32),
    TOKEN,
    events.TokenRevoked(**dict(TOKEN)),
    events.SigningKeyChanged(old_vkey=VKEY, new_vkey=VKEY.replace("40479382", "0a0b0c0d")),
    events.HistoryAccepted(
        seen_size=12, seen_root="ab" * 32, size=7, root="cd" * 32, reason=salted("the disk was restored")
    ),
    events.CheckpointWitnessed(ledger_id=uid("witnessed"), size=33, line=f"— witness.test/w1 {'A' * 102}=="),
    events.KeysNoted(rows=(events.NotedKey(key_id=uid("k"), row="ab" * 32),)),
    events.SecretsShredded(key_ids=(uid("k"),)),
    events.ValueRedacted(
        values=(events.RedactedValue(position=4, field="/parameters/path"),), reason=salted("a customer's name")
    ),
    events.PlanApproved(
        plan_digest="ab" * 32,
        ledger_id=uid("approved"),
        head_size=33,
        author=Actor(
            actor_id=salted("bob"), kind="person", known_by="operating system user", host=salted("bob's laptop")
        ),
    ),
    events.ApprovalRuleChanged(scope="stack", scope_id=uid("prod"), scope_name="prod", old=1, new=2),
    events.RunsLedgerBegan(runs_ledger_id=uid("runs"), year=2026),
    events.RunsLedgerClosed(runs_ledger_id=uid("runs"), year=2026, size=33, root="ab" * 32),
)
BEGAN = ChangeBegan(
    change_id=uid("change"),
    kind="undo",
    count=2,
    parts=(Part(ledger_id=uid("one"), count=2), Part(ledger_id=uid("other"), count=1)),
    correlation_id=uid("change"),
    causation_id=uid("cause"),
    actor=Actor(
        actor_id=salted("ann"), kind="person", known_by="operating system user", host=salted("ann's laptop")
    ),
    session=salted("1234 2026-11-17T14:00:00Z"),
    client_version="1.0",
    command=salted("zenml undo"),
    repository_path=salted("/r"),
    reason=salted("too early"),
    idempotency=Idempotency(key=salted("build 7"), command_hash=salted("0f")),
    time="2026-11-17T14:00:00.000000Z",
    targets=(uid("cause"),),
    prior_root="0" * 64,
)
BY_A_CHOSEN_NAME = BEGAN.replace(
    actor=ChosenActor(
        actor_id=salted("ann"),
        kind="automation",
        known_by="chosen",
        host=salted("ann's laptop"),
        system_user=salted("root"),
    )
)
