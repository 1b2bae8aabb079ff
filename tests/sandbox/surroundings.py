"""What a hostile program would like to reach on the host, all of it the test's own: files, sockets, a variable."""

import contextlib
import json
import os
import pwd
import secrets
import socket
import tempfile
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

VARIABLE: Final = "HOSTILE_SECRET_OF_THE_HOST"
SECRET: Final = "the host's secret"  # noqa: S105 -- of the test
UNTOUCHED: Final = "as it was"


@dataclass(slots=True)
class Surroundings:
    """Everything that is to stay as it is while programs run."""

    folder: Path
    """Readable and writable by all."""
    port: int = 0
    datagram_port: int = 0
    socket: str = ""
    name: str = ""
    """Of a listening socket in the abstract namespace."""
    victims: list[Path] = field(default_factory=list)
    hits: list[str] = field(default_factory=list)
    """Which listener was reached, once for each time."""
    listeners: list[tuple[object, int, int]] = field(default_factory=list)
    """Where they listen, by which family and kind of socket."""
    knocks: dict[object, threading.Event] = field(default_factory=dict)
    """By the address that it comes from: set when a knock of the test's own is heard, which is no hit."""

    @property
    def secret(self) -> Path:
        return self.folder / "secret"

    @property
    def link(self) -> Path:
        return self.folder / "link"

    def letter(self, program: str) -> str:
        """What one program is told on its standard input; the file to attack is its own."""
        victim = self.folder / f"victim-{program}"
        victim.write_text(UNTOUCHED, "utf-8")
        victim.chmod(0o666)
        self.victims.append(victim)
        return json.dumps(
            {
                "folder": str(self.folder),
                "secret": str(self.secret),
                "link": str(self.link),
                "victim": str(victim),
                "port": self.port,
                "datagram_port": self.datagram_port,
                "socket": self.socket,
                "name": self.name,
                "variable": VARIABLE,
                "process": os.getpid(),
                "user": pwd.getpwuid(os.getuid()).pw_gecos or "nobody on this host",
                "source": __file__,
            }
        )

    def damage(self) -> list[str]:
        """What is no longer as it was, once the listeners have noticed all that came before this."""
        for address, family, kind in self.listeners:
            self._knock(address, family, kind)
        expected = {self.secret, self.link, Path(self.socket), *self.victims}
        found = set(self.folder.iterdir())
        changed = [
            path
            for path in self.victims
            if path in found and (path.read_text("utf-8"), path.stat().st_mode) != _AS_IT_WAS
        ]
        return [
            *(f"gone: {path.name}" for path in expected - found),
            *(f"new: {path.name}" for path in found - expected),
            *(f"changed: {path.name}" for path in changed),
            *(f"reached: {listener}" for listener in sorted(set(self.hits))),
        ]

    def _knock(self, address: object, family: int, kind: int) -> None:
        """Wait until a listener is through with what came before."""
        with socket.socket(family, kind) as visitor:
            visitor.bind(("127.0.0.1", 0) if family == socket.AF_INET else f"\0clra-knock-{secrets.token_hex(4)}")
            heard = self.knocks[visitor.getsockname()] = threading.Event()
            visitor.connect(address)
            if kind == socket.SOCK_DGRAM:
                visitor.send(b"knock")
            assert heard.wait(60)

    def repair(self) -> None:
        """Begin again: without victims, hits, and what programs may have put into the folder."""
        for path in set(self.folder.iterdir()) - {self.secret, self.link, Path(self.socket)}:
            path.rmdir() if path.is_dir() else path.unlink()
        self.victims.clear()
        self.hits.clear()


_AS_IT_WAS: Final = (UNTOUCHED, 0o100666)


@contextlib.contextmanager
def surroundings() -> Iterator[Surroundings]:
    """Lay them out, listen, and clear everything away."""
    name = f"clra-hostile-{secrets.token_hex(4)}"
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="clra-surroundings-")))
        folder.chmod(0o777)
        around = Surroundings(folder=folder, socket=str(folder / "socket"), name=name)
        around.secret.write_text(SECRET, "utf-8")
        around.secret.chmod(0o644)
        around.link.symlink_to(around.secret)
        around.port = _listen(stack, around, socket.AF_INET, ("127.0.0.1", 0), "port")[1]
        _listen(stack, around, socket.AF_UNIX, around.socket, "socket")
        Path(around.socket).chmod(0o777)
        _listen(stack, around, socket.AF_UNIX, "\0" + name, "name")
        around.datagram_port = _listen(stack, around, socket.AF_INET, ("127.0.0.1", 0), "datagrams", socket.SOCK_DGRAM)[
            1
        ]
        os.environ[VARIABLE] = SECRET
        stack.callback(os.environ.pop, VARIABLE)
        yield around


def _listen(
    stack: contextlib.ExitStack,
    around: Surroundings,
    family: int,
    address: object,
    label: str,
    kind: int = socket.SOCK_STREAM,
) -> tuple[str, int]:
    """A listener that counts who reaches it, and where it listens."""
    listener = stack.enter_context(socket.socket(family, kind))
    listener.bind(address)
    if kind == socket.SOCK_STREAM:
        listener.listen()
    thread = threading.Thread(target=_count, args=(listener, kind, label, around), daemon=True)
    thread.start()
    around.listeners.append((listener.getsockname(), family, kind))
    stack.callback(thread.join)
    stack.callback(_wake, listener)
    return listener.getsockname()


def _count(listener: socket.socket, kind: int, label: str, around: Surroundings) -> None:
    while True:
        try:
            if kind == socket.SOCK_STREAM:
                connection, sender = listener.accept()
                connection.close()
            else:
                data, sender = listener.recvfrom(64)
                if not data:
                    return
                listener.sendto(b"seen", sender)
        except OSError:
            return
        if knock := around.knocks.pop(sender, None):
            knock.set()
        else:
            around.hits.append(label)


def _wake(listener: socket.socket) -> None:
    """End its thread: a listening socket by shutting it down, one of datagrams by an empty datagram."""
    if listener.type == socket.SOCK_STREAM:
        listener.shutdown(socket.SHUT_RDWR)
    else:
        listener.sendto(b"", listener.getsockname())
