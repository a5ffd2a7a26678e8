"""Messages of one line that no name can forge, and errors that survive a worker process."""

import pickle
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from cinetag_plugin.document.errors import (
    CinetagError,
    DocumentError,
    ExportError,
    MediaError,
    ModelError,
    PluginError,
    UsageError,
    printable,
)

anything = st.text(st.characters(exclude_categories=()), max_size=60)

# docs/exit-codes.md
EXIT_CODES = [
    (CinetagError, 1),
    (PluginError, 1),
    (UsageError, 2),
    (MediaError, 4),
    (DocumentError, 4),
    (ModelError, 5),
    (ExportError, 6),
]


@given(anything)
def test_no_text_can_start_a_line_or_drive_a_terminal(text):
    shown = printable(text)
    assert len(shown.splitlines()) <= 1
    assert not {unicodedata.category(c) for c in shown} & {"Cc", "Cf", "Cs", "Zl", "Zp"}
    shown.encode("utf-8")


@given(anything)
def test_escaping_is_done_once(text):
    assert printable(printable(text)) == printable(text)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", r"a\nb"),
        ("a\r\x1b[31mb", r"a\r\x1b[31mb"),
        ("\x9b31m", r"\x9b31m"),
        ("evil\u202emp4.exe", r"evil\u202emp4.exe"),
        ("\u2066x\u2069", r"\u2066x\u2069"),
        ("line\u2028sep", r"line\u2028sep"),
        ("\udcff", r"\udcff"),
        ("\ufeffx", r"\ufeffx"),
        ("Ünïcode — 映画 🎬", "Ünïcode — 映画 🎬"),
    ],
)
def test_what_is_harmless_stays_and_what_is_not_is_spelled_out(text, shown):
    assert printable(text) == shown


@pytest.mark.parametrize(("kind", "code"), EXIT_CODES)
def test_each_error_has_its_exit_code(kind, code):
    assert kind.exit_code == code
    assert issubclass(kind, CinetagError)


@given(anything, anything, anything)
def test_a_message_is_one_line(subject, fault, remedy):
    assert len(str(MediaError(subject, fault, remedy)).splitlines()) <= 1


def test_a_message_says_what_was_read_what_is_wrong_and_what_to_do():
    assert str(MediaError("a.mp4", "is empty", "copy it again")) == "a.mp4: is empty: copy it again"
    assert str(MediaError("a.mp4", "is empty")) == "a.mp4: is empty"


def test_a_fault_that_quotes_a_whole_file_is_cut():
    assert len(str(MediaError("a.mp4", "x" * 10**6, "check it"))) < 1000


@pytest.mark.parametrize(("kind", "code"), EXIT_CODES)
def test_errors_come_back_whole_from_a_worker_process(kind, code):
    error = pickle.loads(pickle.dumps(kind("a\nb", "is bad", "mend it")))
    assert type(error) is kind
    assert (error.subject, error.fault, error.remedy) == ("a\nb", "is bad", "mend it")
