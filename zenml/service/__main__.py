"""``python -P -m zenml.service``: the process in the background. What it is to be comes on standard input."""

import sys

from zenml.service.daemon import Launch

launch = Launch.of(sys.stdin.read())

from zenml.service.running import run  # noqa: E402 - it takes a second, and whoever started this process may be gone

run(launch, screen=False)
