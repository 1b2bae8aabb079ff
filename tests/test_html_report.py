"""The page of a run: what it holds, what it leaves out, and that sampled text never becomes markup."""

import base64
import hashlib
import json
import re
import sys
from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from clra import cli, html_report
from clra.comparison import JudgedProblem, compare_judged
from clra.errors import ConfigError, InputError
from clra.grading import Graded
from clra.graph_layout import laid_out
from clra.html_problem import MOST_CHARACTERS, MOST_CLAIMS, Solved, problem_record
from clra.html_report import Failure, write_html
from clra.report_figures import diagram, forest, stacked
from clra.report_sources import _solved
from clra.store import RunHeader, RunStore, StoredSolution
from clra.types import Answer, Problem, Reliability
from tests.pages import (
    CONFIRMED,
    HOSTILE,
    OPEN,
    REFUTED,
    Page,
    claim,
    example_report,
    fair,
    hostile_report,
    rent,
    scored,
    solution,
)


@pytest.fixture
def written(tmp_path):
    def write(report):
        path = tmp_path / "page.html"
        write_html(path, report)
        return Page(path.read_text(encoding="utf-8"))

    return write


def test_each_problem_says_how_it_came_out(written):
    problems = [each for each in written(example_report()).all("details") if each.get("class") == "problem"]
    assert [each["data-status"] for each in problems] == ["right", "wrong", "undecided", "open"]
    assert ["data-refuted" in each for each in problems] == [True, False, False, False]
    assert ["data-differs" in each for each in problems] == [True, False, False, False]


def test_the_overview_counts_what_the_strategy_mended_and_what_it_broke(written):
    right, wrong = solution(Problem(text="?"), fair(0), rent(1), rent(2)), solution(Problem(text="?"), rent(0))
    broken = replace(right, answer=rent().answer, majority=replace(right.majority, rows=right.majority.rows[::-1]))
    mended = Solved(right, frozenset({"90"}))
    report = example_report(solved=(mended, mended, Solved(broken, frozenset({"90"})), Solved(wrong, frozenset({"1"}))))
    assert "+2 −1 mended, broken" in written(report).text


def test_the_sentences_about_cost_stand_apart(written):
    solved = solution(Problem(text="?"), fair(0), rent(1))
    solved = replace(solved, usage=replace(solved.usage, full_stage_tokens={"draw": 80}, cut={"settled": 2}))
    text = written(example_report(solved=(Solved(solved),))).text
    assert "side by side. All K chains" in text
    assert "were spent. 2 chains cut off" in text


def test_the_record_of_a_chain_tells_each_claim_with_its_verdicts():
    record = problem_record(example_report().solved[0])
    chain = record["chains"][0]
    first = chain["claims"][0]
    assert first["latex"] == "135 - 45 = 80"
    assert (first["outcome"], first["method"], first["evidence"]) == ("refuted", "exact:rational", "it is 90")
    assert [verdict["proof"] for verdict in first["verdicts"]] == [True, False]
    assert [premise["claim"] for premise in first["premises"]] == [None, 0]
    assert [each["follows"] for each in chain["claims"]] == [None, 0, 0, None, None]
    assert chain["graph"]["links"] == ((0, 1), (1, 2))
    assert chain["graph"]["unlinked"] == 2


def test_spans_count_what_the_browser_counts():
    chain = problem_record(example_report().solved[0])["chains"][0]
    units = chain["text"].encode("utf-16-le")
    told = [units[2 * each["start"] : 2 * each["end"]].decode("utf-16-le") for each in chain["claims"]]
    assert told == [each["text"] for each in chain["claims"]]


def test_tally_rows_say_which_answer_is_right():
    tally = problem_record(example_report().solved[0])["tally"]
    assert [(row["answer"], row["right"], row["chains"]) for row in tally] == [("90", True, 1), ("160", False, 2)]
    assert [round(row["share"], 3) for row in tally] == [0.909, 0.091]


def test_of_ten_thousand_claims_the_refuted_ones_are_kept_and_the_rest_is_counted():
    text = "1 = 1 " * 10_000
    claims = [claim(text, "1 = 1", CONFIRMED, at=6 * index) for index in range(10_000)]
    claims[9_000] = claim(text, "1 = 1", REFUTED, at=54_000)
    claims[9_500] = claim(text, "1 = 1", OPEN, at=57_000, follows_error=9_000, uses=(9_000,))
    given = solution(Problem(text="?"), scored(0, text, "1", *claims))
    chain = problem_record(Solved(given))["chains"][0]
    kept = [each["i"] for each in chain["claims"]]
    assert kept == [*range(MOST_CLAIMS - 2), 9_000, 9_500]
    assert chain["claims_cut"] == 10_000 - MOST_CLAIMS
    assert chain["counts"] == {"confirmed": 9_998, "refuted": 1, "unknown": 1}
    assert chain["graph"]["links"] == ((9_000, 9_500),)


def test_a_text_of_a_million_characters_is_cut_and_its_claims_stay_within():
    text = "😀" * 1_000_000
    given = solution(Problem(text=text), scored(0, text, "1", claim(text, "😀", CONFIRMED, at=999_999)))
    record = problem_record(Solved(given))
    assert record["text_cut"] == record["chains"][0]["text_cut"] == 1_000_000 - MOST_CHARACTERS
    [cut] = record["chains"][0]["claims"]
    assert cut["start"] == cut["end"] == 2 * MOST_CHARACTERS


def test_hostile_text_stays_text(written):
    page = written(hostile_report())
    kinds = [(attributes.get("type"), attributes) for tag, attributes, _ in page.inner if tag == "script"]
    assert [kind for kind, _ in kinds] == ["text/plain", None, None, None, None]
    assert not page.all("img")
    assert not [name for _, attributes in page.elements for name in attributes if name.startswith("on")]
    assert "49" not in page.all("title")
    assert "{{ 7 * 7 }}" in page.text
    visible = HOSTILE.replace("\x00", r"\x00").replace("\x1b", r"\x1b").replace("\u2028", r"\x2028")
    assert visible[:100] in page.text
    record = page.records[0]
    assert record["text"] == record["chains"][0]["text"] == HOSTILE


@given(st.text(st.characters(), max_size=60))
def test_whatever_a_chain_holds_arrives_as_it_was(text):
    given = solution(Problem(text=text, id=text), scored(0, text, text))
    packed = html_report._packed(problem_record(Solved(given)))
    assert re.fullmatch(r"[A-Za-z0-9+/=]*", packed)
    page = Page(f'<script type="text/plain">{packed}</script>')
    assert page.records[0]["chains"][0]["text"] == text


def test_numbers_that_json_cannot_hold_become_null():
    given = solution(Problem(text="?"), scored(0, "x", "1"), weights={"1": float("inf")})
    page = Page(f'<script type="text/plain">{html_report._packed(problem_record(Solved(given)))}</script>')
    assert page.records[0]["tally"][0]["weight"] is None


def test_the_policy_names_what_is_on_the_page_and_allows_nothing_else(written):
    page = written(example_report())
    [policy] = [each["content"] for each in page.all("meta") if each.get("http-equiv") == "Content-Security-Policy"]
    rules = dict(rule.strip().split(" ", 1) for rule in policy.split(";"))
    assert rules["default-src"] == "'none'"
    for tag, rule in (("script", "script-src"), ("style", "style-src")):
        held = [text for name, attributes, text in page.inner if name == tag and "type" not in attributes]
        hashes = [f"'sha256-{base64.b64encode(hashlib.sha256(text.encode()).digest()).decode()}'" for text in held]
        assert rules[rule].split() == hashes
    assert "unsafe" not in policy


def test_nothing_on_the_page_is_fetched(written):
    page = written(example_report())
    fetched = [attributes.get(name) for _, attributes in page.elements for name in ("src", "href", "srcset", "action")]
    assert all(place is None or place.startswith("#") for place in fetched)
    [style] = [text for tag, _, text in page.inner if tag == "style"]
    assert "url(" not in style
    assert "@import" not in style


def test_katex_is_what_npm_holds_and_its_licence_is_beside_it():
    folder = Path(html_report.__file__).parent / "templates"
    held = hashlib.sha256((folder / "katex-0.19.1.min.js").read_bytes()).hexdigest()
    assert (
        held == "fa140498b8cfc8302cbe5e7cb1bdbc1f952bc38b3fa258ede09e73edbf9a74bc"
    )  # dist/katex.min.js of `npm pack katex@0.19.1`
    assert "The MIT License (MIT)" in (folder / "katex-LICENSE.txt").read_text(encoding="utf-8")


def test_programs_that_were_found_to_be_right_are_right_by_the_keys_they_had():
    problem = Problem(text="Write f.", gold="def f(): ...")
    given = solution(problem, *(scored(index, f"program {index}", f"key {index}") for index in range(3)))
    keyed = [replace(chain, answer=Answer(key=key, text="")) for chain, key in zip(given.chains, "aab", strict=True)]
    graded = Graded(judged=(JudgedProblem(problem, tuple(keyed), "a"),), tasks=((0, 1),))
    first, second = _solved([StoredSolution(0, 0, given), StoredSolution(0, 1, given)], graded)
    assert first.right is None
    assert [second.is_right(chain.answer) for chain in given.chains] == [True, True, False]


def test_no_key_of_a_server_is_shown(written):
    page = written(example_report(settings={"api_key": "hidden", "seed": 3, "top_p": None}))
    assert "hidden" not in page.text
    assert "seed" in page.text
    assert "top_p" not in page.text


def test_failures_and_what_is_still_missing_are_told(written):
    page = written(example_report(asked=7, failures=[Failure("sum", 1, "nobody <b>answers</b>")]))
    assert "1 problem failed" in page.text
    assert "sum · repeat 2" in page.text
    assert "nobody <b>answers</b>" in page.text
    assert "2 solutions of 7 still missing" in page.text


def test_past_the_largest_size_problems_are_listed_without_their_chains(written, monkeypatch):
    monkeypatch.setattr(html_report, "MOST_BYTES", 1_500)
    page = written(example_report())
    held = [bool(text) for _, attributes, text in page.inner if attributes.get("type") == "text/plain"]
    assert held.count(False) >= 1
    assert page.text.count("left out of this page for its size") == held.count(False)


def test_the_strategies_stand_with_their_intervals(written):
    solved = example_report().solved[:2]
    judged = [JudgedProblem(each.solution.problem, each.solution.chains, min(each.right)) for each in solved]
    comparison = compare_judged(judged, ["majority", "clra", "oracle", "clr"], curves=False)
    page = written(example_report(comparison=comparison))
    assert "Strategies on the same chains" in page.text
    assert re.search(r"clra 50\.0 0\.0 … 100\.0 \+50\.0 \+0\.0 … \+100\.0", page.text)
    assert "1 strategy left out" in page.text
    drawn = forest(comparison)
    for whisker in drawn.whiskers.values():
        assert 0 <= whisker.low <= whisker.at <= whisker.high <= 100
    assert drawn.whiskers["majority"].at == drawn.zero
    assert [tick.label for tick in drawn.ticks if tick.at == drawn.zero] == ["0"]


def test_without_a_right_answer_there_is_neither_table_nor_diagram(written):
    page = written(example_report(solved=example_report().solved[3:]))
    assert "Strategies on the same chains" not in page.text
    assert "calibration error" not in page.text


def test_the_diagram_holds_stated_reliability_against_what_was_right():
    solved = example_report().solved
    sure = solved[1]._replace(solution=replace(solved[1].solution, reliability=Reliability(value=0.95)))
    drawn = diagram([solved[0], sure, *solved[2:]])
    assert drawn.answers == 2
    assert [(each.count, each.accuracy) for each in drawn.bins] == [(1, 1.0), (1, 0.0)]
    assert drawn.ece == pytest.approx((0.25 + 0.95) / 2)


def test_the_bar_of_a_problem_is_whole():
    bar = stacked(example_report().solved[0])
    assert [part.status for part in bar] == ["right", "wrong"]
    assert sum(part.length for part in bar) == pytest.approx(100, abs=0.1)


@given(st.lists(st.tuples(st.integers(0, 30), st.integers(1, 30)).map(lambda pair: (pair[0], sum(pair))), max_size=60))
def test_premises_stand_above_their_conclusions_and_no_two_claims_in_one_place(links):
    layout = laid_out(links)
    place = {each.claim: each for each in layout.places}
    assert set(place) == {claim for link in links for claim in link}
    assert set(layout.links) == set(links)
    assert all(place[premise].y < place[conclusion].y for premise, conclusion in links)
    for row in range(layout.rows):
        inside = sorted(each.x for each in layout.places if each.y == row)
        assert inside
        assert all(right - left > 0.98 for left, right in pairwise(inside))
    assert all(0 <= each.x <= layout.columns - 1 for each in layout.places)


def test_links_that_do_not_cross_are_drawn_so():
    layout = laid_out([(0, 4), (1, 5), (4, 6), (5, 7)])
    x = {each.claim: each.x for each in layout.places}
    assert (x[0] < x[1]) == (x[4] < x[5]) == (x[6] < x[7])


def test_a_conclusion_before_its_premise_is_refused():
    with pytest.raises(ValueError, match="premise to come before"):
        laid_out([(3, 3)])


def test_without_jinja_the_extra_is_named(monkeypatch):
    html_report._environment.cache_clear()
    monkeypatch.setitem(sys.modules, "jinja2", None)
    with pytest.raises(ConfigError, match="jinja2") as error:
        html_report.require_templates()
    assert error.value.hint == "pip install 'clra[report]'"


def test_a_page_is_written_whole_or_not_at_all(tmp_path, monkeypatch):
    path = tmp_path / "page.html"
    path.write_text("the old one")

    def fail(solved):
        raise RuntimeError("in the middle")

    monkeypatch.setattr(html_report, "problem_record", fail)
    with pytest.raises(RuntimeError):
        write_html(path, example_report())
    assert path.read_text() == "the old one"
    assert [each.name for each in tmp_path.iterdir()] == ["page.html"]


def test_a_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(InputError, match="no such file or directory"):
        write_html(tmp_path / "no" / "page.html", example_report())


# ---- the command


@pytest.fixture
def clra(monkeypatch, capsys, tmp_path):
    """Run a command in an empty folder: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        monkeypatch.setattr(sys, "argv", ["clra", *map(str, arguments)])
        with pytest.raises(SystemExit) as ended:
            cli.main()
        output, errors = capsys.readouterr()
        return ended.value.code, output, errors

    return run


def test_report_of_recorded_chains_checks_them_first(clra, tmp_path):
    chains = [{"text": f"135 - 45 = {answer}. Answer: {answer}"} for answer in (80, 80, 90)]
    rows = [{"id": "rent", "problem": "What is 135 - 45?", "gold": "90", "chains": chains}]
    (tmp_path / "chains.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, output, errors = clra("report", "chains.jsonl", "--jobs", 1)
    assert (code, errors) == (0, "")
    assert output.startswith("chains.html")
    page = Page((tmp_path / "chains.html").read_text())
    assert "Strategies on the same chains" in page.text
    [record] = page.records
    assert [row["answer"] for row in record["tally"]] == ["90", "80"]
    assert record["chains"][0]["claims"][0]["outcome"] == "refuted"


def test_report_of_a_run_shows_it_as_it_was_kept(clra, tmp_path):
    report = example_report()
    header = RunHeader(
        name="sums", created="2026-01-02", version="0.1", settings={"strategy": "clra"}, dataset="rents", repeats=2
    )
    with RunStore.create(tmp_path / "clra-runs" / "sums.sqlite", header) as store:
        store.add_problems([each.solution.problem for each in report.solved])
        store.add_solution(0, 0, report.solved[0].solution)
        store.add_failure(0, 0, "failed at first")
        store.add_failure(1, 0, "nobody answers")
        store.add_failure(1, 0, "still nobody answers")
    code, output, _ = clra("report", "sums", "-o", "page.html", "--json")
    assert code == 0
    assert json.loads(output)["solutions"] == 1
    page = Page((tmp_path / "page.html").read_text())
    assert "2026-01-02" in page.text
    assert "still nobody answers" in page.text
    assert "failed at first" not in page.text
    assert "6 solutions of 8 still missing" in page.text
    assert [each["data-status"] for each in page.all("details") if each.get("class") == "problem"] == ["right"]
    assert page.records[0] == json.loads(json.dumps(problem_record(report.solved[0])))


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["nothing"], "there is no run 'nothing'"),
        (["text.txt"], "text.txt"),
        (["chains.jsonl", "-o", "no/page.html"], "no/page.html: no such file or directory"),
        (["chains.jsonl", "-o", "chains.jsonl"], "is what the report is made of"),
        (["chains.jsonl", "--strategy", "clr"], "'clr' votes by"),
        (["empty.sqlite"], "no problem of this run is solved yet"),
    ],
)
def test_report_says_what_is_wrong(clra, tmp_path, arguments, message):
    (tmp_path / "text.txt").write_text("no chains\n")
    row = {"id": "a", "problem": "?", "chains": [{"text": "Answer: 1"}, {"text": "Answer: 2"}]}
    (tmp_path / "chains.jsonl").write_text(json.dumps(row) + "\n")
    header = RunHeader(name="sums", created="", version="", settings={}, dataset="")
    with RunStore.create(tmp_path / "empty.sqlite", header) as store:
        store.add_problems([Problem(text="?", id="a")])
    code, output, errors = clra("report", *arguments)
    assert (code, output) == (2, "")
    assert message in errors
    assert not [*tmp_path.glob("*.html")]
