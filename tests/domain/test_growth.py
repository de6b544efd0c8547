"""Looking for secrets takes a time that grows as the text does, whatever stands in it."""

from __future__ import annotations

import time
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product

import pytest

from tests.support.sizes import GROWTH_STEP
from zenml.domain.errors import InvalidValueError
from zenml.domain.secrecy import has_stars, hidden_in, without_passwords
from zenml.domain.secret_places import is_secret_reference
from zenml.domain.times.phrases import read
from zenml.reconcile.own_places import placeless

LENGTH = 96 * 1024  # twice the longest value that is stored
SECONDS = (
    5.0  # this only ends what hangs: a hundredth is usual, and what grows with the square takes 10 s and more
)
BEGINNINGS = ["", "{{a", "x:y@h"]
REPEATED = [
    *(
        "{{",
        "{{a.a",
        ".a",
        "a.",
        ".",
        "(",
        ",",
        ",a:",
        "a:",
        ":",
        "://a",
        "://a:",
        "http://a",
        "a@",
        "a:b@",
        "@h,a:",
    ),
    *(
        "'",
        '"',
        "a ",
        " ",
        "a=",
        "password={",
        'password={" ',
        'password="',
        '"token": "',
        "token: ",
        "'token':\"",
    ),
    *("/local_stores/", "1/", "[{"),
]
ENDS = ["", "@h"]
ASKED: dict[str, Callable[[str], object]] = {
    "a value without its secrets": lambda text: without_passwords(text, whole=True),
    "prose without its secrets": without_passwords,
    "whether it names a secret": is_secret_reference,
    "its secrets": lambda text: list(hidden_in(text)),
    "whether it has stars": has_stars,
    "its place": placeless,
}


AROUND = list(product(BEGINNINGS, ENDS))
"""What stands before and after what is repeated; of these some take turns in the small run."""


@pytest.mark.slow
@pytest.mark.parametrize("asked", ASKED)
def test_no_text_takes_long_to_look_through(asked: str) -> None:
    for number, repeated in enumerate(REPEATED):
        for beginning, end in AROUND[number % GROWTH_STEP :: GROWTH_STEP]:
            text = beginning + repeated * (LENGTH // len(repeated)) + end
            before = time.process_time()
            ASKED[asked](text)
            assert time.process_time() - before < SECONDS, (beginning, repeated, end)


def test_no_text_takes_long_to_be_refused_as_a_time() -> None:
    for repeated in ("1/", "1.", " ago ", "1 day and ", "-1"):
        before = time.process_time()
        with pytest.raises(InvalidValueError):
            read(repeated * (LENGTH // len(repeated)), datetime.now(UTC))
        assert time.process_time() - before < SECONDS, repeated
