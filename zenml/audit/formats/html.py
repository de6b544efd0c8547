"""A report to review, to print and to sign: one page that fetches nothing and runs nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any

from zenml.audit.entries import Entry
from zenml.audit.export import Export
from zenml.audit.review import MOST, Bar, Review
from zenml.files.html_templates import html_templates

_WIDTH, _HEIGHT = 900, 160  # of the picture, in its own units
_GAP = 2  # between two bars
_WIDEST = 45  # of a bar
_FOLDED = 20  # lines; on a telephone a longer list is opened by a touch


def text(export: Export) -> Iterator[str]:
    """Yields the page."""
    return report(export, export.entries())


def report(export: Export, entries: Iterable[Entry]) -> Iterator[str]:
    """Yields the page of an export's entries, which somebody else may see on their way."""
    review = Review(export.with_approval_rules())
    review.take(entries)
    verification = export.verify()  # before the manifest, which has its verdicts
    environment = html_templates("zenml.audit.formats")
    yield from environment.get_template("review.html.j2").generate(
        review=review,
        most=MOST,
        folded=_FOLDED,
        export=export.occasion,
        manifest=export.manifest(),
        verification=verification,
        picture=_picture(review.activity.bars),
    )


def _picture(bars: list[Bar]) -> dict[str, Any]:
    """Returns the rectangles of the bars, changes below and attempts on top of them."""
    highest = max((bar.changes + bar.attempts for bar in bars), default=1)
    step = min(_WIDTH / max(len(bars), 1), _WIDEST)
    rectangles = []
    for number, bar in enumerate(bars):
        top = float(_HEIGHT)
        title = f"{bar.begin}: {bar.changes} changes, {bar.attempts} attempts refused or failed"
        for kind, count in (("changes", bar.changes), ("attempts", bar.attempts)):
            height = round(_HEIGHT * count / highest, 1)
            top = round(top - height, 1)
            if height:
                rectangles.append(
                    {
                        "kind": kind,
                        "x": round(number * step, 1),
                        "y": top,
                        "width": round(max(step - _GAP, 1), 1),
                        "height": height,
                        "told": title,
                    }
                )
    ends = [bars[0].begin, bars[-1].begin] if bars else []
    return {"width": _WIDTH, "height": _HEIGHT, "highest": highest, "rectangles": rectangles, "ends": ends}
