"""``cinetag plugins``: what is loaded, from where, and what failed."""


def _lines(out: str) -> dict[str, str]:
    return {line[:24].strip(): line[25:] for line in out.splitlines()}


def test_our_own_are_listed_with_what_they_offer(cinetag):
    told = cinetag("plugins", "--no-plugins")
    lines = _lines(told.out)
    assert told.code == 0
    assert {"accurate", "paper"} <= set(lines["detectors"].split(", "))
    assert {"otio", "json", "csv"} <= set(lines["formats"].split(", "))
    assert {"evidence", "groupings", "models"} <= lines.keys()
    assert any("register_detectors" in line for line in lines.values() if line.startswith("cinetag | "))


def test_one_that_fails_is_listed_with_the_reason(cinetag, broken_plugin):
    told = cinetag("plugins")
    assert told.code == 0
    assert _lines(told.out)[broken_plugin].startswith("cinetag-broken 2.0 | FAILED: ")
    assert "out of order" in told.out


def test_no_plugins_lists_only_our_own(cinetag, broken_plugin):
    told = cinetag("plugins", "--no-plugins")
    assert broken_plugin not in _lines(told.out)
    assert "FAILED" not in told.out


def test_a_plugin_cannot_drive_the_terminal(cinetag, broken_plugin, tmp_path):
    code = "raise RuntimeError('\\x1b[2Jgone\\nplugin accurate')\n"
    tmp_path.joinpath("site", "cinetag_broken.py").write_text(code)
    told = cinetag("plugins")
    assert "\x1b" not in told.out
    assert len([line for line in told.out.splitlines() if "gone" in line]) == 1
    assert not [line for line in told.out.splitlines() if line.startswith("plugin accurate")]
