"""A chat-completions server on loopback that misbehaves on demand.

Without orders it answers every seed with a text of its own, streamed word by word. `FakeServer.script` holds what it
does with the next requests instead, one entry each.
"""

import json
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

MODEL = "tiny"


def text_of(seed: int) -> str:
    """What the server answers under this seed."""
    return f"Seed {seed} : with 3 + 4 = {7 + seed} we get \\boxed{{{seed}}}"


@dataclass
class Request:
    """What came in."""

    path: str
    headers: dict[str, str]
    body: dict[str, Any]


@dataclass
class FakeServer:
    """What the tests see of the server."""

    url: str = ""
    models: list[str] = field(default_factory=lambda: [MODEL])
    script: list["Behaviour"] = field(default_factory=list)
    always: "Behaviour | None" = None
    """Done with every request that the script has nothing for."""
    requests: list[Request] = field(default_factory=list)
    at_once: int = 0
    most_at_once: int = 0
    hung_up: int = 0
    """Answers that the client did not wait for."""
    stopping: threading.Event = field(default_factory=threading.Event)
    lock: threading.Lock = field(default_factory=threading.Lock)

    @property
    def chats(self) -> list[Request]:
        return [request for request in self.requests if request.path.endswith("/chat/completions")]


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    fake: FakeServer

    def do_GET(self):
        self.fake.requests.append(Request(self.path, dict(self.headers), {}))
        if self.path == "/v1/models":
            self.reply(200, {"object": "list", "data": [{"id": name} for name in self.fake.models]})
        else:
            self.reply(404, {"detail": "Not Found"})

    def do_POST(self):
        body = json.loads(self.rfile.read(int(self.headers["content-length"])))
        with self.fake.lock:
            self.fake.requests.append(Request(self.path, dict(self.headers), body))
            behave = self.fake.script.pop(0) if self.fake.script else self.fake.always or completion()
            self.fake.at_once += 1
            self.fake.most_at_once = max(self.fake.most_at_once, self.fake.at_once)
        try:
            if self.path != "/v1/chat/completions":
                self.reply(404, {"detail": "Not Found"})
            elif body["model"] not in self.fake.models:
                self.reply(404, {"error": {"message": f"The model `{body['model']}` does not exist.", "code": 404}})
            else:
                behave(self, body)
        except (BrokenPipeError, ConnectionResetError):
            self.fake.hung_up += 1
            self.close_connection = True
        finally:
            with self.fake.lock:
                self.fake.at_once -= 1

    def reply(self, status, body, content_type="application/json", headers=()):
        data = body if isinstance(body, bytes) else json.dumps(body).encode()
        self.send_response(status)
        for name, value in [("content-type", content_type), ("content-length", str(len(data))), *headers]:
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(data)

    def begin_stream(self):
        self.send_response(200)
        self.send_header("content-type", "text/event-stream; charset=utf-8")
        self.send_header("transfer-encoding", "chunked")
        self.end_headers()

    def send(self, data: bytes):
        self.wfile.write(b"%x\r\n%b\r\n" % (len(data), data))
        self.wfile.flush()

    def event(self, payload):
        text = payload if isinstance(payload, str) else json.dumps(payload)
        self.send(f"data: {text}\n\n".encode())

    def end_stream(self):
        self.wfile.write(b"0\r\n\r\n")

    def wait(self, seconds):
        self.fake.stopping.wait(seconds)

    def log_message(self, *args):
        """Say nothing."""


Behaviour = Callable[[Handler, dict[str, Any]], None]


def chunk(delta=None, finish_reason=None, logprobs=None, usage=None):
    choice = {"index": 0, "delta": delta or {}, "finish_reason": finish_reason, "logprobs": logprobs}
    return {"object": "chat.completion.chunk", "choices": [] if delta is None else [choice], "usage": usage}


def completion(
    text: str | None = None,
    *,
    reasoning: str = "",
    reasoning_field: str = "reasoning_content",
    finish_reason: str | None = "stop",
    before: float = 0.0,
    between: float = 0.0,
    done: bool = True,
    with_logprobs: bool = True,
) -> Behaviour:
    """Stream one completion, word by word; a word is a token."""

    def behave(handler: Handler, body: dict[str, Any]) -> None:
        handler.wait(before)
        words = [word + " " for word in (text_of(body["seed"]) if text is None else text).split(" ")]
        words[-1] = words[-1][:-1]
        cap = body.get("max_tokens", body.get("max_completion_tokens"))
        reason = "length" if cap is not None and cap < len(words) else finish_reason
        handler.begin_stream()
        handler.send(b": a comment, as servers send to keep a connection open\n\n")
        handler.event(chunk({"role": "assistant", "content": ""}))
        for word in reasoning.split():
            handler.event(chunk({reasoning_field: word + " "}))
        sent = words if cap is None else words[:cap]
        for word in sent:
            handler.wait(between)
            logprobs = None
            if body.get("logprobs") and with_logprobs:
                top = [{"token": word, "logprob": -0.25}, {"token": "?", "logprob": -1.5}][
                    : body.get("top_logprobs", 0)
                ]
                logprobs = {"content": [{"token": word, "logprob": -0.25, "top_logprobs": top}]}
            handler.event(chunk({"content": word}, logprobs=logprobs))
        handler.event(chunk({}, reason))
        if body.get("stream_options", {}).get("include_usage"):
            handler.event(chunk(usage={"prompt_tokens": 11, "completion_tokens": len(sent) + len(reasoning.split())}))
        if done:
            handler.event("[DONE]")
        handler.end_stream()

    return behave


def whole(text: str) -> Behaviour:
    """Answer in one piece, as a server that cannot stream."""
    message = {"role": "assistant", "content": text}
    usage = {"prompt_tokens": 11, "completion_tokens": 3}
    choices = [{"index": 0, "message": message, "finish_reason": "stop"}]
    return lambda handler, _: handler.reply(200, {"choices": choices, "usage": usage})


def status(code: int, body: Any = None, content_type: str = "application/json", **headers: str) -> Behaviour:
    """Answer with this status; underscores in the names of headers become hyphens."""
    named = [(name.replace("_", "-"), value) for name, value in headers.items()]
    return lambda handler, _: handler.reply(code, body or {"error": {"message": "no"}}, content_type, named)


def die(after_words: int = 2) -> Behaviour:
    """Drop the connection in the middle of a stream."""

    def behave(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        for word in text_of(body["seed"]).split()[:after_words]:
            handler.event(chunk({"content": word}))
        handler.close_connection = True

    return behave


def events(*payloads: Any) -> Behaviour:
    """Stream these events, then end in good order."""

    def behave(handler: Handler, body: dict[str, Any]) -> None:
        handler.begin_stream()
        for payload in payloads:
            handler.event(payload)
        handler.end_stream()

    return behave


def silence(seconds: float) -> Behaviour:
    """Say nothing for so long, then hang up."""

    def behave(handler: Handler, body: dict[str, Any]) -> None:
        handler.wait(seconds)
        handler.close_connection = True

    return behave


@contextmanager
def fake_server(port: int = 0) -> Iterator[FakeServer]:
    """Run a server for the time of a test."""
    fake = FakeServer()

    class Server(ThreadingHTTPServer):
        daemon_threads = False
        request_queue_size = 128

        def handle_error(self, request, client_address):
            """A client that hangs up is part of the tests."""

    with Server(("127.0.0.1", port), type("BoundHandler", (Handler,), {"fake": fake, "timeout": 5})) as server:
        thread = threading.Thread(target=server.serve_forever, args=(0.02,))
        thread.start()
        fake.url = f"http://127.0.0.1:{server.server_port}/v1"
        try:
            yield fake
        finally:
            fake.stopping.set()
            server.shutdown()
            thread.join()


def eventually(holds: Callable[[], bool], seconds: float = 60.0) -> bool:
    """Whether something comes true before long."""
    until = time.monotonic() + seconds
    while not holds() and time.monotonic() < until:
        time.sleep(0.01)
    return holds()
