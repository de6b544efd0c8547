"""``zenml ledger …``."""

from __future__ import annotations

import gc

import typer

from zenml.cli.groups import group
from zenml.cli.notices import notice
from zenml.repository import Repository

app = group("Look after the ledger")


@app.command("rebuild")
def rebuild() -> None:
    """Make everything that is computed from the ledger anew.

    The record itself is not touched. Programs do this by themselves when it is needed.
    """
    from rich.console import Console
    from rich.progress import BarColumn, Progress, TextColumn, TimeElapsedColumn

    gc.enable()  # a large ledger takes longer than a usual command
    repository = Repository(notify=notice)
    console = Console(stderr=True)
    columns = (
        TextColumn("Rebuilding"),
        BarColumn(),
        TextColumn("{task.completed} events"),
        TimeElapsedColumn(),
    )
    with Progress(*columns, console=console, disable=not console.is_terminal, transient=True) as bar:
        task = bar.add_task("rebuild", total=repository.event_count)
        count = repository.rebuild(lambda done: bar.update(task, completed=done))
    typer.echo(f"Rebuilt the views from {count} events.")
