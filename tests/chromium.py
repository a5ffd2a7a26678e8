"""Chromium without a window, led through its debugging pipe: what a page shows when it is really run."""

import base64
import contextlib
import json
import os
import select
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from functools import partial
from pathlib import Path
from typing import Any

PROGRAMS = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE = 30.0

# keys that a browser's own elements know by number
_CODES = {"Backspace": 8, "Enter": 13, "Escape": 27}

# a browser reads what it is told from descriptor 3 and answers on 4
_ARRANGE = """
import fcntl, os, sys
read, write = (fcntl.fcntl(int(given), fcntl.F_DUPFD, 10) for given in sys.argv[1:3])
os.dup2(read, 3)
os.dup2(write, 4)
os.execv(sys.argv[3], sys.argv[3:])
"""


def program() -> str | None:
    """Return where a Chromium lies, if one does."""
    return next(filter(None, map(shutil.which, PROGRAMS)), None)


class LeftError(Exception):
    """The page was left, or loaded again, before it could answer."""


class Browser:
    """One page: ``faults`` are its exceptions and breaches of policy, ``asked`` what it loads."""

    def __init__(self, send: Callable[[bytes], object], receive: Callable[[], bytes], downloads: Path):
        self._send, self._receive = send, receive
        self._number, self._unread = 0, b""
        self._session: str | None = None
        self.faults: list[str] = []
        self.asked: list[str] = []
        self.asked_to_stay = 0
        self.downloads = downloads
        downloads.mkdir(parents=True)
        target = self.call("Target.createTarget", url="about:blank")["targetId"]
        attached = self.call("Target.attachToTarget", targetId=target, flatten=True)
        where = {"behavior": "allow", "downloadPath": str(downloads)}
        self.call("Browser.setDownloadBehavior", **where)
        self._session = attached["sessionId"]
        for domain in ("Runtime", "Network", "Page", "Log"):
            self.call(f"{domain}.enable")

    def call(self, method: str, **given: Any) -> dict[str, Any]:
        """Have something done, as Chromium's debugging protocol names it; return what it answers."""
        number = self._tell(method, given)
        while True:
            heard = self._next()
            if heard.get("id") == number:
                if "navigated" in str(heard.get("error", "")):
                    raise LeftError(heard["error"])
                assert "error" not in heard, heard["error"]
                return heard["result"]
            if "method" in heard:
                self._note(heard)

    def _tell(self, method: str, given: dict[str, Any]) -> int:
        self._number += 1
        message = {"id": self._number, "method": method, "params": given}
        if self._session:
            message["sessionId"] = self._session
        self._send(json.dumps(message).encode() + b"\0")
        return self._number

    def _next(self) -> dict[str, Any]:
        while b"\0" not in self._unread:
            more = self._receive()
            assert more, "the browser has ended"
            self._unread += more
        message, _, self._unread = self._unread.partition(b"\0")
        return json.loads(message)

    def _note(self, heard: dict[str, Any]) -> None:
        told = heard.get("params", {})
        if heard["method"] == "Runtime.exceptionThrown":
            self.faults.append(json.dumps(told["exceptionDetails"])[:1000])
        elif heard["method"] == "Log.entryAdded" and told["entry"]["level"] == "error":
            self.faults.append(told["entry"]["text"])
        elif heard["method"] == "Page.javascriptDialogOpening":  # the page asks whether to leave unsaved
            self.asked_to_stay += 1
            self._tell("Page.handleJavaScriptDialog", {"accept": True})
        elif heard["method"] == "Network.requestWillBeSent":
            self.asked.append(told["request"]["url"])

    def open(self, page: Path, width: int = 1200, height: int = 900, *, dark: bool = False) -> None:
        self.call(
            "Emulation.setDeviceMetricsOverride",
            width=width,
            height=height,
            deviceScaleFactor=1,
            mobile=False,
        )
        colours = [{"name": "prefers-color-scheme", "value": "dark" if dark else "light"}]
        self.call("Emulation.setEmulatedMedia", features=colours)
        self.call("Page.navigate", url=page.absolute().as_uri())
        self.wait("document.readyState === 'complete' && !!document.querySelector('.rows')")

    def run(self, script: str) -> Any:
        """Evaluate a script in the page; return its value."""
        done = self.call("Runtime.evaluate", expression=script, returnByValue=True, awaitPromise=True)
        assert "exceptionDetails" not in done, done["exceptionDetails"]
        return done["result"].get("value")

    def _held(self, condition: str) -> Any:
        """Ask whether a condition holds; a page that is being left does not say."""
        try:
            return self.run(condition)
        except LeftError:
            return None

    def wait(self, condition: str) -> Any:
        """Wait until a script's value holds; return it."""
        end = time.monotonic() + _PATIENCE
        while not (value := self._held(condition)):
            assert time.monotonic() < end, f"never came true: {condition}"
            time.sleep(0.02)
        return value

    def settle(self) -> None:
        """Wait until the page has done what it was asked."""
        self.run("new Promise((done) => setTimeout(done))")

    def drawn(self) -> None:
        """Wait until what has changed is seen, and a list knows that it was scrolled."""
        self.run("new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")

    def key(self, key: str, modifiers: int = 0) -> None:
        pressed = {"key": key, "modifiers": modifiers, "windowsVirtualKeyCode": _CODES.get(key, 0)}
        text = {"text": "\r" if key == "Enter" else key} if len(key) == 1 or key == "Enter" else {}
        self.call("Input.dispatchKeyEvent", type="keyDown", **pressed, **text)
        self.call("Input.dispatchKeyEvent", type="keyUp", **pressed)
        self.settle()

    def type(self, text: str) -> None:
        self.call("Input.insertText", text=text)
        self.settle()

    def click(self, x: float, y: float) -> None:
        for kind in ("mousePressed", "mouseReleased"):
            self.call("Input.dispatchMouseEvent", type=kind, x=x, y=y, button="left", clickCount=1)
        self.settle()

    def press(self, selector: str) -> None:
        """Click in the middle of the first element of a selector."""
        box = self.run(
            f"(() => {{ const e = document.querySelector({json.dumps(selector)});"
            " e.scrollIntoView({block: 'nearest'}); const b = e.getBoundingClientRect();"
            " return [b.x + b.width / 2, b.y + b.height / 2]; })()"
        )
        self.click(*box)

    def texts(self, selector: str) -> list[str]:
        """Return what is read in every element of a selector."""
        return self.run(f"[...document.querySelectorAll({json.dumps(selector)})].map((e) => e.innerText)")

    def saved(self, name: str) -> Path:
        """Wait for a download; return it, whole."""
        path, end = self.downloads / name, time.monotonic() + _PATIENCE
        while not path.exists():
            assert time.monotonic() < end, f"no {name} was saved"
            time.sleep(0.02)
            self.run("0")
        return path

    def picture(self, path: Path) -> Path:
        """Write what is seen as a PNG."""
        self.drawn()
        path.write_bytes(base64.b64decode(self.call("Page.captureScreenshot", format="png")["data"]))
        return path


def _heard(pipe: int) -> bytes:
    readable, _, _ = select.select([pipe], [], [], _PATIENCE)
    assert readable, "the browser says nothing"
    return os.read(pipe, 1 << 20)


@contextlib.contextmanager
def browser(chromium: str, folder: Path) -> Iterator[Browser]:
    """Start a Chromium that keeps what it has in ``folder``; it ends with the block."""
    to_read, write = os.pipe()
    read, to_write = os.pipe()
    command = [
        *(chromium, "--headless=new", "--remote-debugging-pipe", "--no-sandbox", "--no-first-run"),
        *("--disable-gpu", "--disable-dev-shm-usage", "--disable-extensions", "--disable-sync"),
        *("--disable-background-networking", "--disable-component-update", "--hide-scrollbars"),
        f"--user-data-dir={folder / 'profile'}",
    ]
    child = subprocess.Popen(
        [sys.executable, "-c", _ARRANGE, str(to_read), str(to_write), *command],
        pass_fds=(to_read, to_write),
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    os.close(to_read)
    os.close(to_write)
    try:
        with os.fdopen(write, "wb", buffering=0) as out:
            yield Browser(out.write, partial(_heard, read), folder / "downloads")
    finally:
        child.terminate()
        child.wait(timeout=_PATIENCE)
        os.close(read)
