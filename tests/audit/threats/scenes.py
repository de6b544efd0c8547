"""Where a record is kept, who works with it, and who has seen it before somebody attacks it."""

from __future__ import annotations

import shutil
import subprocess
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from functools import partial
from pathlib import Path

from tests.audit.anchors.peers import Witness, witness
from tests.audit.threats.people import User
from tests.audit.threats.rows import SharedRows
from tests.ledger.tampering import Tampering
from tests.service.running import TEXTS, listening
from tests.support.program import Home
from zenml.anchors.anchor import Handover
from zenml.anchors.witness import WitnessAnchor
from zenml.custody.signing_key import signing_keys
from zenml.evidence.merkle import leaf_hash
from zenml.evidence.notes import checkpoint_text, signed
from zenml.evidence.proofs import consistency_path, frontier_at
from zenml.evidence.tile_tree import TileTree
from zenml.evidence.verify import Checkpoint
from zenml.stores.token_hashes import draw

PROFILE = "team"


class Scene:
    """A record that was seen by others, as it is before each attack.

    It is the file of one machine, with two users; those that inherit keep the profile elsewhere.

    Args:
        folder: A new folder.

    Attributes:
        owner: Who has the signing key, and hands checkpoints to others.
        other: Who made the newest change, after the last checkpoint was handed over.
        ledger_id: The ledger of their profile.
        kept: A checkpoint, a bundle and an export that somebody took away.
        remote: A Git repository that refuses to forget a commit.
        handed_out: A bundle that the attacker made, if that is the attack.
    """

    handed_out: Path | None = None

    def __init__(self, folder: Path) -> None:
        self.base, self._before = folder / "now", folder / "before"
        self.base.mkdir(parents=True)
        self._exit = ExitStack()
        self.owner, self.other = self._users()
        self._begin()
        self.owner.makes("one", "two")
        with self.owner.works() as here:
            note = here.checkpoint()
            self.ledger_id, self.origin, self._key_line = note.ledger_id, note.origin, note.key_line
            self.kept = tuple(self.base / name for name in ("kept.note", "kept.zip", "kept.jsonl"))
            self.kept[0].write_text(note.note)
            here.make_bundle(self.kept[1], everything=True)
            here.export_record(self.kept[2], everything=True)
            self.key = self.base / "auditor.key"
            self.key.write_text("".join(f"{one.key_line}\n" for one in here.checkpoint_all().signed))
        self.witness: Witness = self._exit.enter_context(witness(folder / "witness"))
        self.witness.knows(self.origin, self._key_line)
        self.witness.start()
        self._hand_over_all()
        self.other.makes("three")
        self._stop()
        shutil.copytree(self.base, self._before, symlinks=True)
        self._witness_database = {path: path.read_bytes() for path in (folder / "witness").glob("*.db*")}
        self._witness_saw_more = False
        self._start()

    # --- what differs, by where the record is kept ---------------------------------------------------

    def _users(self) -> tuple[User, User]:
        config = self.base / "config"
        return User(self.base / "owner", config), User(self.base / "other", config)

    def _begin(self) -> None:
        """Makes the profile."""

    def _start(self) -> None:
        """Starts what keeps the record."""

    def _stop(self) -> None:
        """Ends what keeps the record."""

    @property
    def tampering(self) -> Tampering:
        """Somebody who may write where the ledger is kept."""
        return Tampering(self.owner.file)

    def newcomer(self) -> User:
        """Returns somebody who sees the record for the first time.

        Raises:
            LedgerError: It is shown to nobody as it is.
        """
        user = User(self.base / "newcomer", self.base / "newcomers-copy")
        if not user.config.exists():
            user.config.mkdir()
            shutil.copy(self.owner.file, user.file)
        return user

    def insider(self) -> User:
        """Returns somebody who may record changes, and whose folders nobody else looks at."""
        return self.owner

    @contextmanager
    def as_the_others_see_it(self) -> Iterator[None]:
        """Shows what those see who have seen the record before."""
        yield

    # --- the same for all ----------------------------------------------------------------------------

    @property
    def branch(self) -> list[Path]:
        """The checkpoints of all commits of the remote's branch, as somebody clones it afresh."""
        clone = self.base / "clone"
        clone.mkdir(exist_ok=True)
        commits = _git(self.remote, "rev-list", "main", "--", f"{self.ledger_id}.note").split()
        for number, commit in enumerate(commits):
            (clone / f"{number}.note").write_text(_git(self.remote, "show", f"{commit}:{self.ledger_id}.note"))
        return sorted(clone.iterdir())

    def handover(self) -> Handover:
        """Returns a checkpoint of the events as they stand, signed with the real key."""
        tree = TileTree()
        for event in self.tampering.events(self.ledger_id):
            tree.append(leaf_hash(self.ledger_id, event.position, event.topic, event.fields))
        root = frontier_at(tree.size, tree.node).root()
        (signer, *_) = signing_keys(str(self.owner.config), make=False)
        note = signed(checkpoint_text(self.origin, tree.size, root), [(self.origin, signer)])
        checkpoint = Checkpoint(self.origin, tree.size, root)
        proof = partial(consistency_path, new=tree.size, nodes=tree.node)
        return Handover(self.ledger_id, checkpoint, note.encode(), self._key_line, proof, tree.size)

    def restore(self) -> None:
        """Makes everything as it was before the first attack."""
        self._stop()
        self.handed_out = None
        shutil.rmtree(self.base)
        shutil.copytree(self._before, self.base, symlinks=True)
        if self._witness_saw_more:
            self.witness.stop()
            for path in next(iter(self._witness_database)).parent.glob("*.db*"):
                path.unlink()
            for path, data in self._witness_database.items():
                path.write_bytes(data)
            self.witness.start()
            self._witness_saw_more = False
        self._start()

    def close(self) -> None:
        self._stop()
        self._exit.close()

    def ask_witness(self, handover: Handover) -> None:
        """Hands a checkpoint to the witness; raises `LedgerError` if that refuses it."""
        WitnessAnchor(self.witness.url, self.witness.key_line, lambda: iter(())).hand_over(handover, None)
        self._witness_saw_more = True

    def _hand_over_all(self) -> None:
        self.remote, work = self.base / "remote.git", self.base / "work"
        for words in (
            ("init", "-q", "--bare", "-b", "main", str(self.remote)),
            ("-C", str(self.remote), "config", "receive.denyNonFastForwards", "true"),
            ("-C", str(self.remote), "config", "receive.denyDeletes", "true"),
            ("init", "-q", "-b", "main", str(work)),
            ("-C", str(work), "remote", "add", "origin", str(self.remote)),
        ):
            subprocess.run(["git", *words], check=True, capture_output=True)
        with self.owner.works() as here:
            here.add_anchor("git", str(work), push="origin")
            assert here.anchor().ok
        self.ask_witness(self.handover())


class SharedDatabase(Scene):
    """A profile in a database, of which two machines have a copy."""

    def _users(self) -> tuple[User, User]:
        return User(self.base / "owner", self.base / "config"), User(self.base / "other", self.base / "others")

    @property
    def database(self) -> Path:
        return self.base / "team.db"

    @property
    def shown_to_the_others(self) -> Path:
        """The database as the others see it, if they do not see the same as a newcomer."""
        return self.base / "shown.db"

    @contextmanager
    def as_the_others_see_it(self) -> Iterator[None]:
        if not self.shown_to_the_others.exists():
            yield
            return
        aside = self.database.rename(self.base / "aside.db")
        self.shown_to_the_others.rename(self.database)
        yield
        self.database.rename(self.shown_to_the_others)
        aside.rename(self.database)

    def insider(self) -> User:
        user = User(self.base / "insider", self.base / "insiders")
        self._join(user)
        return user

    def _begin(self) -> None:
        for user in (self.owner, self.other):
            self._join(user)

    def _join(self, user: User) -> None:
        with user.works() as here:
            here.create_profile(PROFILE, store_type="sql", url=f"sqlite:///{self.database}")
            here.activate_profile(PROFILE, machine_wide=True)

    @property
    def tampering(self) -> Tampering:
        return SharedRows(self.database)

    def newcomer(self) -> User:
        return _joined(User(self.base / "newcomer", self.base / "newcomers"), self._join)


class Served(Scene):
    """A profile that a service keeps, of which two members have a copy; who runs the service has its file."""

    def _users(self) -> tuple[User, User]:
        self._host = Home(_made(self.base / "host"))
        self._running, self._port, (_, self._token) = ExitStack(), 0, draw()
        return User(self.base / "owner", self.base / "config"), User(self.base / "other", self.base / "others")

    def _begin(self) -> None:
        with User(self._host.home, self._host.config).works() as here:
            here.list_stacks()
        self._start()
        for user in (self.owner, self.other):
            self._join(user)

    def _join(self, user: User) -> None:
        with user.works() as here:
            url = f"http://127.0.0.1:{self._port}"
            here.create_profile(PROFILE, store_type="rest", url=url, token=self._token)
            here.activate_profile(PROFILE, machine_wide=True)

    def _start(self) -> None:
        service = self._running.enter_context(listening(self._host, port=self._port))
        service.tokens.tokens[self._token] = service.tokens.tokens[TEXTS["writer"]]
        self._port = service.port

    def _stop(self) -> None:
        self._running.close()

    @property
    def tampering(self) -> Tampering:
        return Tampering(User(self._host.home, self._host.config).file)

    def insider(self) -> User:
        return User(self._host.home, self._host.config)

    @contextmanager
    def down(self) -> Iterator[None]:
        """Ends the service for some time."""
        self._stop()
        yield
        self._start()

    def newcomer(self) -> User:
        return _joined(User(self.base / "newcomer", self.base / "newcomers"), self._join)


def _joined(user: User, join: Callable[[User], None]) -> User:
    """Returns a user who joins now, unless that was done before."""
    done = user.home / "joined"
    if not done.exists():
        join(user)
        done.touch()
    return user


def _made(folder: Path) -> Path:
    folder.mkdir(parents=True)
    return folder


def _git(folder: Path, *words: str) -> str:
    done = subprocess.run(["git", "-C", str(folder), *words], capture_output=True, text=True, check=True)
    return done.stdout
