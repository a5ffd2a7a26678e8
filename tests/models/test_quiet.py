"""Catching what libraries write to standard error, and giving standard error back."""

import os
import subprocess
import sys
import threading

import pytest

from cinetag_plugin.models.quiet import Caught, caught_stderr


def test_what_is_written_past_python_is_caught(capfd):
    with caught_stderr() as caught:
        os.write(2, b"INFO: made\nERROR: no device\nINFO: done\n")
    assert caught.text == "INFO: made\nERROR: no device\nINFO: done\n"
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_standard_error_comes_back_after_an_exception(capfd):
    with pytest.raises(ValueError, match="inside"), caught_stderr():
        raise ValueError("inside")
    os.write(2, b"after\n")
    assert capfd.readouterr().err == "after\n"


def test_blocks_may_lie_in_each_other(capfd):
    with caught_stderr() as outer:
        with caught_stderr() as inner:
            os.write(2, b"inner")
        os.write(2, b"outer")
    assert (inner.text, outer.text, capfd.readouterr().err) == ("inner", "outer", "")


def test_two_threads_give_standard_error_back(capfd):
    def catch():
        for _ in range(50):
            with caught_stderr():
                os.write(2, b"x")

    threads = [threading.Thread(target=catch) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    os.write(2, b"after")
    assert capfd.readouterr().err == "after"


@pytest.mark.parametrize(
    ("text", "line"),
    [("", ""), ("INFO: a\n", ""), ("ERROR: bad\nINFO: a\n\n", "bad"), ("first\nsecond\n", "second")],
)
def test_the_last_telling_line(text, line):
    caught = Caught()
    caught.text = text
    assert caught.last_line() == line


def test_a_process_without_standard_error_can_catch_nothing():
    program = (
        "import os, sys\nos.close(2)\nsys.stderr = None\n"
        "from cinetag_plugin.models.quiet import caught_stderr\n"
        "with caught_stderr() as caught:\n    pass\nprint(repr(caught.text))\n"
    )
    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False, timeout=60)
    assert (ended.returncode, ended.stdout) == (0, b"''\n")
