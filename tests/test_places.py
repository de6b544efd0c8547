from __future__ import annotations

import os
import sys
import unicodedata
from collections.abc import Callable
from pathlib import Path
from urllib.parse import unquote

import platformdirs
import platformdirs.macos
import platformdirs.unix
import platformdirs.windows
import pytest
from hypothesis import given
from hypothesis import strategies as st

from zenml import paths
from zenml.domain.errors import NotAllowedError

NAMES = st.text(st.characters(codec="utf-8"), min_size=1, max_size=128)


@pytest.fixture(autouse=True)
def _unset(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("ZENML_CONFIG_PATH", "ZENML_REPOSITORY_PATH", "XDG_CONFIG_HOME", "XDG_STATE_HOME"):
        monkeypatch.delenv(name, raising=False)


# --- the configuration folder -------------------------------------------------------------------


def test_the_configuration_folder_that_was_chosen_is_made_absolute(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("ZENML_CONFIG_PATH", "a/../config")
    assert paths.config_directory() == str(tmp_path.resolve() / "config")


def test_a_home_folder_and_links_in_the_chosen_configuration_folder_are_resolved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "real").mkdir()
    (tmp_path / "link").symlink_to(tmp_path / "real")
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("ZENML_CONFIG_PATH", "~/link")
    assert paths.config_directory() == str(tmp_path.resolve() / "real")


@pytest.mark.parametrize(
    ("system", "platform", "xdg", "folder"),
    [
        ("linux", platformdirs.unix.Unix, None, "/home/stefan/.config/zenml"),
        ("linux", platformdirs.unix.Unix, "/etc/stefan", "/etc/stefan/zenml"),
        ("darwin", platformdirs.macos.MacOS, None, "/home/stefan/Library/Application Support/zenml"),
        (
            "win32",
            platformdirs.windows.Windows,
            None,
            os.path.join(r"C:\Users\stefan\AppData\Local", "zenml"),
        ),
    ],
)
def test_each_platform_has_its_own_place(
    system: str, platform: type, xdg: str | None, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zenml.paths.sys.platform", system)
    local = {"CSIDL_LOCAL_APPDATA": r"C:\Users\stefan\AppData\Local"}
    monkeypatch.setattr(platformdirs, "PlatformDirs", platform)
    monkeypatch.setattr(platformdirs.windows, "get_win_folder", local.__getitem__)
    monkeypatch.setenv("HOME", "/home/stefan")
    monkeypatch.setenv("ZENML_CONFIG_PATH", "")
    if xdg:
        monkeypatch.setenv("XDG_CONFIG_HOME", xdg)
    assert paths.config_directory() == folder


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the library is always asked")
@pytest.mark.parametrize("home", ["/home/stefan", "/home/stefan/", "", "relative", None])
@pytest.mark.parametrize("xdg", [None, "", " ", "/etc/stefan", "/etc/stefan/", "relative", "~/x"])
@pytest.mark.parametrize("android", [None, "/data"])
def test_on_linux_the_answer_is_the_librarys_without_importing_it(
    home: str | None, xdg: str | None, android: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("ZENML_CONFIG_PATH", raising=False)
    for variable, value in {"HOME": home, "XDG_CONFIG_HOME": xdg, "ANDROID_DATA": android}.items():
        if value is None:
            monkeypatch.delenv(variable, raising=False)
        else:
            monkeypatch.setenv(variable, value)
    expected = platformdirs.unix.Unix("zenml", appauthor=False).user_config_dir
    if android is None:
        assert paths.config_directory() == expected
    else:
        assert paths._usual_on_linux() is None


def test_what_lies_in_the_configuration_folder() -> None:
    component_id = "6f1d3f0e-8d4b-4c46-b0b5-0d8a5a6f7e11"
    assert paths.ledger_file("/c") == os.path.join("/c", "ledger.db")
    assert paths.key_file("/c") == os.path.join("/c", "ledger.key")
    assert paths.profile_directory("/c", "default") == os.path.join("/c", "profiles", "default")
    assert paths.profile_directory("/c", "..") == os.path.join("/c", "profiles", "%2E%2E")
    assert paths.local_store_directory("/c", component_id) == os.path.join("/c", "local_stores", component_id)


# --- what this machine remembers ----------------------------------------------------------------


@pytest.mark.parametrize(
    ("system", "platform", "xdg", "folder"),
    [
        ("linux", platformdirs.unix.Unix, None, "/home/stefan/.local/state/zenml"),
        ("linux", platformdirs.unix.Unix, "/var/stefan", "/var/stefan/zenml"),
        ("darwin", platformdirs.macos.MacOS, None, "/home/stefan/Library/Application Support/zenml-state"),
        (
            "win32",
            platformdirs.windows.Windows,
            None,
            os.path.join(r"C:\Users\stefan\AppData\Local", "zenml-state"),
        ),
    ],
)
def test_what_is_remembered_is_never_in_the_configuration_folder(
    system: str, platform: type, xdg: str | None, folder: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("zenml.paths.sys.platform", system)
    local = {"CSIDL_LOCAL_APPDATA": r"C:\Users\stefan\AppData\Local"}
    monkeypatch.setattr(platformdirs, "PlatformDirs", platform)
    monkeypatch.setattr(platformdirs.windows, "get_win_folder", local.__getitem__)
    monkeypatch.setenv("HOME", "/home/stefan")
    if xdg:
        monkeypatch.setenv("XDG_STATE_HOME", xdg)
    assert paths.state_directory() == folder
    assert paths.state_directory() != paths.config_directory()


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere the library is always asked")
@pytest.mark.parametrize("home", ["/home/stefan", "/home/stefan/", "", "relative", None])
@pytest.mark.parametrize("xdg", [None, "", " ", "/var/stefan", "/var/stefan/", "relative", "~/x"])
def test_on_linux_the_folder_of_what_is_remembered_is_the_librarys(
    home: str | None, xdg: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    for variable, value in {"HOME": home, "XDG_STATE_HOME": xdg, "ANDROID_DATA": None}.items():
        if value is None:
            monkeypatch.delenv(variable, raising=False)
        else:
            monkeypatch.setenv(variable, value)
    assert paths.state_directory() == platformdirs.unix.Unix("zenml", appauthor=False).user_state_dir


def test_the_heads_of_each_configuration_folder_have_a_file_of_their_own(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", "/var/stefan")
    assert paths.heads_file("/home/größe/a b") == "/var/stefan/zenml/heads/%2Fhome%2Fgr%C3%B6%C3%9Fe%2Fa%20b"
    assert os.path.basename(str(paths.heads_file("/a\udcff"))) == "%2Fa%FF"
    (tmp_path / "link").symlink_to(tmp_path / "real")
    assert paths.heads_file(str(tmp_path / "link")) == paths.heads_file(str(tmp_path / "real"))
    deep = ["/" + "/".join(["deep"] * 200 + [end]) for end in "ab"]
    names = {os.path.basename(str(paths.heads_file(folder))) for folder in deep}
    assert len(names) == 2
    assert all(len(name) <= 200 for name in names)


# --- without a home folder ----------------------------------------------------------------------


@pytest.fixture
def _no_passwd_entry(monkeypatch: pytest.MonkeyPatch) -> None:
    pwd = pytest.importorskip("pwd")

    def unknown(uid: int) -> None:
        raise KeyError(f"getpwuid(): uid not found: {uid}")

    monkeypatch.setattr(pwd, "getpwuid", unknown)


@pytest.mark.usefixtures("_no_passwd_entry")
@pytest.mark.parametrize("home", [None, "", "relative"])
def test_without_a_home_folder_a_variable_is_asked_for_and_is_enough(
    home: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOME", raising=False)
    if home is not None:
        monkeypatch.setenv("HOME", home)
    with pytest.raises(NotAllowedError) as caught:
        paths.config_directory()
    assert "ZENML_CONFIG_PATH" in caught.value.message
    assert "export ZENML_CONFIG_PATH=" in caught.value.hint
    monkeypatch.setenv("ZENML_CONFIG_PATH", "/srv/zenml")
    assert paths.config_directory() == "/srv/zenml"
    assert paths.state_directory() is None
    assert paths.heads_file("/srv/zenml") is None
    monkeypatch.setenv("XDG_STATE_HOME", "/srv/state")
    assert paths.state_directory() == "/srv/state/zenml"


@pytest.mark.usefixtures("_no_passwd_entry")
@pytest.mark.parametrize("home", [None, "", "relative"])
@pytest.mark.parametrize("path", ["~", "~/", "~/x"])
def test_without_a_home_folder_a_tilde_is_neither_the_root_nor_a_folder_of_that_name(
    home: str | None, path: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("HOME", raising=False)
    if home is not None:
        monkeypatch.setenv("HOME", home)
    with pytest.raises(NotAllowedError, match="There is no home folder"):
        paths.from_the_root(path)
    assert paths.find_repository(path) is None


@pytest.mark.parametrize(
    ("path", "expected"), [("~", "/h"), ("~/", "/h"), ("~/a/../b", "/h/a/../b"), ("/a/~", "/a/~")]
)
def test_a_tilde_is_the_home_folder(path: str, expected: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", "/h")
    assert paths.from_the_root(path) == expected


def test_in_a_working_directory_that_was_removed_only_relative_paths_are_refused(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder = tmp_path / "gone"
    folder.mkdir()
    monkeypatch.chdir(folder)
    try:
        folder.rmdir()
    except OSError:
        pytest.skip("this system keeps the folders in which processes work")
    monkeypatch.setenv("ZENML_CONFIG_PATH", "relative")
    asks: list[Callable[[], object]] = [
        paths.config_directory,
        paths.working_directory,
        lambda: paths.absolute("relative"),
    ]
    for ask in asks:
        with pytest.raises(NotAllowedError, match="The working directory was removed"):
            ask()
    assert paths.absolute("/a/../b") == "/b"
    assert paths.from_the_root("/a/../b") == "/a/../b"


# --- folder names -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("name", "folder"),
    [
        ("default", "default"),
        ("legacy-repository-dcc5765e", "legacy-repository-dcc5765e"),
        ("Team A_1.2", "Team A_1.2"),
        ("größe-栈", "größe-栈"),
        ("gro\u0308ße", "größe"),
        ("हिन्दी", "हिन्दी"),
        ("[red]x[/red]", "%5Bred%5Dx%5B%2Fred%5D"),
        ("100%", "100%25"),
        ("PROGRA~1", "PROGRA%7E1"),
        ("👉", "%F0%9F%91%89"),
        ("a\\b:c", "a%5Cb%3Ac"),
        (".", "%2E"),
        ("..", "%2E%2E"),
        (".hidden", "%2Ehidden"),
        ("end.", "end%2E"),
        (" x ", "%20x%20"),
        ("con", "%63on"),
        ("Nul.tar.gz", "%4Eul.tar.gz"),
        ("COM¹", "%43OM¹"),
        ("lpt9 .x", "%6Cpt9 .x"),
        ("console", "console"),
        ("COM", "COM"),
    ],
)
def test_a_name_as_a_folder(name: str, folder: str) -> None:
    assert paths.folder_name(name) == folder


@given(NAMES)
def test_a_folder_is_one_safe_path_element(name: str) -> None:
    folder = paths.folder_name(name)
    assert not set(folder) & set('/\\:*?"<>|~\0\n')
    assert folder[0] not in ". "
    assert folder[-1] not in ". "
    assert len(folder.encode()) <= 200


@given(NAMES)
def test_a_name_can_be_read_back_from_its_folder_so_no_two_names_share_one(name: str) -> None:
    folder, composed = paths.folder_name(name), unicodedata.normalize("NFC", name)
    cut = len(folder.encode()) > 200 - 12 and folder[-9] == "-"  # 12: the longest character, encoded
    assert unquote(folder) == composed or (cut and composed.startswith(unquote(folder[:-9])))


def test_long_names_that_begin_alike_have_different_folders() -> None:
    first, second = paths.folder_name("栈" * 127 + "a"), paths.folder_name("栈" * 127 + "b")
    assert first != second
    assert first[:-9] == second[:-9] == "栈" * 63
    assert len(paths.folder_name("x" * 200)) == len(paths.folder_name("x" * 201)) == 200
    assert paths.folder_name("x" * 200) == "x" * 200


def test_a_cut_never_splits_an_encoded_character() -> None:
    assert paths.folder_name("👉" * 128)[:-9] == "%F0%9F%91%89" * 15


def test_an_empty_name_has_no_folder() -> None:
    with pytest.raises(ValueError, match="empty"):
        paths.folder_name("")


# --- repositories -------------------------------------------------------------------------------


@pytest.fixture
def repository(tmp_path: Path) -> Path:
    root = tmp_path.resolve() / "repository"
    (root / ".zen").mkdir(parents=True)
    (root / "src" / "steps").mkdir(parents=True)
    return root


def test_a_repository_is_found_at_the_working_directory_and_above(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for folder in (repository, repository / "src" / "steps"):
        monkeypatch.chdir(folder)
        assert paths.find_repository() == str(repository)


def test_the_nearest_repository_counts(repository: Path) -> None:
    inner = repository / "src"
    (inner / ".zen").mkdir()
    assert paths.find_repository(str(inner / "steps")) == str(inner)


def test_outside_there_is_none(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository.parent)
    assert paths.find_repository() is None
    assert paths.named_repository() is None


def test_a_file_called_zen_makes_no_repository(repository: Path) -> None:
    (repository / "src" / ".zen").write_text("")
    assert not paths.is_repository(str(repository / "src"))
    assert paths.find_repository(str(repository / "src")) == str(repository)


def test_a_path_may_be_a_file_a_link_or_not_be_there(repository: Path) -> None:
    (repository / "run.py").write_text("")
    link = repository.parent / "link"
    link.symlink_to(repository / "src")
    for path in (repository / "run.py", link, repository / "not" / "there"):
        assert paths.find_repository(str(path)) == str(repository)


def test_the_named_repository_beats_the_working_directory(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    other = repository.parent / "other"
    (other / ".zen").mkdir(parents=True)
    monkeypatch.chdir(repository)
    monkeypatch.setenv("HOME", str(repository.parent))
    monkeypatch.setenv("ZENML_REPOSITORY_PATH", "~/other")
    assert paths.find_repository() == str(other)
    assert paths.named_repository() == "~/other"


def test_a_path_beats_the_named_repository(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ZENML_REPOSITORY_PATH", str(repository.parent))
    assert paths.find_repository(str(repository)) == str(repository)


def test_nothing_above_the_named_repository_is_searched(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    monkeypatch.setenv("ZENML_REPOSITORY_PATH", str(repository / "src"))
    assert paths.find_repository() is None
    assert paths.named_repository() == str(repository / "src")


def test_an_empty_variable_names_nothing(repository: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(repository)
    monkeypatch.setenv("ZENML_REPOSITORY_PATH", "")
    assert paths.find_repository() == str(repository)
    assert paths.named_repository() is None


def test_a_configuration_folder_called_zen_makes_no_repository_of_its_parent(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    home = repository / "src"
    (home / ".zen").mkdir()
    monkeypatch.setenv("ZENML_CONFIG_PATH", str(home / ".zen"))
    assert paths.find_repository(str(home)) == str(repository)


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps a folder that is in use")
def test_a_deleted_working_directory_is_in_no_repository(
    repository: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gone = repository / "gone"
    gone.mkdir()
    monkeypatch.chdir(gone)
    gone.rmdir()
    assert paths.find_repository() is None
