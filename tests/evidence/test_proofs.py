"""Proofs about the tree: ours and those of aics-tlog, each judged by the other, and none that was altered."""

from __future__ import annotations

import json
import random
import subprocess
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pytest

from tests.evidence.consistency import consistency_holds
from tests.evidence.installing import programs
from tests.support.sizes import TREES
from zenml.evidence import merkle, proofs, verify
from zenml.evidence.merkle import Frontier, MerkleError

SIZES = [*range(1, TREES + 1), *(size for size in (63, 64, 65, 127, 128, 129, 255, 256, 257) if size > TREES)]
LEAVES = [verify.leaf_of(str(number).encode()) for number in range(max(SIZES))]


@cache
def node(level: int, index: int) -> bytes:
    if level == 0:
        return LEAVES[index]
    return merkle.node_hash(node(level - 1, 2 * index), node(level - 1, 2 * index + 1))


@cache
def root(size: int) -> bytes:
    return merkle.root_of(LEAVES[:size])


def inclusions() -> Iterator[tuple[int, int, list[bytes], bytes]]:
    for size in SIZES:
        for index in range(size):
            yield index, size, proofs.inclusion_path(index, size, node), root(size)


def consistencies() -> Iterator[tuple[int, bytes, int, bytes, list[bytes]]]:
    for size in SIZES:
        for old in range(1, size + 1):
            yield old, root(old), size, root(size), proofs.consistency_path(old, size, node)


@pytest.fixture(scope="module")
def judged() -> dict[str, Any]:
    """What aics-tlog says of all our proofs, and its own."""
    script = Path(__file__).with_name("tlog.py")
    asked = {"sizes": SIZES, "inclusion": list(inclusions()), "consistency": list(consistencies())}
    done = subprocess.run(
        [str(programs() / "python"), "-I", str(script)],
        input=json.dumps(asked, default=bytes.hex),
        capture_output=True,
        text=True,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer


def test_aics_tlog_accepts_every_proof_of_ours(judged: dict[str, Any]) -> None:
    assert len(judged["accepted_inclusion"]) == len(judged["accepted_consistency"]) == sum(SIZES)
    assert all(judged["accepted_inclusion"])
    assert all(judged["accepted_consistency"])


def test_aics_tlog_makes_the_same_proofs(judged: dict[str, Any]) -> None:
    assert judged["inclusion"] == json.loads(json.dumps(list(inclusions()), default=bytes.hex))
    assert judged["consistency"] == json.loads(json.dumps(list(consistencies()), default=bytes.hex))


def test_every_proof_holds_and_none_that_is_altered() -> None:
    chance = random.Random(6962)
    for index, size, path, top in inclusions():
        assert verify.inclusion_holds(LEAVES[index], index, size, path, top)
        other = chance.choice([number for number in range(size + 1) if number != index])
        assert not verify.inclusion_holds(LEAVES[index], other, size, path, top)
        for wrong in altered(path, chance):
            assert not verify.inclusion_holds(LEAVES[index], index, size, wrong, top)
    for old, old_root, size, top, path in consistencies():
        assert consistency_holds(old, old_root, size, top, path)
        for wrong in altered(path, chance):
            assert not consistency_holds(old, old_root, size, top, wrong)
        assert not consistency_holds(old, bytes(32), size, top, path)
        assert not consistency_holds(old, old_root, size, bytes(32), path)


def altered(path: list[bytes], chance: random.Random) -> Iterator[list[bytes]]:
    """Yields the path with a bit of one hash turned, one hash less, and one more."""
    yield [*path, bytes(32)]
    if path:
        at, bit = chance.randrange(len(path)), chance.randrange(256)
        turned = (int.from_bytes(path[at], "big") ^ 1 << bit).to_bytes(32, "big")
        yield [*path[:at], turned, *path[at + 1 :]]
        yield path[:-1]


def test_an_empty_tree_is_the_beginning_of_every_tree() -> None:
    assert proofs.consistency_path(0, 5, node) == []
    assert consistency_holds(0, merkle.EMPTY_ROOT, 5, root(5), [])
    assert not consistency_holds(0, root(1), 5, root(5), [])
    assert consistency_holds(0, merkle.EMPTY_ROOT, 0, merkle.EMPTY_ROOT, [])


def test_the_frontier_that_a_tree_had_is_found_again() -> None:
    for size in range(max(SIZES) + 1):
        assert proofs.frontier_at(size, node) == Frontier().extended(LEAVES[:size])


@pytest.mark.parametrize(("index", "size"), [(0, 0), (5, 5), (-1, 5)])
def test_nothing_is_proved_of_a_leaf_that_is_not_there(index: int, size: int) -> None:
    with pytest.raises(MerkleError, match="has no leaf"):
        proofs.inclusion_path(index, size, node)
    assert not verify.inclusion_holds(LEAVES[0], index, size, [], LEAVES[0])


def test_a_larger_tree_is_not_the_beginning_of_a_smaller_one() -> None:
    with pytest.raises(MerkleError, match="does not begin with"):
        proofs.consistency_path(3, 2, node)
    assert not consistency_holds(3, root(3), 2, root(2), [])


def test_the_tree_that_stands_alone_is_that_of_the_program() -> None:
    alone = verify.Tree()
    for size in range(len(LEAVES)):
        assert alone.root() == root(size)
        assert tuple(alone.hashes) == Frontier().extended(LEAVES[:size]).hashes
        alone.append(LEAVES[size])
