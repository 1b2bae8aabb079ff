"""The page in a real browser: it opens without a network, shows the evidence, filters, and runs no sampled text.

They take Debian's ``chromium`` (or what ``CHROMIUM`` names) and ``pip install -e '.[browser]'``. Without these they are
skipped, but for ``REQUIRE_CHROMIUM=1``, with which they fail.
"""

import os
import shutil
from dataclasses import replace

import pytest

from clra.html_problem import Solved
from clra.html_report import write_html
from clra.types import Problem
from tests.pages import CONFIRMED, OPEN, REFUTED, claim, example_report, fair, hostile_report, rent, scored, solution

CHROMIUM = os.environ.get("CHROMIUM") or shutil.which("chromium") or shutil.which("google-chrome")
PATIENCE = 300_000
"""Milliseconds after which what is awaited counts as never coming."""
REQUIRED = bool(os.environ.get("REQUIRE_CHROMIUM"))


@pytest.fixture(scope="module")
def browser():
    try:
        from playwright.sync_api import sync_playwright
    except ImportError:
        missing = "pip install -e '.[browser]'"
    else:
        missing = "" if CHROMIUM else "apt-get install chromium"
    if missing:
        assert not REQUIRED, missing
        pytest.skip(f"no browser to look at the page with: {missing}")
    with sync_playwright() as playwright:
        opened = playwright.chromium.launch(executable_path=CHROMIUM, timeout=PATIENCE)
        yield opened
        opened.close()


@pytest.fixture
def show(browser, tmp_path):
    """Open a report; whatever the browser complains of, asks for or pops up fails the test."""
    heard, contexts = [], []

    def open_page(report, **look):
        path = tmp_path / "page.html"
        write_html(path, report)
        context = browser.new_context(**{"viewport": {"width": 1280, "height": 900}, **look})
        contexts.append(context)
        context.set_default_timeout(PATIENCE)
        page = context.new_page()
        page.on("console", lambda message: heard.append(message.text))
        page.on("pageerror", lambda error: heard.append(str(error)))
        page.on("dialog", lambda dialog: (heard.append(f"dialog {dialog.message}"), dialog.dismiss()))
        page.on("request", lambda request: heard.append(request.url) if request.url != path.as_uri() else None)
        page.goto(path.as_uri())
        return page

    yield open_page
    for context in contexts:
        context.close()
    assert heard == []


def problem_of(page, problem=0):
    """Open a problem; the browser says so in a task of its own, in which the page draws it."""
    details = page.locator("details.problem").nth(problem)
    if details.get_attribute("open") is None:
        details.locator("> summary").click()
    details.locator("details.chain").first.wait_for()
    return details


def chain_of(page, problem=0, chain=0):
    """Open a problem and one of its chains."""
    opened = problem_of(page, problem).locator("details.chain").nth(chain)
    opened.locator("> summary").click()
    opened.locator(".text").wait_for()
    return opened


def comes(page, holds):
    """Whether something comes true before long."""
    for _ in range(PATIENCE // 50):
        if holds():
            return True
        page.wait_for_timeout(50)
    return False


def shown(page):
    return page.locator("details.problem:visible .name").all_inner_texts()


def test_a_click_on_a_claim_shows_its_evidence(show):
    chain = chain_of(show(example_report()), chain=0)
    chain.locator(".claim", has_text="135 - 45").first.click()
    evidence = chain.locator(".evidence")
    assert evidence.locator("h4").first.inner_text() == "✗ claim 1, step 1: refuted by exact:rational"
    told = evidence.inner_text()
    for words in ("it is 90", "read as", "checked against", "used by", "model:m", "opinion", "0.80 that it holds"):
        assert words in told
    assert evidence.locator("math").count() >= 3
    evidence.get_by_role("button", name="✓ claim 2").first.click()
    assert "claim 2, step 2: confirmed" in evidence.inner_text()
    assert "stands on an error" in evidence.inner_text()
    assert chain.locator(".claim.chosen").first.inner_text() == "80 + 80 = "


def test_the_first_error_of_a_chain_is_shown_at_once(show):
    chain = chain_of(show(example_report()), chain=2)
    assert "claim 1, step 1: refuted" in chain.locator(".evidence").inner_text()


def test_claims_are_reached_and_opened_by_the_keyboard(show):
    page = show(example_report())
    page.locator("details.problem > summary").first.focus()
    page.keyboard.press("Enter")
    page.locator("details.chain > summary").nth(0).focus()
    page.keyboard.press("Enter")
    chain = page.locator("details.chain").nth(0)
    chain.locator(".claim").first.focus()
    page.keyboard.press("End")
    page.keyboard.press("Enter")
    assert "claim 4" in chain.locator(".evidence h4").first.inner_text()
    page.keyboard.press("Home")
    page.keyboard.press("ArrowRight")
    page.keyboard.press("ArrowRight")
    page.keyboard.press(" ")
    assert "claim 2" in chain.locator(".evidence h4").first.inner_text()
    assert page.evaluate("document.activeElement.className").startswith("claim")


def test_claims_that_overlap_and_nest_keep_their_places_and_their_marks(show):
    chain = chain_of(show(example_report()), chain=0)
    pieces = chain.locator(".claim").evaluate_all("nodes => nodes.map(node => [node.textContent, node.dataset.claims])")
    assert pieces == [
        ["135 - 45 = ", "0"], ["80", "4 0"], ["80 + 80 = ", "1"], ["160", "2 1"], [" = 2 * 80", "2"], ["160", "3"],
    ]  # fmt: skip
    assert chain.locator(".text").inner_text() == rent().chain.text
    marks = chain.locator("[data-marks]").evaluate_all("nodes => nodes.map(node => node.dataset.marks)")
    assert marks == ["✗", "?", "✓↳", "✓↳", "?"]
    assert "around-refuted" in chain.locator(".claim").nth(1).get_attribute("class")


def test_formulas_are_drawn_unless_they_are_refuted_in_part(show):
    page = show(example_report())
    whole = chain_of(page, chain=1).locator(".text")
    assert whole.locator("math").count() == 2
    assert whole.locator(".claim.display math mfrac").count() == 1
    page.locator("details.chain").nth(1).get_by_label("as written").check()
    assert whole.locator("math").count() == 0
    assert whole.inner_text() == fair().chain.text
    assert chain_of(page, chain=0).locator(".text math").count() == 0


def test_the_graph_marks_what_stands_on_an_error(show):
    chain = chain_of(show(example_report()), chain=0)
    nodes = chain.locator(".graph .node")
    assert [name.split()[1:] for name in nodes.evaluate_all("nodes => nodes.map(n => n.getAttribute('class'))")] == [
        ["refuted"], ["confirmed", "follows"], ["confirmed", "follows"],
    ]  # fmt: skip
    assert chain.locator(".graph .link.spoilt").count() == 2
    assert "2 claims without a link are not drawn" in chain.locator("details.more summary").inner_text()
    nodes.nth(2).press("Enter")
    assert "claim 3" in chain.locator(".evidence h4").inner_text()


def test_problems_are_chosen_by_outcome_errors_and_words(show):
    page = show(example_report())
    names = ["rent", "wrong one", "nothing", "unknown"]
    assert shown(page) == names
    for status, name in zip(("right", "wrong", "undecided", "open"), names, strict=True):
        page.locator(f"input[name=status][value={status}]").check(force=True)
        assert shown(page) == [name]
        assert page.locator("#found").inner_text() == "1 solution"
    page.locator("input[name=status][value=all]").check(force=True)
    page.locator("#search").fill("IS it")
    assert shown(page) == ["unknown"]
    page.locator("#search").fill("no such words")
    assert shown(page) == []
    assert page.locator("#none").is_visible()
    page.locator("#search").fill("")
    page.get_by_label("with refuted claims").check()
    assert shown(page) == ["rent"]
    page.get_by_label("with refuted claims").uncheck()
    page.get_by_label("majority answers otherwise").check()
    assert shown(page) == ["rent"]


def test_chains_are_chosen_by_their_answer(show):
    page = show(example_report())
    problem_of(page)
    chains = page.locator("details.chain:visible")
    assert chains.count() == 3
    page.locator(".tally button", has_text="160").click()
    assert chains.count() == 2
    page.locator(".tools select").select_option(label="90")
    assert chains.count() == 1
    page.locator(".tools select").select_option("none")
    assert chains.count() == 0
    page.locator(".tools select").select_option("")
    assert chains.count() == 3


def test_hostile_text_stays_text(show):
    page = show(hostile_report())
    chain = chain_of(page)
    chain.locator(".claim").first.click()
    page.locator("details.more > summary").last.click()
    assert page.evaluate("window.hit") is None
    assert page.locator("img, iframe, object, embed, a[href^=javascript], main script:not([type])").count() == 0
    text = chain.locator(".text").inner_text()
    assert "<script>window.hit = 1; alert(1)</script>" in text
    assert "<img src=x onerror='window.hit=1;alert(2)'>" in text
    assert r"$\href{javascript:alert(3)}{x}$ $\htmlData{a=b}{x}$" in text
    for hidden in ("0000", "001B", "2028", "202E", "D800"):
        assert f"⟨U+{hidden}⟩" in text
    assert "\u202e" not in page.locator("body").inner_text()


def test_a_script_that_got_in_would_not_run(browser, tmp_path):
    path = tmp_path / "page.html"
    write_html(path, example_report())
    foreign = "<script>window.hit = 1</script><img src=x onerror='window.hit = 2'></body>"
    path.write_text(path.read_text(encoding="utf-8").replace("</body>", foreign), encoding="utf-8")
    page = browser.new_page()
    page.set_default_timeout(PATIENCE)
    heard = []
    page.on("console", lambda message: heard.append(message.text))
    page.goto(path.as_uri())
    assert page.evaluate("window.hit") is None
    assert page.locator("#found").inner_text() == "4 solutions"
    assert comes(page, lambda: any("Content Security Policy" in message and "script" in message for message in heard))
    assert comes(page, lambda: any("Content Security Policy" in message and "image" in message for message in heard))
    assert page.evaluate("window.hit") is None
    page.close()


@pytest.fixture
def large():
    text = "1 + 1 = 2 and $x$ \\[ " * 50_000
    verdicts = (CONFIRMED, REFUTED, OPEN)
    claims = [claim(text, "1 + 1 = 2", verdicts[index % 3], at=21 * (index // 2)) for index in range(10_000)]
    nested = [claim(text, text[: 4 * depth], OPEN, at=0, formal=None) for depth in range(1, 300)]
    chains = (
        scored(0, text, "2", *claims),
        scored(1, text, "2", *nested),
        scored(2, "\\[" * 60_000 + "$" * 60_000, "2"),
    )
    return example_report(solved=[Solved(solution(Problem(text="?" * 1_000_000), *chains))])


def test_a_chain_of_a_million_characters_and_ten_thousand_claims_opens(show, large):
    page = show(large)
    for number in range(3):
        chain = chain_of(page, chain=number)
        assert "Left out of this page for its size" in chain.inner_text() or number == 2
    assert "880,000 characters of the problem are left out" in page.locator(".body").inner_text()


def test_colours_follow_the_reader_and_stay_readable(show):
    """Text against its ground: a contrast of at least 4.5 (WCAG 2.2, 1.4.3)."""
    contrast = """selector => {
        const parts = colour => colour.match(/[\\d.]+/g).slice(0, 3).map(Number);
        const light = colour => parts(colour).map(c => c / 255)
            .map(c => c <= .04045 ? c / 12.92 : ((c + .055) / 1.055) ** 2.4)
            .reduce((sum, c, at) => sum + c * [.2126, .7152, .0722][at], 0);
        return [...document.querySelectorAll(selector)].map(node => {
            let ground = node, colour;
            while ((colour = getComputedStyle(ground).backgroundColor).endsWith(", 0)")) ground = ground.parentElement;
            const [a, b] = [light(getComputedStyle(node).color), light(colour)].sort((x, y) => y - x);
            return (a + .05) / (b + .05);
        });
    }"""
    grounds = set()
    for scheme in ("light", "dark"):
        page = show(example_report(), color_scheme=scheme)
        chain_of(page, chain=0)
        grounds.add(page.evaluate("getComputedStyle(document.body).backgroundColor"))
        ratios = page.evaluate(contrast, "p, dt, dd, th, td, h1, h2, h4, small, .claim, .facts, .to, summary span")
        assert len(ratios) > 50
        assert min(ratios) >= 4.5
    assert len(grounds) == 2


@pytest.mark.parametrize("width", [400, 1280])
def test_the_page_is_no_wider_than_its_window(show, width, tmp_path):
    page = show(example_report(), viewport={"width": width, "height": 900})
    chain_of(page, chain=0)
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    taken = tmp_path / "page.png"
    page.screenshot(path=taken, full_page=True)
    assert taken.stat().st_size > 20_000


def test_three_hundred_problems_are_drawn_only_when_opened(show):
    solved = example_report().solved[0]
    many = [
        Solved(replace(solved.solution, problem=replace(solved.solution.problem, id=f"p{index}")), solved.right)
        for index in range(300)
    ]
    page = show(example_report(solved=many))
    assert page.locator("details.chain").count() == 0
    chain_of(page, problem=299)
    assert page.locator("details.chain").count() == 3
