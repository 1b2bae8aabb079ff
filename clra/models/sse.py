"""Server-sent events, as far as model servers use them (HTML standard, section 9.2.6)."""


class EventReader:
    """Turns the bytes of a stream, however they were cut on their way, into the data of its events.

    Only CR, LF and CRLF end a line: JSON may hold U+2028 and its like unescaped, at which `str.splitlines` would cut.
    An event that the stream breaks off in never comes out, as the standard says.
    """

    def __init__(self) -> None:
        self._rest: list[bytes] = []
        self._held_cr = b""
        self._data: list[str] = []

    def feed(self, chunk: bytes) -> list[str]:
        """Take in some bytes and return the data of the events that are complete with them."""
        chunk = self._held_cr + chunk
        # a CR at the end may be the first half of CRLF
        self._held_cr = b"\r" if chunk.endswith(b"\r") else b""
        chunk = chunk.removesuffix(b"\r").replace(b"\r\n", b"\n").replace(b"\r", b"\n")
        *lines, rest = chunk.split(b"\n")
        events = []
        for line in lines:
            self._rest.append(line)
            events += self._read(b"".join(self._rest))
            self._rest.clear()
        self._rest.append(rest)
        return events

    def _read(self, line: bytes) -> list[str]:
        if line.startswith(b"data:"):
            self._data.append(line[5:].removeprefix(b" ").decode(errors="replace"))
        if line or not self._data:
            return []
        event = "\n".join(self._data)
        self._data.clear()
        return [event]
