"""A browser shows the report as it is meant: words as words, nothing run, nothing fetched; and prints it."""

from __future__ import annotations

import base64
import json
import os
import re
import select
import shutil
import subprocess
import sys
from collections.abc import Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from tests.ledger.machines import Machine
from zenml.domain.errors import NotFoundError
from zenml.ledger.failed_attempts import note
from zenml.ledger.origin import origin

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="pipes to a browser are handed over otherwise")

IMAGE = '"><img src=x onerror=alert(1)>'
SCRIPT = "<script>alert(1)</script>"
NAMES = (
    "<script>alert(1)<script>",
    IMAGE,
    "'><svg onload=alert(1)>",
    "&amp; &lt;b&gt;",
    "{{ 7*7 }}{% x %}",
    "x" * 128,
)
REASONS = (
    SCRIPT,
    f"</style>{SCRIPT}",
    f"</title></td></table>{IMAGE}",
    "&amp;&#60;b&#62;",
    "<!-- <b> --> <![CDATA[ <b> ]]>",
    "<a href=https://example.org/>https://example.org/</a>",
    "javascript:alert(1)",
    "two\nlines\tand \x00\x07\x1b[31m\x7f\x9b control characters",
    "\u202eright to left\u2066\u200b\ufeff\u2028",
    "größe 数据库 שלום 👩\u200d💻",
)
SHOWN = (
    *(reason for reason in REASONS if reason.isprintable()),
    r"two\nlines\tand \x00\x07\x1b[31m\x7f\x9b control characters",
    r"\u202eright to left\u2066\u200b\ufeff\u2028",
    REASONS[-1],
)
TAGS = {
    *("html", "head", "meta", "title", "style", "body", "header", "section", "div", "h1", "h2", "h3", "p", "span"),
    *("dl", "dt", "dd", "table", "thead", "tbody", "tr", "th", "td", "br", "code", "time", "i"),
    *("figure", "figcaption", "svg", "rect", "details", "summary", "del", "ins"),
}
_SEEN_VALUES = (
    "Array.from(document.querySelectorAll('#changes .values p')).filter(it => it.getClientRects().length).length"
)
_HEIGHT = (
    "document.querySelector('#changes table').getBoundingClientRect().height"
    " / document.querySelectorAll('#changes tbody').length"
)
SECONDS = 60  # a page takes one; this only ends a hanging test
WIDTH = 420

MISSING = "Chromium is not installed"
PROGRAM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser", "google-chrome"))), None)
DEMANDED = "CI" in os.environ  # before a test takes it away

# the browser reads and writes the file descriptors 3 and 4; until then both may be anything else
LAUNCHER = """
import os, sys
from fcntl import F_DUPFD, fcntl
ends = [fcntl(int(end), F_DUPFD, 10) for end in sys.argv[1:3]]
for number, end in enumerate(ends, start=3):
    os.dup2(end, number)
os.execv(sys.argv[3], sys.argv[3:])
"""


class Browser:
    """A browser without a window, told what to do over pipes (the Chrome DevTools Protocol)."""

    def __init__(self, program: str, profile: Path) -> None:
        theirs_in, self._out = os.pipe()
        self._in, theirs_out = os.pipe()
        words = [
            "--headless",
            "--no-sandbox",
            "--disable-gpu",
            "--remote-debugging-pipe",
            f"--user-data-dir={profile}",
        ]
        self._process = subprocess.Popen(
            [sys.executable, "-ESc", LAUNCHER, str(theirs_in), str(theirs_out), program, *words, "about:blank"],
            pass_fds=(theirs_in, theirs_out),
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        os.close(theirs_in)
        os.close(theirs_out)
        self._read, self._count = b"", 0
        self._session: dict[str, str] = {}
        self.events: list[dict[str, Any]] = []

    def open(self, url: str) -> None:
        """Opens a page and waits until it is there."""
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        self._session = {
            "sessionId": self.call("Target.attachToTarget", targetId=target, flatten=True)["sessionId"]
        }
        for domain in ("Page", "Network", "Log", "Runtime"):
            self.call(f"{domain}.enable")
        self.events.clear()
        self.call("Page.navigate", url=url)
        while not self.seen("Page.loadEventFired"):
            self.events.append(self._next())

    def call(self, method: str, **parameters: object) -> dict[str, Any]:
        self._count += 1
        session = {} if method.startswith(("Target.", "Browser.")) else self._session
        message = {"id": self._count, "method": method, "params": parameters, **session}
        os.write(self._out, json.dumps(message).encode() + b"\0")
        while (answer := self._next()).get("id") != self._count:
            self.events.append(answer)
        assert "error" not in answer, answer
        found: dict[str, Any] = answer["result"]
        return found

    def evaluate(self, expression: str) -> Any:
        return self.call("Runtime.evaluate", expression=expression, returnByValue=True)["result"]["value"]

    def seen(self, *beginnings: str) -> list[dict[str, Any]]:
        """Returns what happened on the page, by the beginning of its name."""
        return [event["params"] for event in self.events if event["method"].startswith(beginnings)]

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._read:
            assert select.select([self._in], [], [], SECONDS)[0], "the browser does not answer"
            data = os.read(self._in, 1 << 16)
            assert data, "the browser is gone"
            self._read += data
        text, _, self._read = self._read.partition(b"\0")
        message: dict[str, Any] = json.loads(text)
        return message

    def close(self) -> None:
        os.close(self._out)  # which ends it
        os.close(self._in)
        try:
            self._process.wait(SECONDS)
        except subprocess.TimeoutExpired:
            self._process.kill()
            self._process.wait()


class Page(HTMLParser):
    """A page, taken apart.

    Attributes:
        dom: The whole of it.
        elements: Each element's tag and attributes.
        texts: What stands in it, element by element.
    """

    def __init__(self, dom: str) -> None:
        super().__init__()
        self.dom = dom
        self.elements: list[tuple[str, dict[str, str | None]]] = []
        self.texts: list[str] = [""]
        self.feed(dom)
        self.close()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.elements.append((tag, dict(attrs)))
        self.texts.append("")

    def handle_endtag(self, tag: str) -> None:
        self.texts.append("")

    def handle_data(self, data: str) -> None:
        self.texts[-1] += data


class Seen(NamedTuple):
    """What a browser made of the report of a whole record.

    Attributes:
        page: The page.
        requests: The URLs that were asked for.
        complaints: Scripts that failed, dialogs, and what a policy forbade.
        wide: The width of the document, on a screen of a certain width.
        heights: Likewise the height of a change in a list, without its values and with them.
        values: How many values are seen: on a wide screen, on a telephone before and after a touch, and on paper.
        printed: On paper, the paragraphs of its end: text, height, and the width of the rule to sign on.
        pdf: The page as it is printed.
    """

    page: Page
    url: str
    requests: list[str]
    complaints: list[dict[str, Any]]
    wide: int
    heights: tuple[float, float]
    values: dict[str, int]
    printed: list[tuple[str, float, str]]
    pdf: bytes


def fill(there: Machine) -> None:
    here = there.repository()
    for name in NAMES:
        here.register_component("artifact_store", name, "local", {})
        here.create_profile(name)
    for number, reason in enumerate(REASONS):
        with here.change(reason=reason):
            here.register_component("orchestrator", f"o{number}", "local", {})
    here.rename_component("artifact_store", NAMES[0], f"{NAMES[0]} 2")
    here.undo()
    who = origin(("stack", "delete", IMAGE, SCRIPT), None, None)
    note(str(there.config), who, NotFoundError(f"There is no {SCRIPT}{IMAGE}.", "-"))


@pytest.fixture(scope="module")
def reports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Reports of a machine whose people choose their words badly: of all, and of what somebody asked for badly."""
    base = tmp_path_factory.mktemp("words").resolve()
    there = Machine(base)
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("ZENML_CONFIG_PATH", str(there.config))
        patch.setenv("XDG_STATE_HOME", str(base / "state"))
        patch.chdir(base)
        fill(there)
        here, found = there.repository(), {name: base / f"{name}.html" for name in ("whole", "part")}
        here.export_record(found["part"], "html", profile=IMAGE, actor=SCRIPT, grep=IMAGE)
        here.export_record(found["whole"], "html", everything=True)
    return found


@pytest.fixture(scope="module")
def browser(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Browser]:
    if PROGRAM is None:
        if DEMANDED:
            pytest.fail(MISSING)
        pytest.skip(MISSING)
    opened = Browser(PROGRAM, tmp_path_factory.mktemp("browser"))
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def seen(browser: Browser, reports: dict[str, Path]) -> Seen:
    url = reports["whole"].as_uri()
    browser.open(url)
    page = Page(browser.evaluate("document.documentElement.outerHTML"))
    browser.call("Emulation.setDeviceMetricsOverride", width=WIDTH, height=900, deviceScaleFactor=1, mobile=True)
    wide = browser.evaluate("document.documentElement.scrollWidth")
    open_all = "document.querySelectorAll('section > details').forEach(it => it.open = true), 0"
    browser.evaluate(open_all)
    values = {"folded": browser.evaluate(_SEEN_VALUES)}
    lower = browser.evaluate(_HEIGHT)
    browser.evaluate("document.querySelectorAll('details').forEach(it => it.open = true), 0")
    values["touched"] = browser.evaluate(_SEEN_VALUES)
    higher = browser.evaluate(_HEIGHT)
    browser.evaluate("document.querySelectorAll('details').forEach(it => it.open = false), 0")
    browser.call("Emulation.setDeviceMetricsOverride", width=1200, height=900, deviceScaleFactor=1, mobile=False)
    values["wide"] = browser.evaluate(_SEEN_VALUES)
    browser.call("Emulation.setEmulatedMedia", media="print")
    browser.call("Emulation.clearDeviceMetricsOverride")
    values["printed"] = browser.evaluate(_SEEN_VALUES)
    printed = browser.evaluate(
        "Array.from(document.querySelectorAll('#sign p'), it => [it.innerText,"
        " it.getBoundingClientRect().height, getComputedStyle(it).borderTopWidth])"
    )
    pdf = browser.call("Page.printToPDF", preferCSSPageSize=True)["data"]
    return Seen(
        page,
        url,
        [event["request"]["url"] for event in browser.seen("Network.requestWillBeSent")],
        browser.seen("Log.entryAdded", "Runtime.exceptionThrown", "Runtime.consoleAPI", "Page.javascriptDialog"),
        wide,
        (lower, higher),
        values,
        [(text, height, rule) for text, height, rule in printed],
        base64.b64decode(pdf),
    )


@pytest.fixture(params=["as it is written", "in the browser", "of a part"])
def page(request: pytest.FixtureRequest, reports: dict[str, Path]) -> Page:
    """The report as it is written, and as a browser that mends what is broken has it."""
    if request.param == "in the browser":
        found: Seen = request.getfixturevalue("seen")
        return found.page
    return Page(reports["part" if request.param == "of a part" else "whole"].read_text("utf-8"))


def test_only_elements_of_the_report_are_there(page: Page) -> None:
    assert {tag for tag, _ in page.elements} <= TAGS
    assert [tag for tag, _ in page.elements].count("style") == 1


def test_no_element_runs_or_fetches_anything(page: Page) -> None:
    for _, attributes in page.elements:
        assert not [name for name in attributes if name.startswith("on")]
        assert not attributes.keys() & {"href", "src", "srcset", "action", "data", "background", "xlink:href"}
        assert "://" not in "".join(attributes[name] or "" for name in attributes.keys() - {"title"})
    style = next(text for text in page.texts if "color-scheme" in text)
    assert "url(" not in style
    assert "@import" not in style
    assert "alert" not in style


def test_a_policy_forbids_what_is_not_there_anyway(page: Page) -> None:
    metas = [attributes for tag, attributes in page.elements if tag == "meta"]
    (policy,) = (it["content"] for it in metas if it.get("http-equiv") == "Content-Security-Policy")
    assert policy == "default-src 'none'; style-src 'unsafe-inline'"


def test_no_character_is_there_that_is_not_seen(page: Page) -> None:
    joined = page.dom.replace("\n", "").replace("\u200d", "").replace("\u00a0", "")
    assert [character for character in joined if not character.isprintable()] == []


def test_words_are_shown_as_they_are(seen: Seen) -> None:
    texts = {text.strip() for text in seen.page.texts}
    assert [reason for reason in SHOWN if reason not in texts] == []
    everything = "\n".join(texts)
    for name in NAMES:
        assert f"create artifact store '{name}'" in everything
        assert f"create profile '{name}'" in everything
    assert f"There is no {SCRIPT}{IMAGE}." in texts


def test_what_was_asked_for_is_shown_as_it_is(reports: dict[str, Path]) -> None:
    text = "".join(Page(reports["part"].read_text("utf-8")).texts)
    assert f"profile {IMAGE}, what concerns the machine; " in text
    assert f"actor: {SCRIPT}; grep: {IMAGE}" in text


def test_the_browser_fetches_nothing_and_has_nothing_to_complain_of(seen: Seen) -> None:
    assert seen.requests == [seen.url]
    assert seen.complaints == []


def test_it_fits_a_telephone(seen: Seen) -> None:
    assert seen.wide <= WIDTH


def test_a_change_takes_a_few_lines_on_a_telephone(seen: Seen) -> None:
    folded, touched = seen.heights
    assert folded < 180  # pixels: it was 600 and more, with one letter under another
    assert folded < touched


def test_values_are_seen_on_screen_and_paper_and_after_a_touch_on_a_telephone(seen: Seen) -> None:
    assert seen.values["folded"] == 0
    assert seen.values["touched"] == seen.values["wide"] == seen.values["printed"] > len(REASONS)


# --- on paper -----------------------------------------------------------------------------------

LINES = ["Reviewed by", "Date", "Signature", "Approved by", "Date", "Signature"]


def test_lines_to_sign_on_are_printed(seen: Seen) -> None:
    opinion, *lines = seen.printed
    assert opinion[0].startswith("The changes above were reviewed:")
    assert [text for text, _, _ in lines] == LINES
    assert all(height > 0 and rule == "1px" for _, height, rule in lines)


def test_it_is_printed_on_pages_of_a4(seen: Seen) -> None:
    assert seen.pdf.startswith(b"%PDF-")
    pages = re.findall(rb"/Type\s*/Page\b", seen.pdf)
    boxes = re.findall(rb"/MediaBox\s*\[\s*0\s+0\s+([\d.]+)\s+([\d.]+)", seen.pdf)
    assert len(pages) == len(boxes) > 0
    assert {(round(float(width)), round(float(height))) for width, height in boxes} == {(595, 842)}


@pytest.mark.skipif(shutil.which("pdftotext") is None, reason="no pdftotext; what is printed is tried above, too")
def test_the_lines_to_sign_on_are_in_the_pdf(seen: Seen, tmp_path: Path) -> None:
    (tmp_path / "report.pdf").write_bytes(seen.pdf)
    done = subprocess.run(["pdftotext", "-raw", "report.pdf", "-"], cwd=tmp_path, capture_output=True, check=True)
    text = done.stdout.decode()
    for line in (*LINES, SCRIPT, IMAGE):
        assert "".join(line.split()) in "".join(text.split())  # lines are broken anywhere
