"""Which addresses a model may be fetched from."""

import re
from urllib.parse import urlsplit

LOCAL_HOSTS = frozenset({"localhost", "127.0.0.1", "::1"})
"""This machine: the only place whose word is taken without encryption."""

_LONGEST = 2048

# printable ASCII; a backslash is read as / by some programs and not by others
_PLAIN = re.compile(r"[!-\[\]-~]+")


def fault_of_address(address: str) -> str:
    """Say what is wrong with an address, as a fault for people; empty where nothing is.

    It must be https, or http to this machine; credentials in it would end in logs and cards.
    """
    if len(address) > _LONGEST or not _PLAIN.fullmatch(address):
        return "is too long, or has characters that no address has"
    try:
        parts = urlsplit(address)
        host, _ = parts.hostname, parts.port
    except ValueError as fault:
        return f"cannot be read ({fault})"
    if not host or parts.scheme not in {"https", "http"}:
        return "is not one of https"
    if "@" in parts.netloc:
        return "has a name or password in it"
    if parts.scheme == "http" and host not in LOCAL_HOSTS:
        return "is not encrypted (http, not https)"
    return ""


def is_local(address: str) -> bool:
    """Say whether an address without fault is on this machine."""
    return urlsplit(address).hostname in LOCAL_HOSTS
