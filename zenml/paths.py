"""Where things are: the configuration folder, what lies in it, and the repository around a folder."""

from __future__ import annotations

import os
import sys

from zenml.domain.errors import NotAllowedError

CONFIG_VARIABLE = "ZENML_CONFIG_PATH"
REPOSITORY_VARIABLE = "ZENML_REPOSITORY_PATH"
REPOSITORY_FOLDER = ".zen"
"""A folder that contains a folder of this name is a repository."""

_MAX_BYTES = 200
"""Of a folder's name. File systems allow 255; the rest is for what others append (``~``, ``.orig``)."""

_PLAIN = b"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789-._"
"""What stays as it is in the name of a file that is named after a path."""

_DEVICES = frozenset(
    {"CON", "PRN", "AUX", "NUL"} | {device + digit for device in ("COM", "LPT") for digit in "0123456789¹²³"}
)
"""Names Windows keeps for devices, in every folder and with any extension ("Naming Files, Paths, and
Namespaces" in Microsoft's documentation)."""


def config_directory() -> str:
    r"""Returns the configuration folder: ``$ZENML_CONFIG_PATH``, else the platform's place for it.

    That is ``~/.config/zenml`` (or ``$XDG_CONFIG_HOME/zenml``), on macOS
    ``~/Library/Application Support/zenml``, on Windows ``%LOCALAPPDATA%\zenml``. It need not exist.

    Raises:
        NotAllowedError: No variable names one, and there is no home folder; or the variable's folder begins in a
            working directory that was removed.
    """
    chosen = os.environ.get(CONFIG_VARIABLE)
    if chosen:
        return os.path.realpath(from_the_root(chosen))
    if sys.platform == "linux":
        usual = _usual_on_linux()
        if usual:
            return usual
    import platformdirs

    try:
        return platformdirs.user_config_dir("zenml", appauthor=False)
    except RuntimeError as error:
        raise NotAllowedError(
            f"There is no home folder to keep the ledger in, and {CONFIG_VARIABLE} does not name another one.",
            f'Name a folder of your own, as in "export {CONFIG_VARIABLE}=/var/lib/zenml".',
        ) from error


def state_directory() -> str | None:
    r"""Returns the folder for what this machine remembers by itself: never inside the configuration folder.

    That is ``~/.local/state/zenml`` (or ``$XDG_STATE_HOME/zenml``), on macOS
    ``~/Library/Application Support/zenml-state``, on Windows ``%LOCALAPPDATA%\zenml-state``. It need not exist.
    None if there is no home folder and no variable names another one: then nothing is remembered.
    """
    if sys.platform == "linux":
        usual = _usual_on_linux("XDG_STATE_HOME", ".local/state")
        if usual:
            return usual
    import platformdirs

    # there, configuration and state would be one folder
    name = "zenml-state" if sys.platform in ("darwin", "win32") else "zenml"
    try:
        return platformdirs.user_state_dir(name, appauthor=False)
    except RuntimeError:
        return None


def working_directory() -> str:
    """Returns the working directory.

    Raises:
        NotAllowedError: It was removed.
    """
    try:
        return os.getcwd()
    except FileNotFoundError as error:
        raise NotAllowedError(
            "The working directory was removed.", 'Go to another folder, as with "cd /", and try again.'
        ) from error


def absolute(path: str) -> str:
    """Returns a path as `os.path.abspath` does. Raises `NotAllowedError` if the working directory was removed."""
    return os.path.normpath(path if os.path.isabs(path) else os.path.join(working_directory(), path))


def from_the_root(path: str) -> str:
    """Returns an absolute path; a relative one begins in the working directory, and ``~`` is the home folder.

    What is in it is kept, ``..`` too: links may lead elsewhere.

    Raises:
        NotAllowedError: The working directory was removed, or there is no home folder.
    """
    if path.split("/")[0].split(os.sep)[0] == "~":
        return os.path.join(home_directory(), path[2:]) if path[2:] else home_directory()
    path = os.path.expanduser(path)  # somebody else's
    return path if os.path.isabs(path) else os.path.join(working_directory(), path)


def home_directory() -> str:
    """Returns the home folder; raises `NotAllowedError` if neither a variable nor the system names one."""
    # a relative HOME is as good as none; `expanduser` would take it, and an empty one for the root
    home = os.path.expanduser("~") if sys.platform == "win32" else os.environ.get("HOME", "")
    if os.path.isabs(home):
        return home
    if sys.platform != "win32":
        import pwd

        try:
            return pwd.getpwuid(os.getuid()).pw_dir
        except KeyError:
            pass
    raise NotAllowedError(
        "There is no home folder: neither HOME nor the system names one.", 'Run "export HOME=/the/folder" first.'
    )


def _usual_on_linux(variable: str = "XDG_CONFIG_HOME", default: str = ".config") -> str | None:
    """Returns what `platformdirs` would, where that is plain to see; None where the library must decide.

    Importing the library takes longer than all the rest of a reading command.

    Args:
        variable: The variable that names the folder of all programs.
        default: That folder within the home folder, if the variable is not set.
    """
    chosen, home = os.environ.get(variable, ""), os.environ.get("HOME", "")
    if "ANDROID_DATA" in os.environ:
        return None
    if os.path.isabs(chosen):
        return os.path.join(chosen, "zenml")
    return os.path.join(home, default, "zenml") if not chosen.strip() and os.path.isabs(home) else None


def ledger_file(config_dir: str) -> str:
    """Returns the SQLite file of the machine's ledger and of every local profile's."""
    return os.path.join(config_dir, "ledger.db")


def key_file(config_dir: str) -> str:
    """Returns the file of the ledger's master key."""
    return os.path.join(config_dir, "ledger.key")


def confirmation_file(config_dir: str, ledger_id: str) -> str:
    """Returns the file in which is noted when this machine last heard of a shared ledger."""
    return os.path.join(config_dir, "shared", f"{ledger_id}.json")


def pending_folder(config_dir: str) -> str:
    """Returns the folder where parts of changes wait until the other part is in a shared database."""
    return os.path.join(config_dir, "pending")


def has_pending(config_dir: str) -> bool:
    """Tells whether a part of a change may wait. Costs a glance."""
    try:
        return bool(os.listdir(pending_folder(config_dir)))
    except OSError:
        return False


def profile_key_file(config_dir: str, ledger_id: str) -> str:
    """Returns the file of the key of a profile that machines share, named after the profile's ledger."""
    return os.path.join(config_dir, "keys", ledger_id)


def is_key_file(config_dir: str, path: str) -> bool:
    """Tells whether a file of the configuration folder is a key: of secrets, or one that signs."""
    return path == key_file(config_dir) or os.path.dirname(path) == os.path.join(config_dir, "keys")


def runs_folder(config_dir: str) -> str:
    """Returns the folder of the files in which runs are recorded."""
    return os.path.join(config_dir, "runs")


def has_runs(config_dir: str) -> bool:
    """Tells whether runs were ever recorded on this machine."""
    return os.path.isdir(runs_folder(config_dir))


def runs_file(config_dir: str, profile_ledger_id: str, year: int) -> str:
    """Returns the SQLite file of a profile's runs of a year, named after the profile's ledger."""
    return os.path.join(runs_folder(config_dir), f"{profile_ledger_id}-{year}.db")


def runs_spool(config_dir: str) -> str:
    """Returns the folder where what could not be recorded of runs waits."""
    return os.path.join(runs_folder(config_dir), "spool")


def has_unfinished_runs(config_dir: str) -> bool:
    """Tells whether a run of this machine goes on, or ended in a way that is not recorded yet."""
    try:
        return bool(os.listdir(runs_spool(config_dir)))
    except OSError:
        return False


def user_file(config_dir: str) -> str:
    """Returns the file with the name that somebody chose on this machine, if any was chosen."""
    return os.path.join(config_dir, "user")


def service_folder(config_dir: str) -> str:
    """Returns the folder of what the service of this machine keeps; only its owner may look into it."""
    return os.path.join(config_dir, "service")


def token_file(config_dir: str) -> str:
    """Returns the SQLite file of the hashes of the service's tokens."""
    return os.path.join(service_folder(config_dir), "tokens.db")


def attempts_file(config_dir: str) -> str:
    """Returns the file in which changes that were refused or failed are noted."""
    return os.path.join(config_dir, "attempts.jsonl")


def heads_file(config_dir: str) -> str | None:
    """Returns the file in which this machine notes what it last saw of the ledgers of a configuration folder.

    It is named after the folder, with all but ASCII letters, digits and ``-._`` percent-encoded.
    None if there is no folder for what a machine remembers.
    """
    return _remembered("heads", config_dir)


def runs_heads_file(config_dir: str) -> str | None:
    """Returns the file in which is noted where the ledgers of runs end; apart from the others, which all read."""
    return _remembered("runs", config_dir)


def service_notes_folder() -> str | None:
    """Returns the folder in which running services of this user note where they are; None as in `heads_file`."""
    state = state_directory()
    return None if state is None else os.path.join(state, "services")


def service_note_file(config_dir: str) -> str | None:
    """Returns the file in which the service of a configuration folder is noted; named as `heads_file` is."""
    return _remembered("services", config_dir)


def _remembered(what: str, config_dir: str) -> str | None:
    state = state_directory()
    if state is None:
        return None
    folder = os.fsencode(os.path.realpath(config_dir))
    name = "".join(chr(byte) if byte in _PLAIN else f"%{byte:02X}" for byte in folder)
    if len(name) > _MAX_BYTES:
        import hashlib

        name = f"{name[: _MAX_BYTES - 65]}-{hashlib.sha256(folder).hexdigest()}"
    return os.path.join(state, what, name)


def profile_directory(config_dir: str, profile_name: str) -> str:
    """Returns the folder of a profile's ``profile.yaml``, unless the profile was given another one."""
    return os.path.join(config_dir, "profiles", folder_name(profile_name))


def local_store_directory(config_dir: str, component_id: str) -> str:
    """Returns the folder for the data of a local component that was not given a folder."""
    return os.path.join(config_dir, "local_stores", component_id)


def folder_name(name: str) -> str:
    """Returns a name as one path element that every platform accepts.

    Letters, digits, ``-``, ``_``, ``.`` and blanks stay, in any script and in Unicode's NFC; the rest is
    percent-encoded UTF-8 (RFC 3986), and so are a dot or blank at either end and the first letter of
    a Windows device name. More than 200 bytes are cut and end in eight hex digits of a SHA-256.
    Different names have different folders, with one exception: case is kept, so ``Prod`` and ``prod``
    share a folder where the file system does not tell them apart (the default on macOS and Windows).

    Raises:
        ValueError: The name is empty; its folder would be the parent.
    """
    import unicodedata

    if not name:
        raise ValueError("an empty name has no folder")
    name = unicodedata.normalize("NFC", name)
    parts = [
        character
        if character.isalnum() or character in "-_. " or unicodedata.category(character).startswith("M")
        else _percent_encoded(character)
        for character in name
    ]
    if name[0] in ". " or name.split(".")[0].rstrip().upper() in _DEVICES:
        parts[0] = _percent_encoded(name[0])
    if name[-1] in ". ":
        parts[-1] = _percent_encoded(name[-1])
    folder = "".join(parts)
    if len(folder.encode()) <= _MAX_BYTES:
        return folder
    import hashlib

    ending = "-" + hashlib.sha256(name.encode()).hexdigest()[:8]
    while len("".join(parts).encode()) > _MAX_BYTES - len(ending):
        parts.pop()
    return "".join(parts) + ending


def _percent_encoded(character: str) -> str:
    # urllib.parse.quote never encodes letters, dots and "~", which is what is needed here
    return "".join(f"%{byte:02X}" for byte in character.encode())


def resolved_folder(folder: str) -> str:
    """Returns the path by which a repository is known. Raises as `from_the_root` does."""
    return os.path.realpath(from_the_root(folder))


def is_repository(folder: str) -> bool:
    """Returns whether the folder contains ``.zen``.

    A configuration folder that was called ``.zen`` does not count: it would make a repository of
    everything beside it.
    """
    mark = os.path.join(folder, REPOSITORY_FOLDER)
    if not os.path.isdir(mark):
        return False
    return not os.environ.get(CONFIG_VARIABLE) or os.path.realpath(mark) != config_directory()


def named_repository() -> str | None:
    """Returns ``$ZENML_REPOSITORY_PATH`` as it was given, None if it is unset or empty.

    If this is a path and `find_repository` returns None, then the path is not a repository.
    """
    return os.environ.get(REPOSITORY_VARIABLE) or None


def find_repository(start: str | None = None) -> str | None:
    """Returns the resolved path of the repository one is in, None outside of any.

    Args:
        start: The nearest repository at or above this path. Without it, ``$ZENML_REPOSITORY_PATH`` if
            set, and nothing above that; else the nearest one at or above the working directory.
    """
    named = named_repository() if start is None else None
    try:
        folder = os.path.realpath(from_the_root(named) if named else (start or os.curdir))
    except (FileNotFoundError, NotAllowedError):  # the working directory was removed
        return None
    while not is_repository(folder):
        parent = os.path.dirname(folder)
        if named or parent == folder:
            return None
        folder = parent
    return folder
