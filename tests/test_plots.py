"""Figures of comparisons: they open, and hold what they must."""

import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pytest

from clra.comparison import compare_judged
from clra.errors import ConfigError, InputError
from clra.plots import _apart, plot_comparison
from tests.made_up_chains import problem, rich_problem
from tests.test_comparison_report import HOSTILE, TOLD, comparison, score

pytest.importorskip("matplotlib")


def words(path):
    """The texts of an SVG figure."""
    return ["".join(each.itertext()) for each in ET.parse(path).iter("{http://www.w3.org/2000/svg}text")]  # noqa: S314


@pytest.fixture(scope="module")
def told():
    return compare_judged([rich_problem(seed, 8) for seed in range(6)])


def test_an_svg_holds_names_numbers_and_panels(told, tmp_path):
    plot_comparison(tmp_path / "out.svg", told)
    texts = words(tmp_path / "out.svg")
    assert {*told.strategies} - {"oracle", "random"} <= {*texts}
    assert {"Accuracy with fewer chains", "At equal cost", "Accuracy minus that of majority"} <= {*texts}
    assert any(text.startswith("clra: ECE ") for text in texts)
    assert any(text.startswith("6 problems   ·   48 chains") for text in texts)


def test_equal_comparisons_make_equal_files(told, tmp_path):
    for suffix in (".svg", ".png"):
        first, second = tmp_path / f"a{suffix}", tmp_path / f"b{suffix}"
        plot_comparison(first, told)
        plot_comparison(second, told)
        assert first.read_bytes() == second.read_bytes()


def test_a_png_is_1200_pixels_wide(told, tmp_path):
    plot_comparison(tmp_path / "out.PNG", told)
    head = (tmp_path / "out.PNG").read_bytes()[:24]
    assert head.startswith(b"\x89PNG\r\n\x1a\n")
    assert int.from_bytes(head[16:20], "big") == 1200


def test_what_is_not_known_is_not_drawn(tmp_path):
    plot_comparison(tmp_path / "out.svg", TOLD)
    texts = words(tmp_path / "out.svg")
    assert not {"Accuracy with fewer chains", "At equal cost"} & {*texts}
    assert {"weak", "same", "good"} <= {*texts}
    plot_comparison(tmp_path / "one.svg", compare_judged([problem(0, ("right",))], ["majority"]))
    assert any(text.startswith("1 problem   ·   1 chain   ·") for text in words(tmp_path / "one.svg"))


@pytest.mark.parametrize("name", [name for name in HOSTILE if name.isascii()])
def test_a_hostile_name_is_text(name, tmp_path):
    told = comparison({"majority": score(mcnemar=1.0), name: score(0.02, 0.01, 0.04), "</text><script>": score()})
    plot_comparison(tmp_path / "out.svg", told)
    assert "</text><script>" in words(tmp_path / "out.svg")
    assert not list(ET.parse(tmp_path / "out.svg").iter("{http://www.w3.org/2000/svg}script"))  # noqa: S314


def test_names_keep_their_distance_and_their_order():
    assert _apart([1.0, 5.0], gap=1) == [1.0, 5.0]
    assert _apart([5.0, 5.0, 1.0], gap=1) == [4.5, 5.5, 1.0]
    moved = _apart([3.0, 3.2, 3.1, 4.0, 9.0], gap=1)
    assert sorted(moved)[4] == 9.0
    assert all(b - a >= 1 - 1e-9 for a, b in zip(sorted(moved), sorted(moved)[1:], strict=False))


def test_what_stands_in_the_way_is_explained(told, tmp_path, monkeypatch):
    with pytest.raises(InputError, match=r"ends in \.svg or \.png"):
        plot_comparison(Path("out.gif"), told)
    with pytest.raises(InputError, match="cannot be written"):
        plot_comparison(tmp_path / "none" / "out.svg", told)
    monkeypatch.setitem(sys.modules, "matplotlib", None)
    with pytest.raises(ConfigError, match="Matplotlib") as missing:
        plot_comparison(tmp_path / "out.svg", told)
    assert missing.value.hint == "pip install 'clra[plot]'"
