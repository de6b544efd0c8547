from __future__ import annotations

from tests.domain.memory import given
from tests.domain.things import provisioned, salted, uid
from zenml.domain import commands
from zenml.domain.events import Provisioning
from zenml.domain.rules.changed import ChangedSinceError

STORE = uid("artifact_store a")


def record(state: str | None, *made: str) -> commands.RecordProvisioning:
    paths = tuple(map(salted, made))
    provisioning = Provisioning(state=state, made=paths) if state else None  # type: ignore[arg-type]
    return commands.RecordProvisioning(STORE, "artifact_store", "a", provisioning)


def test_what_was_made_is_recorded() -> None:
    given().when(record("running", "/data")).then(provisioned("a", None, ("/data",)))


def test_the_same_again_records_nothing_whatever_its_salt() -> None:
    again = Provisioning(state="running", made=(salted("/data", "other"),))
    command = commands.RecordProvisioning(STORE, "artifact_store", "a", again)
    given(provisioned("a", None, ("/data",))).when(command).then_nothing_happened()


def test_what_was_made_before_is_carried_along() -> None:
    before = provisioned("a", None, ("/data",))
    given(before).when(record(None)).then(provisioned("a", ("/data",), None))


def test_nothing_is_removed_from_nothing() -> None:
    given().when(record(None)).then_nothing_happened()


def test_undo_refuses_where_more_was_made_since() -> None:
    first, later = provisioned("a", None, ("/data",)), provisioned("a", ("/data",), ("/data", "/more"))
    given(first, later).when(commands.Revert(first)).then_raises(ChangedSinceError, "artifact store 'a'")
