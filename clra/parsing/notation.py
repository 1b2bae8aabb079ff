"""Trees to text: the notation that claims are stored in, shown in and sent to workers as, and LaTeX.

``read(to_text(tree)) == (tree,)`` for every tree that the reader makes. What has no sign of its own that is certain to
be read back is written like a function: ``either(a, b)``, ``unit(x, "m")``, ``sum(k, 1, n, k^2)``, ``call("h", x)``.

``to_latex`` is for the eye. It is read back to the same tree, but for words that stand alone.
"""

from clra.parsing.mathematics.latex import LatexWriter
from clra.parsing.mathematics.plain import TextWriter
from clra.parsing.remembering import remembered
from clra.parsing.tree import Statement

_TEXT = TextWriter()
_LATEX = LatexWriter()


@remembered
def to_text(tree: Statement) -> str:
    """The tree in plain text: ``3*x^2 + 1/2``, ``17 == 2 (mod 5)``."""
    return _TEXT.statement(tree)


def to_latex(tree: Statement) -> str:
    """The tree in LaTeX, without dollar signs around it."""
    return _LATEX.statement(tree)
