"""No secret that is known of a run is recorded: planted ones are looked for in every byte that is written."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest

from tests.runs.seen import last_run
from tests.support.canaries import bytes_below, leaks
from tests.support.program import Home
from zenml.domain.secrecy import STARS
from zenml.domain.token_texts import ID_LENGTH, LETTERS, RANDOM_BYTES, TOKEN
from zenml.runs.running.masking import Mask, is_masked
from zenml.runs.running.started import without_user

OF_STACK = "c4n4ry-of-the-stack"
TYPED = "c4n4ryTypedByHand"
NAMED = "c4n4ry named by somebody"


@pytest.fixture
def planted(used: Home) -> Home:
    """A machine whose active stack has a secret."""
    tracker = ["experiment-tracker", "register", "tracker", "-f", "mlflow", "--tracking_uri=https://t.example"]
    used.done(*tracker, f"--tracking_token={OF_STACK}")
    used.done("stack", "register", "prod", "-o", "default", "-a", "default", "-e", "tracker")
    used.done("stack", "set", "prod")
    return used


def check_unseen(home: Home, *secrets: str) -> None:
    """Makes sure that no file below a home has a secret."""
    below = bytes_below(home.home)
    assert below
    assert [leak for secret in secrets for leak in leaks(secret, below)] == []


def test_secrets_in_a_command_are_stars_wherever_they_are_known_from(planted: Home) -> None:
    folder = planted.folder(f"in {TYPED}")
    planted.done(
        "run",
        "--redact",
        NAMED,
        "--redact",
        TYPED,
        "--name",
        f"run {OF_STACK}",
        "--reason",
        f"because of {OF_STACK} and {NAMED}",
        "--",
        "true",
        OF_STACK,
        f"--url=https://u:{TYPED}@h/",
        "--password",
        TYPED,
        f"API_KEY={TYPED}",
        json.dumps({"deep": [{"x": NAMED}], "token": TYPED}),
        f"bash -c 'psql --password {TYPED}'",
        f"https://h/?q={NAMED.replace(' ', '%20')}",
        cwd=folder,
    )
    check_unseen(planted, OF_STACK, TYPED, NAMED)
    run = last_run(planted)
    assert run.start["name"] == f"run {STARS}"
    assert run.said("origin")["folder"].endswith(f"/in {STARS}")
    assert run.said("command")[:2] == ["true", STARS]


def test_an_unrecorded_run_and_one_that_is_refused_leave_nothing_either(planted: Home) -> None:
    planted.done("run", "--unrecorded", "--", "true", OF_STACK, f"--password={TYPED}")
    planted.run(
        "run", "-s", "nosuch", "--redact", NAMED, "--", "true", OF_STACK, f"--password={TYPED}", NAMED, check=125
    )
    check_unseen(planted, OF_STACK, TYPED, NAMED)


def test_secrets_that_are_handed_over_are_recorded_by_name_alone(planted: Home) -> None:
    ran = planted.done("run", "--with-secrets", "--", "env")
    assert OF_STACK in ran.stdout
    check_unseen(planted, OF_STACK)


def test_notes_and_parameters_of_python(planted: Home) -> None:
    ran = planted.python(
        f"""
        from zenml.repository import Repository
        given = {{"api_key": "{TYPED}", "deep": {{"a": ["{OF_STACK}"]}}}}
        with Repository().run(name="x", parameters=given) as run:
            run.note_artifact("model", "s3://u:{TYPED}@h/{OF_STACK}")
            run.note_link("mlflow", "{OF_STACK}", "https://h/?token={TYPED}")
            run.note_step("train", cache_key="{OF_STACK}", outputs=[("a", "s3://{OF_STACK}", None)])
        """
    )
    assert (ran.exit, ran.stderr) == (0, "")
    check_unseen(planted, OF_STACK, TYPED)
    assert json.loads(last_run(planted).start["parameters"]["api_key"]["v"]) == STARS


def test_a_secret_that_is_shredded_is_unset_and_that_is_said(planted: Home) -> None:
    planted.done("secret", "shred", "experiment-tracker/tracker", "tracking_token", "-y")
    ran = planted.done("run", "--with-secrets", "--", "env")
    assert "The secret 'tracking_token' of experiment tracker 'tracker' was shredded: it is unset." in ran.stderr
    assert "TRACKING_TOKEN" not in ran.stdout
    assert last_run(planted).start["secrets"] == []


def test_a_secret_that_cannot_be_opened_stops_no_run_and_that_is_said(planted: Home) -> None:
    (planted.config / "ledger.key").rename(planted.base / "ledger.key")
    ran = planted.done("run", "--", "true")
    assert "The secret 'tracking_token' of experiment tracker 'tracker' cannot be opened" in ran.stderr
    assert "It is not looked for in what is recorded." in ran.stderr


def test_keys_in_the_environment_are_known(used: Home) -> None:
    used.done("run", "--", "true", TYPED, env={"ZENML_SERVICE_TOKEN": TYPED})
    check_unseen(used, TYPED)


@pytest.mark.parametrize(
    "word",
    ["s3cr3t/+x", "a=s3cr3t/+x", '{"k":"s3cr3t/+x"}', "s3cr3t%2F%2Bx", "s3cr3t%2f%2bx", "xs3cr3t/+xy"],
)
def test_forms_of_a_secret_in_a_word(word: str) -> None:
    (shown,) = Mask(["s3cr3t/+x"]).words([word])
    assert "s3cr3t" not in shown
    assert is_masked([shown])


def test_values_at_any_depth_are_looked_for_and_short_ones_only_as_whole_values() -> None:
    mask = Mask([{"user": "deepvalue", "pins": [1234567, "ab"]}])
    assert mask.words(["x-deepvalue", "--pin=1234567", "ab", "cab", "k=ab"]) == (
        f"x-{STARS}",
        f"--pin={STARS}",
        STARS,
        "cab",
        f"k={STARS}",
    )
    assert mask.value({"n": 1234567, "m": 7}) == {"n": STARS, "m": 7}


def test_each_line_of_a_key_of_several_lines_is_looked_for() -> None:
    mask = Mask(["-----BEGIN X-----\nabcdefgh\nijklmnop\n-----END X-----\n"])
    assert mask.words(["echo", "ijklmnop"]) == ("echo", STARS)


def test_nothing_is_masked_where_there_is_no_secret() -> None:
    words = ["python", "train.py", "--lr=0.1", "a: b", "x@y", "user:group", "https://h/p?q=1"]
    assert list(Mask().words(words)) == words


KNOWN = [
    "ghp_" + "a1B2" * 9,
    "gho_" + "a1B2" * 9,
    "github_pat_" + "11AAAA" + "x_9" * 20,
    "AKIA" + "IOSFODNN7EXAMPLE",
    "glpat-" + "a1B2c3-4_5" * 2,
    "xoxb-" + "1234567890-abcdefABCDEF",
    "xoxp-" + "1234567890-abcdefABCDEF",
    "sk-" + "a1B2" * 12,
    "sk-proj-" + "a1B2" * 12 + "-x_y",
    "AIza" + "a1B2_" * 7,
    "hf_" + "aBcD" * 9,
    "eyJhbGciOiJIUzI1NiJ9" + ".eyJzdWIiOiJ4In0xyz." + "s1gn-ature_x",
]


@pytest.mark.parametrize("token", KNOWN, ids=lambda token: token[:6])
@pytest.mark.parametrize("word", ["{}", "x={}", "'{}'", "https://h/{}/x", "echo {} | cat", "a,{},b"])
def test_a_token_of_a_known_form_is_stars_wherever_it_stands(token: str, word: str) -> None:
    mask = Mask()
    (shown,) = mask.words([word.format(token)])
    assert token not in shown
    assert STARS in shown
    assert token not in mask.text(word.format(token))
    assert token not in str(mask.value({"note": word.format(token)}))


@pytest.mark.parametrize(
    "word",
    [
        *("sk-learn", "sk-learn-experiment-of-november-2026-with-many-trees", "task-" + "a" * 30, "hf_model"),
        *("AKIA", "eyJ.eyJ", "npm_config_registry", "ghp_", "disk-" + "a1" * 12, "xoxo-kisses", "AIzawa"),
    ],
)
def test_a_word_that_begins_like_a_token_stays(word: str) -> None:
    assert Mask().words([word]) == (word,)


@pytest.mark.parametrize("name", ["MY_TOKEN", "DB_PASSWORD", "PGPASSWORD", "AWS_SECRET_ACCESS_KEY", "apiKey"])
def test_the_value_of_a_variable_that_is_named_like_a_secret_is_not_recorded(name: str, used: Home) -> None:
    used.done("run", "--reason", f"as {TYPED}", "--", "true", f"--x={TYPED}", f"a{TYPED}b", env={name: TYPED})
    check_unseen(used, TYPED)
    assert last_run(used).said("command") == ["true", f"--x={STARS}", f"a{STARS}b"]


def test_a_variable_that_is_short_a_path_or_the_folder_hides_nothing(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MY_TOKEN", "train")
    monkeypatch.setenv("USE_TOKEN", "enabled")
    monkeypatch.setenv("GOOGLE_APPLICATION_CREDENTIALS", str(tmp_path))
    monkeypatch.setenv("PWD", "/gone/meanwhile")
    monkeypatch.setenv("MAX_TOKENS", "1000000")
    words = ("train", "enabled", str(tmp_path), "/gone/meanwhile/x", "1000000")
    assert Mask().words(words) == words


@pytest.mark.parametrize("between", [" ", "\t", "\n", "  ", " \\\n "])
def test_an_option_in_a_script_is_known_whatever_is_between_its_words(between: str) -> None:
    script = between.join(["true", "--password", TYPED])
    (_, _, shown) = Mask().words(["sh", "-c", script])
    assert TYPED not in shown


@pytest.mark.parametrize(
    "text", ["--password {}", "as with --api-key={} before", "--token '{}'", "curl -u me:{} h"]
)
def test_options_in_a_reason_and_in_a_name_are_known(text: str) -> None:
    mask = Mask()
    assert TYPED not in mask.text(text.format(TYPED))
    assert mask.text("--password ab, a cab") in (f"--password {STARS} a cab", f"--password {STARS}, a cab")


@pytest.mark.parametrize(
    "words",
    [
        ["curl", "-u", "user:{}", "https://h/"],
        ["/usr/bin/curl", "-s", "--user", "user:{}", "https://h/"],
        ["curl", "-uuser:{}", "https://h/"],
        ["curl", "--proxy-user=user:{}", "https://h/"],
        ["env", "A=1", "curl", "-U", "user:{}"],
        ["http", "-a", "user:{}", "GET", "h"],
        ["sh", "-c", "true; curl -u 'user:{}' https://h/"],
    ],
)
def test_the_password_of_a_user_that_a_program_takes_is_not_recorded(words: list[str]) -> None:
    shown = Mask().words([word.format(TYPED) for word in words])
    assert TYPED not in str(shown)
    assert "user:" in str(shown)


def test_a_user_and_a_group_stay() -> None:
    words = ("docker", "run", "-u", "1000:1000", "image")
    assert Mask().words(words) == words


@pytest.mark.parametrize(
    ("remote", "recorded"),
    [
        ("https://bob:pa55@h/x.git", "https://h/x.git"),
        ("https://bob@h/x.git", "https://h/x.git"),
        ("https://t0ken:x-oauth-basic@h/x.git", "https://h/x.git"),
        ("https://bob:p/w@rd@h/x.git", "https://h/x.git"),
        ("ssh://git@h:22/x.git", "ssh://h:22/x.git"),
        ("git@h:x.git", "git@h:x.git"),
        ("https://h/a@b.git", "https://h/a@b.git"),
    ],
)
def test_a_remote_is_recorded_without_user_and_password(remote: str, recorded: str) -> None:
    assert without_user(remote, Mask()) == recorded


def test_a_token_of_our_own_service_is_known_as_it_is_made() -> None:
    token = f"zt_{LETTERS[:ID_LENGTH]}_{'0f' * RANDOM_BYTES}"
    assert re.fullmatch(TOKEN, token)
    assert Mask().words([token, token[:-1]]) == (STARS, token[:-1])
