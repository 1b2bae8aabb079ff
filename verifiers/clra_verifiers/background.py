"""What premises say together: definitions, known values, and what is left of them when these are put in."""

import math
from collections.abc import Iterator
from functools import cached_property, lru_cache
from itertools import product
from typing import NamedTuple

from clra.parsing.tree import Call, Expression, ReadError, Relator, Symbol, has_decimals, walk
from clra.types import Outcome, Premise
from clra_verifiers.closed import truth_of
from clra_verifiers.formulas import Formula, Letter, formula_of, readings
from clra_verifiers.ideal import System
from clra_verifiers.solver import are_impossible
from clra_verifiers.sorts import Sort, declared_of, sorts_of
from clra_verifiers.substitution import Rule, Substitution, indexed_of, is_closed, letters_of, number_tree, rule_of
from clra_verifiers.systems import is_linear_equation, system_of
from clra_verifiers.undecided import UndecidedError

MAX_PREMISES = 12
MAX_MEANINGS = 8


class Given(NamedTuple):
    """A premise as read."""

    premise: Premise
    formula: Formula
    rule: Rule | None
    """Set where it holds for all values of its letters."""
    names: frozenset[str]
    """What it speaks of."""


def names_of(formula: Formula) -> frozenset[str]:
    """The letters, functions and sequences that occur."""
    names: set[str] = set()
    for case in formula:
        for relation in case:
            names |= letters_of(relation)
            for node in walk(relation):
                if isinstance(node, Call):
                    names.add(f"{node.name}()")
                elif indexed := indexed_of(node):
                    names.update((f"{indexed.name}_", *letters_of(indexed.at)))
    return frozenset(names)


def givens(premises: tuple[Premise, ...]) -> Iterator[Given]:
    """The premises that can be read as statements about numbers, each once, in an order of their own."""
    for formal, universal in sorted({(premise.formal, premise.universal) for premise in premises}):
        given = _given(formal, universal)
        if given is not None:
            yield given


@lru_cache(maxsize=4_096)
def _given(formal: str, universal: bool) -> Given | None:
    """A premise as read; None where it cannot be."""
    try:
        formula = formula_of(formal)
    except (ReadError, UndecidedError):
        return None
    rule = rule_of(formula[0]) if universal and len(formula) == 1 else None
    if rule is None and universal:
        return None
    names = names_of(formula)
    return Given(Premise(formal, universal), formula, rule, names - set(rule.parameters) if rule else names)


def relevant(premises: tuple[Premise, ...], names: frozenset[str]) -> tuple[Premise, ...]:
    """The premises that speak of what these names are about, directly or through one another, the nearest first."""
    rest = list(givens(premises))
    found: list[Given] = []
    while len(found) < MAX_PREMISES:
        near = [each for each in rest if each.names & names]
        if not near:
            break
        found += near[: MAX_PREMISES - len(found)]
        rest = [each for each in rest if each not in near]
        names = names.union(*(each.names for each in near))
    return tuple(each.premise for each in found)


@lru_cache(maxsize=512)
def background_of(premises: tuple[Premise, ...]) -> "Background":
    """What these premises say together."""
    return Background(premises)


class Background:
    """Premises, made ready to judge claims by."""

    def __init__(self, premises: tuple[Premise, ...]) -> None:
        self.given = tuple(givens(premises))
        self.rules = tuple(each.rule for each in self.given if each.rule is not None)
        """The definitions."""
        self._sources: dict[Letter, Given] = {}
        self.known = Substitution(self.rules, {})
        """The definitions, and the letters that a premise sets equal to a closed term."""
        while any(self._take_value(each) for each in self.given):
            pass

    def _take_value(self, given: Given) -> bool:
        """Note one more known value that a premise gives, if it does."""
        if given.rule is not None or len(given.formula) != 1:
            return False
        for relation in given.formula[0]:
            if relation.relator is not Relator.EQUAL:
                continue
            for letter, term in ((relation.left, relation.right), (relation.right, relation.left)):
                if not isinstance(letter, Symbol | Call) or is_closed(letter) or letter in self.known.values:
                    continue
                try:
                    known = self.known.term(term)
                except UndecidedError:
                    continue
                if is_closed(known):
                    self._sources[letter] = given
                    self.known = Substitution(self.rules, {**self.known.values, letter: known})
                    return True
        return False

    @cached_property
    def statements(self) -> tuple[Formula, ...]:
        """What the premises say of single values, with all that the others tell put in."""
        found = []
        for each in self.given:
            if each.rule is None:
                others = {letter: term for letter, term in self.known.values.items() if self._sources[letter] != each}
                found.append(put_in(Substitution(self.rules, others), each.formula))
        return tuple(found)

    @cached_property
    def meanings(self) -> tuple[tuple[Formula, ...], ...]:
        """The statements without ambiguous notation, in all ways to read them; none where these are too many."""
        ways: list[tuple[Formula, ...]] = []
        for formula in self.statements:
            try:
                ways.append(readings(formula))
            except UndecidedError:
                continue
        return tuple(product(*ways)) if math.prod(map(len, ways)) <= MAX_MEANINGS else ()

    @cached_property
    def systems(self) -> tuple[System, ...]:
        """The equations among the statements, for each meaning."""
        return tuple(system_of(formulas) for formulas in self.meanings)

    @cached_property
    def contradictory(self) -> bool:
        """Whether calculation shows that not all premises can hold."""
        if any(system.contradictory for system in self.systems):
            return True
        found = (put_in(self.determined, formula) for formula in self.statements)
        return any(truth_of(formula) is Outcome.REFUTED for formula in found)

    @cached_property
    def solved(self) -> bool:
        """Whether the equations were not too hard to say that they have a solution, at least in complex numbers."""
        return bool(self.systems) and all(system.contradictory is False for system in self.systems)

    @cached_property
    def impossible(self) -> bool:
        """Whether Z3 shows that not all premises can hold."""
        return are_impossible(self.meanings, self.sorts)

    @cached_property
    def linear(self) -> bool:
        """Whether the premises are linear equations, so that they have a real solution if they have a complex one."""
        return bool(self.systems) and all(
            is_linear_equation(formula) for formulas in self.meanings for formula in formulas
        )

    @cached_property
    def sorts(self) -> dict[Letter, Sort]:
        """What kind of number letters stand for."""
        return sorts_of(self._single)

    @cached_property
    def declared(self) -> frozenset[Letter]:
        """The letters that a premise of their own confines to real or whole numbers."""
        return declared_of(self._single)

    @property
    def _single(self) -> tuple[Formula, ...]:
        return tuple(each.formula for each in self.given if each.rule is None)

    @cached_property
    def determined(self) -> Substitution:
        """The definitions, and the values of all letters to which the premises leave only one rational value."""
        found = [system.values() for system in self.systems]
        values: dict[Letter, Expression] = dict(self.known.values)
        for letter, number in found[0].items() if found else ():
            if letter not in values and all(other.get(letter) == number for other in found):
                values[letter] = number_tree(number)
        return Substitution(self.rules, values)

    @cached_property
    def has_decimals(self) -> bool:
        """Whether a premise holds a decimal, which may be rounded."""
        return any(holds_decimals(each.formula) for each in self.given)


def holds_decimals(formula: Formula) -> bool:
    """Whether a number is written with digits after the point."""
    return any(has_decimals(relation) for case in formula for relation in case)


def put_in(substitution: Substitution, formula: Formula) -> Formula:
    """The formula with definitions and values put in; the formula itself where it would be too big."""
    try:
        return tuple(substitution.case(case) for case in formula)
    except UndecidedError:
        return formula
