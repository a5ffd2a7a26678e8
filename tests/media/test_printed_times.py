"""The lines that FFmpeg's metadata filter prints, among those of its log."""

from cinetag_plugin.media.printed_times import PrintedTimes

FIRST = "frame:0    pts:-1024   pts_time:-0.0416667"
SECOND = "frame:1    pts:7       pts_time:0.000284"


def test_the_time_of_each_frame() -> None:
    times = PrintedTimes()
    assert times.take(FIRST) == (True, -1024)
    assert times.take(SECOND) == (True, 7)
    assert times.take("frame:2    pts:NOPTS   pts_time:NOPTS") == (True, None)


def test_a_line_may_begin_inside_one_of_the_log() -> None:
    assert PrintedTimes().take(f"[h264 @ 0x55] [error] {FIRST}") == (True, -1024)


def test_counting_begins_anew_with_a_new_size() -> None:
    times = PrintedTimes()
    times.take(FIRST)
    assert times.take("frame:0    pts:99      pts_time:0.1") == (True, 99)
    assert times.take("frame:1    pts:100     pts_time:0.2") == (True, 100)


def test_other_lines_are_none() -> None:
    times = PrintedTimes()
    times.take(FIRST)
    for line in ("[error] frame 1 is damaged", "frame:7    pts:70      pts_time:0.3", "cinetag=frame", ""):
        assert times.take(line) == (False, None)
    assert times.is_mark("cinetag=frame")
    assert not times.is_mark("[error] cinetag=frame")
