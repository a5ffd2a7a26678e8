"""A web server on this machine that serves one file, as badly as a test wants it."""

import contextlib
import re
import socket
import threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


class Server:
    """Serves ``content`` under any path; the attributes say how.

    Attributes:
        tag: the ETag; none where empty.
        ranges: honours Range, and If-Range unless ``careless``.
        length: announces a Content-Length, this one where it is a number.
        breaks_after: closes the connection after so many bytes of one answer.
        hangs_after: falls silent after so many.
        status, location: of an answer that is no file.
        requests: the headers of each request, in order.
    """

    def __init__(self, content=b""):
        self.content, self.tag, self.ranges, self.careless, self.length = content, '"one"', True, False, True
        self.breaks_after = self.hangs_after = self.status = None
        self.location = ""
        self.requests = []
        self.reached = threading.Event()
        self._leave = threading.Event()
        self._http = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"told": self}))
        self._http.daemon_threads = True
        threading.Thread(target=self._http.serve_forever, args=(0.02,), daemon=True).start()

    @property
    def address(self):
        return f"http://127.0.0.1:{self._http.server_port}/net.tflite"

    def wait(self):
        """Be silent until the server is closed."""
        self.reached.set()
        self._leave.wait(60)

    def close(self):
        self._leave.set()
        self._http.shutdown()
        self._http.server_close()


class _Handler(BaseHTTPRequestHandler):
    told: Server

    def do_GET(self):
        told = self.told
        told.requests.append(self.headers)
        if told.status is not None:
            self.send_response(told.status)
            if told.location:
                self.send_header("Location", told.location)
            self.end_headers()
            return
        asked = re.fullmatch(r"bytes=(\d+)-", self.headers.get("Range", "")) if told.ranges else None
        condition = self.headers.get("If-Range")
        if asked and (told.careless or condition in {None, told.tag}):
            self._part(int(asked[1]))
        else:
            self.send_response(200)
            self._body(told.content)

    def _part(self, start):
        whole = len(self.told.content)
        if start >= whole:
            self.send_response(416)
            self.send_header("Content-Range", f"bytes */{whole}")
            self.end_headers()
            return
        self.send_response(206)
        self.send_header("Content-Range", f"bytes {start}-{whole - 1}/{whole}")
        self._body(self.told.content[start:])

    def _body(self, body):
        told = self.told
        if told.tag:
            self.send_header("ETag", told.tag)
        if told.length is not False:
            self.send_header("Content-Length", str(len(body) if told.length is True else told.length))
        self.end_headers()
        with contextlib.suppress(ConnectionError):
            if told.breaks_after is not None:
                self.wfile.write(body[: told.breaks_after])
            elif told.hangs_after is not None:
                self.wfile.write(body[: told.hangs_after])
                told.wait()
            else:
                self.wfile.write(body)

    def log_message(self, *_):
        """Keep quiet."""


def closed_port():
    """Return the address of a port at which nobody listens."""
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        return f"http://127.0.0.1:{taken.getsockname()[1]}/net.tflite"
