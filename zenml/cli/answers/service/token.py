"""What ``zenml service token …`` prints. Knows no parser."""

from __future__ import annotations

from zenml.cli.answers.open_at import answer, catching_up
from zenml.cli.screen.notices import NOTHING, announce, notice
from zenml.cli.screen.output import TABLE, emit
from zenml.cli.screen.showing import show
from zenml.cli.screen.tables import WRAPS, Column, Table
from zenml.repository import Repository
from zenml.snapshot.ages import exact

TYPE_CHECKING = False
if TYPE_CHECKING:
    from zenml.api.service_tokens import CreatedToken
    from zenml.cli.answers.write_command import WriteCommand


def print_created(run: WriteCommand, opened: Repository, created: CreatedToken) -> None:
    """Prints a token, alone on standard output."""
    if created.text is None:
        run.finish(opened, created.change)
        return
    info = created.info
    if run.output == TABLE:
        print(created.text)
    else:
        emit({"id": info.token_id, "token": created.text, "name": info.name, "role": info.role}, run.output)
    notice("It is shown this once: keep it where only its user finds it.")
    run._replace(output=TABLE).finish(opened, created.change)


def list_all(output: str = TABLE) -> None:
    """Prints the tokens."""
    repository = Repository(notify=notice, progress=catching_up)
    with repository.reading() as snapshot:
        announce(repository, snapshot, uses=NOTHING)
    tokens = repository.service_tokens()
    if output != TABLE:
        answer(repository, {"tokens": [token.document() for token in tokens]}, output)
        return
    if not tokens:
        notice("No tokens found.")
        return
    rows = [
        (token.name, token.role, "yes" if token.secrets else "no", *map(_time, token[4:7])) for token in tokens
    ]
    show(Table((Column("NAME", WRAPS), "ROLE", "SECRETS", "CREATED (UTC)", "LAST USED", "REVOKED"), rows))


def _time(stored: str | None) -> str:
    return exact(stored) if stored else ""
