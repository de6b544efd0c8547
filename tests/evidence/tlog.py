"""Runs in the environment of aics-tlog, and says what that implementation makes of proofs.

Reads JSON from standard input: ``sizes``, trees over the entries "0", "1", … of which every proof is made;
``inclusion`` and ``consistency``, proofs to check. Writes its proofs, and which of ours it accepts.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable
from typing import Any

import aics_tlog  # type: ignore[import-not-found]
from aics_tlog.hashing import leaf_hash  # type: ignore[import-not-found]

asked = json.load(sys.stdin)
largest = max(asked["sizes"], default=0)
tree = aics_tlog.MerkleTree([str(number).encode() for number in range(largest)])
answer: dict[str, list[Any]] = {
    "inclusion": [],
    "consistency": [],
    "accepted_inclusion": [],
    "accepted_consistency": [],
}


def accepted(check: Callable[..., bool], *values: object) -> bool:
    try:
        return bool(check(*values))
    except ValueError:
        return False


for size in asked["sizes"]:
    for index in range(size):
        path = [node.hex() for node in tree.inclusion_proof(index, size)]
        answer["inclusion"].append([index, size, path, tree.root(size).hex()])
    for old in range(1, size + 1):
        path = [node.hex() for node in tree.consistency_proof(old, size)]
        answer["consistency"].append([old, tree.root(old).hex(), size, tree.root(size).hex(), path])
for index, size, path, root in asked["inclusion"]:
    leaf, nodes = leaf_hash(str(index).encode()), [bytes.fromhex(node) for node in path]
    answer["accepted_inclusion"].append(
        accepted(aics_tlog.verify_inclusion, leaf, index, size, nodes, bytes.fromhex(root))
    )
for old, old_root, new, new_root, path in asked["consistency"]:
    nodes = [bytes.fromhex(node) for node in path]
    answer["accepted_consistency"].append(
        accepted(aics_tlog.verify_consistency, old, new, bytes.fromhex(old_root), bytes.fromhex(new_root), nodes)
    )
json.dump(answer, sys.stdout)
