"""The command line as a person and a script meet it. Bad input: a clear line, exit code 2, never a traceback."""

import gzip
import io
import json
import logging
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from clra import cli

CHAINS = [
    {"text": "135 - 45 = 80. Answer: 80"},
    {"text": "135 - 45 = 80. Answer: 80"},
    {"text": "135 - 45 = 90. Answer: 90"},
]


@pytest.fixture
def clra(monkeypatch, capsys, tmp_path):
    """Run a command in an empty folder: (exit code, output, errors)."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments, stdin=None):
        monkeypatch.setattr(logging.getLogger(), "handlers", [])
        monkeypatch.setattr(logging.getLogger("clra"), "level", logging.NOTSET)
        monkeypatch.setattr(sys, "argv", ["clra", *map(str, arguments)])
        if stdin is not None:
            monkeypatch.setattr(sys, "stdin", io.TextIOWrapper(io.BytesIO(stdin)))
        with pytest.raises(SystemExit) as ended:
            cli.main()
        output, errors = capsys.readouterr()
        return ended.value.code, output, errors

    return run


@pytest.fixture
def recording(tmp_path):
    path = tmp_path / "chains.jsonl"
    path.write_text(json.dumps({"id": "a", "problem": "What is 135 - 45?", "gold": "90", "chains": CHAINS}) + "\n")
    return path


def test_solve_over_recorded_chains(clra, recording):
    code, output, _ = clra("solve", "--text", "What is 135 - 45?", "--model", f"replay:{recording}", "-n", 3)
    assert code == 0
    assert "answer 90" in output
    assert "plain majority alone would have answered 80" in output
    assert "135 - 45 = 80 is false: it is 90" in output


def test_solve_prints_the_contract_as_json(clra, recording):
    code, output, errors = clra(
        "solve", "-", "--model", f"replay:{recording}", "-n", 3, "--json", stdin=b"What is 135 - 45?"
    )
    solution = json.loads(output)
    assert (code, errors) == (0, "")
    assert {"answer", "reliability", "strategy", "tally", "usage", "chains"} <= solution.keys()
    assert solution["answer"] == "90"
    assert [row["answer"] for row in solution["tally"]] == ["90", "80"]
    assert {"answer", "weight", "chains"} == solution["tally"][0].keys()
    assert 0 <= solution["reliability"] <= 1
    assert len(solution["chains"]) == 3


PROGRAM = "import sys\n\nfor line in sys.stdin:\n\tprint(line * 2)\n"


def test_a_program_is_printed_as_it_is_written(clra, tmp_path):
    chains = [{"text": f"So:\n```python\n{PROGRAM}```\n"}, {"text": "```python\nprint(1)\n```"}]
    recording = tmp_path / "programs.jsonl"
    recording.write_text(json.dumps({"id": "a", "problem": "Say all twice.", "chains": chains}) + "\n")
    arguments = ("--text", "Say all twice.", "--model", f"replay:{recording}", "-n", 2, "--verifier", "exact")
    _, output, _ = clra("solve", *arguments, "--kind", "program")
    assert output.startswith("answer program of chain 0, 4 lines")
    assert "\n    import sys\n\n    for line in sys.stdin:\n        print(line * 2)\n\n" in output
    assert "\nprogram of chain 1, 1 line " in output
    _, output, _ = clra("solve", *arguments, "--kind", "program", "--json")
    assert json.loads(output)["answer"] == PROGRAM
    _, output, _ = clra("solve", *arguments)
    assert "program of" not in output
    code, _, errors = clra("solve", *arguments, "--kind", "poem")
    assert code == 2
    assert "'poem' is not one of" in errors


def test_verify_a_program(clra, tmp_path):
    problem, solution = tmp_path / "problem.txt", tmp_path / "solution.md"
    problem.write_text("Say all twice.\n\nInput:\nab\nOutput:\nabab\n")
    solution.write_text("As 1 + 1 = 2:\n```python\nprint(input() * 3)\n```")
    code, output, _ = clra("verify", solution, "--problem", problem, "--kind", "program")
    assert code == 1
    assert "on the input ab it prints ababab; expected: abab" in output
    assert "1 claims" in output
    code, output, _ = clra("verify", solution, "--problem", problem)
    assert code == 0
    assert "1 + 1 = 2" in output


def test_solve_writes_chains_that_can_be_replayed_and_compared(clra, recording, tmp_path):
    out = tmp_path / "out.jsonl.gz"
    arguments = ("--text", "What is 135 - 45?", "-n", 3, "--json")
    _, first, _ = clra("solve", *arguments, "--model", f"replay:{recording}", "--chains-out", out)
    _, again, _ = clra("solve", *arguments, "--model", f"replay:{out}")
    assert json.loads(first)["tally"] == json.loads(again)["tally"]
    with gzip.open(out, "rt") as file:
        assert json.loads(file.read())["problem"] == "What is 135 - 45?"


def test_chains_that_cannot_be_written_are_known_before_any_is_drawn(clra, recording, tmp_path):
    arguments = ("--text", "What is 135 - 45?", "-n", 3, "--model", f"replay:{recording}")
    code, output, errors = clra("solve", *arguments, "--chains-out", tmp_path)
    assert (code, output) == (2, "")
    assert "is a directory" in errors


@pytest.mark.parametrize("encoding", ["ascii", "latin-1"])
def test_an_output_without_unicode_is_no_reason_to_fail(tmp_path, encoding):
    (tmp_path / "s.txt").write_text("So √4 = 2, and 2 × 3 = 7.", encoding="utf-8")
    command = [sys.executable, "-m", "clra", "verify", "s.txt", "--problem", "s.txt"]
    environment = {**os.environ, "PYTHONIOENCODING": encoding}
    done = subprocess.run(command, cwd=tmp_path, env=environment, capture_output=True, check=False)
    assert done.returncode == 1
    assert done.stderr == b""


def test_a_full_disk_is_told(tmp_path):
    with Path("/dev/full").open("wb") as full:
        command = [sys.executable, "-m", "clra", "equal", "1", "1"]
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode != 0
    assert "Traceback" not in done.stderr


def test_no_answer_in_any_chain_shows_the_ends(clra, tmp_path):
    path = tmp_path / "chains.jsonl"
    path.write_text(json.dumps({"id": "a", "problem": "Why?", "chains": [{"text": "I wonder about the sea"}]}) + "\n")
    code, output, _ = clra("solve", "--text", "Why?", "--model", f"replay:{path}", "-n", 1)
    assert code == 1
    assert "no answer" in output
    assert "I wonder about the sea" in output


def test_text_of_a_model_cannot_drive_the_terminal(clra, tmp_path):
    path = tmp_path / "chains.jsonl"
    text = "\x1b[31mred\x1b]0;owned\x07 [bold]1 + 1 = 3[/bold] Answer: [red]3"
    path.write_text(json.dumps({"id": "a", "problem": "1?", "chains": [{"text": text}]}) + "\n")
    _, output, _ = clra("solve", "--text", "1?", "--model", f"replay:{path}", "-n", 1)
    assert "\x1b" not in output
    assert "\x07" not in output


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "empty"),
        (b" \n\t\n", "empty"),
        (b"x" * 10_000_000, "at most 200,000 characters"),
        (b"one\ntwo \xff\xfe", "line 2: expected UTF-8 text"),
        (b"one\n\n\x00", "line 3: expected text, found a NUL byte"),
    ],
    ids=["empty", "blank", "10 MB", "not UTF-8", "binary"],
)
def test_a_file_that_is_no_problem(clra, tmp_path, content, said):
    path = tmp_path / "problem.txt"
    path.write_bytes(content)
    code, _, errors = clra("solve", path)
    assert code == 2
    assert said in errors
    assert "problem.txt" in errors
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["solve", "missing.txt"], "missing.txt: no such file"),
        (["solve", "."], "is a directory"),
        (["solve"], "expected a problem"),
        (["solve", "a.txt", "--text", "b"], "expected a problem"),
        (["solve", "--text", "  "], "--text is empty"),
        (["solve", "--text", "1?", "-n", "0"], "--chains: input should be greater than or equal to 1"),
        (["solve", "--text", "1?", "-n", "many"], "-n"),
        (["solve", "--text", "1?", "--model", "gpt"], "there are: clra-nano, embedded, openai, replay"),
        (["solve", "--text", "1?", "--strategy", "best"], "there are: best-of-n, best-of-n-logprob, "),
        (["solve", "--text", "1?", "--verifier", "lean"], "context, exact, execution, model, model-graded, symbolic"),
        (["solve", "--text", "1?", "--model", "replay:none.jsonl"], "none.jsonl"),
        (["solve", "--text", "1?", "--model", "openai:http://127.0.0.1:9/v1#m"], "vllm serve"),
        (["verify", "solution.txt"], "expected a solution and its problem"),
        (["verify", "--batch", "in.jsonl"], "takes -o OUT.jsonl"),
        (["verify", "--batch", "in.jsonl", "-o", "out.jsonl"], "in.jsonl"),
        (["compare", "none.jsonl"], "none.jsonl"),
        (["compare", "none.jsonl", "--strategies", "majority,best"], "no strategy named 'best'"),
        (["compare", "none.jsonl", "--strategies", ""], "no strategy named ''"),
        (["frobnicate"], "No such command"),
    ],
    ids=lambda value: " ".join(value) if isinstance(value, list) else "",
)
def test_mistakes_are_explained(clra, monkeypatch, arguments, said):
    monkeypatch.setenv("CLRA_RETRIES", "0")
    code, _, errors = clra(*arguments)
    assert code == 2
    assert said.lower() in errors.lower()
    assert "Traceback" not in errors


@pytest.mark.parametrize(
    ("lines", "said"),
    [
        ("", "chains.jsonl"),
        ("{\n", "line 1"),
        ('{"id": "a", "problem": "1?", "chains": []}\nnonsense\n', "line 2"),
        ('{"id": "a", "problem": "1?", "chains": "none"}\n', "line 1"),
        ('{"id": "a", "chains": []}\n', "problem"),
        ('{"id": "a", "problem": "1?", "chains": [{"text": "Answer: 1"}]}\n', '"gold"'),
    ],
)
def test_recordings_that_cannot_be_compared(clra, tmp_path, lines, said):
    path = tmp_path / "chains.jsonl"
    path.write_text(lines)
    code, _, errors = clra("compare", path)
    assert code == 2
    assert said in errors
    assert "Traceback" not in errors


def test_compare_prints_the_contract_as_json(clra, recording):
    code, output, _ = clra("compare", recording, "--strategies", "majority,clra,oracle", "--json")
    comparison = json.loads(output)
    assert code == 0
    assert {"problems", "chains", "strategies", "pass1", "oracle"} <= comparison.keys()
    assert comparison["strategies"].keys() == {"majority", "clra", "oracle"}
    assert {"accuracy", "ci95", "delta", "delta_ci95"} <= comparison["strategies"]["clra"].keys()
    assert comparison["strategies"]["clra"]["accuracy"] == 1.0
    assert comparison["strategies"]["majority"]["accuracy"] == 0.0
    assert comparison["pass1"] == pytest.approx(1 / 3)


def test_compare_leaves_out_what_the_recording_lacks(clra, recording):
    code, output, _ = clra("compare", recording)
    assert code == 0
    assert "left out: lacks the model's verdicts on the chains' claims" in output
    assert "oracle" in output


def test_compare_writes_a_table_and_a_figure(clra, recording, tmp_path):
    pytest.importorskip("matplotlib")
    code, _, errors = clra("compare", recording, "--csv", "out.csv", "--plot", "out.svg", "--no-cache")
    assert (code, errors) == (0, "")
    assert "clra,all,1.0," in (tmp_path / "out.csv").read_text()
    assert ">best-of-n<" in (tmp_path / "out.svg").read_text()


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["--plot", "out.gif"], "out.gif: expected a name that ends in .svg or .png"),
        (["--csv", "none/out.csv"], "none/out.csv: no such file or directory"),
        (["--plot", "none/out.svg"], "none/out.svg: no such file or directory"),
        (["--strategies", "majority,worst"], "no strategy named 'worst'"),
        (["--strategies", "worst"], "oracle, random, "),
    ],
)
def test_mistakes_of_a_comparison_are_known_before_anything_is_checked(clra, recording, monkeypatch, arguments, said):
    monkeypatch.setattr("clra.compare.judge_recorded", None)
    code, output, errors = clra("compare", recording, *arguments)
    assert (code, output) == (2, "")
    assert said in errors


def test_verify_one_solution(clra, tmp_path):
    (tmp_path / "problem.txt").write_text("What is 135 - 45 + 5?")
    (tmp_path / "solution.txt").write_text("Step 1: 135 - 45 = 80.\nStep 2: 80 + 5 = 85.\n")
    code, output, _ = clra("verify", "solution.txt", "--problem", "problem.txt")
    assert code == 1
    assert "✗ 135 - 45 = 80" in output
    assert "false: it is 90" in output
    assert "first error: step 1" in output
    code, output, _ = clra("verify", "solution.txt", "--problem", "problem.txt", "--json")
    review = json.loads(output)
    assert code == 1
    assert review["first_error"] == 0
    claim = review["claims"][0]
    assert (claim["outcome"], claim["text"]) == ("REFUTED", "135 - 45 = 80")
    (tmp_path / "solution.txt").write_text("Step 1: 135 - 45 = 90.\nStep 2: 90 + 5 = 95.\n")
    assert clra("verify", "solution.txt", "--problem", "problem.txt")[0] == 0


def test_verify_shows_what_programs_print(clra, tmp_path):
    (tmp_path / "problem.txt").write_text("What is 6 times 7?")
    program = "import math\n# multiply\nresult = math.prod([6, 7])\nprint(result)\n"
    (tmp_path / "solution.txt").write_text(f"We compute.\n\n```python\n{program}```\n```output\n43\n```\n")
    code, output, _ = clra("verify", "solution.txt", "--problem", "problem.txt", "--json")
    (claim,) = json.loads(output)["claims"]
    assert claim["program"] == {"code": program, "output": "43", "stdin": "", "call": "", "before": 0}
    if claim["reason"] == "unavailable":
        pytest.skip(claim["evidence"])
    assert (code, claim["kind"], claim["outcome"]) == (1, "program", "REFUTED")
    code, output, _ = clra("verify", "solution.txt", "--problem", "problem.txt")
    assert "✗ program result = math.prod([6, 7]) … prints 43" in output
    assert "stated, but the program prints 42; execution" in output


def test_verify_batch(clra, tmp_path):
    rows = [
        {"id": "a", "problem": "", "steps": ["2 + 2 = 4.", "4 + 4 = 9."]},
        {"id": "b", "problem": "", "solution": "2 + 2 = 4."},
    ]
    (tmp_path / "in.jsonl").write_text("".join(json.dumps(row) + "\n" for row in rows))
    code, output, _ = clra("verify", "--batch", "in.jsonl", "-o", "out.jsonl", "--jobs", 1)
    assert code == 0
    assert "2 rows" in output
    written = [json.loads(line) for line in (tmp_path / "out.jsonl").read_text().splitlines()]
    assert [(row["id"], row["first_error"]) for row in written] == [("a", 1), ("b", None)]
    claim = written[0]["claims"][1]
    assert rows[0]["steps"][1][claim["start"] : claim["end"]] == claim["text"] == "4 + 4 = 9"


@pytest.mark.parametrize(
    ("a", "b", "code"),
    [
        ("1/2", "0.5", 0),
        ("\\frac{2}{4}", "1/2", 0),
        ("5 cm", "5 m", 1),
        ("{1,2}", "(1,2)", 1),
        ("1/3", "0.333", 1),
        ("-5", "5", 1),
    ],
)
def test_equal(clra, a, b, code):
    ended, output, _ = clra("equal", a, b)
    assert ended == code
    assert output.strip() == {0: "equal", 1: "different", 3: "undecided"}[code]


def test_verbose_says_more_on_standard_error_only(clra, recording):
    arguments = ("solve", "--text", "What is 135 - 45?", "--model", f"replay:{recording}", "-n", 3, "--json")
    assert clra(*arguments)[2] == ""
    code, output, errors = clra("-vv", *arguments)
    assert code == 0
    assert json.loads(output)["answer"] == "90"
    assert "opened replay" in errors
    assert "chain 2" in errors


def test_plugins_lists_what_is_installed(clra):
    code, output, _ = clra("plugins", "--json")
    assert code == 0
    assert {"clra-nano", "openai", "replay"} <= json.loads(output)["model"].keys()
    assert "majority" in clra("plugins")[1]


def test_doctor_finds_this_installation_working(clra):
    code, output, _ = clra("doctor", "--json")
    findings = {finding["name"]: finding for finding in json.loads(output)}
    assert code == 0, output
    assert findings["workers"]["works"]
    assert findings["clra-nano"]["works"]
    assert {"sandbox native, seccomp", "sandbox native, landlock", "sandbox docker, container"} <= findings.keys()
    assert all(finding["works"] or finding["remedy"] for finding in findings.values())


@pytest.mark.parametrize("arguments", [["--help"], ["solve", "--help"]])
def test_help_imports_nothing_heavy(arguments):
    code = (
        "import sys; from clra.cli import main; sys.argv = ['clra', *{!r}]\n"
        "try: main()\n"
        "finally: print(sorted({{'sympy', 'z3', 'onnxruntime', 'torch', 'vllm'}} & sys.modules.keys()))"
    )
    done = subprocess.run([sys.executable, "-c", code.format(arguments)], capture_output=True, text=True, check=True)
    assert done.stdout.strip().endswith("[]")


def test_ctrl_c_prints_what_there_is(tmp_path):
    """Interrupted as soon as the first chain is scored, while nano has far more of them to draw."""
    (tmp_path / "problem.txt").write_text("Compute (17 + 25) * 12 - 40.")
    command = [sys.executable, "-m", "clra", "-vv", "solve", "problem.txt", "-n", "20000", "--json"]
    process = subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, stderr=subprocess.PIPE)
    with process:
        try:
            while b"clra.run: chain" not in process.stderr.readline():
                assert process.poll() is None
            process.send_signal(signal.SIGINT)
            output, _ = process.communicate(timeout=600)
        finally:
            process.kill()
    solution = json.loads(output)
    assert 0 < len(solution["chains"]) < 20000
    assert not solution["complete"]
    assert "interrupted" in solution["notes"][0]
