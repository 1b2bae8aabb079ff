from fractions import Fraction

import pytest

from clra.parsing.canonical import Canonizer, NotUnderstoodError
from clra.parsing.forms import Form
from clra.parsing.tree import Bracket, Call, Collection, Matrix, Number, Operation, Relation, Relator, Symbol, Words

x, y, n, pi, e, i, infinity = (Symbol(name) for name in ("x", "y", "n", "pi", "e", "i", "oo"))


def number(value, decimals=None):
    return Number(Fraction(value), decimals)


def operation(name, *arguments):
    return Operation(name, tuple(number(each) if isinstance(each, int) else each for each in arguments))


def relation(left, relator, right):
    sides = (number(side) if isinstance(side, int) else side for side in (left, right))
    first, second = sides
    return Relation(Relator(relator), first, second)


def collection(bracket, *items):
    return Collection(bracket, tuple(number(each) if isinstance(each, int) else each for each in items))


def key(*statements):
    return Canonizer().answer(statements).key


def root(radicand, degree=2):
    return operation("root", degree, radicand)


half = operation("div", 1, 2)


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (number("1/2"), "1/2"),
        (number("0.5", 1), "1/2"),
        (number("0.333", 3), "333/1000"),
        (number("0.3333333333333333", 16), "1/3"),
        (number("0.500000000000001", 15), "500000000000001/1000000000000000"),
        (operation("mixed", 2, half), "5/2"),
        (operation("div", 2, root(3)), "2/3*3^(1/2)"),
        (root(operation("neg", 4)), "2*i"),
        (root(operation("neg", 8), 3), "-2"),
        (root(operation("add", 5, operation("mul", 2, root(6)))), "root 3 of [1,0,-10,0,1]"),
        (operation("add", root(2), root(3)), "root 3 of [1,0,-10,0,1]"),
        (operation("pow", e, operation("mul", i, pi)), "-1"),
        (operation("log", 4, 8), "3/2"),
        (operation("sin", operation("degrees", 30)), "1/2"),
        (operation("degrees", 30), "30"),
        (operation("percent", 50), "50"),
        (operation("unit", 5, Symbol("cm")), "1/20*<m>"),
        (operation("unit", 5, Symbol("apples")), "5"),
        (operation("unit", 2, Symbol("hour")), "7200*<s>"),
        (operation("money", 5, Symbol("$")), "5"),
        (operation("base", 204, 5), "204_5"),
        (operation("ratio", 4, 6), "2/3"),
        (operation("ratio", 4, 20), "4:20"),
        (operation("ratio", 2, 4, 6), "1:2:3"),
        (operation("either", operation("div", 1, operation("mul", 2, x)), operation("mul", half, x)), "1/2*x"),
        (operation("floor", operation("mul", 100, pi)), "314"),
        (operation("sum", Symbol("k"), 1, 100, Symbol("k")), "5050"),
        (operation("factorial", operation("add", n, 1)), "factorial(n)+n*factorial(n)"),
        (operation("abs", collection(Bracket.SET, 1, 2, 2)), "2"),
        (Symbol("BA"), "A*B"),
        (Symbol("HTH"), "'HTH'"),
        (Words("two thirds"), "2/3"),
        (Words("  No  Solution. "), "{}"),
        (Words("Even"), "'even'"),
        (infinity, "oo"),
        (Symbol("RR"), "(-oo,oo)"),
        (operation("add", Symbol("C"), operation("pow", x, 2), 7), "x^(2)+C"),
    ],
)
def test_expressions(tree, expected):
    assert key(tree) == expected


@pytest.mark.parametrize(
    ("statements", "expected"),
    [
        ([relation(x, "=", 5)], "5"),
        ([relation(5, "=", x)], "5"),
        ([relation(Call("f", (x,)), "=", operation("pow", x, 2))], "x^(2)"),
        ([relation(x, "~", number("3.14", 2))], "157/50"),
        ([relation(root(2), "~", number("1.41", 2))], "2^(1/2)"),
        ([relation(x, "=", operation("add", 2, 3)), relation(operation("add", 2, 3), "=", 5)], "5"),
        ([relation(x, "=", half), relation(half, "~", number("0.7", 1))], "1/2"),
        ([relation(operation("mul", 2, x), "=", 10)], "5"),
        ([relation(operation("add", x, y), "=", 1)], "-1*x+1"),
        ([relation(y, "=", operation("add", 1, operation("neg", x)))], "-1*x+1"),
        ([relation(operation("pow", x, 2), "=", 4)], "0 = x^(2)+-4"),
        ([relation(7, "=", operation("add", Symbol("a"), Symbol("c")))], "0 = c+a+-7"),
        ([relation(x, "=", operation("plus_minus", 1, root(2)))], "{-1*2^(1/2)+1;2^(1/2)+1}"),
        ([relation(x, "=", 1), relation(y, "=", 2)], "<1,2>"),
        ([relation(y, "=", 2), relation(x, "=", 1)], "<1,2>"),
        ([relation(Symbol("a"), "=", 1), relation(Symbol("b"), "=", 2)], "{1;2}"),
        ([relation(Symbol("a"), "=", 2), relation(Symbol("b"), "=", 1)], "(2,1)"),
        ([number(2), number(1), number(2)], "{1;2}"),
        ([relation(1, "<", x), relation(x, "<=", 2)], "(1,2]"),
        ([relation(1, "<", x), relation(x, "<", 2)], "(1,2)"),
        ([relation(operation("neg", x), ">", -1)], "(-oo,1)"),
        ([relation(x, "!=", 3)], "(-oo,3) u (3,oo)"),
        ([relation(operation("abs", x), ">=", 1)], "(-oo,-1] u [1,oo)"),
        ([relation(x, "<", y)], "y+-1*x > 0"),
        ([relation(x, "in", collection(Bracket.CLOSED_INTERVAL, 1, 2))], "[1,2]"),
        ([relation(x, "=", operation("mul", pi, n)), relation(n, "in", Symbol("ZZ"))], "pi*n"),
    ],
)
def test_statements(statements, expected):
    assert key(*statements) == expected


def test_congruence():
    statement = Relation(Relator.CONGRUENT, x, number(10), number(7))
    assert key(statement) == "3 mod 7"


@pytest.mark.parametrize(
    ("tree", "expected"),
    [
        (collection(Bracket.SET, 3, 1, 2, 3), "{1;2;3}"),
        (collection(Bracket.SET, 5), "5"),
        (collection(Bracket.SET), "{}"),
        (collection(Bracket.TUPLE, 2, 1), "(2,1)"),
        (collection(Bracket.LIST, 2, 1, 3), "(2,1,3)"),
        (collection(Bracket.OPEN_INTERVAL, 1, 2), "(1,2)"),
        (collection(Bracket.RIGHT_OPEN_INTERVAL, 1, infinity), "[1,oo)"),
        (collection(Bracket.ANY, relation(x, "=", 2), relation(x, "=", 3)), "{2;3}"),
        (collection(Bracket.ANY, relation(x, "<", 2), relation(x, ">", 3)), "(-oo,2) u (3,oo)"),
        (collection(Bracket.ANY, relation(x, "<", 2), relation(x, ">=", 2)), "(-oo,oo)"),
        (operation("union", collection(Bracket.TUPLE, 3, 4), collection(Bracket.SET, 1)), "[1,1] u (3,4)"),
        (operation("difference", Symbol("RR"), collection(Bracket.SET, 3)), "(-oo,3) u (3,oo)"),
        (Matrix(((number(1), number(2)), (number(3), number(4)))), "[1, 2; 3, 4]"),
        (Matrix(((number(1),), (number(2),))), "<1,2>"),
        (Matrix(((number(2),), (number(1),))), "(2,1)"),
        (collection(Bracket.LIST, collection(Bracket.LIST, 1, 2), collection(Bracket.LIST, 3, 4)), "[1, 2; 3, 4]"),
        (collection(Bracket.LIST, collection(Bracket.LIST, 1, 2), collection(Bracket.LIST, 3)), "((1,2),3)"),
    ],
)
def test_collections(tree, expected):
    assert key(tree) == expected


def test_matrices_are_calculated():
    matrix = Matrix(((number(1), number(2)), (number(3), number(4))))
    unit = Matrix(((number(1), number(0)), (number(0), number(1))))
    assert key(operation("mul", matrix, unit)) == key(matrix)
    assert key(operation("add", matrix, operation("neg", unit))) == "[0, 2; 3, 3]"
    assert key(operation("mul", 2, unit)) == "[2, 0; 0, 2]"


def test_a_unit_stays_beside_the_number():
    form = Canonizer().answer([operation("unit", 5, Symbol("cm"))])
    assert (form.others, form.unit, form.form) == ({"5", "1/20"}, "cm", Form.VALUE)


def test_giants_are_told_apart_without_being_built():
    def tower(last):
        return operation("pow", 2, operation("pow", 10, operation("pow", 10, last)))

    assert key(tower(2)) != key(tower(3))
    million = operation("pow", 2, 1_000_000)
    assert key(operation("mul", 6, million)) == key(operation("mul", 3, operation("pow", 2, 1_000_001)))


@pytest.mark.parametrize(
    "tree",
    [
        operation("div", 1, 0),
        operation("ln", 0),
        operation(
            "div",
            1,
            operation(
                "add",
                root(operation("add", 3, operation("mul", 2, root(2)))),
                operation("neg", root(2)),
                operation("neg", 1),
            ),
        ),
        operation("pow", operation("add", x, y, n, 1), 60),
        root(operation("neg", 2), 4),
    ],
)
def test_what_has_no_canonical_form(tree):
    with pytest.raises(NotUnderstoodError):
        key(tree)
