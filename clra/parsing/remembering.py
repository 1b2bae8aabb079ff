"""What was made of the trees read last: the same text gives the same tree again, and chains repeat themselves."""

from collections.abc import Callable
from functools import wraps
from typing import TypeVar

from clra.parsing.tree import Statement

_REMEMBERED = 4_096
_Tree = TypeVar("_Tree", bound=Statement | None)
_Made = TypeVar("_Made")


def remembered(make: Callable[[_Tree], _Made]) -> Callable[[_Tree], _Made]:
    """Keep what a function makes of a tree, for this very tree: to compare or hash trees would take as long."""
    known: dict[int, tuple[_Tree, _Made]] = {}

    @wraps(make)
    def remembering(tree: _Tree) -> _Made:
        found = known.get(id(tree))
        if found is None:
            if len(known) >= _REMEMBERED:
                known.clear()
            found = known[id(tree)] = tree, make(tree)  # the tree is held too, so that no other gets its id
        return found[1]

    return remembering
