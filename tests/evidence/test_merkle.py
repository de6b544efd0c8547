"""The tree of RFC 6962: known answers, the definition in the RFC, and the cost of an append."""

from hashlib import sha256

import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml.evidence import canonical, merkle
from zenml.evidence.merkle import (
    EMPTY_ROOT,
    Frontier,
    MerkleError,
    leaf_hash,
    leaf_hash_stored,
    node_hash,
    root_of,
)

from . import second

# The vectors of Certificate Transparency: leaf data, and the root after each.
LEAVES = [
    "",
    "00",
    "10",
    "2021",
    "3031",
    "40414243",
    "5051525354555657",
    "606162636465666768696a6b6c6d6e6f",
]
ROOTS = [
    "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855",
    "6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d",
    "fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125",
    "aeb6bcfe274b70a14fb067a5e5578264db0fa9b51af5e0ba159158f329e06e77",
    "d37ee418976dd95753c1c73862b9398fa2a2cf9b4ff0fdfe8b30cd95209614b7",
    "4e3bbb1f7b478dcfe71fb631631519a3bca12c9aefca1612bfce4c13a86264d4",
    "76e67dadbcdf1e10e1b74ddc608abd2f98dfb16fbce75277b5232a127f2087ef",
    "ddb89be403809e325750d3d263cd78929c2942b7942a34b77e122c9594a74c8c",
    "5dc9da79a70659a9ad559cb701ded9a2ab9d823aad2f4960cfe370eff4604328",
]

LEDGER = "0b7bd2d4-38c5-4d2b-9d3a-5f8f3f0f6a11"
SALT = "000102030405060708090a0b0c0d0e0f"


def hashes(count: int) -> list[bytes]:
    return [sha256(b"%d" % number).digest() for number in range(count)]


@pytest.mark.parametrize("size", range(9))
def test_roots_of_the_certificate_transparency_vectors(size: int) -> None:
    leaves = [sha256(b"\x00" + bytes.fromhex(data)).digest() for data in LEAVES[:size]]
    assert root_of(leaves).hex() == ROOTS[size]
    assert second.root(leaves).hex() == ROOTS[size]


@pytest.mark.parametrize("size", range(131))
def test_the_frontier_has_the_root_that_the_rfc_defines(size: int) -> None:
    leaves = hashes(size)
    assert Frontier().extended(leaves).root() == second.root(leaves)


@given(st.lists(st.binary(min_size=32, max_size=32), max_size=300))
def test_any_leaves_have_the_root_that_the_rfc_defines(leaves: list[bytes]) -> None:
    assert root_of(leaves) == second.root(leaves)


@given(st.lists(st.binary(min_size=32, max_size=32)), st.lists(st.binary(min_size=32, max_size=32)))
def test_a_stored_frontier_continues_the_tree(before: list[bytes], after: list[bytes]) -> None:
    stored = Frontier().extended(before)
    restored = Frontier.from_bytes(stored.size, stored.to_bytes())
    assert restored == stored
    assert restored.extended(after).root() == root_of(before + after)


def test_the_frontier_of_nothing_has_the_empty_root() -> None:
    assert Frontier() == Frontier.from_bytes(0, b"")
    assert Frontier().root() == EMPTY_ROOT == bytes.fromhex(ROOTS[0])


def test_appending_leaves_the_earlier_frontier_as_it_was() -> None:
    earlier = Frontier().extended(hashes(7))
    root = earlier.root()
    earlier.appended(bytes(32))
    assert (earlier.size, len(earlier.hashes), earlier.root()) == (7, 3, root)


def test_the_cost_of_an_append_grows_with_the_logarithm(monkeypatch: pytest.MonkeyPatch) -> None:
    calls = 0

    def counted(left: bytes, right: bytes) -> bytes:
        nonlocal calls
        calls += 1
        return node_hash(left, right)

    monkeypatch.setattr(merkle, "node_hash", counted)
    frontier, appending = Frontier(), 0
    for size, leaf in enumerate(hashes(10_000), start=1):
        calls = 0
        frontier = frontier.appended(leaf)
        assert calls <= size.bit_length() - 1
        appending += calls
        calls = 0
        frontier.root()
        assert calls <= size.bit_length() - 1
        assert len(frontier.hashes) == size.bit_count()
    assert appending == 10_000 - frontier.size.bit_count()  # less than one node for each leaf


@pytest.mark.parametrize(
    ("size", "data"),
    [
        (0, bytes(32)),
        (1, b""),
        (1, bytes(31)),
        (1, bytes(33)),
        (3, bytes(32)),
        (4, bytes(64)),
        (-1, bytes(32)),
    ],
)
def test_a_frontier_of_another_length_is_refused(size: int, data: bytes) -> None:
    with pytest.raises(MerkleError, match=f"size {size}"):
        Frontier.from_bytes(size, data)


@pytest.mark.parametrize("leaf", [b"", bytes(31), bytes(33)])
def test_what_is_not_a_hash_is_not_appended(leaf: bytes) -> None:
    with pytest.raises(MerkleError, match="bytes, not 32"):
        Frontier().appended(leaf)


def test_a_leaf_is_the_hash_of_zero_and_the_canonical_text() -> None:
    event = {"name": "größe", "url": {"s": SALT, "v": '"x"'}, "count": 2, "a": [None, True]}
    committed = sha256(b"\x02" + bytes(range(16)) + b'"x"').hexdigest()
    content = (
        f'{{"event":{{"a":[null,true],"count":2,"name":"größe","url":{{"c":"{committed}"}}}},'
        f'"ledger":"{LEDGER}","position":7,"topic":"zenml:StackRegistered"}}'
    )
    leaf = leaf_hash(LEDGER, 7, "zenml:StackRegistered", event)
    assert leaf == sha256(b"\x00" + content.encode()).digest()
    # This is in every ledger for ever: if it changes, no ledger verifies any more.
    assert leaf.hex() == "e3b7898f904b972cc20115ea2996f38b18eb90941af6bacd6861e1f27be67c6e"


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"name": "prod", "count": 3, "of": [None, True]},
        {"url": {"s": SALT, "v": '"file:///data"'}, "also": [{"s": SALT, "v": '{"deep":"\\"\\u00fc"}'}]},
        {"host": {"s": SALT, "v": '"ümlaut \U0001f600"'}},
        {"gone": {"c": "ab" * 32}, "url": {"s": SALT, "v": "1"}},
        {"url": {"s": SALT, "v": "not JSON"}},
        {"three": {"s": SALT, "v": "1", "x": 2}},
        {"says": 'in a text: {"s":"x"}'},
    ],
)
def test_the_leaf_of_a_text_is_that_of_the_event(event: dict[str, object]) -> None:
    text = canonical.text(event).encode()
    assert leaf_hash_stored("ledger", 7, "topic", event, text) == leaf_hash("ledger", 7, "topic", event)


def test_every_part_of_a_leaf_counts() -> None:
    event: dict[str, object] = {"a": 1}
    leaves = {
        leaf_hash(LEDGER, 1, "t", event),
        leaf_hash(LEDGER[::-1], 1, "t", event),
        leaf_hash(LEDGER, 2, "t", event),
        leaf_hash(LEDGER, 1, "u", event),
        leaf_hash(LEDGER, 1, "t", {"a": 2}),
    }
    assert len(leaves) == 5


def test_nodes_are_hashed_in_order_and_apart_from_leaves() -> None:
    left, right = hashes(2)
    assert node_hash(left, right) == sha256(b"\x01" + left + right).digest() != node_hash(right, left)
