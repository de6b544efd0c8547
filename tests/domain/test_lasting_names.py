"""A name stays for good, so one that looks like a mail address or a token is warned of, when it is given."""

from __future__ import annotations

import pytest

from tests.support.program import Home


@pytest.mark.parametrize("name", ["jane@example.com", "for jane.miller@example.org", "ghp_0123456789abcdefABCDEF"])
def test_a_name_that_should_be_none_is_warned_of(home: Home, name: str) -> None:
    home.done("stack", "list")
    for words in (("stack", "copy", "default", name), ("artifact-store", "rename", "default", name)):
        assert "Names stay in the record for good" in home.done(*words).stderr
    for words in (("stack", "rename", name, "plain"), ("artifact-store", "rename", name, "plain@home")):
        assert "Names stay" not in home.done(*words).stderr
