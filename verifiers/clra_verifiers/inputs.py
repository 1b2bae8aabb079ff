"""Inputs on which the programs of a problem are compared, beside its public examples.

A model that may be asked for programs names some, or writes a program that does; others are made like the examples
(`clra_verifiers.arguments`, `clra_verifiers.layouts`). They depend on the problem, the seed and the model only, so they
are the same for all chains, in whatever order these arrive.
"""

import asyncio
import hashlib
import json
import re
from collections import OrderedDict
from collections.abc import Iterable, Iterator, Sequence
from contextlib import aclosing
from itertools import islice
from random import Random
from typing import Any, Final

from clra.config import Settings
from clra.errors import ModelError
from clra.parsing.examples import Input, public_examples
from clra.parsing.programming import LONGEST_PROBLEM, Starter, starter_code
from clra.parsing.values import Call, read_call
from clra.prompts import prompt_set
from clra.protocols import Model, SamplingParams
from clra.seeds import problem_seed
from clra.types import Problem
from clra_verifiers.arguments import similar_calls
from clra_verifiers.layouts import similar_inputs
from clra_verifiers.outputs import Run
from clra_verifiers.replies import THOUGHTS

MOST_MADE: Final = 12
MOST_ASKED: Final = 8
_LONGEST: Final = 2_000
"""Characters of an input that a model names."""
_REMEMBERED: Final = 1_000
"""Problems, the latest ones."""

_BLOCK = re.compile(r"```[ \t]*(?P<language>\w*)[^\n]*\n(?P<body>.*?)```", re.DOTALL)


class Inputs:
    """Makes inputs, once for each problem. It belongs to one event loop."""

    def __init__(self, run: Run, settings: Settings) -> None:
        self._run = run
        self._settings = settings
        self._known: OrderedDict[tuple[str, str], asyncio.Future[tuple[Input, ...]]] = OrderedDict()

    async def of(self, problem: Problem, model: Model | None) -> tuple[Input, ...]:
        """The inputs of a problem, without its examples; those that a model was asked for also where none takes part.

        Raises:
            SandboxUnavailableError: no sandbox holds on this machine.
        """
        key = (problem.text, model.name if model else "")
        if model is None:
            key = next((known for known in self._known if known[0] == problem.text), key)
        if key not in self._known:
            self._known[key] = asyncio.ensure_future(self._make(problem, model))
            if len(self._known) > _REMEMBERED:
                self._known.popitem(last=False)
        return await asyncio.shield(self._known[key])

    async def aclose(self) -> None:
        """Give up what is still being made."""
        for made in self._known.values():
            made.cancel()
        await asyncio.gather(*self._known.values(), return_exceptions=True)
        self._known.clear()

    async def _make(self, problem: Problem, model: Model | None) -> tuple[Input, ...]:
        asked: Sequence[Input] = ()
        if model is not None and self._settings.check_programs and prompt_set(model.prompts).has("inputs"):
            asked = await self._ask(problem, model)
        taken = {example.input for example in public_examples(problem.text)}
        made = islice(_new(similar(problem, self._settings.seed), {*taken, *asked}), MOST_MADE)
        return (*islice(_new(asked, taken), MOST_ASKED), *made)

    async def _ask(self, problem: Problem, model: Model) -> list[Input]:
        """What a model names; nothing where it fails."""
        prompt = prompt_set(model.prompts).render("inputs", problem=problem.text)
        params = SamplingParams(seeds=(problem_seed(self._settings.seed, problem, "inputs"),))
        try:
            async with aclosing(model.sample(prompt, params)) as completions:
                reply = "".join([completion.text async for completion in completions])
        except ModelError:
            return []
        return read_inputs(await self._listed(reply), problem)

    async def _listed(self, reply: str) -> Any:
        """The list in a reply, or the one that the program in it prints; None where there is none."""
        reply = THOUGHTS.sub("", reply, count=1)
        blocks = list(_BLOCK.finditer(reply))
        for language, text in [("", reply), *((block["language"].lower(), block["body"]) for block in blocks)][::-1]:
            if language in {"python", "py", "python3"}:
                execution = await self._run(text)
                text = execution.stdout if execution.clean else ""  # noqa: PLW2901
            try:
                listed = json.loads(text)
            except (ValueError, RecursionError):
                continue
            if isinstance(listed, list):
                return listed
        return None


def similar(problem: Problem, seed: int) -> Iterator[Input]:
    """Inputs like those of the public examples, the same for the same seed."""
    text = problem.text[:LONGEST_PROBLEM]
    digest = hashlib.blake2b(f"{seed}/{text}".encode(errors="surrogatepass"), digest_size=8).digest()
    rng = Random(int.from_bytes(digest, "big"))  # noqa: S311 -- it chooses inputs, and is to repeat itself
    examples = public_examples(text)
    calls = [example.call for example in examples if example.call]
    if calls:
        starter = starter_code(text)
        names = [parameter.name for parameter in starter.parameters] if starter else []
        yield from (Input(call=call) for call in similar_calls(text, calls, names, rng))
    else:
        yield from (Input(stdin=given) for given in similar_inputs(text, [each.stdin for each in examples], rng))


def read_inputs(listed: Any, problem: Problem) -> list[Input]:
    """Inputs as a model lists them: texts to be read, or for each call a list, or an object, of its arguments."""
    examples = public_examples(problem.text)
    shown = next((example.call for example in examples if example.call), "")
    starter = starter_code(problem.text)
    found = [
        _called(item, shown, starter) if shown or (starter is not None and not examples) else _read(item)
        for item in (listed if isinstance(listed, list) else [])
    ]
    return [each for each in found if each is not None]


def _read(item: Any) -> Input | None:
    if not isinstance(item, str) or len(item) > _LONGEST:
        return None
    return Input(stdin=item if item.endswith("\n") else f"{item}\n")


def _called(item: Any, shown: str, starter: Starter | None) -> Input | None:
    """A call of the wanted function with the arguments that an item lists or names."""
    if isinstance(item, dict):
        arguments: tuple[tuple[str, object], ...] = tuple((str(name), value) for name, value in item.items())
    elif isinstance(item, list):
        arguments = tuple(("", value) for value in item)
    else:
        return None
    if any(name and not name.isidentifier() for name, _ in arguments):
        return None
    if starter is not None:
        call = Call(starter.name, starter.owner, arguments)
    else:
        first = read_call(shown)
        call = Call(first.function, first.owner, arguments)
    return Input(call=call.source) if len(call.source) <= _LONGEST and _is_readable(call.source) else None


def _is_readable(source: str) -> bool:
    try:
        read_call(source)
    except ValueError:
        return False
    return True


def _new(inputs: Iterable[Input], known: Iterable[Input]) -> Iterator[Input]:
    """Each input once, without those that are known."""
    seen = set(known)
    for each in inputs:
        if each not in seen:
            seen.add(each)
            yield each
