"""The canonical form of an answer that was read: equal keys mean the same answer.

Rules, where more than one would do:

* A name before an equals sign is dropped: ``x = 5``, ``f(x) = 5``, ``AB = 5`` and ``5`` are one answer, and of a chain of
  equalities the last value counts. Assignments are the set of their values (``a = 1, b = 2`` is ``1, 2``), except that
  ``x = 1, y = 2`` is ``(1, 2)``, and that values which do not ascend with neighbouring letters keep their order: ``a = 2,
  b = 1`` is another answer.
* An expression plus a lone ``C`` is an antiderivative, known up to a constant.
* An equation in ``x``, ``y``, ``z`` is solved for the last of them in which it is linear, so that ``2x - y = 3`` is
  ``y = 2x - 3``; every other equation is known up to a factor. An equation in one letter that is linear is its solution.
* Values side by side are a set: ``1, 2`` is ``{2, 1}``; one value is itself. ``(1, 2)`` keeps its order, and is at once
  the open interval: a text does not say which is meant. A column of a matrix is a tuple.
* Inequalities in one unknown are sets of real numbers, whatever the unknown is called: ``1 < x < 2`` is ``(1, 2)``.
* Percent, degrees and money are plain numbers; other units as `clra.parsing.units` says.
* ``a : b`` is the quotient, except where it can be a time of day.

Not covered: equations of higher degree are not solved, systems are not reduced, no domain is considered.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from fractions import Fraction

from flint import fmpq

from clra.parsing.algebra.evaluation import Evaluator, literal, preferred, rational
from clra.parsing.algebra.functions import primitive
from clra.parsing.algebra.minimal import algebraic_name
from clra.parsing.algebra.polynomials import (
    ONE,
    Atom,
    AtomKind,
    Polynomial,
    TooBigError,
    UndefinedError,
    UnknownValueError,
    as_number,
    atoms_of,
    text_of,
)
from clra.parsing.algebra.quotients import Field, Quotient
from clra.parsing.realsets import EVERYTHING, Interval, RealSet, intersection, solution_set, union, without_point
from clra.parsing.tree import (
    Bracket,
    Call,
    Collection,
    Expression,
    Matrix,
    Number,
    Operation,
    Relation,
    Relator,
    Statement,
    Symbol,
    Words,
    walk,
)
from clra.parsing.vocabulary import ELEMENTARY

MAX_ITEMS = 200
MAX_SIGNS = 4
COORDINATES = ("x", "y", "z")
EMPTY = "{}"
_INTERVALS = {
    Bracket.OPEN_INTERVAL: (False, False),
    Bracket.CLOSED_INTERVAL: (True, True),
    Bracket.LEFT_OPEN_INTERVAL: (False, True),
    Bracket.RIGHT_OPEN_INTERVAL: (True, False),
    Bracket.TUPLE: (False, False),
}


class Form(StrEnum):
    """What kind of thing an answer is. Answers of two kinds are different."""

    VALUE = "value"
    TUPLE = "tuple"
    SET = "set"
    RANGE = "range"
    """A set of real numbers with infinitely many members."""
    MATRIX = "matrix"
    EQUATION = "equation"
    RELATION = "relation"
    WORDS = "words"
    OPAQUE = "opaque"
    """Read, or perhaps not even that, but not understood."""


@dataclass(frozen=True, slots=True)
class Canonical:
    """An answer in canonical form."""

    key: str
    form: Form
    value: Quotient | None = None
    """What a value is."""
    items: tuple["Canonical", ...] = ()
    """The members of a tuple, set or matrix."""
    stripped: str = ""
    """The key without a unit or base, where there is one that a shorter answer may have left out."""
    unit: str = ""
    """The unit of a value, where it names one."""
    plain: Quotient | None = None
    """The value without its unit, where it names one."""
    exact: bool = False
    """Whether no other key stands for the same value."""


class NotUnderstoodError(Exception):
    """The tree has no canonical form here."""


@dataclass(frozen=True, slots=True)
class Canonizer:
    """Brings trees to canonical form, within one allowance of work."""

    algebra: Field = field(default_factory=Field)

    @property
    def evaluator(self) -> Evaluator:
        """Evaluates expressions with the same allowance."""
        return Evaluator(self.algebra)

    def answer(self, statements: Sequence[Statement]) -> Canonical:
        """The canonical form of an answer.

        Raises:
            NotUnderstoodError: if it has none.
        """
        try:
            return self._answer(list(statements))
        except (TooBigError, UndefinedError, UnknownValueError, RecursionError) as error:
            raise NotUnderstoodError from error

    def _answer(self, statements: list[Statement]) -> Canonical:
        chains = _chains(statement for statement in statements if not _is_domain(statement) or len(statements) == 1)
        if len(chains) == 1:
            return self._chain(chains[0])
        ranges = [self._range_of_chain(chain) for chain in chains]
        if all(ranges) and chains:
            return self._common_range([each for each in ranges if each])
        items = [self._chain(chain) for chain in chains]
        letters = _assigned_letters(chains)
        if letters is None:
            return _set(items)
        _, ordered = zip(*sorted(zip(letters, items, strict=True), key=lambda pair: pair[0]), strict=True)
        return _set(ordered) if letters[0] not in COORDINATES and _ascending(ordered) else _tuple(ordered)

    # -- chains of relations

    def _chain(self, chain: list[Statement]) -> Canonical:
        first = chain[0]
        if not isinstance(first, Relation):
            return self.expression(first)
        relations = [each for each in chain if isinstance(each, Relation)]
        relators = {each.relator for each in relations}
        if relators <= {Relator.EQUAL, Relator.ABOUT}:
            return self._equalities(relations)
        known = self._range_of_chain(chain)
        if known is not None:
            return self._real_set(known[1])
        if len(relations) == 1:
            return self._relation(relations[0])
        items = tuple(self._relation(each) for each in relations)
        return Canonical("; ".join(sorted(item.key for item in items)), Form.RELATION, items=items)

    def _equalities(self, relations: list[Relation]) -> Canonical:
        """The value that a chain of equalities arrives at; what is only approximate counts where nothing is exact."""
        rounded = next((place for place, each in enumerate(relations) if each.relator is Relator.ABOUT), len(relations))
        if rounded == 0:
            first = relations[0]
            return self.expression(first.right if _is_name(first.left, first.right) else first.left)
        relations = relations[:rounded]
        left, right = relations[0].left, relations[-1].right
        if len(relations) == 1 and rational(left) is not None and isinstance(right, Symbol) and rational(right) is None:
            return self.expression(left)
        if len(relations) > 1 or _is_name(left, right):
            return self.expression(right)
        return self._equation(left, right)

    def _equation(self, left: Expression, right: Expression) -> Canonical:
        if any(isinstance(node, Matrix | Collection | Words) for node in (*walk(left), *walk(right))):
            first, second = sorted((self.expression(left).key, self.expression(right).key))
            return Canonical(f"{first} = {second}", Form.RELATION)
        alternatives = list(_signs(Relation(Relator.EQUAL, left, right)))
        if len(alternatives) > 1:
            return _set([self._chain([each]) for each in alternatives])
        difference = self.algebra.plus(self.evaluator.value(left), self.evaluator.value(right), -1)
        polynomial = difference.numerator
        if not atoms_of(polynomial) or not polynomial:
            return self.expression(right)
        solved = self._solved(polynomial)
        if solved is not None:
            return self.value(solved)
        content, rest = primitive(self.algebra, polynomial)
        return Canonical(f"0 = {text_of(rest)}", Form.EQUATION)

    def _solved(self, polynomial: Polynomial) -> Quotient | None:
        """The one solution of an equation that is linear in its letter, or in the last of the coordinates."""
        letters = [atom for atom in sorted(atoms_of(polynomial)) if atom.kind >= AtomKind.SYMBOL]
        coordinates = [atom for atom in letters if atom.kind is AtomKind.SYMBOL and atom.key in COORDINATES]
        if len(letters) > 1 and len(coordinates) < 2:
            return None
        for atom in reversed(letters if len(letters) == 1 else coordinates):
            slope, rest = {}, {}
            for monomial, coefficient in polynomial.items():
                exponent = dict(monomial).get(atom, 0)
                if exponent == 1:
                    slope[tuple(item for item in monomial if item[0] != atom)] = coefficient
                elif exponent == 0:
                    rest[monomial] = coefficient
                else:
                    break
            else:
                if not any(each.kind >= AtomKind.SYMBOL for each in atoms_of(slope)):
                    return self.algebra.over(self.algebra.of(self.algebra.scale(rest, -1)), self.algebra.of(slope))
        return None

    def _relation(self, relation: Relation) -> Canonical:
        match relation:
            case Relation(relator=Relator.ELEMENT, right=right):
                return self.expression(right)
            case Relation(relator=Relator.CONGRUENT, left=left, right=right, modulus=modulus) if modulus is not None:
                return self._congruence(left, right, modulus)
            case Relation(relator=Relator.EQUAL | Relator.ABOUT):
                return self._equalities([relation])
            case Relation(relator=Relator.DIVIDES | Relator.NOT_DIVIDES | Relator.NOT_ELEMENT as relator):
                left_key, right_key = self.expression(relation.left).key, self.expression(relation.right).key
                return Canonical(f"{left_key} {relator} {right_key}", Form.RELATION)
        return self._inequality(relation)

    def _inequality(self, relation: Relation) -> Canonical:
        difference = self.algebra.plus(
            self.evaluator.value(relation.left), self.evaluator.value(relation.right), -1
        )
        relator = relation.relator
        if relator in (Relator.LESS, Relator.LESS_EQUAL):
            difference = self.algebra.negative(difference)
            relator = Relator.GREATER if relator is Relator.LESS else Relator.GREATER_EQUAL
        content, rest = primitive(self.algebra, difference.numerator) if difference.numerator else (fmpq(1), {})
        if content < 0 and relator is not Relator.UNEQUAL:
            rest = self.algebra.scale(rest, -1)
        below = "" if as_number(difference.denominator) == 1 else f"/({text_of(difference.denominator)})"
        return Canonical(f"({text_of(rest)}){below} {relator} 0", Form.RELATION)

    def _congruence(self, left: Expression, right: Expression, modulus: Expression) -> Canonical:
        residue, size = self.evaluator.value(right), self.evaluator.value(modulus)
        if residue.whole is not None and size.whole:
            residue = self.algebra.number(residue.whole % abs(size.whole))
        subject = "" if _is_name(left, right) else f"{self.expression(left).key} == "
        return Canonical(f"{subject}{residue.text} mod {size.text}", Form.RELATION, stripped=residue.text)

    # -- sets of real numbers

    def _range_of_chain(self, chain: list[Statement]) -> tuple[str, RealSet] | None:
        """The unknown and the set that a chain of inequalities describes; None if it is not such a chain."""
        found: list[tuple[str, RealSet]] = []
        for each in chain:
            match each:
                case Relation(relator=relator, left=left, right=right) if relator not in (
                    Relator.EQUAL,
                    Relator.ABOUT,
                    Relator.ELEMENT,
                ):
                    try:
                        difference = self.algebra.plus(self.evaluator.value(left), self.evaluator.value(right), -1)
                    except UnknownValueError:
                        known = self._infinite_bound(each)
                    else:
                        known = solution_set(self.algebra, relator, difference)
                case _:
                    return None
            if known is None:
                return None
            found.append(known)
        if len({key for key, _ in found}) != 1:
            return None
        result = found[0][1]
        for _, other in found[1:]:
            result = intersection(self.algebra, result, other)
        return found[0][0], result

    def _infinite_bound(self, relation: Relation) -> tuple[str, RealSet] | None:
        """``x < oo``."""
        for side in (relation.left, relation.right):
            if isinstance(side, Symbol) and side.name != "oo":
                return side.name, EVERYTHING
        return None

    def _common_range(self, ranges: list[tuple[str, RealSet]]) -> Canonical:
        result = ranges[0][1]
        if len({key for key, _ in ranges}) == 1:
            for _, other in ranges[1:]:
                result = intersection(self.algebra, result, other)
            return self._real_set(result)
        return _set([self._real_set(each) for _, each in ranges])

    def _real_set(self, real: RealSet) -> Canonical:
        points = [each.point for each in real]
        if all(point is not None for point in points):
            return _set([self.value(point) for point in points if point is not None])
        if len(real) == 1 and real[0].low is not None and real[0].high is not None:
            ends = (self.value(real[0].low), self.value(real[0].high))
            if not (real[0].low_closed or real[0].high_closed):
                return _tuple(ends)
            left, right = "[" if real[0].low_closed else "(", "]" if real[0].high_closed else ")"
            return Canonical(f"{left}{ends[0].key},{ends[1].key}{right}", Form.RANGE, items=ends)
        return Canonical(" u ".join(each.text for each in real), Form.RANGE)

    def _as_real_set(self, tree: Statement) -> RealSet | None:
        """The tree as a set of real numbers; None where it is not one. A pair in parentheses is an open interval."""
        match tree:
            case Symbol(name="RR"):
                return EVERYTHING
            case Collection(bracket=bracket, items=(low, high)) if bracket in _INTERVALS:
                ends = [None if _infinite(end) else self._number(end) for end in (low, high)]
                return union(self.algebra, [Interval(ends[0], ends[1], *_INTERVALS[bracket])])
            case Collection(bracket=Bracket.SET, items=items):
                numbers = [self._number(item) for item in items]
                return union(self.algebra, [Interval(each, each, True, True) for each in numbers])
            case Operation(operator="union" | "intersection" | "difference" as operator, arguments=parts):
                sets = [self._as_real_set(part) for part in parts]
                return self._combined(operator, [each for each in sets if each is not None], len(sets))
            case Relation(relator=Relator.ELEMENT, right=right):
                return self._as_real_set(right)
            case Relation():
                known = self._range_of_chain([tree])
                return known and known[1]
        return None

    def _combined(self, operator: str, sets: list[RealSet], expected: int) -> RealSet | None:
        if len(sets) != expected:
            return None
        if operator == "union":
            return union(self.algebra, [interval for each in sets for interval in each])
        result = sets[0]
        for other in sets[1:]:
            if operator == "difference":
                points = [each.point for each in other]
                for point in points:
                    if point is None:
                        return None
                    result = intersection(self.algebra, result, without_point(point))
            else:
                result = intersection(self.algebra, result, other)
        return result

    def _number(self, tree: Statement) -> Quotient:
        if isinstance(tree, Relation | Collection | Matrix | Words):
            raise UnknownValueError
        return self.evaluator.value(tree)

    # -- expressions

    def expression(self, tree: Statement) -> Canonical:
        """The canonical form of one expression."""
        match tree:
            case Relation():
                return self._chain([tree])
            case Words(text=text):
                return words(text)
            case Number():
                return _rational(literal(tree))
            case Operation(operator="either", arguments=readings):
                return self.expression(preferred(readings))
            case Symbol(name="oo" | "RR" | "ZZ" | "NN" | "QQ" | "CC" as name):
                return Canonical("(-oo,oo)", Form.RANGE) if name == "RR" else Canonical(name, Form.VALUE, exact=True)
            case Operation(operator="neg", arguments=(Symbol(name="oo"),)):
                return Canonical("-oo", Form.VALUE, exact=True)
            case Operation(operator="percent" | "degrees" | "money", arguments=(inner, *_)):
                return self.expression(inner)
            case Operation(operator="base", arguments=(Number(value=digits), base)):
                return Canonical(f"{digits}_{self._number(base).text}", Form.VALUE, stripped=str(digits))
            case Operation(operator="ratio", arguments=parts):
                return self._ratio(parts)
            case Operation(operator="union" | "intersection" | "difference"):
                return self._set_operation(tree)
            case Operation(operator=operator, arguments=parts) if any(isinstance(part, Collection) for part in parts):
                return Canonical(f"{operator}({';'.join(self.expression(part).key for part in parts)})", Form.RANGE)
            case Collection():
                return self._collection(tree)
            case Matrix(rows=rows):
                return self._matrix(rows)
        alternatives = list(_signs(tree))
        if len(alternatives) > 1:
            return _set([self.expression(each) for each in alternatives])
        if any(isinstance(node, Matrix) for node in walk(tree)):
            return self._matrix(self._matrix_value(tree))
        known = rational(tree)
        if known is not None:
            return _rational(known)
        value = self.value(self.evaluator.value(tree))
        names = {name for node in walk(tree) for name in _unit_names(node)}
        if not names:
            return value
        plain = self.value(Evaluator(self.algebra, with_units=False).value(tree))
        stripped = "" if plain.key == value.key else plain.key
        return replace(value, stripped=stripped, unit=names.pop() if len(names) == 1 else "", plain=plain.value)

    def value(self, value: Quotient) -> Canonical:
        """The canonical form of an exact value."""
        number = value.number
        if number is not None:
            return Canonical(number.str(), Form.VALUE, value, exact=True)
        value = _up_to_constant(value)
        name = algebraic_name(self.algebra, value)
        return Canonical(name or value.text, Form.VALUE, value, exact=name is not None)

    def _ratio(self, parts: tuple[Expression, ...]) -> Canonical:
        values = [self._number(part) for part in parts]
        wholes = [value.whole for value in values]
        if len(parts) == 2 and not _time_of_day(parts):
            return self.value(self.algebra.over(values[0], values[1]))
        if len(parts) == 2 or any(whole is None for whole in wholes):
            return Canonical(":".join(value.text for value in values), Form.VALUE)
        first = next(value for value in values if value.numerator)
        return Canonical(":".join(self.algebra.over(value, first).text for value in values), Form.VALUE, exact=True)

    def _collection(self, tree: Collection) -> Canonical:
        if len(tree.items) > MAX_ITEMS:
            raise TooBigError
        match tree:
            case Collection(bracket=Bracket.ANY, items=items):
                pairs = any(isinstance(item, Collection) and item.bracket is Bracket.TUPLE for item in items)
                ranges = [None if pairs else self._as_real_set(item) for item in items]
                if all(each is not None for each in ranges):
                    return self._real_set(union(self.algebra, [piece for each in ranges for piece in each or ()]))
                return _set([self.expression(item) for item in items])
            case Collection(bracket=Bracket.SET, items=items):
                return _set([self._chain(chain) for chain in _chains(items)])
            case Collection(bracket=Bracket.TUPLE, items=items) if not any(map(_infinite, items)):
                return _tuple([self.expression(item) for item in items])
            case Collection(bracket=Bracket.LIST, items=items):
                return _tuple([self.expression(item) for item in items])
            case Collection(bracket=Bracket.OPEN_INTERVAL, items=(low, high)) if not (_infinite(low) or _infinite(high)):
                return _tuple([self.expression(low), self.expression(high)])
            case Collection(bracket=bracket, items=(low, high)) if not (_infinite(low) or _infinite(high)):
                left = "(" if bracket is Bracket.LEFT_OPEN_INTERVAL else "["
                right = ")" if bracket is Bracket.RIGHT_OPEN_INTERVAL else "]"
                ends = (self.expression(low), self.expression(high))
                return Canonical(f"{left}{ends[0].key},{ends[1].key}{right}", Form.RANGE, items=ends)
        return self._set_operation(tree)

    def _set_operation(self, tree: Expression) -> Canonical:
        real = self._as_real_set(tree)
        if real is not None:
            return self._real_set(real)
        match tree:
            case Operation(operator="union", arguments=parts):
                return Canonical(" u ".join(sorted({self.expression(part).key for part in parts})), Form.RANGE)
            case Operation(operator=operator, arguments=parts):
                return Canonical(f"{operator}({';'.join(self.expression(part).key for part in parts)})", Form.RANGE)
        raise NotUnderstoodError

    def _matrix(self, rows: Sequence[Sequence[Expression]]) -> Canonical:
        entries = [[self.expression(entry) for entry in row] for row in rows]
        if all(len(row) == 1 for row in entries):
            return _tuple([row[0] for row in entries])
        key = "; ".join(", ".join(entry.key for entry in row) for row in entries)
        return Canonical(f"[{key}]", Form.MATRIX, items=tuple(entry for row in entries for entry in row))

    def _matrix_value(self, tree: Expression) -> list[list[Expression]]:
        """Sums and products of matrices, as rows of sums of products."""
        match tree:
            case Matrix(rows=rows):
                return [list(row) for row in rows]
            case Operation(operator="neg", arguments=(inner,)):
                return [[Operation("neg", (entry,)) for entry in row] for row in self._matrix_value(inner)]
            case Operation(operator="add", arguments=parts):
                matrices = [self._matrix_value(part) for part in parts]
                if len({(len(each), len(each[0])) for each in matrices}) != 1:
                    raise UnknownValueError
                return [
                    [Operation("add", entries) for entries in zip(*rows, strict=True)]
                    for rows in zip(*matrices, strict=True)
                ]
            case Operation(operator="mul", arguments=(first, *others)):
                result: Expression = first
                for other in others:
                    result = self._matrix_product(result, other)
                return self._matrix_value(result)
        raise UnknownValueError

    def _matrix_product(self, first: Expression, second: Expression) -> Expression:
        holds = [any(isinstance(node, Matrix) for node in walk(each)) for each in (first, second)]
        if holds == [True, True]:
            left, right = self._matrix_value(first), self._matrix_value(second)
            if len(left[0]) != len(right) or len(left) * len(right) * len(right[0]) > MAX_ITEMS:
                raise UnknownValueError
            columns = list(zip(*right, strict=True))
            products = [[[Operation("mul", pair) for pair in zip(row, column, strict=True)] for column in columns] for row in left]
            return Matrix(tuple(tuple(Operation("add", tuple(terms)) for terms in row) for row in products))
        if not any(holds):
            return Operation("mul", (first, second))
        scalar, matrix = (second, first) if holds[0] else (first, second)
        return Matrix(tuple(tuple(Operation("mul", (scalar, entry)) for entry in row) for row in self._matrix_value(matrix)))


def words(text: str) -> Canonical:
    """The canonical form of an answer in words."""
    plain = " ".join(text.casefold().replace("\\", " ").split()).strip(" .,;:!?'\"`*")
    return Canonical(_SYNONYMS.get(plain, f"'{plain}'"), Form.SET if plain in _NOTHING else Form.WORDS)


_NOTHING = frozenset(
    {
        "no solution",
        "no solutions",
        "no real solution",
        "no real solutions",
        "there is no solution",
        "there are no solutions",
        "empty set",
        "the empty set",
        "no such number exists",
        "no solution exists",
    }
)
_SYNONYMS = {
    **dict.fromkeys(_NOTHING, EMPTY),
    **dict.fromkeys(("true", "yes"), "'yes'"),
    **dict.fromkeys(("false", "no"), "'no'"),
    **dict.fromkeys(("dne", "does not exist", "undefined", "not defined"), "'undefined'"),
    **dict.fromkeys(("all real numbers", "all reals", "all real values", "the set of all real numbers"), "(-oo,oo)"),
    **dict.fromkeys(("infinity", "infinite", "infinitely many"), "oo"),
}


def _rational(value: Fraction) -> Canonical:
    number = fmpq(value.numerator, value.denominator)
    return Canonical(number.str(), Form.VALUE, Field().number(number), exact=True)


def _up_to_constant(value: Quotient) -> Quotient:
    """An antiderivative without the constant that its ``C`` swallows."""
    constant = ((Atom(AtomKind.SYMBOL, "C"), 1),)
    if constant not in value.numerator or as_number(value.denominator) != 1 or ONE not in value.numerator:
        return value
    others = [atom for monomial in value.numerator if monomial != constant for atom, _ in monomial]
    if not others or any(atom.kind is AtomKind.SYMBOL and atom.key.isupper() and atom.key != "X" for atom in others):
        return value
    return Quotient({monomial: each for monomial, each in value.numerator.items() if monomial != ONE}, value.denominator)


def _unit_names(node: Statement) -> tuple[str, ...]:
    match node:
        case Operation(operator="unit", arguments=(_, Symbol(name=name))):
            return (name,)
    return ()


def _tuple(items: Sequence[Canonical]) -> Canonical:
    if len(items) == 1:
        return items[0]
    return Canonical(f"({','.join(item.key for item in items)})", Form.TUPLE, items=tuple(items))


def _set(items: Iterable[Canonical]) -> Canonical:
    """The set of the items, of which those that are sets themselves are poured out."""
    members: dict[str, Canonical] = {}
    for item in items:
        for member in item.items if item.form is Form.SET else (item,):
            members[member.key] = member
    if len(members) == 1:
        return next(iter(members.values()))
    ordered = tuple(members[key] for key in sorted(members))
    return Canonical(f"{{{';'.join(item.key for item in ordered)}}}", Form.SET, items=ordered)


def _chains(statements: Iterable[Statement]) -> list[list[Statement]]:
    """Relations that go on where the one before ended, together."""
    chains: list[list[Statement]] = []
    for each in statements:
        last = chains[-1][-1] if chains else None
        if isinstance(each, Relation) and isinstance(last, Relation) and last.right == each.left:
            chains[-1].append(each)
        else:
            chains.append([each])
    return chains


def _is_domain(statement: Statement) -> bool:
    """``k in ZZ``: says where a letter lives, not what the answer is."""
    match statement:
        case Relation(relator=Relator.ELEMENT, right=Symbol(name="RR" | "ZZ" | "NN" | "QQ" | "CC")):
            return True
    return False


def _is_name(tree: Expression, value: Expression) -> bool:
    """Whether the left side of an equation only names what the right side is."""
    nodes = list(walk(tree))
    if any(isinstance(node, Number) for node in nodes if node not in _arguments_of_calls(tree)):
        return False
    letters = {node.name for node in nodes if isinstance(node, Symbol)}
    inside = {node.name for node in walk(value) if isinstance(node, Symbol)}
    match tree:
        case Symbol(name=name):
            return name not in inside and not (name in COORDINATES and inside & set(COORDINATES))
        case Call(name=name):
            return not any(isinstance(node, Call) and node.name == name for node in walk(value))
        case Words():
            return True
        case Collection():
            return isinstance(value, Collection | Matrix)
        case Operation(operator="add"):
            return rational(value) is not None and _is_sum_of_letters(tree) and not letters & set(COORDINATES)
        case Operation(operator=operator, arguments=(Symbol(),)) if operator in ELEMENTARY:
            return not inside - {"pi", "e", "i"}
        case Operation(operator="mul" | "div"):
            return all(name[:1].isupper() for name in letters) and not letters & inside
        case Operation(operator="abs" | "ratio" | "derivative" | "determinant" | "gcd" | "lcm" | "max" | "min" | "limit"):
            return not letters & inside
    return False


def _arguments_of_calls(tree: Expression) -> list[Statement]:
    return [node for call in walk(tree) if isinstance(call, Call) for part in call.arguments for node in walk(part)]


def _is_sum_of_letters(tree: Operation) -> bool:
    return all(isinstance(part, Symbol) for part in tree.arguments)


def _assigned_letters(chains: list[list[Statement]]) -> list[str] | None:
    """The letters that the chains give values to, where they are distinct neighbours in the alphabet."""
    letters = []
    for chain in chains:
        match chain[0]:
            case Relation(relator=Relator.EQUAL, left=Symbol(name=name)) if len(name) == 1 and name.isalpha():
                letters.append(name)
            case _:
                return None
    run = sorted(letters)
    neighbours = all(ord(after) - ord(before) == 1 for before, after in zip(run, run[1:], strict=False))
    return letters if neighbours else None


def _ascending(items: Sequence[Canonical]) -> bool:
    numbers = [item.value and item.value.number for item in items]
    return all(
        before is not None and after is not None and before < after
        for before, after in zip(numbers, numbers[1:], strict=False)
    )


def _infinite(tree: Statement) -> bool:
    match tree:
        case Symbol(name="oo") | Operation(operator="neg", arguments=(Symbol(name="oo"),)):
            return True
        case Operation(operator="plus", arguments=(Symbol(name="oo"),)):
            return True
    return False


def _time_of_day(parts: tuple[Expression, ...]) -> bool:
    """Whether ``a : b`` can be a time that cancelling would change: ``4:20``."""
    match parts:
        case (Number(value=hours), Number(value=minutes)):
            shared = Fraction(hours, minutes).denominator != minutes if minutes else True
            return hours <= 24 and 10 <= minutes < 60 and shared
    return False


def _signs(tree: Statement) -> Iterator[Statement]:
    """The tree with every plus-minus taken as plus, then as minus; the tree itself where it has none."""
    count = sum(isinstance(node, Operation) and node.operator == "plus_minus" for node in walk(tree))
    if not count:
        yield tree
        return
    if count > MAX_SIGNS:
        raise TooBigError
    for minus in (False, True):
        yield _with_sign(tree, minus=minus)


def _with_sign(tree: Statement, *, minus: bool) -> Statement:
    match tree:
        case Operation(operator="plus_minus", arguments=parts):
            *before, last = (_expression_with_sign(part, minus=minus) for part in parts)
            signed = Operation("neg", (last,)) if minus else last
            return Operation("add", (*before, signed)) if before else signed
        case Operation(operator=operator, arguments=parts):
            return Operation(operator, tuple(_expression_with_sign(part, minus=minus) for part in parts))
        case Relation(relator=relator, left=left, right=right, modulus=modulus):
            return Relation(
                relator, _expression_with_sign(left, minus=minus), _expression_with_sign(right, minus=minus), modulus
            )
    return tree


def _expression_with_sign(tree: Expression, *, minus: bool) -> Expression:
    signed = _with_sign(tree, minus=minus)
    return tree if isinstance(signed, Relation) else signed
