"""The words and signs of mathematics: what each command, word and character is to the grammar.

A sign is a pair ``(kind, text)``: the grammar dispatches on the kind, the text says which of its kind it is.
"""

import re
from types import MappingProxyType

Sign = tuple[str, str]

CONSTANTS = frozenset({"pi", "e", "i", "oo"})

GREEK = frozenset(
    "alpha beta gamma delta epsilon varepsilon zeta eta theta vartheta iota kappa lambda mu nu xi rho sigma tau upsilon "
    "phi varphi chi psi omega Gamma Delta Theta Lambda Xi Pi Sigma Upsilon Phi Psi Omega ell".split()
)

ELEMENTARY = frozenset(
    "exp ln log sin cos tan cot sec csc arcsin arccos arctan arccot arcsec arccsc sinh cosh tanh".split()
)
"""Functions whose argument may stand without brackets."""

ACCENTS = MappingProxyType({
    "overline": "bar", "bar": "bar", "vec": "vec", "overrightarrow": "vec", "hat": "hat", "widehat": "hat",
    "tilde": "tilde", "widetilde": "tilde", "dot": "dot", "ddot": "ddot", "overleftrightarrow": "line",
    "mathbf": "bold", "boldsymbol": "bold", "bm": "bold", "bold": "bold", "mathcal": "cal", "mathscr": "cal", "mathfrak": "frak",
})  # fmt: skip
"""Commands that make a new name of the letters they stand over."""

FIGURES = MappingProxyType({"angle": "angle", "measuredangle": "angle", "sphericalangle": "angle", "triangle": "triangle"})

NAME_PREFIXES = frozenset({*ACCENTS.values(), *FIGURES.values()})

NAMED_CALLS = MappingProxyType({
    "gcd": "gcd", "GCD": "gcd", "HCF": "gcd", "hcf": "gcd", "lcm": "lcm", "LCM": "lcm", "max": "max", "min": "min",
    "abs": "abs", "floor": "floor", "ceil": "ceil", "ceiling": "ceil", "sqrt": "sqrt", "cbrt": "cbrt",
    "binom": "binomial", "binomial": "binomial", "nCr": "binomial", "det": "determinant",
})  # fmt: skip
"""Functions written with brackets, by any reader and writer."""

NOTATION_CALLS = frozenset(
    "root sum product integral derivative limit determinant difference unit money mixed list set interval matrix call "
    "either".split()
)
"""Words that mean something only before a bracket: the notation that `clra.parsing.notation` writes."""

RELATORS = MappingProxyType({
    "=": "=", "<": "<", ">": ">", "lt": "<", "gt": ">", "le": "<=", "leq": "<=", "leqslant": "<=", "ge": ">=",
    "geq": ">=", "geqslant": ">=", "ne": "!=", "neq": "!=", "approx": "~", "approxeq": "~", "simeq": "~", "equiv": "==",
    "mid": "|", "nmid": "!|", "in": "in", "notin": "not in", "coloneqq": "=", "triangleq": "=", "eq": "=",
})  # fmt: skip

THEN_WORDS = frozenset(
    ["so", "thus", "hence", "therefore", "then", "so that", "since", "because", "where", "with", "but", "gives", "yields"]
    + ["implies", "implying", "we get", "we have", "which gives", "so we have", "and so", "it follows that", "that is"]
    + ["i.e.", "and thus", "and hence", "and therefore", "giving", "i.e"]
)
"""Words between one statement and the next, both of which are stated."""

REFUSED_IN_UNITS = frozenset(
    "a an and are as at be because but by for from gcd given has have hence if in into is it lcm let mod modulo more no not of "
    "on only or otherwise remainder since so some st such than that the then there therefore thus to unless was we when "
    "where which while with nd rd th r percent dozen hundred thousand million billion trillion times plus minus divided "
    "less all any each every equals equal is are even odd".split()
)

UNITS: dict[str, str] = {}
"""Canonical name of each unit by every way of writing it."""
for _row in """
mm millimeter millimeters millimetre millimetres
cm centimeter centimeters centimetre centimetres
m meter meters metre metres
km kilometer kilometers kilometre kilometres
in inch inches
ft foot feet
yd yard yards
mile miles mi
mg milligram milligrams
g gram grams
kg kilogram kilograms
lb lbs pound pounds
oz ounce ounces
ml mL milliliter milliliters
l L liter liters litre litres
gallon gallons gal
second seconds sec secs s
minute minutes min mins
hour hours hr hrs h
day days
week weeks
month months
year years yr yrs
dollar dollars
cent cents
unit units
radian radians rad
degree degrees deg
""".split("\n"):
    for _name in _row.split():
        UNITS[_name] = _row.split()[0]

PLAIN_UNITS = frozenset(
    name for name in UNITS if len(name) > 1 and name not in {"in", "mi", "rad", "degree", "degrees", "deg"}
)
"""Units certain enough to be read after a number without ``\\text``."""

SPEEDS = MappingProxyType({"mph": "mile/hour", "kph": "km/hour", "kmh": "km/hour"})
POWERS = MappingProxyType({"square": "^2", "sq": "^2", "cubic": "^3", "cu": "^3"})

_UNIT_SPLIT = re.compile(r"\s*(/|\bper\b)\s*")
_UNIT_PART = re.compile(r"(?:(square|sq|cubic|cu)\.?\s+)?([A-Za-z°]+(?:[ -][A-Za-z]+){0,2})\.?(?:\^?\{?([23])\}?)?")


def unit_name(text: str) -> str | None:
    """The canonical name of a unit as written, such as ``cm^2`` for ``square centimeters``; None where it is none."""
    pieces = _UNIT_SPLIT.split(text.strip().replace("²", "^2").replace("³", "^3"))
    if len(pieces) > 3:
        return None
    names = []
    for piece in pieces[::2]:
        name = _unit_part(piece)
        if name is None:
            return None
        names.append(name)
    return "/".join(names)


def _unit_part(text: str) -> str | None:
    match = _UNIT_PART.fullmatch(text)
    if match is None:
        return None
    prefix, words, power = match.groups()
    if any(word.lower() in REFUSED_IN_UNITS and word != "in" for word in re.split("[ -]", words)):
        return None
    if prefix and power:
        return None
    name = UNITS.get(words) or UNITS.get(words.lower()) or SPEEDS.get(words.lower()) or words
    return name + (POWERS[prefix] if prefix else f"^{power}" if power else "")


COMMANDS: dict[str, Sign | None] = {
    **{name: ("symbol", name) for name in GREEK},
    **{name: ("function", name) for name in ELEMENTARY},
    **{name: ("relator", sign) for name, sign in RELATORS.items()},
    **{name: ("accent", prefix) for name, prefix in ACCENTS.items()},
    **{name: ("figure", prefix) for name, prefix in FIGURES.items()},
    **{name: ("named call", NAMED_CALLS[name]) for name in ("gcd", "max", "min", "det")},
    **dict.fromkeys(("frac", "dfrac", "tfrac", "cfrac"), ("frac", "")),
    **dict.fromkeys(("binom", "dbinom", "tbinom"), ("binom", "")),
    **dict.fromkeys(("cdot", "times", "ast"), ("*", "")),
    **dict.fromkeys(("implies", "Rightarrow", "Longrightarrow", "iff", "Leftrightarrow", "Longleftrightarrow"), ("then", "")),
    **dict.fromkeys(("to", "rightarrow", "longrightarrow"), ("to", "")),
    **dict.fromkeys(("therefore", "because"), ("then", "")),
    **dict.fromkeys(("land", "wedge"), ("and", "")),
    **dict.fromkeys(("lor", "vee"), ("or", "")),
    **dict.fromkeys(("ldots", "cdots", "dots", "dotsb", "dotsc", "dotsm", "dotso", "vdots"), ("dots", "")),
    **dict.fromkeys(("vert",), ("|", "")),
    **dict.fromkeys(("emptyset", "varnothing"), ("empty set", "")),
    **dict.fromkeys(("quad", "qquad"), ("quad", "")),
    **dict.fromkeys(("circ", "degree"), ("degree", "")),
    **dict.fromkeys(("setminus", "backslash"), ("set operator", "difference")),
    "lg": ("function", "log"), "Pr": ("called", "Pr"),
    "pi": ("symbol", "pi"), "infty": ("symbol", "oo"), "div": ("/", ""), "sqrt": ("sqrt", ""), "choose": ("choose", ""),
    "lfloor": ("floor", "floor"), "rfloor": ("end floor", ""), "lceil": ("floor", "ceil"), "rceil": ("end ceil", ""),
    "lvert": ("left bar", ""), "rvert": ("right bar", ""), "lbrace": ("set", ""), "rbrace": ("end set", ""),
    "{": ("set", ""), "}": ("end set", ""), "lbrack": ("[", ""), "rbrack": ("]", ""), "|": ("norm", ""),
    "sum": ("big", "sum"), "prod": ("big", "product"), "int": ("integral", ""), "lim": ("limit", ""), "pm": ("±", ""),
    "cup": ("set operator", "union"), "cap": ("set operator", "intersection"), "bmod": ("mod", ""), "mod": ("mod", ""),
    "pmod": ("pmod", ""), "%": ("%", ""), "$": ("money", "$"), "pounds": ("money", "£"), "euro": ("money", "€"),
    "prime": ("'", ""), "colon": (":", ""), "\\": ("row", ""), "newline": ("row", ""), "cr": ("row", ""),
    **dict.fromkeys(
        [",", ";", ":", "!", ">", " ", "\n", "\t", "displaystyle", "textstyle", "scriptstyle", "limits", "nolimits", "nonumber"]
        + ["notag", "thinspace", "medspace", "thickspace", "enspace", "allowbreak", "strut", "hfill", "left", "right", "big"]
        + ["Big", "bigg", "Bigg", "bigl", "bigr", "Bigl", "Bigr", "biggl", "biggr", "Biggl", "Biggr", "(", ")", "["]
        + ["]", "smallskip", "medskip", "bigskip", "noindent", "/", "centering", "hskip"]
    ),
}  # fmt: skip
"""Every command the lexer knows; None for those that only move things about. Those that take text are in the lexer."""

WORDS: dict[str, Sign] = {
    **{name: ("symbol", name) for name in GREEK},
    **{name: ("function", name) for name in ELEMENTARY},
    "lg": ("function", "log"), "pi": ("symbol", "pi"), "oo": ("symbol", "oo"), "infinity": ("symbol", "oo"), "inf": ("symbol", "oo"),
    "asin": ("function", "arcsin"), "acos": ("function", "arccos"), "atan": ("function", "arctan"),
    "mod": ("mod", ""), "modulo": ("mod", ""), "and": ("and", ""), "or": ("or", ""), "of": ("of", ""), "percent": ("%", ""),
    "divides": ("relator", "|"), "in": ("relator", "in"), "choose": ("chooses", ""),
    **{word: ("then", "") for word in THEN_WORDS if word.isalpha()},
}  # fmt: skip
"""Words that mean something wherever they stand."""

CHARACTERS: dict[str, Sign] = {
    **{sign: (sign, "") for sign in "+-*/^_()[]{}|!%,;:&.'?"},
    **{sign: ("relator", sign) for sign in "=<>"},
    **dict.fromkeys("−–—‐‑", ("-", "")), **dict.fromkeys("×·⋅∗•∙", ("*", "")), **dict.fromkeys("÷∕⁄", ("/", "")),
    **dict.fromkeys("⇒⟹⇔⟺∴∵", ("then", "")), **dict.fromkeys("→⟶", ("to", "")), **dict.fromkeys("…⋯", ("dots", "")),
    **dict.fromkeys("′’", ("'", "")), **dict.fromkeys("∅⌀", ("empty set", "")),
    "≤": ("relator", "<="), "≥": ("relator", ">="), "≠": ("relator", "!="), "≈": ("relator", "~"), "≡": ("relator", "=="),
    "∈": ("relator", "in"), "∉": ("relator", "not in"), "∣": ("relator", "|"), "∤": ("relator", "!|"), "⩽": ("relator", "<="),
    "⩾": ("relator", ">="), "∞": ("symbol", "oo"), "°": ("degree", ""), "º": ("degree", ""), "√": ("radical", "2"),
    "∛": ("radical", "3"), "∜": ("radical", "4"), "⌊": ("floor", "floor"), "⌋": ("end floor", ""), "⌈": ("floor", "ceil"),
    "⌉": ("end ceil", ""), "±": ("±", ""), "∪": ("set operator", "union"), "∩": ("set operator", "intersection"),
    "∑": ("big", "sum"), "∏": ("big", "product"), "∫": ("integral", ""), "∧": ("and", ""), "∨": ("or", ""),
    "ℝ": ("symbol", "RR"), "ℤ": ("symbol", "ZZ"), "ℕ": ("symbol", "NN"), "ℚ": ("symbol", "QQ"), "ℂ": ("symbol", "CC"),
    "∠": ("figure", "angle"), "△": ("figure", "triangle"), "€": ("money", "€"), "£": ("money", "£"), "¥": ("money", "¥"),
    "$": ("money", "$"), "¢": ("unit", "cent"),
    **{letter: ("symbol", name) for letter, name in zip("αβγδεζηθικλμνξρστυφχψωΓΔΘΛΞΣΦΨΩπ", (
        "alpha beta gamma delta epsilon zeta eta theta iota kappa lambda mu nu xi rho sigma tau upsilon phi chi psi omega "
        "Gamma Delta Theta Lambda Xi Sigma Phi Psi Omega pi").split(), strict=True)},
    **{quote: ('"', "") for quote in '"“”'},
}  # fmt: skip

VULGAR_FRACTIONS = MappingProxyType({
    "½": (1, 2), "⅓": (1, 3), "⅔": (2, 3), "¼": (1, 4), "¾": (3, 4), "⅕": (1, 5), "⅖": (2, 5), "⅗": (3, 5), "⅘": (4, 5),
    "⅙": (1, 6), "⅚": (5, 6), "⅛": (1, 8), "⅜": (3, 8), "⅝": (5, 8), "⅞": (7, 8),
})  # fmt: skip

SUPERSCRIPTS = str.maketrans("⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ", "0123456789+-=()ni")
SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓₕₖₗₘₙₚₛₜᵢⱼ", "0123456789+-=()aeoxhklmnpstij")

NUMBER_SETS = frozenset("RZNQCP")

PLAIN_LETTERS_REFUSED = frozenset(
    "is are was be by at as an am do go he it me my no on so to up us we if ok ie eg vs nd rd st th".split()
)
"""Two letters that are a word, not a product, unless operators stand around them."""
