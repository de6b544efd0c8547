"""Sentences that are no errors, and after which there is something to do: a terminal adds the command to type."""

from __future__ import annotations

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.domain.errors import Detail


class Notice(str):
    """A sentence that says what happened, and what the next step is about. As a text, it is the sentence.

    Attributes:
        code: Which case it is, for whoever words the next step; empty if there is none.
        values: What the next step is about, as in `LedgerError`.
    """

    code: str
    values: dict[str, Detail]

    def __new__(cls, sentence: str, code: str = "", **values: Detail) -> Notice:
        """Makes one of its sentence."""
        made = super().__new__(cls, sentence)
        made.code, made.values = code, values
        return made
