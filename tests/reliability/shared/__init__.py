"""Profiles that machines share, where servers die and lines break: what was acknowledged is everywhere, once."""

import pytest

pytest.register_assert_rewrite("tests.support.agreement", "tests.support.teams")
