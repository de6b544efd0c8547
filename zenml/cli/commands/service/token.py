"""``zenml service token …``: who may ask the service."""

from __future__ import annotations

from typing import Literal

from zenml.cli.answers.service import token as answers
from zenml.cli.answers.write_command import WriteCommand
from zenml.cli.groups import Group
from zenml.cli.options.declared import Argument, Option
from zenml.cli.options.reading_options import Named
from zenml.cli.options.writing_options import writing
from zenml.cli.screen.notices import NOTHING
from zenml.domain.annotations import Annotated
from zenml.snapshot.ages import exact

app = Group("Make, list and revoke the tokens with which others ask the service.")


@app.command("create")
@writing
def create(
    run: WriteCommand,
    name: Annotated[str, Argument(metavar="NAME", help="What the record calls whoever uses it")],
    role: Annotated[Literal["reader", "writer", "admin"], Option("--role", help="What it lets one do")],
    no_secrets: Annotated[bool, Option("--no-secrets", help="It opens no secrets; no reader's does")] = False,
) -> None:
    """Create a token, and print it. It is printed this once, and kept nowhere.

    A reader looks at everything but secrets. A writer also makes changes, and reads the secrets that stacks need.
    An admin also redacts values and destroys secrets. A name is never given twice.

    Example: zenml service token create ci --role writer
    """
    opened = run.repository(uses=NOTHING)
    answers.print_created(run, opened, opened.create_service_token(name, role, secrets=not no_secrets))


@app.command("list")
def list_tokens(output: Named = "table") -> None:
    """List the tokens, revoked ones too.

    Example: zenml service token list
    """
    answers.list_all(output)


@app.command("revoke")
@writing
def revoke(run: WriteCommand, name: Annotated[str, Argument(metavar="NAME", help="The token's name")]) -> None:
    """Revoke a token: it lets nobody in any more, at once.

    This cannot be undone, and the name is not given again; create another token.

    Example: zenml service token revoke ci
    """
    opened = run.repository(uses=NOTHING)
    change = opened.revoke_service_token(name)
    since = next(token.revoked for token in opened.service_tokens() if token.name == name)
    when = f" since {exact(since)}" if since else ""  # there is no time in a dry run
    run.finish(
        opened,
        change,
        f"Token '{name}' is revoked{when}.",
        unchanged=f"Token '{name}' was already revoked, at {exact(since)}." if since else None,
    )
