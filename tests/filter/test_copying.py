"""Bytes from one descriptor to the other, whatever kind of pipes they are."""

import errno
import os
import threading
import time

import pytest

from cinetag_plugin.filter.copying import Copier, ReaderGoneError


def _slowly_read(descriptor: int, taken: list[bytes]) -> None:
    while piece := os.read(descriptor, 50_000):
        taken.append(piece)
        time.sleep(0.002)


def _written(descriptor: int, content: bytes) -> None:
    with open(descriptor, "wb") as pipe:
        for place in range(0, len(content), 30_000):
            pipe.write(content[place : place + 30_000])
            pipe.flush()
            time.sleep(0.001)


@pytest.mark.parametrize("blocking", [True, False])
def test_every_byte_goes_through_and_can_be_looked_at(blocking):
    content = os.urandom(1_500_000)
    (source, giving), (taking, sink) = os.pipe(), os.pipe()
    os.set_blocking(source, blocking)
    os.set_blocking(sink, blocking)
    taken: list[bytes] = []
    threads = [
        threading.Thread(target=_written, args=(giving, content)),
        threading.Thread(target=_slowly_read, args=(taking, taken)),
    ]
    for thread in threads:
        thread.start()
    copier = Copier(source, sink)
    room = bytearray(2_000_000)
    assert copier.take(memoryview(room)) == copier.passed == len(content)
    copier.close()
    for thread in threads:
        thread.join()
    os.close(source)
    os.close(taking)
    assert bytes(room[: len(content)]) == b"".join(taken) == content


def test_what_has_come_goes_out_before_the_rest_has(tmp_path):
    (source, giving), (taking, sink) = os.pipe(), os.pipe()
    copier = Copier(source, sink)
    thread = threading.Thread(target=copier.take, args=(memoryview(bytearray(100)),))
    thread.start()
    os.write(giving, b"half a frame")
    assert os.read(taking, 100) == b"half a frame"
    os.close(giving)
    thread.join()
    copier.close()
    os.close(source)
    os.close(taking)


def test_a_reader_that_has_gone_is_told_from_other_faults():
    (source, giving), (taking, sink) = os.pipe(), os.pipe()
    os.write(giving, b"something")
    os.close(taking)
    copier = Copier(source, sink)
    with pytest.raises(ReaderGoneError):
        copier.take(memoryview(bytearray(9)))
    os.close(giving)
    os.close(source)


@pytest.mark.skipif(not os.path.exists("/dev/full"), reason="needs /dev/full")  # noqa: PTH110
def test_a_full_disk_is_a_fault_of_the_sink(tmp_path):
    given = tmp_path / "given"
    given.write_bytes(b"something")
    source = os.open(given, os.O_RDONLY)
    copier = Copier(source, os.open("/dev/full", os.O_WRONLY))
    with pytest.raises(OSError, match="No space") as caught:
        copier.take(memoryview(bytearray(9)))
    assert caught.value.errno == errno.ENOSPC
    assert not copier.source_failed
    os.close(source)
