"""Writes everything in the documents that is not written by hand: ``python -m tests.docs``."""

from __future__ import annotations

from tests.docs import picture
from tests.docs.reference import GENERATED, without_answers
from tests.docs.sessions import PAGES, write
from tests.docs.terminals import ROOT

for name, generate in GENERATED.items():
    file, text = ROOT / name, generate()
    if not file.exists() or without_answers(file.read_text()) != without_answers(text):
        file.write_text(text)
for page in PAGES:
    print(page.relative_to(ROOT), flush=True)
    write(page)
picture.write()
