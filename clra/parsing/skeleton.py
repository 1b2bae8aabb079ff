"""The words of a text, with one character in the place of each formula."""

from typing import Final, NamedTuple

from clra.parsing.spans import PieceKind, lay_out

FIRST: Final = 0xE100
"""The character of the first formula."""
MOST: Final = 200
"""Texts with more formulas have none."""
FORMULA: Final = f"[{chr(FIRST)}-{chr(FIRST + MOST)}]"


class Skeleton(NamedTuple):
    """A text laid bare."""

    words: str
    """A comma or full stop that ends a formula stands behind its character."""
    formulas: tuple[str, ...]
    """Without delimiters and stops."""

    @property
    def line(self) -> str:
        """The words on one line, each gap one space wide."""
        return " ".join(self.words.replace(" ,", ",").split())

    def formula(self, character: str) -> str:
        """The formula that a character stands for."""
        return self.formulas[ord(character) - FIRST]


def skeleton(text: str) -> Skeleton | None:
    """The words and the formulas of a text; None where it has too many formulas."""
    parts: list[str] = []
    formulas: list[str] = []
    end = 0
    for piece in lay_out(text).pieces:
        if piece.kind not in (PieceKind.INLINE, PieceKind.DISPLAY):
            continue
        body = text[piece.body.start : piece.body.end].strip()
        stop = body[-1:] if body[-1:] in {".", ",", ";", "?"} else ""
        parts += [text[end : piece.span.start], chr(FIRST + len(formulas)), f"{stop} " if stop else ""]
        formulas.append(body.rstrip(" .,;?~\\"))
        end = piece.span.end
        if len(formulas) > MOST:
            return None
    parts.append(text[end:])
    return Skeleton("".join(parts), tuple(formulas))
