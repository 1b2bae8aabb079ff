"""Why a method gives no value. Never an answer: whoever catches one of these knows nothing more than before."""


class UndecidedError(Exception):
    """This method gives no value here; the message says why, in words for a reader."""


class UndefinedError(UndecidedError):
    """There is no value at all, as for a division by zero."""


class IrrationalError(UndecidedError):
    """There is a value, but no rational one that was found."""


class TooBigError(UndecidedError):
    """The value would take more memory or time than one claim is given."""


class UnsupportedError(UndecidedError):
    """The method does not know this notation."""
