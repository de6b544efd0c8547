"""Random histories of two machines that share a profile, whose clocks are apart, compared with a model."""

from __future__ import annotations

from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest

from tests.repository.merging_model import Merged
from tests.support.members import Member, Team
from tests.support.sizes import SHARED_HISTORIES, SHARED_STEPS
from zenml.domain.errors import ChangeNotFoundError
from zenml.repository import Repository
from zenml.snapshot.snapshot import Snapshot

PARTS = {"orchestrator": "default", "artifact_store": "default", "metadata_store": "default"}


class Play:
    """Does one thing after the other on two machines, and compares each of them with the model."""

    def __init__(self, base: Path, seed: int) -> None:
        self.random = Random(seed)
        self.team = Team(base, timedelta(minutes=self.random.choice([-60, 60, 60, 7])))
        self.count = 0

    def step(self) -> None:
        member = self.random.choice([self.team.one, self.team.other])
        self.team.one.time.now += timedelta(minutes=self.random.choice([0, 0, 1, 20, 50]))
        does = self.random.choice([self._register, self._rename, self._delete, self._choose, self._alone])
        apart = does in (self._choose, self._alone) and self.random.random() < 0.8
        self.count += 1
        with self.team.out_of_reach() if apart else nullcontext(), member.here() as repository:
            if not apart:
                self.team.to_one() if member is self.team.one else self.team.to_other()
            does(repository, [stack.name for stack in repository.list_stacks()])

    def _register(self, repository: Repository, names: list[str]) -> None:
        repository.combine_stack(f"s{self.count}", PARTS, activate=self.random.random() < 0.5)

    def _rename(self, repository: Repository, names: list[str]) -> None:
        repository.rename_stack(self.random.choice(names), f"r{self.count}")

    def _delete(self, repository: Repository, names: list[str]) -> None:
        idle = [it for it in names if it != repository.active_stack_name]
        if idle:
            repository.deregister_stack(self.random.choice(idle))

    def _choose(self, repository: Repository, names: list[str]) -> None:
        repository.activate_stack(self.random.choice(names), machine_wide=True)

    def _alone(self, repository: Repository, names: list[str]) -> None:
        repository.create_profile(f"p{self.count}")

    def compare(self, member: Member) -> None:
        model = Merged(member.events(), self.team.profile.profile_ledger_id)
        with member.here() as repository:
            listed = [it.letters for it in repository.history(everything=True)]
            assert listed == [it.letters for it in reversed(model.order)]
            of_profile = [it.letters for it in repository.history(profile="team") if it.letters in listed]
            assert of_profile == sorted(of_profile, key=listed.index)
            for change in self.random.sample(model.order, min(len(model.order), 5)):
                self._compare_at(repository, change.letters, model, model.at_change(change))
            for _ in range(5):
                time = self._some_time()
                ends = model.at_time(time.strftime("%Y-%m-%dT%H:%M:%S.%fZ"))
                if ends:
                    self._compare_at(repository, time, model, ends)
                else:
                    with pytest.raises(ChangeNotFoundError, match="nothing was recorded yet"):
                        repository.at(time)

    def _some_time(self) -> datetime:
        begin = datetime(2025, 3, 10, 11, tzinfo=UTC)
        seconds = (self.team.one.time.now - begin).total_seconds() + 3600
        return begin + timedelta(seconds=self.random.uniform(0, seconds))

    def _compare_at(
        self, repository: Repository, point: str | datetime, model: Merged, ends: dict[str, int]
    ) -> None:
        past = repository.at(point)

        def look(then: Snapshot) -> tuple[dict[str, int], str, str | None, str | None]:
            ledgers = [it for (it,) in then.connection.execute("SELECT ledger_id FROM heads")]
            profile, stack = then.active.profile, then.active.stack
            reached = {it: at for it in ledgers if (at := then.at(it))}
            return (
                reached,
                then.machine_id,
                profile.profile_id if profile and profile.name == "team" else None,
                stack.stack_id if stack else None,
            )

        reached, machine_id, profile_id, stack_id = past.ask(look)
        assert reached == ends
        if profile_id is not None:
            stacks = model.stacks(ends)
            assert {it.stack_id: it.name for it in past.list_stacks()} == stacks
            chosen = model.active(ends, machine_id, profile_id)
            assert stack_id == chosen or chosen not in stacks


@pytest.mark.parametrize("seed", range(SHARED_HISTORIES))
def test_the_past_is_what_a_model_merges_of_the_events(tmp_path: Path, seed: int) -> None:
    play = Play(tmp_path, seed)
    for _ in range(SHARED_STEPS):
        play.step()
        if play.random.random() < 0.3:
            play.compare(play.random.choice([play.team.one, play.team.other]))
    for member in (play.team.one, play.team.other):
        play.compare(member)
        numbered = "SELECT number, change_id, summary, undone_by FROM changes ORDER BY number"
        parts = "SELECT * FROM change_parts ORDER BY number, ledger"
        before = member.query(numbered), member.query(parts)
        with member.here() as repository:
            repository.rebuild()
        assert (member.query(numbered), member.query(parts)) == before
