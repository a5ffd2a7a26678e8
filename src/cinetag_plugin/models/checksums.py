"""What tells that a file is the one its card speaks of."""

import hashlib

from cinetag_plugin.document.contracts import Card


def sha256(content: bytes) -> str:
    """Return a file's SHA-256 as lower-case hex."""
    return hashlib.sha256(content).hexdigest()


def git_blob(content: bytes) -> str:
    """Return the name that git gives a content (``git hash-object``): SHA-1 with its length before it."""
    head = b"blob %d\0" % len(content)
    return hashlib.sha1(head + content, usedforsecurity=False).hexdigest()


def same_file(one: Card, other: Card) -> bool:
    """Say whether two cards speak of the same content; a SHA-256 that was not taken yet fits any."""
    if one.sha256 and other.sha256:
        return one.sha256 == other.sha256
    return bool(one.git_blob) and one.git_blob == other.git_blob


def difference(content: bytes, card: Card) -> str:
    """Say how a content differs from what a card says of its file; empty where it is that file."""
    if card.bytes and len(content) != card.bytes:
        return f"has {len(content)} bytes, its card says {card.bytes}"
    if card.sha256 and (found := sha256(content)) != card.sha256:
        return f"has SHA-256 {found}, its card says {card.sha256}"
    if card.git_blob and (found := git_blob(content)) != card.git_blob:
        return f"is git blob {found}, its card says {card.git_blob}"
    return ""
