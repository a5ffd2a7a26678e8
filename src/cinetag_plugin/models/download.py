"""Fetches a model file over HTTP: bounded, resumable, and encrypted all the way.

A part that came earlier is gone on with by a range request (RFC 9110, section 14), on the condition
that the file is still the same (If-Range) where the server gave it a strong ETag.
"""

import re
from collections.abc import Callable
from http.client import HTTPException, HTTPMessage, HTTPResponse
from typing import IO
from urllib import request
from urllib.error import HTTPError

from cinetag_plugin import __version__
from cinetag_plugin.document.contracts import Card
from cinetag_plugin.document.errors import ModelError
from cinetag_plugin.models.address import fault_of_address, is_local
from cinetag_plugin.models.card import LARGEST_MODEL
from cinetag_plugin.models.part import Part

Report = Callable[[int, int | None], None]
"""Takes the bytes that have come and the bytes expected, or None where nobody says."""

TIMEOUT = 30.0
"""Seconds that a server may be silent."""

_CHUNK = 65536
_STRONG_TAG = re.compile(r'"[!#-~]{1,256}"')
_PLACE = re.compile(r"bytes (\d{1,18})-\d{1,18}/(?:\d{1,18}|\*)", re.ASCII)


class Download:
    """One run at fetching one file.

    Args:
        card: what is fetched; its ``bytes`` bound it.
        address: where from; without fault.
        part: where the bytes go, and what came of them in earlier runs.
        report: is told how far it is.
        timeout: seconds that the server may be silent.
    """

    def __init__(self, card: Card, address: str, part: Part, report: Report, timeout: float) -> None:
        self._card, self._address, self._part = card, address, part
        self._report, self._timeout = report, timeout
        self.resumed = False

    def run(self) -> None:
        """Bring the part up to the whole file; ``resumed`` says whether earlier bytes were kept.

        Raises:
            ModelError: the server cannot be reached, refuses, breaks off (the part is kept), or gives
                a file of another size (nothing is kept).
            ExportError: the part cannot be written.
        """
        self.resumed = self._part.size > 0
        if self.resumed and self._part.size == self._card.bytes:
            return
        with self._answer() as answer:
            rest = answer.length
            self._receive(answer, None if rest is None else self._part.size + rest)

    def _answer(self) -> HTTPResponse:
        """Ask for what is missing, or for the whole where the server cannot go on from there."""
        if self._part.size > (self._card.bytes or LARGEST_MODEL):
            self._part.forget()
        while True:
            answer = self._asked()
            if answer is not None and answer.status == 200:
                self._part.begin(self._address, _strong_tag(answer))
                self.resumed = False
                return answer
            if answer is not None and answer.status == 206 and self._goes_on(answer):
                return answer
            if answer is not None:
                answer.close()
                if not self._part.size:
                    raise self._fault(f"answers {answer.status} where the whole file was asked for")
            self._part.forget()

    def _asked(self) -> HTTPResponse | None:
        """Send the request; None where the server cannot give what is behind the part."""
        asked = request.Request(self._address, headers=self._headers())
        try:
            answer: HTTPResponse = _opener(self._address).open(asked, timeout=self._timeout)
        except HTTPError as fault:
            fault.close()
            if fault.code == 416 and self._part.size:
                return None
            raise self._fault(f"answers {fault.code} ({_reason(fault)})") from fault
        except (OSError, HTTPException) as fault:
            raise self._fault(f"cannot be reached ({_reason(fault)})") from fault
        return answer

    def _headers(self) -> dict[str, str]:
        headers = {"User-Agent": f"cinetag/{__version__}"}
        if self._part.size:
            headers["Range"] = f"bytes={self._part.size}-"
            if self._part.validator and self._part.address == self._address:
                headers["If-Range"] = self._part.validator
        return headers

    def _goes_on(self, answer: HTTPResponse) -> bool:
        """Say whether an answer begins where the part ends, in the same file."""
        place = _PLACE.match(answer.headers.get("Content-Range", ""))
        part = self._part
        same = part.address != self._address or part.validator in {"", _strong_tag(answer)}
        return part.size > 0 and place is not None and int(place[1]) == part.size and same

    def _receive(self, answer: HTTPResponse, announced: int | None) -> None:
        size, part = self._card.bytes, self._part
        if announced is not None and (announced > LARGEST_MODEL or (size and announced != size)):
            part.forget()
            raise self._fault(f"has {announced} bytes, {self._allowed()}")
        whole = announced if announced is not None else size or None
        self._report(part.size, whole)
        try:
            while chunk := answer.read1(_CHUNK):
                if part.size + len(chunk) > (size or LARGEST_MODEL):
                    part.forget()
                    raise self._fault(f"gives more than {size or LARGEST_MODEL} bytes, {self._allowed()}")
                part.append(chunk)
                self._report(part.size, whole)
        except (OSError, HTTPException) as fault:
            raise self._broken(whole, f" ({_reason(fault)})") from fault
        if whole is not None and part.size < whole:
            raise self._broken(whole)

    def _allowed(self) -> str:
        size = self._card.bytes
        return f"its card says {size}" if size else f"and a model has at most {LARGEST_MODEL}"

    def _broken(self, whole: int | None, reason: str = "") -> ModelError:
        of = "" if whole is None else f" of {whole}"
        fault = f"broke off after {self._part.size}{of} bytes{reason}"
        return ModelError(self._address, fault, "run it again to go on")

    def _fault(self, fault: str) -> ModelError:
        elsewhere = f"get the file some other way, then cinetag models pull {self._card.name} --from FILE"
        return ModelError(self._address, fault, elsewhere)


class _EncryptedRedirects(request.HTTPRedirectHandler):
    """Follows to https only, or from this machine to itself."""

    max_redirections = 5

    def redirect_request(
        self, req: request.Request, fp: IO[bytes], code: int, msg: str, headers: HTTPMessage, newurl: str
    ) -> request.Request | None:
        fault = fault_of_address(newurl)
        if not fault and is_local(newurl) and not is_local(req.full_url):
            fault = "is on this machine"
        if fault:
            fp.close()
            raise ModelError(req.full_url, f"sends on to {newurl}, which {fault}", "choose another source")
        return super().redirect_request(req, fp, code, msg, headers, newurl)


def _opener(address: str) -> request.OpenerDirector:
    """Return what speaks HTTP and nothing else: no files, no FTP; proxies only to other machines."""
    opener = request.OpenerDirector()
    handlers = [
        request.HTTPHandler(),
        request.HTTPSHandler(),
        request.HTTPDefaultErrorHandler(),
        request.HTTPErrorProcessor(),
        _EncryptedRedirects(),
    ]
    if not is_local(address):
        handlers.append(request.ProxyHandler())
    for handler in handlers:
        opener.add_handler(handler)
    return opener


def _strong_tag(answer: HTTPResponse) -> str:
    tag = answer.headers.get("ETag", "")
    return tag if _STRONG_TAG.fullmatch(tag) else ""


def _reason(fault: Exception) -> str:
    """Return in few words what a network fault says; a refusal by the system, without its number."""
    reason = getattr(fault, "reason", fault)
    said = getattr(reason, "strerror", None) or reason
    return " ".join(str(said).split())[:200] or type(fault).__name__
