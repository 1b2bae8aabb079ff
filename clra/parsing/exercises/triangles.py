"""Triangles given by the coordinates of their corners: their points, radii, angles, area and perimeter.

Each is a term in the coordinates, which verifiers calculate.
"""

import re
from collections.abc import Callable
from fractions import Fraction
from typing import Final, NamedTuple

from clra.parsing.closedforms import number, sum_of
from clra.parsing.exercises.words import Exercise, Writing, only_remarks
from clra.parsing.tree import Bracket, Collection, Expression, Operation, Symbol

_NUMBER: Final = r"[-−]?\d{1,6}(?:\.\d{1,6})?"
_POINT: Final = rf"[A-Z]\s?=?\s?\(\s*{_NUMBER}\s*,\s*{_NUMBER}\s*\)"
_POINTS: Final = rf"(?P<points>{_POINT}, (?:and )?{_POINT},? (?:and )?{_POINT})"
_NAME: Final = r"(?:\\?triangle ?|△ ?)(?P<name>[A-Z]{3})?"
_GIVEN: Final = (
    rf"(?:the |a )?{_NAME} (?:with|has|having|whose)(?: the)? (?:coordinates|vertices)(?: are)?(?: at)? {_POINTS}"
)
_ASKING: Final = r"(?:please )?(?:find|compute|calculate|determine|what (?:is|are))"
_SOUGHT: Final = r"(?:the )?(?P<sought>[a-z ()]+?(?:angle [A-Z]{3}|angle at [A-Z]|[a-z)])(?: in degrees)?)"
_FORMS = (
    re.compile(rf"(?:given|in|for|consider|let) {_GIVEN}[,.]? {_ASKING} {_SOUGHT}\s?[.?]", re.IGNORECASE),
    re.compile(rf"{_ASKING} {_SOUGHT} (?:of|for|in) {_GIVEN}\s?[.?]", re.IGNORECASE),
)
_EXPLAINED = re.compile(
    r"\((?:the )?(?:(?:point of )?intersection of (?:the |its )?(?:three )?(?:altitudes|medians|angle bisectors"
    r"|perpendicular bisectors)|cent(?:er|re) of (?:mass|gravity|the (?:inscribed|circumscribed) circle))\)"
)
_DELIMITERS = re.compile(r"\\left|\\right|\\[()]|\$")
_SPACE = re.compile(r"\s+(?!\d+[.)]\s)")
"""All but what stands before the number of a remark."""


class _Point(NamedTuple):
    x: Fraction
    y: Fraction


_Corners = tuple[_Point, _Point, _Point]


def triangle_measure(text: str) -> Exercise | None:
    """What a text asks of a triangle; None where it asks for something else, or the corners lie on a line."""
    text = _SPACE.sub(" ", _DELIMITERS.sub("", text)).strip()
    match = next((found for form in _FORMS if (found := form.match(text))), None)
    if match is None or not only_remarks(text[match.end() :]):
        return None
    places = re.findall(rf"([A-Z])\s?=?\s?\(\s*({_NUMBER})\s*,\s*({_NUMBER})", match["points"])
    named = {name: _Point(_fraction(x), _fraction(y)) for name, x, y in places}
    if len(named) != 3 or (match["name"] and set(match["name"]) != set(named)):
        return None
    a, b, c = named.values()
    if _twice_area((a, b, c)) == 0:
        return None
    sought = re.sub(r"^(?:the )?(?:exact )?", "", match["sought"].strip())
    angle = re.fullmatch(
        r"(?:measure )?(?:\((?:in )?degrees\) )?(?:of )?(?:the )?angle (?:at )?(?P<at>[A-Z]{3}|[A-Z])(?: in degrees)?",
        sought,
    )
    if angle is not None:
        return _angle(named, angle["at"]) if "degree" in sought and "radian" not in text.lower() else None
    build = _MEASURES.get(_plain(sought))
    return None if build is None else Exercise(build((a, b, c)))


def _plain(sought: str) -> str:
    """The sought thing without the words that add nothing."""
    sought = _EXPLAINED.sub("", sought.lower()).strip()
    sought = re.sub(r"^(?:coordinates|location|position|value) of (?:its |the )?", "", sought)
    sought = re.sub(r"^(?:radius|length of the radius) of (?:its |the )?", "radius of ", sought)
    return re.sub(r"^(?:its|the) | of (?:the|this) triangle$", "", sought).strip()


def _fraction(text: str) -> Fraction:
    return Fraction(text.replace("−", "-"))


def _twice_area(corners: _Corners) -> Fraction:
    a, b, c = corners
    return abs((b.x - a.x) * (c.y - a.y) - (c.x - a.x) * (b.y - a.y))


def _angle(named: dict[str, _Point], at: str) -> Exercise | None:
    """The angle in degrees, by the dot product of its legs."""
    middle = at if len(at) == 1 else at[1]
    if middle not in named or (len(at) == 3 and set(at) != set(named)):
        return None
    first, second = (point for name, point in named.items() if name != middle)
    corner = named[middle]
    u, v = (_Point(point.x - corner.x, point.y - corner.y) for point in (first, second))
    lengths = _root((u.x**2 + u.y**2) * (v.x**2 + v.y**2))
    cosine = Operation("div", (number(u.x * v.x + u.y * v.y), lengths))
    turn = Operation("div", (number(180), Symbol("pi")))
    return Exercise(Operation("mul", (Operation("arccos", (cosine,)), turn)), Writing.DEGREES)


def _root(value: Fraction) -> Expression:
    return Operation("root", (number(2), number(value)))


def _pair(point: _Point) -> Expression:
    return Collection(Bracket.TUPLE, (number(point.x), number(point.y)))


def _square(p: _Point, q: _Point) -> Fraction:
    return (p.x - q.x) ** 2 + (p.y - q.y) ** 2


def _centroid(corners: _Corners) -> Expression:
    return _pair(_Point(sum(p.x for p in corners) / Fraction(3), sum(p.y for p in corners) / Fraction(3)))


def _center(corners: _Corners) -> _Point:
    """The circumcenter."""
    a, b, c = corners
    double = 2 * (a.x * (b.y - c.y) + b.x * (c.y - a.y) + c.x * (a.y - b.y))
    sizes = [p.x**2 + p.y**2 for p in corners]
    x = (sizes[0] * (b.y - c.y) + sizes[1] * (c.y - a.y) + sizes[2] * (a.y - b.y)) / double
    y = (sizes[0] * (c.x - b.x) + sizes[1] * (a.x - c.x) + sizes[2] * (b.x - a.x)) / double
    return _Point(x, y)


def _circumcenter(corners: _Corners) -> Expression:
    return _pair(_center(corners))


def _orthocenter(corners: _Corners) -> Expression:
    """The corners' sum less twice the circumcenter."""
    center = _center(corners)
    return _pair(_Point(sum(p.x for p in corners) - 2 * center.x, sum(p.y for p in corners) - 2 * center.y))


def _perimeter(corners: _Corners) -> Expression:
    a, b, c = corners
    return sum_of([_root(_square(b, c)), _root(_square(c, a)), _root(_square(a, b))])


def _area(corners: _Corners) -> Expression:
    return number(_twice_area(corners) / 2)


def _inradius(corners: _Corners) -> Expression:
    """Twice the area over the perimeter."""
    return Operation("div", (number(_twice_area(corners)), _perimeter(corners)))


def _circumradius(corners: _Corners) -> Expression:
    return _root(_square(corners[0], _center(corners)))


def _incenter(corners: _Corners) -> Expression:
    """The corners weighed by the sides opposite to them."""
    a, b, c = corners
    sides = [_root(_square(b, c)), _root(_square(c, a)), _root(_square(a, b))]

    def weighed(places: tuple[Fraction, ...]) -> Expression:
        terms: list[Expression] = [
            Operation("mul", (number(place), side)) for place, side in zip(places, sides, strict=True)
        ]
        return Operation("div", (sum_of(terms), sum_of(sides)))

    return Collection(Bracket.TUPLE, (weighed((a.x, b.x, c.x)), weighed((a.y, b.y, c.y))))


_MEASURES: Final[dict[str, Callable[[_Corners], Expression]]] = {
    "centroid": _centroid,
    "circumcenter": _circumcenter,
    "orthocenter": _orthocenter,
    "incenter": _incenter,
    "perimeter": _perimeter,
    "area": _area,
    "inradius": _inradius,
    "incircle radius": _inradius,
    "radius of incircle": _inradius,
    "radius of inscribed circle": _inradius,
    "circumradius": _circumradius,
    "circumcircle radius": _circumradius,
    "radius of circumcircle": _circumradius,
    "radius of circumscribed circle": _circumradius,
}
