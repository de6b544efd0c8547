"""``zenml export`` and ``zenml profile export``."""

from __future__ import annotations

from zenml.cli.answers.open_at import open_at
from zenml.cli.screen.notices import NOTHING, PROFILE, announce
from zenml.domain.visible import visible
from zenml.files.outputs import write_text


def export_profile(name: str | None, out: str | None, at: str | None, *, overwrite: bool) -> None:
    """Prints a profile, the active one for no name, as YAML, or writes it to a file."""
    from zenml.snapshot.exports import profile_export

    repository = open_at(at)
    with repository.reading() as snapshot:
        announce(repository, snapshot, uses=PROFILE if name is None else NOTHING)
        text, exported = profile_export(snapshot, name), snapshot.profile(name).name
    if out is None or out == "-":
        print(text, end="")
        return
    write_text(out, text, overwrite=overwrite)
    print(visible(f"Exported profile '{exported}' to file '{out}'."))
