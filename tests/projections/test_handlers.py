"""Each event is for one projection: a second handler would silently take the first one's place."""

from __future__ import annotations

from collections import Counter

from zenml.projections.views import HANDLERS, PROJECTIONS


def test_no_topic_has_two_handlers() -> None:
    topics = Counter(topic for projection in PROJECTIONS for topic in projection.APPLY)
    assert [topic for topic, count in topics.items() if count > 1] == []
    assert set(topics) == set(HANDLERS)
