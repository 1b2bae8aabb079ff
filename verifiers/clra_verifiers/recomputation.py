"""The answer computed anew, by programs that the model writes and the sandbox runs.

For each problem the model is asked for ``settings.check_programs`` programs, each under a seed of its own; it is not
shown any chain's answer, and all chains of the problem share the programs. Of those that compute something, textually
equal ones are one vote. The value that most of them compute is compared with each chain's answer: one verdict more on
it. Values that as many programs compute are a tie, and decide nothing. Where ``settings.check_claims`` asks for it, the
same is done for claims that the answer stands on and that calculation leaves open.

The verdicts are opinions (``proof=False``): that a program ran says nothing of whether it models the problem. Programs
of one model are often wrong in the same way, so many that agree are worth little more than one.
"""

import asyncio
import time
from collections import OrderedDict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final, NamedTuple

from clra.config import Settings
from clra.errors import ModelError
from clra.parsing.computed import agrees, computed_answer
from clra.prompts import PromptSet, Task, prompt_set
from clra.protocols import Model, SamplingParams
from clra.seeds import problem_seed
from clra.types import (
    Answer,
    CheckedClaim,
    CheckProgram,
    Claim,
    ClaimKind,
    Modality,
    Outcome,
    Problem,
    Reason,
    Review,
    Verdict,
)
from clra_sandbox import SandboxUnavailableError
from clra_verifiers.checkprograms import Checked, checked, merged_votes
from clra_verifiers.outputs import Run, shown
from clra_verifiers.replies import complete, program_in

REMEMBERED: Final = 1_000
"""Sets of programs that are kept, the latest used ones."""
SHOWN: Final = 600
"""Characters of a program that evidence shows."""


class _Asked(NamedTuple):
    """What the model is asked for."""

    task: Task
    problem: Problem
    claim: str = ""
    premises: str = ""

    @property
    def field(self) -> str:
        """Under which name a program is to print what it finds."""
        return "answer" if self.task == "check" else "holds"


class Recomputation:
    """Check programs of a run, drawn once for each problem. It belongs to one event loop."""

    def __init__(self, settings: Settings, run: Run) -> None:
        self._settings = settings
        self._run = run
        self._drawn: OrderedDict[tuple[str, int, _Asked], asyncio.Task[tuple[CheckProgram, ...]]] = OrderedDict()

    async def check(self, review: Review, model: Model, seed: int) -> Review:
        """Compare a chain's answer, and claims that it stands on, with what the model's programs compute.

        A model that fails, or that cannot be asked for programs, leaves them UNKNOWN.
        """
        if not self._settings.check_programs:
            return review
        programs, claims = await asyncio.gather(
            self._programs(_Asked("check", review.problem), model, seed), self._claims(review, model, seed)
        )
        review = replace(review, claims=claims, check_programs=programs)
        if review.answer is None:
            return review
        begun = time.perf_counter()
        verdict = await asyncio.to_thread(verdict_on_answer, review.answer, review.problem, programs, model)
        return with_verdict_on_answer(review, replace(verdict, seconds=time.perf_counter() - begun))

    async def aclose(self) -> None:
        """Stop asking."""
        for task in self._drawn.values():
            task.cancel()
        await asyncio.gather(*self._drawn.values(), return_exceptions=True)

    async def _programs(self, asked: _Asked, model: Model, seed: int) -> tuple[CheckProgram, ...]:
        """The programs for a problem or a claim, drawn and run when they are first asked for."""
        key = (model.name, seed, asked)
        drawing = self._drawn.get(key)
        if drawing is None:
            drawing = self._drawn[key] = asyncio.create_task(self._draw(asked, model, seed))
            if len(self._drawn) > REMEMBERED and next(iter(self._drawn.values())).done():
                self._drawn.popitem(last=False)
        self._drawn.move_to_end(key)
        return await asyncio.shield(drawing)  # other chains wait for it too

    async def _draw(self, asked: _Asked, model: Model, seed: int) -> tuple[CheckProgram, ...]:
        prompts = prompt_set(model.prompts)
        if not prompts.has(asked.task):
            return (_missing(f"{model.name} is not made to write programs"),)
        try:
            await self._run("")  # a sandbox that cannot be had is better known before the model is asked
        except SandboxUnavailableError as error:
            return (_missing(error.explanation),)
        about = (asked.task, asked.claim, asked.premises)
        seeds = [problem_seed(seed, asked.problem, *about, index) for index in range(self._settings.check_programs)]
        return merged_votes(await asyncio.gather(*(self._draw_one(asked, prompts, model, seed) for seed in seeds)))

    async def _draw_one(self, asked: _Asked, prompts: PromptSet, model: Model, seed: int) -> Checked:
        prompt = prompts.render(asked.task, problem=asked.problem.text, claim=asked.claim, premises=asked.premises)
        params = SamplingParams(seeds=(seed,))
        try:
            reply = await complete(model, prompt, params)
            code = program_in(reply)
            if code is None:
                nothing = CheckProgram(code="", reason=Reason.NOT_TRANSLATED, evidence="the reply holds no program")
                return Checked(nothing, "")
            return await checked(code, asked.problem, self._run, field=asked.field)
        except ModelError as error:
            return Checked(_missing(str(error)), f"missing: {error}")
        except SandboxUnavailableError as error:
            return Checked(_missing(error.explanation), "without a sandbox")

    async def _claims(self, review: Review, model: Model, seed: int) -> tuple[CheckedClaim, ...]:
        """The claims of a chain, those that are looked into with a verdict more."""
        chosen = relevant_claims(review, self._settings.check_claims)
        verdicts = await asyncio.gather(*(self._verdict_on_claim(index, review, model, seed) for index in chosen))
        claims = list(review.claims)
        for index, verdict in zip(chosen, verdicts, strict=True):
            claims[index] = replace(claims[index], verdicts=(*claims[index].verdicts, verdict))
        return tuple(claims)

    async def _verdict_on_claim(self, index: int, review: Review, model: Model, seed: int) -> Verdict:
        begun = time.perf_counter()
        claim = review.claims[index].claim
        premises = [premise.formal for premise in claim.premises]
        premises += [review.claims[used].claim.text for used in claim.uses if used < len(review.claims)]
        listed = "\n".join(f"- {premise}" for premise in dict.fromkeys(premises)) or "- the problem alone"
        programs = await self._programs(_Asked("check_claim", review.problem, claim.text, listed), model, seed)
        verdict = verdict_on_claim(programs, model)
        return replace(verdict, statement=claim.formal or "", seconds=time.perf_counter() - begun)


def relevant_claims(review: Review, most: int) -> list[int]:
    """Indices of the open claims that the final answer stands on, the nearest to it first.

    Args:
        review: a chain, its claims judged by calculation.
        most: how many at most.
    """
    claims = [checked.claim for checked in review.claims]
    near = [index for index, claim in enumerate(claims) if claim.kind is ClaimKind.ANSWER]
    if review.answer is not None and not any(claims[index].uses for index in near):
        told = [index for index, claim in enumerate(claims) if claim.kind is not ClaimKind.ANSWER]
        said = [index for index in told if claims[index].modality is Modality.ASSERTED]
        near += sorted(said, key=lambda index: claims[index].span.end)[-1:]
    seen: dict[int, None] = {}
    while near:
        seen |= dict.fromkeys(near)
        uses = (used for index in near for used in reversed(claims[index].uses) if used < len(claims))
        near = [used for used in dict.fromkeys(uses) if used not in seen]
    return [index for index in seen if _is_open(review.claims[index])][:most]


def verdict_on_answer(answer: Answer, problem: Problem, programs: Sequence[CheckProgram], model: Model) -> Verdict:
    """What the check programs say of an answer."""
    groups: list[list[str]] = []
    for value in (program.value for program in programs if program.value is not None):
        representative = computed_answer(value, problem)
        group = next((each for each in groups if agrees(each[0], representative, problem)), None)
        if group is None:
            groups.append([value])
        else:
            group.append(value)
    groups.sort(key=len, reverse=True)
    if not groups:
        return _undecided(programs, model)
    told = ", ".join(_counted(len(group), computed_answer(group[0], problem).text) for group in groups)
    if len(groups) > 1 and len(groups[0]) == len(groups[1]):
        return _verdict(Outcome.UNKNOWN, f"a tie: {told}", programs, model, reason=Reason.SOLVER_UNKNOWN)
    same = [agrees(value, answer, problem) for value in groups[0]]
    if True in same:
        return _verdict(Outcome.CONFIRMED, told, programs, model, value=groups[0][0])
    if all(each is False for each in same):
        return _verdict(Outcome.REFUTED, f"{told}, not {shown(answer.text)}", programs, model, value=groups[0][0])
    return _verdict(
        Outcome.UNKNOWN, f"{told}, which may be {shown(answer.text)}", programs, model, reason=Reason.SOLVER_UNKNOWN
    )


def verdict_on_claim(programs: Sequence[CheckProgram], model: Model) -> Verdict:
    """What the check programs say of a claim."""
    values = [program.value for program in programs if program.value is not None]
    holding, failing = values.count("true"), values.count("false")
    if not values:
        return _undecided(programs, model)
    told = f"{holding} of {len(values)} programs find{'s' if holding == 1 else ''} that it holds"
    if holding == failing:
        return _verdict(Outcome.UNKNOWN, f"a tie: {told}", programs, model, reason=Reason.SOLVER_UNKNOWN)
    outcome, value = (Outcome.CONFIRMED, "true") if holding > failing else (Outcome.REFUTED, "false")
    return _verdict(outcome, told, programs, model, value=value)


def with_verdict_on_answer(review: Review, verdict: Verdict) -> Review:
    """Add a verdict to the claim that states the final answer, or add such a claim.

    Of several, it goes to one that a proof decides, so that the proof overrules it, or else to the first.
    """
    answers = [index for index, each in enumerate(review.claims) if each.claim.kind is ClaimKind.ANSWER]
    proved = [index for index in answers if (deciding := review.claims[index].deciding) is not None and deciding.proof]
    if review.answer is None:
        return review
    if not answers:
        steps = [step.index for step in review.steps if step.span.start <= review.answer.span.start]
        claim = Claim(
            text=review.answer.text, span=review.answer.span, step=max(steps, default=0), kind=ClaimKind.ANSWER
        )
        return replace(review, claims=(*review.claims, CheckedClaim(claim=claim, verdicts=(verdict,))))
    claims = list(review.claims)
    place = (proved or answers)[0]
    claims[place] = replace(claims[place], verdicts=(*claims[place].verdicts, verdict))
    return replace(review, claims=tuple(claims))


def _is_open(checked: CheckedClaim) -> bool:
    claim = checked.claim
    return (
        claim.modality is Modality.ASSERTED
        and claim.kind not in {ClaimKind.ANSWER, ClaimKind.PROGRAM}
        and claim.formal is not None
        and checked.outcome is Outcome.UNKNOWN
    )


def _missing(evidence: str) -> CheckProgram:
    return CheckProgram(code="", reason=Reason.UNAVAILABLE, evidence=evidence)


def _counted(count: int, value: str) -> str:
    return f"{count} programs compute {shown(value)}" if count > 1 else f"1 program computes {shown(value)}"


def _undecided(programs: Sequence[CheckProgram], model: Model) -> Verdict:
    """Nothing usable came of any program: the first one's reason."""
    reason = next((program.reason for program in programs if program.reason is not None), Reason.UNAVAILABLE)
    return _verdict(Outcome.UNKNOWN, "no program computes anything", programs, model, reason=reason)


def _verdict(
    outcome: Outcome,
    told: str,
    programs: Sequence[CheckProgram],
    model: Model,
    *,
    reason: Reason | None = None,
    value: str | None = None,
) -> Verdict:
    """A verdict whose evidence names the programs that were left out, and shows one that computes the value."""
    prompts = prompt_set(model.prompts)
    parts = [told, *(_left_out(program) for program in programs if program.value is None)]
    parts.append(f"{prompts.name} prompts, version {prompts.version}")
    code = next((program.code for program in programs if value is not None and program.value == value), "")
    if code:
        parts.append(f"one of them:\n{code if len(code) <= SHOWN else code[:SHOWN] + '…'}")
    return Verdict(
        outcome=outcome, method=f"execution:{model.name}", reason=reason, evidence="; ".join(parts), proof=False
    )


def _left_out(program: CheckProgram) -> str:
    return f"{program.count} left out: {program.evidence}"
