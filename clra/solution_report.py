"""What a person reads in the terminal of a solved problem."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from textwrap import indent
from typing import Final

from rich.console import Console
from rich.table import Table
from rich.text import Text

from clra.evidence import answer_disputed
from clra.parsing.computed import agrees, computed_answer
from clra.parsing.submission import is_program
from clra.reliability import UNCALIBRATED
from clra.terminal import MARKS, STYLES, line, named, printable, shortened
from clra.types import CheckedClaim, Modality, Outcome, Reliability, ScoredChain, Solution, StopReason, TallyRow

MOST_ANSWERS: Final = 8
"""Answers shown in a tally."""
MOST_CLAIMS: Final = 3
"""Claims shown for an answer."""
MOST_ENDS: Final = 8
"""Chains whose ends are shown when none gave an answer."""

NANO_NOTICE: Final = (
    "clra-nano, a 1-million-parameter demonstration model: school arithmetic only; use --model for real work:\n"
    "  clra solve problem.txt --model openai:http://127.0.0.1:8000/v1"
)


def print_solution(solution: Solution) -> None:
    """Print the answer, the tally beside plain majority, and the claims that decided."""
    console = Console()
    if any(chain.chain.model == "clra-nano" for chain in solution.chains):
        console.print(Text(NANO_NOTICE, style="yellow"), soft_wrap=True)
        console.print()
    for note in solution.notes:
        console.print(line(f"note: {note}", "yellow"))
    winner = solution.tally.winner
    if winner is None:
        console.print(Text("no answer", style="bold red"), Text(f"in any of {len(solution.chains)} chains"))
        _print_ends(console, solution.chains)
    else:
        console.print(
            Text.assemble(
                ("answer ", "bold"),
                (named(winner, 90), "bold green"),
                f"   reliability {solution.reliability.value:.2f} ({_fitted(solution.reliability)})",
            )
        )
        if is_program(winner.answer):
            code = printable(winner.answer.text.expandtabs(4)).strip("\n")
            console.print(Text(f"\n{indent(code, '    ')}\n"), soft_wrap=True)
        console.print(_tally_table(solution))
        _print_check_programs(console, solution)
        _print_reasons(console, solution, winner)
    usage = solution.usage
    console.print(
        Text(
            f"{usage.chains} chains, {usage.tokens:,} tokens, {usage.claims} claims, {usage.seconds:.1f} s", style="dim"
        )
    )
    if solution.stopped is not None and usage.chains < usage.asked:
        console.print(Text(_stopped(solution), style="dim"))


def _stopped(solution: Solution) -> str:
    usage = solution.usage
    head = f"stopped after {usage.chains} of {usage.asked} chains"
    if solution.stopped is StopReason.DECIDED:
        head += ": the rest could not change the answer"
    elif solution.stopped is StopReason.AGREED:
        head += ": the last of them all agreed"
    elif solution.confidence is not None:
        head += f": {solution.confidence:.2f} sure"
    return head if usage.share is None else f"{head}; {usage.share:.0%} of the full budget"


def _print_ends(console: Console, chains: Sequence[ScoredChain]) -> None:
    for scored in chains[:MOST_ENDS]:
        end = " ".join(printable(scored.chain.text[-200:]).split())[-80:]
        console.print(Text(f"  chain {scored.chain.index} ({scored.chain.finish_reason.value}) ends: … {end}"))
    if len(chains) > MOST_ENDS:
        console.print(Text(f"  and {len(chains) - MOST_ENDS} more"))


def _tally_table(solution: Solution) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0))
    table.add_column("answer")
    table.add_column("chains", justify="right")
    table.add_column("majority", justify="right")
    table.add_column(Text(solution.tally.strategy), justify="right")
    table.add_column("")
    whole = sum(row.weight for row in solution.tally.rows) or 1.0
    voters = sum(len(row.chains) for row in solution.majority.rows)
    for place, row in enumerate(solution.tally.rows[:MOST_ANSWERS]):
        share = row.weight / whole
        table.add_row(
            Text(named(row, 40), style="bold green" if place == 0 else ""),
            str(len(row.chains)),
            f"{len(row.chains) / voters:.0%}",
            f"{share:.0%}",
            Text("█" * round(24 * share), style="green" if place == 0 else "red"),
        )
    rest = solution.tally.rows[MOST_ANSWERS:]
    if rest:
        chains = sum(len(row.chains) for row in rest)
        weight = sum(row.weight for row in rest)
        table.add_row(f"{len(rest)} more", str(chains), f"{chains / voters:.0%}", f"{weight / whole:.0%}", style="dim")
    return table


def _print_check_programs(console: Console, solution: Solution) -> None:
    """What the check programs compute: a line for each value, and one for those that gave none."""
    if not solution.check_programs:
        return
    by_value: dict[str, list[str]] = defaultdict(list)
    failed: Counter[str] = Counter()
    for program in solution.check_programs:
        if program.value is None:
            failed[shortened(program.evidence)] += program.count
        else:
            by_value[computed_answer(program.value, solution.problem).key].append(program.value)
    console.print()
    for values in sorted(by_value.values(), key=len, reverse=True):
        computed = computed_answer(values[0], solution.problem)
        answers = [
            row.answer.text for row in solution.tally.rows if agrees(values[0], row.answer, solution.problem) is True
        ]
        console.print(
            Text.assemble(
                f"{len(values)} check program{'s compute' if len(values) > 1 else ' computes'} ",
                (shortened(computed.text, 40), "bold"),
                f": the answer {shortened(answers[0], 40)}" if answers else ": the answer of no chain",
            )
        )
    for evidence, count in failed.items():
        console.print(Text(f"{count} check program{'s' if count > 1 else ''} left out: {evidence}", style="dim"))


def _print_reasons(console: Console, solution: Solution, winner: TallyRow) -> None:
    console.print()
    leader = solution.majority.winner
    if leader is not None and leader.answer.key != winner.answer.key:
        console.print(Text(f"plain majority alone would have answered {named(leader, 40)}"))
        rivals = [row for row in solution.tally.rows if row.answer.key == leader.answer.key]
    else:
        rivals = list(solution.tally.rows[1:2])
    for row in (winner, *rivals):
        _print_reason(console, solution, row)


def _print_reason(console: Console, solution: Solution, row: TallyRow) -> None:
    chains = [chain for chain in solution.chains if chain.chain.index in set(row.chains)]
    refuted = sum(bool(chain.refuted) for chain in chains)
    disputed = any(answer_disputed(chain.claims) for chain in chains)
    console.print(
        Text.assemble(
            (named(row, 40), "bold"),
            f": {refuted} of {len(chains)} chains hold a claim that is proved false",
            "; check programs compute another answer" if disputed else "",
        )
    )
    wanted = Outcome.CONFIRMED if refuted < len(chains) else Outcome.REFUTED
    for checked, count in _common_claims(chains, wanted):
        verdict = checked.deciding
        assert verdict is not None  # noqa: S101  # for the type checker: the claim is decided
        note = verdict.evidence or shortened(checked.claim.text)
        console.print(
            Text.assemble(
                ("  " + MARKS[wanted] + " ", STYLES[wanted]),
                shortened(note if wanted is Outcome.REFUTED else f"{checked.claim.text}: {note}"),
                (f"   ({count} of {len(chains)} chains; {verdict.method})", "dim"),
            )
        )


def _common_claims(chains: Sequence[ScoredChain], wanted: Outcome) -> list[tuple[CheckedClaim, int]]:
    """The claims with this outcome that most chains share, in the order of their first chain."""
    found: dict[str, CheckedClaim] = {}
    counts: Counter[str] = Counter()
    for chain in chains:
        if wanted is Outcome.CONFIRMED and chain.refuted:
            continue
        decided = {
            checked.claim.formal or checked.claim.text: checked
            for checked in chain.claims
            if checked.outcome is wanted and checked.claim.modality is Modality.ASSERTED
        }
        counts.update(decided.keys())
        found = {**decided, **found}
    return [(found[key], count) for key, count in counts.most_common(MOST_CLAIMS)]


def _fitted(reliability: Reliability) -> str:
    """How the number came about, in words."""
    return reliability.calibration if reliability.calibration == UNCALIBRATED else f"fitted: {reliability.calibration}"
