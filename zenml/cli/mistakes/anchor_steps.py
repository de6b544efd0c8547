"""What to do about anchors: a table by the code of the problem, as in `zenml.cli.mistakes.next_steps`."""

from __future__ import annotations

from zenml.domain.suggestions import typed

TYPE_CHECKING = False
if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence


def _tell_witness(options: Sequence[str], *, origin: str, vkey: str) -> str:
    """Names both as the operator of a witness adds a ledger."""
    return f"Ask its operator to add it with: --origin {typed(origin)} --vkey {typed(vkey)}"


_SAVE = (
    "Keep what is here as evidence, and compare: the anchor has what was signed. If a backup was restored on "
    'purpose, run "zenml ledger accept --reason REASON"; "zenml audit verify --anchors" says what differs.'
)

STEPS: Mapping[str, str | Callable[..., str]] = {
    "no_anchors": 'Run "zenml audit anchor add --help" to see what can be one.',
    "anchor_not_found": 'Run "zenml audit anchor list" to see them.',
    "anchor_exists": 'Run "zenml audit anchor remove {name}" first to replace it.',
    "anchors_unreadable": "Restore {file} from a backup; or remove it, and add the anchors again.",
    "anchor_url": "A URL is https://HOST, with a port and a path if needed.",
    "anchor_vkey": "Ask the operator of the witness for its key: a line like w.example.org+1a2b3c4d+BA….",
    "anchor_remote": 'Run "git -C {folder} remote" to see the names.',
    "not_a_git_repository": 'Run "git init {folder}" to make one.',
    "no_git_branch": 'Run "git -C {folder} switch BRANCH" to choose one.',
    "anchor_git": 'Run "git -C {folder} status" to see what is wrong.',
    "anchor_file": "Check its path, and who may write there.",
    "anchor_file_of_something_else": "Name a new file, on another disk or a share.",
    "anchor_note": 'Run "zenml audit verify" to see which of the notes that are kept here is damaged.',
    "anchor_command": 'Give it a note of "zenml audit checkpoint" on its standard input to see what it says.',
    "anchor_openssl": "Check which openssl is installed.",
    "anchor_failed": "Check whether there is room in the folder for temporary files.",
    "anchor_diverged": (
        'Run "git -C {folder} fetch {remote}" and compare: the remote has what was anchored before. '
        "It is never overwritten."
    ),
    "anchor_push": 'What is committed is pushed by the next "zenml audit anchor".',
    "anchor_unreachable": 'The next "zenml audit anchor" hands over what it missed.',
    "anchor_answer": "Check the URL; or ask who runs it.",
    "anchor_redirected": "Add it with the address that it is at.",
    "anchor_program": "Check the name of the program, and PATH.",
    "anchor_certificates": "Name a file with the certificates of the authority, as PEM.",
    "witness_unknown_ledger": _tell_witness,
    "witness_unknown_key": _tell_witness,
    "witness_saw_another": _SAVE,
    "witness_saw_more": _SAVE,
    "witness_false": "Check the key it was added with; nothing of the answer was kept.",
    "timestamp_false": "Check the certificates it was added with; nothing of the answer was kept.",
}
"""Sentences with the values of a problem in braces, or functions that make one of them."""
