"""Writes everything in the documents that is not written by hand: ``python -m tests.docs``."""

from __future__ import annotations

from pathlib import Path

from tests.docs import picture
from tests.docs.reference import GENERATED
from tests.docs.sessions import PAGES, ROOT, write

for name, text in GENERATED.items():
    Path(ROOT, name).write_text(text())
for page in PAGES:
    print(page.relative_to(ROOT), flush=True)
    write(page)
picture.write()
