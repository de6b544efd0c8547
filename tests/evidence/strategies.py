"""Random JSON values, rich in what is easy to get wrong: key order, escapes, doubles, reserved objects."""

from hypothesis import strategies as st
from hypothesis.strategies import SearchStrategy

# Either side of the surrogates, where UTF-16 order and code point order part, and all that is escaped.
_strings = st.text(
    st.sampled_from('a\x00\x1f"\\/\b\n\x7f\x80é€\ud7ff\ue000\ufb33\uffff\U00010000😀\U0010ffff')
) | st.text(st.characters(exclude_categories=["Cs"]))
_integers = st.integers(-(2**53) + 1, 2**53 - 1)
_doubles = st.floats(allow_nan=False, allow_infinity=False)
_salted = st.fixed_dictionaries({"s": st.binary(min_size=16, max_size=16).map(bytes.hex), "v": _strings})
_blanked = st.fixed_dictionaries({"c": st.binary(min_size=32, max_size=32).map(bytes.hex)})


def _is_free(members: dict[str, object]) -> bool:
    return members.keys() not in ({"s", "v"}, {"c"})


doubles: SearchStrategy[float] = _doubles
strings: SearchStrategy[str] = _strings

json_values: SearchStrategy[object] = st.recursive(
    st.none() | st.booleans() | _integers | _doubles | _strings | _salted | _blanked,
    lambda inner: st.lists(inner, max_size=5) | st.dictionaries(_strings, inner, max_size=6).filter(_is_free),
    max_leaves=25,
)
