import clra


def test_public_names_are_sorted_and_there():
    assert clra.__all__ == sorted(clra.__all__)
    assert all(hasattr(clra, name) for name in clra.__all__)


def test_nothing_else_is_public():
    assert dir(clra) == clra.__all__


def test_other_names_are_not_made_up():
    assert not hasattr(clra, "frobnicate")
