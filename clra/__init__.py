"""Claim-level reliability verification."""


def __getattr__(name):
    if name == "equivalent":
        from clra.parsing.equality import equivalent

        return equivalent
    raise AttributeError(name)
