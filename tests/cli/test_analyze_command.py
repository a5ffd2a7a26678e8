"""``cinetag analyze``: what it writes, what it prints, how it ends."""

import csv
import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import jsonschema
import pytest

from cinetag_plugin.cli.main import Terminated, main
from cinetag_plugin.document.files import SUFFIX, read_analysis
from cinetag_plugin.pipeline import Analyzer


def _expected(shared: Path) -> list[dict[str, str]]:
    with (shared / "media" / "odd" / "EXPECTED.tsv").open(encoding="utf-8", newline="") as table:
        return list(csv.DictReader(table, delimiter="\t", quoting=csv.QUOTE_NONE))


@pytest.fixture
def film(shared) -> Path:
    return shared / "media" / "odd" / "noaudio.mp4"


@pytest.fixture
def run(tmp_path, capsys):
    """Return a function that finds the shots of films into an empty folder: code, folder, output.

    Only the shots: a tag model may be missing where the tests run.
    """

    def analyse(*arguments: object) -> tuple[int, Path, str, str]:
        folder = tmp_path / "out"
        code = main(["analyze", "--only", "shots", *map(str, arguments), "-o", str(folder)])
        told = capsys.readouterr()
        return code, folder, told.out, told.err

    return analyse


@pytest.fixture
def undecoded(monkeypatch):
    """Let a test fail where a film is decoded."""

    def analyze(self, film, **options):
        pytest.fail(f"{film} was decoded")

    monkeypatch.setattr(Analyzer, "analyze", analyze)


@pytest.fixture
def install(tmp_path, monkeypatch):
    """Return a function that installs a plugin with the code given."""

    def into_site(code: str) -> None:
        facts = tmp_path / "site" / "odd-1.0.dist-info"
        facts.mkdir(parents=True)
        facts.joinpath("METADATA").write_text("Metadata-Version: 2.1\nName: odd\nVersion: 1.0\n")
        facts.joinpath("entry_points.txt").write_text("[cinetag]\nodd = odd_plugin\n")
        source = f"from cinetag_plugin.hooks import hookimpl\n\n@hookimpl\n{code}"
        facts.parent.joinpath("odd_plugin.py").write_text(source)
        monkeypatch.syspath_prepend(str(facts.parent))
        monkeypatch.delitem(sys.modules, "odd_plugin", raising=False)

    return into_site


def test_a_film_gives_a_timeline_and_an_analysis(film, run):
    code, folder, out, _ = run(film)
    assert code == 0
    assert sorted(path.name for path in folder.iterdir()) == ["noaudio.cinetag.json", "noaudio.otio"]
    analysis = read_analysis(folder / f"noaudio{SUFFIX}")
    assert [shot.start for shot in analysis.shots] == [0, 24, 44]
    assert [key.frame for key in analysis.key_frames] == [12, 34, 58]
    assert "noaudio" in out


def test_the_document_fits_the_published_schema(film, run, request):
    _, folder, _, _ = run(film)
    published = json.loads((request.config.rootpath / "docs" / "analysis.schema.json").read_text())
    document = json.loads((folder / f"noaudio{SUFFIX}").read_text(encoding="utf-8"))
    jsonschema.validate(document, published)


def test_json_is_one_line_a_film_on_stdout_and_nothing_else(film, shared, capsys):
    other = shared / "media" / "odd" / "rate_25.mp4"
    assert main(["analyze", str(film), str(other), "--json", "--only", "shots"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [json.loads(line)["film"]["name"] for line in lines] == ["noaudio", "rate_25"]


def test_an_existing_result_ends_the_run_before_anything_is_decoded(film, run):
    _, folder, _, _ = run(film)
    kept = (folder / "noaudio.otio").read_bytes()
    code, _, _, err = run(film)
    assert code == 6
    assert "use -y" in err
    assert (folder / "noaudio.otio").read_bytes() == kept
    assert run(film, "-y")[0] == 0


def test_two_films_of_one_stem_get_distinct_names(film, run, tmp_path):
    other = tmp_path / "copy" / "noaudio.mkv"
    other.parent.mkdir()
    other.write_bytes(film.read_bytes())
    code, folder, _, err = run(film, other)
    assert code == 0
    assert {"noaudio.otio", "noaudio-2.otio"} <= {path.name for path in folder.iterdir()}
    (line,) = [line for line in err.splitlines() if "another film" in line]
    assert str(other) in line
    assert "noaudio-2" in line


def test_a_batch_goes_on_after_a_bad_film_and_lists_it(film, shared, run):
    bad = shared / "media" / "odd" / "fault_text.mp4"
    code, folder, _, err = run(bad, film)
    assert code == 3
    assert (folder / "noaudio.otio").exists()
    assert not list(folder.glob("fault_text*"))
    assert "1 of 2 films failed" in err


def test_a_single_bad_film_has_the_code_of_its_fault(shared, run):
    code, folder, _, err = run(shared / "media" / "odd" / "audio_only.wav")
    assert code == 4
    assert not list(folder.iterdir())
    assert len([line for line in err.splitlines() if "audio_only" in line]) == 1


@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--detector", "crystal-ball"], 2),
        (["--to", "betamax"], 2),
        (["--top", "0"], 2),
        (["--start", "yesterday"], 2),
        (["--end", "00:00:99"], 2),
        (["--start-tc", "xx"], 2),
        (["--progress", "http://host/told"], 2),
        (["--only", "tags", "--tag-model", "no-such-model"], 5),
        (["--only", "tags", "--delegate", "/no/such/delegate.so"], 5),
        (["--ffmpeg", "/no/such/ffmpeg"], 4),
    ],
)
def test_a_wrong_option_has_its_code_and_leaves_nothing(film, run, options, code):
    found, folder, _, err = run(film, *options)
    assert found == code
    assert "Traceback" not in err
    assert not folder.exists() or not list(folder.iterdir())


@pytest.mark.usefixtures("undecoded")
@pytest.mark.parametrize(
    ("options", "code"),
    [
        (["--start", "yesterday"], 2),
        (["--end", "yesterday"], 2),
        (["--start-tc", "xx"], 2),
        (["--progress", "http://host/told"], 2),
        (["--progress", "no/such/folder/told"], 6),
        (["--json", "--progress", "pipe:1"], 2),
    ],
)
def test_a_value_that_suits_no_film_ends_a_batch_before_anything_is_decoded(film, shared, run, options, code):
    found, _, _, err = run(film, shared / "media" / "odd" / "rate_25.mp4", *options)
    assert found == code
    assert len(err.splitlines()) == 1


@pytest.mark.usefixtures("undecoded")
@pytest.mark.skipif(not Path("/proc/self").exists(), reason="no /proc on this system")
@pytest.mark.parametrize("folder", ["/proc", "/proc/results"])
def test_a_folder_that_takes_no_files_ends_the_run_before_anything_is_decoded(folder, film, capsys):
    assert main(["analyze", "--only", "shots", str(film), "-o", folder]) == 6
    (line,) = capsys.readouterr().err.splitlines()
    assert line.startswith(f"cinetag: {folder}: ")


@pytest.mark.usefixtures("undecoded")
def test_an_empty_name_is_not_the_current_folder(film, tmp_path, monkeypatch, run):
    monkeypatch.chdir(film.parent)
    code, _, _, err = run("")
    assert code == 2
    assert "is an empty name" in err


def test_one_film_by_two_names_is_analysed_once(film, monkeypatch, run):
    monkeypatch.chdir(film.parent)
    code, folder, _, err = run(film.name, film)
    assert code == 0
    assert len(list(folder.iterdir())) == 2
    assert "another film" not in err


def test_json_alone_writes_no_file(film, tmp_path, monkeypatch, capsys):
    monkeypatch.chdir(tmp_path)
    assert main(["analyze", str(film), "--json", "--only", "shots"]) == 0
    assert not list(tmp_path.iterdir())
    assert len(capsys.readouterr().out.splitlines()) == 1


def _broken_for(film: Path, fault: BaseException, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let the analysis of one film raise what nobody expects."""
    sound = Analyzer.analyze

    def analyze(self, given, **options):
        if Path(given) == film:
            raise fault
        return sound(self, given, **options)

    monkeypatch.setattr(Analyzer, "analyze", analyze)


@pytest.mark.parametrize(
    "fault", [ZeroDivisionError("oops"), SystemExit(0), MemoryError(), OSError(5, "I/O")]
)
def test_a_batch_goes_on_after_a_fault_of_ours(fault, film, shared, run, monkeypatch):
    bad = shared / "media" / "odd" / "rate_25.mp4"
    _broken_for(bad, fault, monkeypatch)
    code, folder, _, err = run(bad, film)
    assert code == 3
    assert (folder / "noaudio.otio").exists()
    assert "1 of 2 films failed" in err
    (line,) = [line for line in err.splitlines() if "a fault of cinetag" in line]
    assert str(bad) in line
    log = Path(line.rsplit(" ", 1)[1])
    assert type(fault).__name__ in log.read_text(encoding="utf-8")
    log.unlink()


@pytest.mark.parametrize("fault", [ZeroDivisionError("oops"), SystemExit(0)])
def test_a_fault_of_ours_in_a_single_film_is_1(fault, film, run, monkeypatch):
    _broken_for(film, fault, monkeypatch)
    code, _, _, err = run(film)
    (line,) = err.splitlines()
    Path(line.rsplit(" ", 1)[1]).unlink()
    assert code == 1


@pytest.mark.parametrize(("fault", "code"), [(KeyboardInterrupt(), 130), (Terminated(), 143)])
def test_an_interruption_ends_a_batch(fault, code, film, shared, run, monkeypatch):
    first = shared / "media" / "odd" / "rate_25.mp4"
    _broken_for(first, fault, monkeypatch)
    found, folder, _, _ = run(first, film)
    assert found == code
    assert not list(folder.iterdir())


_REFUSES = "def cinetag_refine_tags(analysis):\n    raise ValueError('out of order')\n"


def test_a_failing_plugin_is_told_and_left_out(film, run, install):
    install(_REFUSES)
    code, folder, _, err = run(film)
    assert code == 0
    assert (folder / "noaudio.otio").exists()
    assert "out of order" in err


def test_under_strict_a_failing_plugin_ends_a_batch(film, shared, run, install):
    install(_REFUSES)
    code, folder, _, err = run("--strict", film, shared / "media" / "odd" / "rate_25.mp4")
    assert code == 1
    assert not list(folder.iterdir())
    (line,) = err.splitlines()
    assert "out of order" in line


def test_stdout_that_takes_no_more_ends_a_batch(film, shared, tmp_path):
    if not Path("/dev/full").exists():
        pytest.skip("no /dev/full on this system")
    films = [str(film), str(shared / "media" / "odd" / "rate_25.mp4")]
    command = [sys.executable, "-m", "cinetag_plugin", "analyze", "--only", "shots", "--json", *films]
    with Path("/dev/full").open("wb") as full:
        done = subprocess.run(command, stdout=full, stderr=subprocess.PIPE, text=True, check=False)
    assert done.returncode == 6
    assert done.stderr.splitlines() == ["cinetag: stdout: cannot be written (No space left on device)"]


def test_verbose_says_what_decodes_what_finds_the_shots_and_how_fast(film, run):
    _, _, _, quiet_by_default = run(film)
    code, _, _, err = run(film, "-v", "-y", "--threshold", "0.5")
    assert code == 0
    said = [line for line in err.splitlines() if line not in quiet_by_default]
    (decoder, effort) = said
    assert "ffmpeg" in decoder
    assert "detector accurate" in effort
    assert "threshold 0.5" in effort
    assert "72 frames in" in effort
    assert "times real time" in effort


def test_quiet_still_says_what_is_wrong_with_the_film(film, shared, run):
    code, _, out, err = run(film, "-q")
    assert (code, out, err) == (0, "", "")
    damaged = shared / "media" / "odd" / "trunc_faststart.mp4"
    code, _, out, err = run(damaged, "-q")
    assert (code, out) == (0, "")
    assert all(line.startswith(f"cinetag: {damaged}: ") for line in err.splitlines())
    assert "72" in err


def test_a_part_of_a_film(film, run):
    code, folder, _, _ = run(film, "--start", "1.0", "--end", "00:00:02:00")
    analysis = read_analysis(folder / f"noaudio{SUFFIX}")
    assert code == 0
    assert analysis.film.frames == 72
    assert (analysis.analysed.start, analysis.analysed.end) == (24, 48)
    assert [shot.start for shot in analysis.shots] == [24, 44]


def test_a_cut_list_replaces_the_detector(film, run, tmp_path):
    cuts = tmp_path / "cuts.csv"
    cuts.write_text("frame\n10\n20\n")
    code, folder, _, _ = run(film, "--shots", cuts)
    analysis = read_analysis(folder / f"noaudio{SUFFIX}")
    assert code == 0
    assert [shot.start for shot in analysis.shots] == [0, 10, 20]
    assert {shot.origin for shot in analysis.shots} == {"person"}


@pytest.mark.parametrize(
    "name", ["-dash.mp4", "a&b=c?d+e%20f.mp4", "quote'\".mp4", "line\nbreak.mp4", "two words.mp4", "🎬.mp4"]
)
def test_any_file_name_works(film, tmp_path, name):
    named = tmp_path / "in" / name
    named.parent.mkdir()
    named.write_bytes(film.read_bytes())
    command = [sys.executable, "-m", "cinetag_plugin", "analyze", "--only", "shots", "-q"]
    subprocess.run([*command, "-o", str(tmp_path / "out"), "--", name], cwd=named.parent, check=True)
    (document,) = (tmp_path / "out").glob(f"*{SUFFIX}")
    assert len(read_analysis(document).shots) == 3


def test_an_interrupted_run_leaves_no_files_and_no_process(shared, tmp_path):
    long_film = shared / "media" / "edited" / "tears_of_steel_battle.webm"
    command = [sys.executable, "-m", "cinetag_plugin", "analyze", "--only", "shots"]
    command += [str(long_film), "-o", str(tmp_path)]
    child = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True)
    deadline = time.monotonic() + 30
    while not (decoders := _decoders_of(child.pid)) and time.monotonic() < deadline:
        time.sleep(0.02)
    child.send_signal(signal.SIGINT)
    _, err = child.communicate(timeout=30)
    assert decoders
    assert child.returncode == 130
    assert "interrupted" in err
    assert not list(tmp_path.iterdir())
    # a decoder that was just being started ends when it finds its pipe closed
    deadline = time.monotonic() + 10
    while (alive := [pid for pid in decoders if _state(pid) not in {"gone", "Z"}]) and (
        time.monotonic() < deadline
    ):
        time.sleep(0.02)
    assert not alive


def _decoders_of(pid: int) -> list[int]:
    """Return the children that decode: those that write raw video."""
    try:
        listed = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return [int(c) for c in listed if b"rawvideo" in Path(f"/proc/{c}/cmdline").read_bytes()]
    except OSError:
        return []


def _state(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/stat").read_text(encoding="ascii").rpartition(")")[2].split()[0]
    except OSError:
        return "gone"


def test_every_odd_film_gives_an_analysis_or_one_line(shared, tmp_path, capfd):
    """The whole table in one batch: what must be analysed is, what must be refused leaves no file."""
    rows = _expected(shared)
    folder = shared / "media" / "odd"
    names = [row["file"] for row in rows if row["verdict"] in {"analyse", "analyse+warn", "refuse"}]
    verdict = {row["file"]: row for row in rows}
    films = [str(folder / name) for name in names]
    started = time.monotonic()
    code = main(["analyze", *films, "-o", str(tmp_path), "--only", "shots", "--json"])
    out, err = capfd.readouterr()
    assert code == 3
    assert "Traceback" not in err
    assert time.monotonic() - started < 300
    documents = {json.loads(line)["film"]["path"]: json.loads(line) for line in out.splitlines()}
    wrong = []
    for name in names:
        found = documents.get(os.path.abspath(folder / name))  # noqa: PTH100
        expected = verdict[name]
        if (found is None) != (expected["verdict"] == "refuse"):
            wrong.append((name, expected["verdict"]))
        elif found is not None:
            low, _, high = expected["frames"].partition("-")
            if not int(low) <= found["film"]["frames"] <= int(high or low):
                wrong.append((name, expected["frames"], found["film"]["frames"]))
    assert not wrong
    complaints = [
        line for line in err.splitlines() if "films failed" not in line and not line.startswith("cinetag:   ")
    ]
    assert all(line.startswith("cinetag: ") for line in complaints)
