"""An OpenAI-compatible endpoint on this machine that says what it is told to: real HTTP, no model."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread
from typing import Any


@dataclass
class Reply:
    """One answer: a status, words in pieces, and how it ends."""

    pieces: tuple[str, ...] = ()
    status: int = 200
    breaks_off: bool = False
    """The connection is cut after the pieces."""
    raw: bytes | None = None
    """Sent as it is instead of events."""


@dataclass
class Endpoint:
    """What the server was told to say, and what it was asked."""

    url: str = ""
    replies: deque[Reply] = field(default_factory=deque)
    asked: list[dict[str, Any]] = field(default_factory=list)
    keys: list[str] = field(default_factory=list)

    def say(self, *replies: str | Reply) -> None:
        """Queue answers; a text is sent in pieces of seven characters."""
        for reply in replies:
            if isinstance(reply, str):
                reply = Reply(tuple(reply[at : at + 7] for at in range(0, len(reply), 7)))
            self.replies.append(reply)

    @property
    def prompt(self) -> str:
        """The user's message of the last call."""
        return str(self.asked[-1]["messages"][-1]["content"])


@contextmanager
def serving() -> Iterator[Endpoint]:
    """The endpoint on a free port."""
    endpoint = Endpoint()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            endpoint.asked.append(body)
            endpoint.keys.append(self.headers.get("Authorization", ""))
            reply = endpoint.replies.popleft() if endpoint.replies else Reply(status=500)
            if reply.status != 200 or reply.raw is not None:
                content = reply.raw if reply.raw is not None else b'{"error": {"message": "as told"}}'
                self.send_response(reply.status)
                self.send_header("Content-Type", "application/json")
                self.send_header("Content-Length", str(len(content)))
                self.end_headers()
                self.wfile.write(content)
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/event-stream")
            self.send_header("Transfer-Encoding", "chunked")
            self.end_headers()
            for piece in reply.pieces:
                self._event(json.dumps(_chunk(piece, None)))
            if reply.breaks_off:
                self.close_connection = True
                self.connection.close()
                return
            self._event(json.dumps(_chunk("", "stop")))
            self._event("[DONE]")
            self.wfile.write(b"0\r\n\r\n")

        def _event(self, data: str) -> None:
            content = f"data: {data}\n\n".encode()
            self.wfile.write(f"{len(content):x}\r\n".encode() + content + b"\r\n")
            self.wfile.flush()

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}/v1"
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def _chunk(content: str, finish: str | None) -> dict[str, Any]:
    choice = {"index": 0, "delta": {"role": "assistant", "content": content}, "finish_reason": finish}
    return {"id": "c", "object": "chat.completion.chunk", "created": 1, "model": "scripted", "choices": [choice]}
