"""``python -m zenml``."""

import os
import sys

# Python puts the working directory first on the path for -m: a file there must not pass for a module of ours
try:
    here = os.getcwd()
except OSError:  # it was removed: nothing can be imported from there
    here = ""
if not sys.flags.safe_path and sys.path and sys.path[0] in ("", here):
    del sys.path[0]

from zenml.cli.entry import main

main()
