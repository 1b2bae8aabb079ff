"""How an operand is read, by the kind of its first token, behind which the parser stands."""

from collections.abc import Callable
from typing import TYPE_CHECKING

from clra.parsing.mathematics import brackets, choices, commands, derivatives, functions, identifiers, literals
from clra.parsing.tree import Expression

if TYPE_CHECKING:
    from clra.parsing.mathematics.grammar import Parser
    from clra.parsing.mathematics.lexer import Token

OPERANDS: "dict[str, Callable[[Parser, Token], Expression]]" = {
    "number": literals.read_number,
    "grouped": literals.read_number,
    "vulgar": literals.read_vulgar,
    "scientific": literals.read_scientific,
    "repeating": literals.read_repeating,
    "money": literals.read_money,
    "^": choices.read_choice,
    "_": choices.read_choice,
    "symbol": identifiers.read_symbol,
    "words": identifiers.read_words,
    "text": identifiers.read_label,
    "(": brackets.read_bracket,
    "[": brackets.read_bracket,
    "{": brackets.read_brace,
    "set": brackets.read_set,
    "empty set": brackets.read_empty_set,
    "boxed": brackets.read_boxed,
    "|": brackets.read_bars,
    "left bar": brackets.read_facing_bars,
    "norm": brackets.read_norm,
    "floor": brackets.read_floor,
    "begin": brackets.read_matrix,
    "function": functions.read_function,
    "named call": functions.read_named_call,
    "notation": functions.read_notation,
    "called": functions.read_operator_name,
    "frac": commands.read_frac,
    "binom": commands.read_binom,
    "derivative": derivatives.read_plain_leibniz,
    "sqrt": commands.read_sqrt,
    "radical": commands.read_radical,
    "big": commands.read_big,
    "limit": commands.read_limit,
    "integral": commands.read_integral,
}
