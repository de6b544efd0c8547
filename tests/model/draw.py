"""What may be wished, and where."""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.model import components as c
from tests.model import labels as n
from tests.model import profiles as p
from tests.model import restoring as r
from tests.model import stacks as s
from tests.model import undoing as u
from tests.model.places import CRON, FOLDERS, TERMINALS, Place

NAMES = st.sampled_from(["a", "b", "default"])
NEW_NAMES = st.sampled_from(["a", "b", "default", "a", "b", c.NOT_A_NAME])
STACKS = st.sampled_from(["s", "t", "default"])
NEW_STACKS = st.sampled_from(["s", "t", "default", "s", "t", c.NOT_A_NAME])
PROFILES = st.sampled_from(["p", "q", "default"])
TYPES = st.sampled_from(list(c.FLAVORS))
VALUES = st.sampled_from(["x", "y", c.PASSWORD_URL])
MAYBE = st.none() | VALUES
OFTEN = st.sampled_from([False, False, False, True])
FOLDER = st.sampled_from(FOLDERS)
WHOLE = st.builds(
    lambda orchestrator, more: (("orchestrator", orchestrator), ("artifact_store", "default"), *more),
    NAMES,
    st.lists(st.tuples(st.just("container_registry"), NAMES), max_size=1),
)
SOME = st.lists(st.tuples(TYPES, NAMES), max_size=2, unique_by=lambda it: it[0]).map(tuple)
NUMBERS = st.sampled_from([1, 2])
LABELS = st.sampled_from(["v1", "v2"])
CHANGES = st.integers(0, 30)
THINGS = st.lists(st.tuples(TYPES, NAMES) | st.tuples(st.just("stack"), STACKS), max_size=2).map(tuple)
PLACES = st.builds(
    Place,
    st.sampled_from([None, None, None, *FOLDERS]),
    st.sampled_from([*["day"] * 4, "night", *TERMINALS * 2, CRON]),
    st.sampled_from([False] * 9 + [True]),
    st.sampled_from([None] * 5 + ["p", "q", "default"]),
    st.sampled_from(["laptop"] * 9 + ["server"]),
)
COMMANDS: dict[Any, st.SearchStrategy[Any]] = {
    c.RegisterComponent: st.builds(c.RegisterComponent, TYPES, NEW_NAMES, MAYBE, OFTEN),
    c.RegisterObject: st.builds(c.RegisterObject, NUMBERS),
    c.UpdateComponent: st.builds(c.UpdateComponent, TYPES, NAMES, MAYBE, OFTEN, OFTEN),
    c.RenameComponent: st.builds(c.RenameComponent, TYPES, NAMES, NEW_NAMES),
    c.DeleteComponent: st.builds(c.DeleteComponent, TYPES, NAMES),
    c.RegisterFlavor: st.builds(c.RegisterFlavor, VALUES),
    c.DeleteFlavor: st.builds(c.DeleteFlavor),
    c.RegisterOwn: st.builds(c.RegisterOwn, NAMES),
    s.RegisterStack: st.builds(s.RegisterStack, NEW_STACKS, WHOLE, OFTEN),
    s.RegisterStackObject: st.builds(s.RegisterStackObject, STACKS, NUMBERS),
    s.UpdateStack: st.builds(s.UpdateStack, STACKS, SOME, st.lists(TYPES, max_size=1).map(tuple)),
    s.RenameStack: st.builds(s.RenameStack, STACKS, NEW_STACKS),
    s.DeleteStack: st.builds(s.DeleteStack, STACKS),
    s.ActivateStack: st.builds(s.ActivateStack, STACKS, OFTEN),
    p.CreateProfile: st.builds(p.CreateProfile, PROFILES | st.just(c.NOT_A_NAME)),
    p.RenameProfile: st.builds(p.RenameProfile, PROFILES, PROFILES | st.just(c.NOT_A_NAME)),
    p.DeleteProfile: st.builds(p.DeleteProfile, PROFILES),
    p.ActivateProfile: st.builds(p.ActivateProfile, PROFILES, OFTEN),
    p.Initialize: st.builds(p.Initialize, FOLDER),
    n.PutLabel: st.builds(n.PutLabel, LABELS | st.just(c.NOT_A_NAME), CHANGES),
    n.DeleteLabel: st.builds(n.DeleteLabel, LABELS),
    r.Restore: st.builds(r.Restore, CHANGES, st.none() | LABELS, THINGS, OFTEN),
}
STEPS = st.one_of(*COMMANDS.values())
BLOCKS = st.builds(u.Block, st.lists(STEPS, min_size=2, max_size=4).map(tuple), OFTEN)
DEEDS = st.one_of(
    st.builds(p.WriteFile, FOLDER, st.none() | PROFILES, st.none() | STACKS),
    st.builds(p.SpoilFile, FOLDER, st.booleans()),
    st.builds(p.RemoveFolder, FOLDER),
)
BACK = st.lists(st.integers(0, 9), max_size=2)
