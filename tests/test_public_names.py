import clra


def test_public_names_are_sorted_and_there():
    assert clra.__all__ == sorted(clra.__all__)
    assert all(hasattr(clra, name) for name in clra.__all__)


def test_nothing_else_is_public():
    modules = {name for name, value in vars(clra).items() if type(value).__name__ == "module"}
    assert {name for name in vars(clra) if not name.startswith("_")} - modules == set(clra.__all__)
