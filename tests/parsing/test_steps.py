import pytest
from hypothesis import given
from hypothesis import strategies as st

from clra.parsing.steps import split_steps
from tests.hanging import no_hang


def parts(text: str) -> list[str]:
    return [text[step.span.start : step.span.end].strip() for step in split_steps(text)]


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Step 1: add.\n3 + 4 = 7\nStep 2: done.", ["Step 1: add.\n3 + 4 = 7", "Step 2: done."]),
        ("**Step 1:** add.\n\nmore\n\n**Step 2:** done.", ["**Step 1:** add.\n\nmore", "**Step 2:** done."]),
        ("## Step 1\na\n## Step 2\nb", ["## Step 1\na", "## Step 2\nb"]),
        ("First look.\n\n1. add\n   - one\n2. done", ["First look.", "1. add\n   - one", "2. done"]),
        ("1. **Add** them\n\n2. Done", ["1. **Add** them", "2. Done"]),
        ("## Plan\nadd\n## Result\n7", ["## Plan\nadd", "## Result\n7"]),
        ("We add.\n\nWe get 7.", ["We add.", "We get 7."]),
        ("We add.\nWe get 7.", ["We add.", "We get 7."]),
        ("one line", ["one line"]),
        ("a\n\n$$x\n\n= 3$$\n\nb", ["a", "$$x\n\n= 3$$", "b"]),
        ("a\n```\nStep 1: x\n\nStep 2: y\n```\nb", ["a", "```\nStep 1: x\n\nStep 2: y\n```", "b"]),
        ("The year 1999. It was.\n3. is no list", ["The year 1999. It was.", "3. is no list"]),
        ("", []),
    ],
)
def test_a_text_is_cut_where_its_writer_cut_it(text, expected):
    assert parts(text) == expected


@given(st.text(alphabet="ab1.#*$\\[]`\n 2:Step"))
def test_steps_cover_the_text_in_order(text):
    steps = split_steps(text)
    assert "".join(text[step.span.start : step.span.end] for step in steps) == text
    assert [step.index for step in steps] == list(range(len(steps)))
    assert all(step.span.end > step.span.start for step in steps)


@pytest.mark.parametrize("unit", ["$", "\\[ a ", "\n\n1. ", "```", "Step 1:\n", "\\begin{cases}", " \n", "<<"])
def test_a_megabyte_does_not_hang(unit):
    text = unit * (1_000_000 // len(unit))
    with no_hang():
        split_steps(text)
