"""Whether the record is what was written: the newest checkpoint, and a verification."""

from __future__ import annotations

from threading import Lock

from fastapi import APIRouter, Request
from fastapi.responses import HTMLResponse

from zenml.api.evidence import newest_checkpoint
from zenml.domain.errors import BusyError, DamagedLedgerError, InvalidValueError
from zenml.ledger.verification import Verification
from zenml.page.looks import Look, Looking

MOST = 20
"""Problems of each question that are shown."""

router = APIRouter(prefix="/verify")


@router.get("", response_class=HTMLResponse)
def verify(look: Looking) -> HTMLResponse:
    """Shows the newest checkpoint, and what a verification does."""
    return _page(look)


@router.post("", response_class=HTMLResponse)
def run(look: Looking, request: Request) -> HTMLResponse:
    """Verifies the record, one at a time. Who may only look may do so, too: nothing is changed."""
    return _page(look, _verified(look, request.app.state.verifying))


def _page(look: Look, verification: Verification | None = None) -> HTMLResponse:
    try:
        checkpoint, unreadable = newest_checkpoint(look.repository), ""
    except (DamagedLedgerError, InvalidValueError) as error:
        checkpoint, unreadable = None, error.message
    return look.page(
        "verify.html.j2", checkpoint=checkpoint, unreadable=unreadable, verification=verification, most=MOST
    )


def _verified(look: Look, turn: Lock) -> Verification:
    """Reads the whole record again. Raises `BusyError` if that is being done for somebody else."""
    if not turn.acquire(blocking=False):
        raise BusyError("The record is being verified right now, and one verification at a time is enough.")
    try:
        return look.source.verify(look.notify)
    finally:
        turn.release()
