"""Text to tokens: LaTeX, Unicode and plain text come out alike, and every token knows its characters.

The lexer settles what needs no grammar: names with their subscripts, thousands separators, words and units, commands that
only space or decorate. It refuses characters and commands that it does not know.

Not covered: macros (``\\def``), ``\\overset``, ``\\underbrace``, ``\\cancel``, text in other languages, decimal commas.
"""

import re
from collections.abc import Callable
from typing import NamedTuple

from clra.parsing import vocabulary
from clra.parsing.tree import ReadError
from clra.parsing.vocabulary import Sign, unit_name

LONGEST_TEXT = 3_000
MOST_DIGITS = 1_000


class Token(NamedTuple):
    """One sign."""

    kind: str
    """What the grammar dispatches on."""
    text: str
    start: int
    end: int
    spaced: bool
    """Whether space stands before it."""


class Tokens(NamedTuple):
    """The tokens of a text, the last of which has the kind ``end``."""

    items: list[Token]
    latex: bool
    """Whether the text uses LaTeX commands, so that braces group and a script is one character long."""


_MASTER = re.compile(
    r"""
    (?P<space>[\s\u200b]+)
  | (?P<repeating>(?:repeating\((?P<head>\d+(?:\.\d+)?),\s(?P<block>\d+)\))
      | (?P<head2>\d*\.\d*)\\(?:overline|bar|dot)\s*(?:\{\s*(?P<block2>\d+)\s*\}|(?P<block3>\d)))
  | (?P<certain>[1-9]\d{0,2}(?:(?:\{,\}|,\\!|\\,|\\!|[\u202f\u2009\u00a0])\d{3})+(?!\d)(?:\.\d+)?)
  | (?P<grouped>[1-9]\d{0,2}(?:,\d{3})+(?!,?\d)(?:\.\d+)?)
  | (?P<number>(?:\d+(?:\.\d+)?|\.\d+)(?P<power>[eE](?:\d+|[+\-]\d+)(?![A-Za-z0-9_.^(]))?)
  | (?P<command>\\(?:[A-Za-z]+|.))
  | (?P<word>[A-Za-z]+)
  | (?P<sign>\*\*|<=>|<->|<<|>>|<=|>=|=>|->|!=|==|:=|\.\.\.|\.\.)
  | (?P<superscript>[⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁽⁾ⁿⁱ]+)
  | (?P<character>.)
    """,
    re.VERBOSE | re.DOTALL,
).match

_SEPARATORS = re.compile(r"\{,\}|,\\!|\\,|\\!|[,\u202f\u2009\u00a0]")
_GROUP = re.compile(r"\s*\{([^{}]*)\}")
_TEXT_GROUP = re.compile(r"\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\}|([A-Za-z]))")
_ENVIRONMENT = re.compile(r"\s*\{([A-Za-z]+)\*?\}")
_COLUMNS = re.compile(r"\s*(?:\[[^\]]*\])?\s*\{[^{}]*\}")
_ROW_GAP = re.compile(r"\s*\[[^\]\\]{0,8}(?:pt|em|ex|mm|cm)\]")
_DELIMITER = re.compile(r"\s*(\\[lr]?[vV]ert(?![A-Za-z])|\\\||\||\.|<|>)")
_NEGATED = re.compile(r"\s*(=|<|>|\\in(?![A-Za-z])|\\mid(?![A-Za-z])|\|)")
_NEGATIONS = {"=": "!=", "<": ">=", ">": "<=", "\\in": "not in", "\\mid": "!|", "|": "!|"}
_SUBSCRIPT = re.compile(
    r"\s*_\s*(?:\{((?:[^{}]|\{[^{}]*\})*)\}|\\(?:text|mathrm)\s*\{([^{}]*)\}|(\d+|[A-Za-z]+)|(\\[A-Za-z]+))"
)
_SUBSCRIPT_CLEANED = re.compile(r"\\(?:text|mathrm|mathit|operatorname)\s*\{([^{}]*)\}")
_SUBSCRIPT_COMMAND = re.compile(r"\\([A-Za-z]+|[,;:! ])\s*")
_SUBSCRIPT_SIGNS = re.compile(r"[A-Za-z0-9+\-*/,'()=<>_{}.]+")
_POINTS = r"(?:[A-Z](?:_\d|_\{\d+\})?['′]*\s*){1,4}|[a-z]"
_FIGURE = re.compile(rf"\s*(?:\{{\s*({_POINTS})\}}|({_POINTS})(?![A-Za-z]))")
_CHANGE = re.compile(r"\s*(?:([a-zA-Z](?:_\w|_\{\w+\})?)(?![A-Za-z])|([A-Z]{3,4})(?![A-Za-z]))")
_NAME_IN_SIGN = r"(?:[A-Za-z]{1,4}|\\[A-Za-z]+)['′]*(?:_\{\w+\}|_\w)?['′]*"
_DECORATED = re.compile(
    rf"\s*(?:\{{\s*({_NAME_IN_SIGN}|(?:[A-Z](?:_\d|_\{{\d+\}})?['′]*\s*){{2,4}}|\d)\s*\}}|([A-Za-z]|\\[a-z]+(?![A-Za-z])))"
)
_UPPER_RUN = re.compile(r"(?:[A-Z](?:_(?:\d|\{\d+\}))?['′’]*){2,}(?![a-z])")
_BRACED_DIGIT = re.compile(r"_\{(\d+)\}")
_DERIVATIVE = re.compile(r"d([A-Za-z])\s*/\s*d([A-Za-z])(?![A-Za-z])")
_TIMES_X = re.compile(r"x(\s*)(?=\$?\d)")
_GLUED = re.compile(r"(sin|cos|tan|cot|sec|csc|ln|log)([A-Zaxyzt])")
_PLAIN_UNIT = re.compile(
    r"(?:(?:square|sq\.?|cubic|cu\.?)\s+)?[A-Za-z]+(?:\^[23](?!\d)|[²³])?(?:(?:/|\s+per\s+)[A-Za-z]+(?:\^[23](?!\d)|[²³])?)?"
)
_STANDS_ALONE = re.compile(r"\s*(?:$|[-+*/^_=<>(){}\[\],.;!|\\≤≥≠−·×])")
_INCH_FOLLOWS = re.compile(r"\s*(?:$|[-+*/=<>,.;)\]^²³])")
_CALL_FOLLOWS = re.compile(r"\s*\(")
_MONEY_FOLLOWS = re.compile(r"\s*\.?\d")
_TWICE_MONEY = re.compile(r"\$\^?\{?([23²³])\}?\$")

_OPERAND_ENDS = frozenset({"number", "grouped", "vulgar", ")", "]", "}", "unit", "money", "repeating"})
_OPERATORS = frozenset({"+", "-", "*", "/", "^", "(", "[", "{", "set", "relator", "equal twice", "±", ",", ";", "then", "and", "|"})
_ROW_ENVIRONMENTS = frozenset("align aligned gather gathered equation split eqnarray multline alignat alignedat".split())
_MATRICES = {"pmatrix": "matrix", "bmatrix": "matrix", "matrix": "matrix", "vmatrix": "determinant", "smallmatrix": "matrix"}
_LETTER_FONTS = frozenset({"mathrm", "mathit", "mathsf", "mathnormal", "textrm", "textit", "textsf", "textbf"})
_TEXT_COMMANDS = _LETTER_FONTS | {"text", "mbox", "hbox", "textnormal", "emph", "texttt", "operatorname"}
_DROPPED_WITH_GROUP = frozenset({"hspace", "vspace", "phantom", "hphantom", "tag", "label", "color", "textcolor"})
_UNWRAPPED = frozenset({"boxed", "fbox", "ensuremath"})
_LONG_SIGNS: dict[str, Sign] = {
    "**": ("^", ""), "<=>": ("then", ""), "<->": ("then", ""), "<=": ("relator", "<="), ">=": ("relator", ">="), "=>": ("then", ""),
    "->": ("to", ""), "==": ("equal twice", ""), ":=": ("relator", "="), "...": ("dots", ""), "..": ("dots", ""),
}  # fmt: skip
_COMMON_WORDS = frozenset(
    "act add aim air all amp any art bet big bit box boy but buy cop cost cow dip dot fit fix for fox got gym hit hop hot how "
    "imp its lot low mop mow most not now opt try dry why shy sky fly cry hmm mph kph rpm psi ply pry sly spy sty sin "
    "cis adj ord cos tan log exp gcd lcm det mod max min lim inf sup abs deg dim ker arg sgn".split()
)
_SHORT_GREEK = frozenset(["xi", "nu", "mu"])
"""Without a backslash these are products of letters."""
_VOWELS = frozenset("aeiou")


def tokenize(text: str) -> Tokens:
    """Split a text into tokens.

    Raises:
        ReadError: at a character or command that is not known, and past the limits on length and digits.
    """
    if len(text) > LONGEST_TEXT:
        raise ReadError(f"longer than {LONGEST_TEXT} characters", LONGEST_TEXT)
    lexer = _Lexer(text)
    lexer.run(0, len(text))
    lexer.add("end", "", len(text), len(text))
    return Tokens(lexer.tokens, lexer.latex)


class _Lexer:
    """One pass over a text."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.latex = "\\" in text
        self.tokens: list[Token] = []
        self.position = 0
        self.spaced = False
        self.environments: list[str] = []

    def run(self, start: int, stop: int) -> None:
        """Add the tokens of a part of the text."""
        text, handlers = self.text, _HANDLERS
        self.position = start
        while self.position < stop:
            match = _MASTER(text, self.position, stop)
            if match is None or match.lastgroup is None:
                raise ReadError("not a character of mathematics", self.position)
            self.position = match.end()
            handlers[match.lastgroup](self, match)

    def add(self, kind: str, text: str, start: int, end: int) -> None:
        """Add one token."""
        self.tokens.append(Token(kind, text, start, end, self.spaced))
        self.spaced = False

    def add_sign(self, sign: Sign, match: re.Match[str]) -> None:
        """Add the token of a sign; a symbol takes its subscripts and primes."""
        kind, text = sign
        if kind == "symbol":
            self.symbol(text, match.start(), match.end())
        else:
            self.add(kind, text, match.start(), match.end())

    @property
    def last(self) -> str:
        """The kind of the token before; empty at the start."""
        return self.tokens[-1].kind if self.tokens else ""

    # numbers

    def space(self, _match: re.Match[str]) -> None:
        self.spaced = True

    def number(self, match: re.Match[str]) -> None:
        kind, digits = ("scientific", match[0].lower()) if match["power"] else ("number", match[0])
        if match["power"] and match["power"][1] in "+-" and match[0][0] != "1" and "." not in match[0]:
            raise ReadError("a power of ten or Euler's number", match.start())
        self.digits(kind, digits, match)

    def certain(self, match: re.Match[str]) -> None:
        self.digits("number", _SEPARATORS.sub("", match[0]), match)

    def grouped(self, match: re.Match[str]) -> None:
        groups = match[0].partition(".")[0].split(",")
        if self.last == "money" or any(group[0] == "0" for group in groups[1:]):
            self.certain(match)
        else:
            self.digits("grouped", match[0], match)

    def digits(self, kind: str, text: str, match: re.Match[str]) -> None:
        if len(text) > MOST_DIGITS:
            raise ReadError(f"a number of more than {MOST_DIGITS} digits", match.start())
        self.add(kind, text, match.start(), match.end())

    def repeating(self, match: re.Match[str]) -> None:
        head = match["head"] or match["head2"]
        block = match["block"] or match["block2"] or match["block3"]
        self.digits("repeating", f"{head}|{block}", match)

    def superscript(self, match: re.Match[str]) -> None:
        start, end = match.span()
        inner = _Lexer(match[0].translate(vocabulary.SUPERSCRIPTS))
        inner.run(0, end - start)
        self.add("^", "", start, start)
        self.add("{", "", start, start)
        self.tokens.extend(token._replace(start=start + token.start, end=start + token.end) for token in inner.tokens)
        self.add("}", "", end, end)

    # signs

    def character(self, match: re.Match[str]) -> None:
        character = match[0]
        sign = vocabulary.CHARACTERS.get(character)
        if sign is None:
            self.rare_character(character, match)
        elif character == "&":
            if self.environments and self.environments[-1] in _MATRICES:
                self.add("&", "", match.start(), match.end())
        elif character == "$" and not _MONEY_FOLLOWS.match(self.text, match.end()):
            raise ReadError("a dollar sign without an amount", match.start())
        elif sign[0] == '"':
            self.quotation(match)
        else:
            self.add_sign(sign, match)

    def rare_character(self, character: str, match: re.Match[str]) -> None:
        if character in vocabulary.VULGAR_FRACTIONS:
            self.add("vulgar", character, match.start(), match.end())
        elif character == "~" and self.latex:
            self.spaced = True
        else:
            raise ReadError(f"not a character of mathematics: {character!r}", match.start())

    def quotation(self, match: re.Match[str]) -> None:
        closing = re.compile('["“”]').search(self.text, match.end())
        if closing is None or not self.text[match.end() : closing.start()].strip():
            raise ReadError("a quotation that does not end", match.start())
        self.add("words", self.text[match.end() : closing.start()].strip(), match.start(), closing.end())
        self.position = closing.end()

    def sign(self, match: re.Match[str]) -> None:
        if match[0] == "!=":
            self.unequal(match)
        elif match[0] in _LONG_SIGNS:
            self.add_sign(_LONG_SIGNS[match[0]], match)
        else:
            raise ReadError(f"not a sign of mathematics: {match[0]}", match.start())

    def unequal(self, match: re.Match[str]) -> None:
        """``5! = 120`` and ``5 != 3`` are both written ``!=``."""
        start, end = match.span()
        attached = not self.spaced and self.last not in _OPERATORS and bool(self.tokens)
        follows = self.text[end : end + 1]
        if not attached:
            self.add("relator", "!=", start, end)
        elif self.latex or (follows.isspace() and self.last != "symbol") or self.last in {"number", ")"}:
            self.add("!", "", start, start + 1)
            self.add("relator", "=", start + 1, end)
        else:
            raise ReadError("a factorial or an unequal sign", start)

    # words

    def word(self, match: re.Match[str]) -> None:
        word, start = match[0], match.start()
        if len(word) == 1:
            self.letter(word, start)
        elif derivative := _DERIVATIVE.match(self.text, start):
            self.add("derivative", f"{derivative[1]},{derivative[2]}", start, derivative.end())
            self.position = derivative.end()
        elif not self.unit(start):
            self.long_word(word, start, match.end())

    def letter(self, letter: str, start: int) -> None:
        if letter == "x" and not self.latex and self.last in _OPERAND_ENDS:
            times = _TIMES_X.match(self.text, start)
            if times and bool(times[1]) == self.spaced:
                self.add("*", "", start, start + 1)
                return
        if letter in "CF" and self.last == "degree" and not self.spaced:
            self.tokens[-1] = Token("unit", "°" + letter, self.tokens[-1].start, start + 1, spaced=False)
            return
        upper = _UPPER_RUN.match(self.text, start) if letter.isupper() else None
        if upper:
            self.upper_run(upper)
        else:
            self.symbol(letter, start, start + 1)

    def unit(self, start: int) -> bool:
        """Add a unit that stands after a number, in plain words."""
        if self.last not in _OPERAND_ENDS or self.last in {"unit", "money"}:
            return False
        match = _PLAIN_UNIT.match(self.text, start)
        while match is not None:
            words = re.split(r"[^A-Za-z]+", match[0])
            first = words[1] if words[0] in vocabulary.POWERS and len(words) > 1 else words[0]
            if first in vocabulary.PLAIN_UNITS or match[0] in vocabulary.SPEEDS:
                break
            if first == "in" and _INCH_FOLLOWS.match(self.text, match.end()):
                break
            if first in {"degree", "degrees"}:
                self.add("degree", "", start, match.end())
                self.position = match.end()
                return True
            return False
        if match is None or _CALL_FOLLOWS.match(self.text, match.end()):
            return False
        name = unit_name(match[0])
        if name is None:
            return False
        self.add("unit", name, start, match.end())
        self.position = match.end()
        return True

    def long_word(self, word: str, start: int, end: int) -> None:
        if word == "not" and (negated := re.compile(r"not\s+in(?![A-Za-z])").match(self.text, start)):
            self.add("relator", "not in", start, negated.end())
            self.position = negated.end()
        elif word in vocabulary.WORDS and not (len(word) == 2 and word in _SHORT_GREEK):
            kind, name = vocabulary.WORDS[word]
            if kind == "symbol":
                self.symbol(name, start, end)
            else:
                self.add(kind, name, start, end)
        elif word in vocabulary.NAMED_CALLS:
            self.add("named call", vocabulary.NAMED_CALLS[word], start, end)
        elif word in vocabulary.NOTATION_CALLS and _CALL_FOLLOWS.match(self.text, end):
            self.add("notation", word, start, end)
        elif word in vocabulary.NAME_PREFIXES and (letters := _SUBSCRIPT.match(self.text, end)):
            raw, end = self.subscript_text(letters)
            self.symbol(word + _subscript(raw, end), start, end)
        elif word in {"RR", "ZZ", "NN", "QQ", "CC", "PP"}:
            self.symbol(word, start, end)
        elif upper := _UPPER_RUN.match(self.text, start):
            self.upper_run(upper)
        elif (glued := _GLUED.fullmatch(word)) and word not in {"sint", "cost", "tant", "cota", "seca"}:
            self.add("function", glued[1], start, start + len(glued[1]))
            self.symbol(glued[2], start + len(glued[1]), end)
        else:
            self.letters(word, start)

    def upper_run(self, match: re.Match[str]) -> None:
        name = _BRACED_DIGIT.sub(lambda sub: f"_{sub[1]}" if len(sub[1]) == 1 else sub[0], match[0])
        letters = [letter for letter in name if letter.isalpha()]
        if len(letters) > 4 and letters != sorted(letters):
            raise ReadError(f"a word, not a name: {match[0]}", match.start())
        self.position = match.end()
        self.symbol(name.replace("′", "'").replace("’", "'"), match.start(), match.end())

    def letters(self, word: str, start: int) -> None:
        """Add a run of letters as a product of them, where it can be nothing else."""
        if not self.is_product(word, start):
            self.add("word", word, start, start + len(word))
            return
        last = len(word) - 1
        for index, letter in enumerate(word[:-1]):
            self.add("symbol", letter, start + index, start + index + 1)
        self.symbol(word[-1], start + last, start + last + 1)

    def is_product(self, word: str, start: int) -> bool:
        lower = word.lower()
        if any(first.isupper() and second.isupper() for first, second in zip(word, word[1:], strict=False)):
            return False
        if lower in _COMMON_WORDS:
            return False
        if len(word) == 2:
            if lower not in vocabulary.PLAIN_LETTERS_REFUSED:
                return True
            attached = bool(self.tokens) and not self.spaced
            before = not self.tokens or self.last in _OPERATORS or attached
            alone = not self.tokens and start + len(word) == len(self.text)
            return before and not alone and bool(_STANDS_ALONE.match(self.text, start + len(word)))
        if len(word) == 3:
            return list(word) == sorted(word) or not _VOWELS & set(lower)
        consecutive = all(ord(second) - ord(first) == 1 for first, second in zip(word, word[1:], strict=False))
        return consecutive or (len(word) == 4 and word == "wxyz"[:4]) or word == "xyzw"

    def symbol(self, base: str, start: int, end: int) -> None:
        """Add a symbol with the primes and subscripts that follow it."""
        self.position = end
        follows = self.text[end : end + 1]
        name = base
        if follows and follows in "_'′’₀₁₂₃₄₅₆₇₈₉ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼ \\^":
            name = self.scripts(base, end)
        self.add("symbol", name, start, self.position)

    def scripts(self, base: str, end: int) -> str:
        primes, end = self.primes(end)
        subscript = ""
        if match := _SUBSCRIPT.match(self.text, end):
            raw, end = self.subscript_text(match)
            subscript = _subscript(raw, end)
        elif match := re.compile("[₀₁₂₃₄₅₆₇₈₉₊₋ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼ]+").match(self.text, end):
            subscript, end = _subscript(match[0].translate(vocabulary.SUBSCRIPTS), end), match.end()
        more, end = self.primes(end)
        self.position = end
        return base + subscript + primes + more

    def primes(self, end: int) -> tuple[str, int]:
        match = re.compile(r"['′’]+|\s*\^\s*(?:\\prime|\{\s*(?:\\prime\s*)+\})").match(self.text, end)
        if match is None:
            return "", end
        count = match[0].count("prime") or len(match[0])
        return "'" * count, match.end()

    def subscript_text(self, match: re.Match[str]) -> tuple[str, int]:
        braced, worded, plain, command = match.groups()
        if plain is None or not plain.isalpha() or len(plain) == 1:
            return next(part for part in (braced, worded, plain, command) if part is not None), match.end()
        if self.latex or self.text[match.end() : match.end() + 1] == "_":
            return plain[0], match.start(3) + 1
        raise ReadError("a subscript of one letter or of several", match.start(3))

    # commands

    def command(self, match: re.Match[str]) -> None:
        name = match[0][1:]
        sign = vocabulary.COMMANDS.get(name, _UNKNOWN)
        if sign is None:
            self.spaced = True
            if name in {"left", "right"} or name.lower().startswith("big"):
                self.delimiter(name)
        elif sign is not _UNKNOWN:
            self.known_command(name, sign, match)
        elif name in _TEXT_COMMANDS:
            self.text_command(name, match)
        elif name in {"begin", "end"}:
            self.environment(name, match)
        elif name in _DROPPED_WITH_GROUP:
            self.dropped(name, match)
        elif name in _UNWRAPPED:
            self.add("boxed", "", *match.span())
        else:
            self.odd_command(name, match)

    def known_command(self, name: str, sign: Sign, match: re.Match[str]) -> None:
        kind, text = sign
        if kind == "row":
            gap = _ROW_GAP.match(self.text, match.end())
            self.position = gap.end() if gap else match.end()
            self.add("row", "", *match.span())
        elif kind in {"accent", "figure"}:
            self.decorated(kind, text, match)
        elif text == "Delta" and (changed := _CHANGE.match(self.text, match.end())):
            name = "Delta" if changed[1] else "triangle"
            self.symbol(name + _subscript(changed[1] or changed[2], match.start()), match.start(), changed.end())
        else:
            self.add_sign(sign, match)

    def delimiter(self, name: str) -> None:
        """``\\left|`` and its kin say which way a bar faces."""
        match = _DELIMITER.match(self.text, self.position)
        if match is None:
            return
        if match[1] in {".", "<", ">", "\\|", "\\Vert"}:
            raise ReadError(f"not a bracket that is known: {match[0]}", match.start())
        self.position = match.end()
        side = {"t": "", "l": "left ", "r": "right "}.get(name[-1], "") if name not in {"left", "right"} else name + " "
        self.add(side + "bar" if side else "|", "", match.start(1), match.end())

    def text_command(self, name: str, match: re.Match[str]) -> None:
        star = 1 if self.text[match.end() : match.end() + 1] == "*" else 0
        group = _TEXT_GROUP.match(self.text, match.end() + star)
        if group is None:
            raise ReadError(f"\\{name} without its text", match.start())
        self.position = group.end()
        index = 1 if group[1] is not None else 2
        raw = _TWICE_MONEY.sub(r"^\1", group[index])
        content = re.sub(r"[~\s]+|\\[ ,;:!]", " ", raw).strip()
        start, end = match.start(), group.end()
        if not content:
            self.spaced = True
        elif self.is_letter(name, content):
            self.symbol(content, start, end)
        elif content[0].isdigit() or content[0] in ".($" or (name == "textbf" and len(content) == 1):
            self.run(group.start(index), group.end(index))
            self.position = end
        else:
            self.add_sign_of_text(name, content, start, end)

    def is_letter(self, command: str, content: str) -> bool:
        """Whether an upright letter is a name, not a unit behind a quantity."""
        if len(content) != 1 or not content.isalpha() or command not in _LETTER_FONTS or self.last in _OPERAND_ENDS:
            return False
        return not (self.last == "/" and len(self.tokens) > 1 and self.tokens[-2].kind in {"text", "unit"})

    def add_sign_of_text(self, command: str, content: str, start: int, end: int) -> None:
        word = content.strip(",.;: ")
        lower = word.lower()
        if lower in {"and", "or", "of", "mod", "modulo", "percent"}:
            kind, text = vocabulary.WORDS[lower]
            self.add(kind, text, start, end)
        elif lower in vocabulary.THEN_WORDS:
            self.add("then", "", start, end)
        elif word in vocabulary.NAMED_CALLS:
            self.add("named call", vocabulary.NAMED_CALLS[word], start, end)
        elif word in vocabulary.ELEMENTARY:
            self.add("function", word, start, end)
        elif command == "operatorname":
            self.add("notation" if word in vocabulary.NOTATION_CALLS else "called", word, start, end)
        else:
            self.add("text", content, start, end)

    def environment(self, side: str, match: re.Match[str]) -> None:
        name_match = _ENVIRONMENT.match(self.text, match.end())
        if name_match is None:
            raise ReadError(f"\\{side} without its name", match.start())
        name = name_match[1]
        self.position = name_match.end()
        if name in _MATRICES:
            if side == "begin":
                self.environments.append(name)
            elif self.environments:
                self.environments.pop()
            self.add("begin" if side == "begin" else "end environment", _MATRICES[name], match.start(), name_match.end())
        elif name in _ROW_ENVIRONMENTS or (name in {"cases", "array"} and self.opens_statements(side, name)):
            if side == "begin" and name in {"array", "alignat", "alignedat"}:
                columns = _COLUMNS.match(self.text, self.position)
                self.position = columns.end() if columns else self.position
            self.spaced = True
        else:
            raise ReadError(f"an environment that is not known: {name}", match.start())

    def opens_statements(self, side: str, name: str) -> bool:
        if side == "end":
            return True
        return not self.tokens or (name == "cases" and self.last in {"then", "row", ","})

    def dropped(self, name: str, match: re.Match[str]) -> None:
        star = 1 if self.text[match.end() : match.end() + 1] == "*" else 0
        group = _GROUP.match(self.text, match.end() + star)
        if group is None:
            raise ReadError(f"\\{name} without its group", match.start())
        self.position = group.end()
        self.spaced = True

    def decorated(self, kind: str, prefix: str, match: re.Match[str]) -> None:
        """A name with a sign over it, or of a figure: ``\\overline{AB}``, ``\\angle ABC``."""
        group = (_FIGURE if kind == "figure" else _DECORATED).match(self.text, match.end())
        if group is None:
            raise ReadError("a decoration of something that is not a name", match.start())
        letters = group[1] or group[2]
        if letters.isdigit() and prefix == "bold":
            self.add("number", letters, match.start(), group.end())
            self.position = group.end()
            return
        if kind == "figure" and self.last == "symbol" and self.tokens[-1].text == "m":
            self.tokens.pop()
        self.symbol(prefix + _subscript(letters, match.start()), match.start(), group.end())

    def odd_command(self, name: str, match: re.Match[str]) -> None:
        text, end = self.text, match.end()
        if name == "mathbb" and (group := re.compile(r"\s*(?:\{\s*([A-Z])\s*\}|([A-Z]))").match(text, end)):
            letter = group[1] or group[2]
            plus = re.compile(r"\s*\^\s*(?:\{\s*([+*])\s*\}|([+*]))").match(text, group.end())
            if letter in vocabulary.NUMBER_SETS:
                name_end = plus.end() if plus else group.end()
                self.symbol(letter * 2 + (f"_{{{plus[1] or plus[2]}}}" if plus else ""), match.start(), name_end)
                return
        if name == "not" and (negated := _NEGATED.match(text, end)):
            self.position = negated.end()
            sign = _NEGATIONS.get(negated[1])
            if sign:
                self.add("relator", sign, match.start(), negated.end())
                return
        raise ReadError(f"a command that is not known: \\{name}", match.start())


def _subscript(raw: str, position: int) -> str:
    """The one way a subscript is written: ``_1``, ``_n``, ``_{n+1}``."""
    text = _SUBSCRIPT_CLEANED.sub(r"\1", raw)
    text = _SUBSCRIPT_COMMAND.sub(lambda match: _subscript_word(match[1], position), text)
    text = re.sub(r"\s+", "", text).replace("−", "-")
    if not _SUBSCRIPT_SIGNS.fullmatch(text) or text.count("{") != text.count("}"):
        raise ReadError("a subscript that is not a name", position)
    return f"_{text}" if (len(text) == 1 and text.isalnum()) or text.isdigit() else f"_{{{text}}}"


def _subscript_word(command: str, position: int) -> str:
    if command in ",;:! ":
        return ""
    sign = vocabulary.COMMANDS.get(command)
    if sign is None or sign[0] not in {"symbol", "relator", "*"}:
        raise ReadError(f"a command that is not known in a subscript: \\{command}", position)
    return sign[1] or sign[0]


_UNKNOWN: Sign = ("unknown", "")
_HANDLERS: dict[str, Callable[[_Lexer, re.Match[str]], None]] = {
    name: getattr(_Lexer, name)
    for name in "space number certain grouped repeating superscript character sign word command".split()
}
