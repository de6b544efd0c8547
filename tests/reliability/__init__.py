"""Races and kills, through the installed program alone. Acknowledged means: another process saw exit code 0."""

import pytest

pytest.register_assert_rewrite("tests.reliability.states")
