"""Commands about labels, the names of changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.model.components import check_name
from tests.model.model import Draft
from tests.model.world import Make

if TYPE_CHECKING:
    from tests.model.actual import Actual
    from zenml.ledger.change import Change
    from zenml.repository import Repository


@dataclass(frozen=True)
class PutLabel:
    """Puts a label on a change, or moves it there.

    Attributes:
        label: The label.
        number: The change, as in the history of the model; the newest if there are not so many yet.
    """

    label: str
    number: int

    def tell(self, draft: Draft) -> None:
        number = min(self.number, draft.known - 1)
        key = draft.world.find("label", draft.profile, name=self.label)
        if key is not None:
            draft.set(key, "change", number)
            return
        check_name(self.label)
        fields = {"name": self.label, "change": number}
        draft.take(Make(("label", draft.profile, draft.new_id("label")), fields))

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.put_label(self.label, actual.letters[min(self.number, len(actual.letters) - 1)])


@dataclass(frozen=True)
class DeleteLabel:
    label: str

    def tell(self, draft: Draft) -> None:
        draft.remove(draft.world.the("label", draft.profile, name=self.label))

    def ask(self, here: Repository, actual: Actual) -> Change | None:
        return here.delete_label(self.label)
