"""Results kept by tree."""

from clra.parsing import remembering
from clra.parsing.reader import read_relation
from clra.parsing.remembering import remembered


def counting():
    made = []

    @remembered
    def name(tree):
        made.append(tree)
        return f"{len(made)}: {tree.relator}"

    return name, made


def test_the_same_tree_is_looked_at_once():
    name, made = counting()
    tree = read_relation("x = 2")
    assert name(tree) == name(tree) == "1: ="
    assert len(made) == 1


def test_trees_are_told_apart_after_thousands_of_them(monkeypatch):
    monkeypatch.setattr(remembering, "_REMEMBERED", 8)
    name, made = counting()
    trees = [read_relation(f"x = {number}") for number in range(100)]
    assert [name(tree) for tree in trees] == [f"{number}: =" for number in range(1, 101)]
    assert made == trees
    assert name(trees[0]) == "101: =", "forgotten, not mixed up"
