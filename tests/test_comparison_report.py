"""Comparisons in the terminal and as a table."""

import csv
import io

import pytest
from rich.cells import cell_len
from rich.console import Console

from clra.comparison import Comparison, Score, compare_judged
from clra.comparison_report import COLUMNS, difference, grouped, p_value, points, print_comparison, write_csv
from clra.errors import InputError
from tests.made_up_chains import problem, rich_problem

HOSTILE = ("\x1b[31mred\x1b]0;title\x07", "[bold]a[/bold]", "two\nlines", "x" * 300, "\u202eturned", "$\\frac{1}{$")


def score(delta=0.0, low=0.0, high=0.0, **choices):
    return Score(accuracy=0.5 + delta, ci95=(0.4, 0.6), delta=delta, delta_ci95=(low, high), **choices)


def comparison(strategies, **choices):
    return Comparison(
        **{"problems": 200, "chains": 800, "left_out": {}, "pass1": 0.4, "oracle": 0.8, **choices},
        strategies=strategies,
    )


def printed(told, width=80):
    out = io.StringIO()
    print_comparison(told, Console(file=out, width=width, force_terminal=True, color_system=None))
    return out.getvalue()


TOLD = comparison(
    {
        "weak": score(-0.1, -0.2, -0.05, mcnemar=0.0002),
        "majority": score(mcnemar=1.0),
        "same": score(0.012, -0.004, 0.029, mcnemar=0.21),
        "good": score(0.02, 0.001, 0.04, mcnemar=0.031),
        "oracle": score(0.3, 0.2, 0.4),
    },
    left_out={"clr": "the model's verdicts", "clr-mean": "the model's verdicts", "cisc": "log-probabilities"},
)


def test_strategies_stand_under_what_their_intervals_say():
    lines = printed(TOLD).splitlines()
    heads = [line.split("  ")[0].strip() for line in lines]
    order = [
        "strategy", "majority", "better than majority", "good", "not distinguishable from majority", "same",
        "worse than majority", "weak", "bounds, no votes", "oracle",
        "left out: lacks the model's verdicts", "left out: lacks log-probabilities",
    ]  # fmt: skip
    assert [head for head in heads if head in order] == order
    (row,) = [line for line in lines if line.startswith("same")]
    assert row.split() == ["same", "51.2", "[40.0,", "60.0]", "+1.2", "[−0.4,", "+2.9]", "p", "=", "0.21"]
    assert "  clr, clr-mean" in lines[heads.index("left out: lacks the model's verdicts") + 1]
    assert "not corrected for 3 comparisons" in printed(TOLD)


def test_nothing_is_wider_than_a_narrow_terminal():
    told = compare_judged([rich_problem(seed, 16) for seed in range(5)])
    assert max(map(len, printed(told).splitlines())) <= 80


@pytest.mark.parametrize("name", ["good", "x" * 300, "deepconf-bottom-top10", "a 長い名前 " * 5])
def test_names_give_way_before_numbers(name):
    told = comparison(
        {
            "majority": Score(accuracy=0.0, ci95=(0.0, 0.0), delta=0.0, delta_ci95=(0.0, 0.0), mcnemar=1.0),
            name: Score(accuracy=1.0, ci95=(1.0, 1.0), delta=1.0, delta_ci95=(1.0, 1.0), mcnemar=0.0002),
        }
    )
    output = printed(told)
    assert "100.0  [100.0, 100.0]  +100.0 [+100.0, +100.0]  p < 0.001" in output
    assert max(map(cell_len, output.splitlines())) <= 80


def test_few_problems_and_what_was_passed_over_are_told():
    assert "fewer than 100 problems" not in printed(TOLD)
    told = printed(
        comparison(TOLD.strategies, problems=99, without_gold=7, untested=2, incidents={"crashed": 3}, complete=False)
    )
    for words in (
        "fewer than 100 problems",
        "7 problems without",
        "2 problems are passed",
        "3 claims left open: crashed",
    ):
        assert words in told
    assert "interrupted" in told


def test_numbers_in_words():
    assert points(-0.0001, signed=True) == "0.0"
    assert points(-0.012) == "−1.2"
    assert difference(score(0.012, -0.004, 0.029)) == "+1.2 [−0.4, +2.9]"
    assert [p_value(score(mcnemar=p)) for p in (None, 0.0004, 0.031, 0.21, 1.0)] == [
        "", "p < 0.001", "p = 0.031", "p = 0.21", "p = 1.00",
    ]  # fmt: skip


@pytest.mark.parametrize("name", HOSTILE)
def test_a_hostile_name_neither_drives_the_terminal_nor_breaks_the_table(name):
    told = comparison({"majority": score(mcnemar=1.0), name: score(0.02, 0.01, 0.04)}, left_out={name * 2: name})
    plain = comparison({"majority": score(mcnemar=1.0), "other": score(0.02, 0.01, 0.04)}, left_out={"another": "it"})
    output = printed(told)
    assert all(char.isprintable() or char == "\n" for char in output)
    assert output.count("+2.0 [+1.0, +4.0]") == 1
    assert len(output.splitlines()) <= len(printed(plain).splitlines()) + 3  # the long names of what is left out wrap
    assert max(map(len, output.splitlines())) <= 80


def test_groups_hold_every_strategy_once():
    names = [name for group in grouped(TOLD) for name in group.scores]
    assert sorted(names) == sorted(TOLD.strategies)


def test_the_table_for_programs_comes_back_as_it_was(tmp_path):
    told = compare_judged([*(rich_problem(seed, 6) for seed in range(5)), problem("bare", ("right", "a"))])
    write_csv(tmp_path / "out.csv", told)
    with (tmp_path / "out.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    assert tuple(rows[0]) == COLUMNS
    whole = {row["strategy"]: row for row in rows if row["chains"] == "all"}
    assert whole.keys() == told.strategies.keys()
    for name, score in told.strategies.items():
        assert float(whole[name]["accuracy"]) == score.accuracy
        assert (float(whole[name]["delta_ci95_low"]), float(whole[name]["delta_ci95_high"])) == score.delta_ci95
        assert whole[name]["mcnemar"] == ("" if score.mcnemar is None else str(score.mcnemar))
    steps = {(row["strategy"], row["chains"]): row for row in rows}
    for name, curve in told.curves.items():
        for point in curve[:-1]:
            assert float(steps[name, str(point.k)]["accuracy"]) == point.accuracy
    assert {row["strategy"]: row["left_out"] for row in rows if row["left_out"]} == told.left_out
    assert float(steps["pass@k", "2"]["accuracy"]) == told.pass_at[2]


def test_a_table_that_cannot_be_written_is_explained(tmp_path):
    with pytest.raises(InputError, match="cannot be written"):
        write_csv(tmp_path / "none" / "out.csv", TOLD)
