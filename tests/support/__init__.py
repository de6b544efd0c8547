"""What tests share: ways to run the program and to look at its answers. No test."""

import pytest

pytest.register_assert_rewrite("tests.support.agreement", "tests.support.teams")
