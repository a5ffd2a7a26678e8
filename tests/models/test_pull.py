"""Pulling a model: whole and checked or not at all, and going on where it broke off."""

import hashlib
import subprocess
import threading

import pytest
import tiny
from cards import backbone_card, head_card, lay_down
from msgspec.structs import replace

from cinetag_plugin.document.errors import ExportError, ModelError, UsageError
from cinetag_plugin.models import part as part_module
from cinetag_plugin.models.card import write_card
from cinetag_plugin.models.part import opened_part
from cinetag_plugin.models.pull import pull
from cinetag_plugin.models.store import ModelStore
from served import Server, closed_port

NET = tiny.backbone(seed=3) + bytes(range(256)) * 600
HALF = len(NET) // 2


@pytest.fixture
def server():
    server = Server(NET)
    yield server
    server.close()


@pytest.fixture
def store(tmp_path):
    return ModelStore(tmp_path / "user", builtin=tmp_path / "builtin")


@pytest.fixture
def known(tmp_path, server):
    """Lay a card without a file into the package; return what lays it."""

    def lay(content=NET, **changes):
        told = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
            "address": server.address,
        }
        card = replace(backbone_card("net"), **(told | changes))
        (tmp_path / "builtin").mkdir(exist_ok=True)
        write_card(tmp_path / "builtin" / "net.json", card, overwrite=True)
        return card

    return lay


class Told(list):
    """What people were told, and the bytes that were reported."""

    def __init__(self):
        self.reports = []

    def report(self, done, expected):
        self.reports.append((done, expected))


def pulled(store, source="", timeout=5.0):
    told = Told()
    model = pull(store, "net", source, tell=told.append, report=told.report, timeout=timeout)
    return model, told


def refused(store, match, source="", timeout=5.0, error=ModelError):
    with pytest.raises(error, match=match) as fault:
        pulled(store, source, timeout)
    assert "\n" not in str(fault.value)
    return str(fault.value)


def files(store):
    return sorted(path.name for path in store.folder.iterdir()) if store.folder.exists() else []


def broken_off(store, server, after=HALF):
    """Pull once from a server that breaks off."""
    server.breaks_after = after
    told = refused(store, f"broke off after {after} of {len(NET)} bytes")
    assert told.endswith("run it again to go on")
    assert files(store) == ["net.tflite.part"]
    server.breaks_after = None


def test_a_pulled_file_and_the_shipped_card_are_one_model(store, known):
    card = known(limits="as shipped")
    assert not store.find("net").is_here
    model, told = pulled(store)
    assert files(store) == ["net.json", "net.tflite"]
    assert (model.origin, model.card, model.content()) == ("pulled", card, NET)
    assert store.find("net") == model
    assert [(m.card.name, m.origin) for m in store.list()] == [("net", "pulled")]
    assert store.faults() == ()
    assert "pulling net" in told[0]
    assert told.reports[0] == (0, len(NET))
    assert told.reports[-1] == (len(NET), len(NET))


def test_what_is_here_already_is_not_asked_for_again(store, known, server):
    known()
    pulled(store)
    _, told = pulled(store)
    assert "here already" in told[0]
    assert len(server.requests) == 1


def test_a_model_with_a_file_of_its_own_needs_no_pull(store, tmp_path):
    lay_down(tmp_path / "builtin", backbone_card("net"), NET)
    assert "here already" in pulled(store)[1][0]
    assert files(store) == []


def test_a_download_that_broke_off_is_gone_on_with(store, known, server):
    known()
    broken_off(store, server)
    model, told = pulled(store)
    assert model.content() == NET
    assert f"going on after {HALF}" in told[0]
    assert told.reports[0] == (HALF, len(NET))
    assert (server.requests[1]["Range"], server.requests[1]["If-Range"]) == (f"bytes={HALF}-", '"one"')
    assert files(store) == ["net.json", "net.tflite"]


def test_a_part_that_lacks_nothing_is_not_asked_for(store, known, server):
    card = known()
    store.make_folder()
    with opened_part(store.part_path("net"), "net") as part:
        part.begin(card.address, "")
        part.append(NET)
    assert pulled(store)[0].content() == NET
    assert server.requests == []


@pytest.mark.parametrize("how", [{"ranges": False}, {"tag": '"two"'}, {"tag": '"two"', "careless": True}])
def test_where_the_server_cannot_go_on_it_is_begun_anew(store, known, server, how):
    known()
    broken_off(store, server)
    for name, value in how.items():
        setattr(server, name, value)
    model, told = pulled(store)
    assert model.content() == NET
    assert told.reports[0] == (0, len(NET))


def test_a_part_longer_than_the_file_is_begun_anew(store, known, server):
    """416 where the size is not known beforehand."""
    card = known(bytes=0)
    store.make_folder()
    with opened_part(store.part_path("net"), "net") as part:
        part.begin(card.address, "")
        part.append(NET + b"more")
    assert pulled(store)[0].content() == NET
    assert [request["Range"] for request in server.requests] == [f"bytes={len(NET) + 4}-", None]


@pytest.mark.parametrize("tag", ["", 'W/"weak"'])
def test_old_and_new_bytes_that_make_no_file_are_fetched_anew(store, known, server, tag):
    """Without a strong ETag nobody can say beforehand that the file has changed."""
    known()
    server.tag, server.content = tag, bytes(len(NET))
    broken_off(store, server)
    server.content = NET
    assert pulled(store)[0].content() == NET
    assert [request["If-Range"] for request in server.requests] == [None] * 3


@pytest.mark.parametrize("damage", [b"", b"no head", b"{}\n" + NET[:HALF], b"[" * 9000])
def test_a_part_that_is_none_is_begun_anew(store, known, damage):
    known()
    store.make_folder()
    store.part_path("net").write_bytes(damage)
    assert pulled(store)[0].content() == NET


def test_wrong_bytes_leave_nothing_and_both_sums_are_told(store, known, server):
    card = known()
    server.content = bytes(len(NET))
    told = refused(store, "nothing of it was kept")
    assert hashlib.sha256(server.content).hexdigest() in told
    assert card.sha256 in told
    assert files(store) == []


@pytest.mark.parametrize("length", [True, False])
@pytest.mark.parametrize("extra", [1, 200_000])
def test_a_file_that_is_too_large_leaves_nothing(store, known, server, length, extra):
    known()
    server.content, server.length = NET + bytes(extra), length
    told = refused(store, f"{len(NET)}")
    assert files(store) == []
    assert ("more than" in told) != length


def test_a_file_that_is_too_small_leaves_nothing(store, known, server):
    known()
    server.content = NET[:-1]
    refused(store, f"has {len(NET) - 1} bytes, its card says {len(NET)}")
    assert files(store) == []


def test_no_more_is_taken_than_any_model_has(store, known, server, monkeypatch):
    known(bytes=0)
    monkeypatch.setattr("cinetag_plugin.models.download.LARGEST_MODEL", 1000)
    refused(store, "a model has at most 1000")
    server.length = False
    refused(store, "more than 1000 bytes")
    assert files(store) == []


def test_a_size_that_nobody_knew_is_no_hindrance(store, known, server):
    known(bytes=0)
    server.length = False
    model, told = pulled(store)
    assert model.content() == NET
    assert told.reports[0] == (0, None)


def test_a_file_that_only_git_has_named_gets_its_checksum(store, known, tmp_path):
    (tmp_path / "net").write_bytes(NET)
    command = ["git", "hash-object", "--no-filters", str(tmp_path / "net")]
    blob = subprocess.run(command, capture_output=True, text=True, check=True).stdout.strip()
    known(sha256="", git_blob=blob, bytes=0)
    assert pulled(store)[0].card.sha256 == hashlib.sha256(NET).hexdigest()
    store.remove("net")
    known(sha256="", git_blob="0" * 40, bytes=0)
    refused(store, f"is git blob {blob}, its card says {'0' * 40}")


@pytest.mark.parametrize("status", [403, 404, 500, 206, 204])
def test_an_answer_without_the_file_is_told_with_its_number(store, known, server, status):
    known()
    server.status = status
    assert "cinetag models pull net --from FILE" in refused(store, f"answers {status}")
    assert files(store) == []


def test_a_refusal_keeps_what_had_come(store, known, server):
    known()
    broken_off(store, server)
    server.status = 503
    refused(store, "answers 503")
    assert files(store) == ["net.tflite.part"]


@pytest.mark.parametrize(
    "target",
    ["http://elsewhere.example/net", "ftp://127.0.0.1/net", "file:///etc/passwd", "https://a:b@c/net"],
)
def test_nobody_is_followed_out_of_encryption(store, known, server, target):
    known()
    server.status, server.location = 302, target
    refused(store, "sends on to|answers 302")
    assert len(server.requests) == 1
    assert files(store) == []


def test_a_redirect_on_this_machine_is_followed_with_the_range(store, known, server):
    known()
    broken_off(store, server)
    other = Server(b"")
    other.status, other.location = 302, server.address
    try:
        assert pulled(store, other.address)[0].content() == NET
    finally:
        other.close()
    assert server.requests[-1]["Range"] == f"bytes={HALF}-"


def test_redirects_without_end_end(store, known, server):
    known()
    server.status, server.location = 302, server.address
    refused(store, "answers 302")
    assert len(server.requests) <= 12


@pytest.mark.parametrize("after", [0, 1000])
def test_a_server_that_falls_silent_is_left(store, known, server, after):
    known()
    server.hangs_after = after
    refused(store, f"broke off after {after} of {len(NET)} bytes.*timed out", timeout=0.2)
    assert files(store) == (["net.tflite.part"] if after else [])


def test_without_a_net_the_way_around_is_told(store, known):
    known(address=closed_port())
    told = refused(store, "cannot be reached")
    assert "refused" in told
    assert told.endswith("cinetag models pull net --from FILE")
    assert files(store) == []


def test_a_mirror_serves_as_well(store, known, server):
    known(address=closed_port())
    assert pulled(store, server.address)[0].content() == NET


def test_a_file_that_is_here_serves_as_well(store, known, server, tmp_path):
    known()
    broken_off(store, server)
    (tmp_path / "mine").write_bytes(NET)
    assert pulled(store, str(tmp_path / "mine"))[0].content() == NET
    assert files(store) == ["net.json", "net.tflite"]
    assert len(server.requests) == 1


@pytest.mark.parametrize("content", [NET + b"\0", bytes(len(NET)), b""])
def test_another_file_is_refused(store, known, tmp_path, content):
    known()
    (tmp_path / "mine").write_bytes(content)
    refused(store, "its card says", str(tmp_path / "mine"))
    assert files(store) == []


def test_a_folder_and_a_name_without_file_are_refused(store, known, tmp_path):
    known()
    refused(store, "not a regular file", str(tmp_path))
    refused(store, "no such file", str(tmp_path / "none"))


@pytest.mark.parametrize(
    "source", ["http://elsewhere.example/net", "ftp://elsewhere/net", "https://me:secret@elsewhere/net"]
)
def test_an_address_that_nothing_is_fetched_from_is_wrong_usage(store, known, source):
    known()
    refused(store, "give a file, or an address of https", source, error=UsageError)


def test_a_card_without_address_takes_a_file_only(store, known, tmp_path):
    known(address="")
    refused(store, "its file is not here: cinetag models pull net --from FILE")
    (tmp_path / "mine").write_bytes(NET)
    assert pulled(store, str(tmp_path / "mine"))[0].origin == "pulled"


def test_unknown_names_and_paths_are_refused(store, known):
    known()
    for name in ("other", "../net", "net.json", ""):
        with pytest.raises(ModelError, match="no model of this name"):
            pull(store, name, tell=print, report=print)


def test_a_damaged_file_is_pulled_again(store, known):
    known()
    model, _ = pulled(store)
    model.path.write_bytes(NET[:-1])
    with pytest.raises(ModelError, match="cinetag models pull net"):
        store.find("net").content()
    assert pulled(store)[0].content() == NET


def test_removed_is_pulled_again_and_the_shipped_card_stays(store, known):
    known()
    pulled(store)
    store.remove("net")
    assert files(store) == []
    assert not store.find("net").is_here
    assert pulled(store)[0].content() == NET


def test_a_part_can_be_removed(store, known, server):
    known()
    broken_off(store, server)
    store.remove("net")
    assert files(store) == []


def test_a_later_card_of_another_file_asks_for_that_file(store, known, server):
    known()
    pulled(store)
    server.content = NET + b"better"
    card = known(server.content, version="2")
    assert not store.find("net").is_here
    model, _ = pulled(store)
    assert (model.card, model.content()) == (card, server.content)


def test_a_model_of_ones_own_is_not_overwritten(store, known, tmp_path, server):
    lay_down(store.folder, backbone_card("net"), tiny.backbone(seed=4))
    known()
    assert "cinetag models remove net" in refused(store, "a model of your own")
    assert server.requests == []
    assert files(store) == ["net.json", "net.tflite"]


def test_a_pulled_card_that_was_changed_does_not_speak_for_the_shipped_one(store, known):
    card = known()
    pulled(store)
    write_card(store.folder / "net.json", replace(card, limits="none at all"), overwrite=True)
    assert store.find("net").card == card


def test_a_head_says_how_its_backbone_is_had(store, known, tmp_path):
    known()
    lay_down(tmp_path / "builtin", head_card(["a", "b"], backbone="net"), b"head")
    lay_down(tmp_path / "made", head_card(["a", "b"], backbone="net"), b"head")
    heads = [store.find("head"), store.find(tmp_path / "made" / "head.json")]
    for head in heads:
        with pytest.raises(
            ModelError, match=r"needs the backbone net, which is not here: cinetag models pull net$"
        ):
            store.backbone_of(head)
    pulled(store)
    assert [store.backbone_of(head).content() for head in heads] == [NET, NET]


def test_a_file_of_ones_own_under_a_known_name_is_sent_to_pull(store, known, tmp_path):
    known()
    (tmp_path / "net.tflite").write_bytes(tiny.backbone())
    with pytest.raises(ModelError, match="cinetag models pull net --from FILE"):
        store.add(tmp_path / "net.tflite")


def test_a_plugins_card_without_file_is_pulled_too(known, tmp_path):
    card = known()
    plugin = replace(card, file=str(tmp_path / "site" / "net.tflite"))
    store = ModelStore(tmp_path / "user", [plugin], builtin=tmp_path / "nothing")
    assert store.named("net").origin == "plugin"
    assert pulled(store)[0].content() == NET


def test_two_pulls_at_once_do_not_meet(store, known, server):
    known()
    server.hangs_after = HALF
    first = []

    def run():
        try:
            pulled(store, timeout=30)
        except ModelError as fault:
            first.append(fault)

    thread = threading.Thread(target=run)
    thread.start()
    assert server.reached.wait(10)
    refused(store, "another cinetag is pulling it")
    assert store.part_path("net").exists()
    server.close()
    thread.join(10)
    assert "broke off" in str(first[0])
    assert files(store) == ["net.tflite.part"]


def test_an_interruption_keeps_the_part_and_says_so(store, known):
    known()
    told = []

    def interrupt(done, _):
        if done > 1000:
            raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        pull(store, "net", tell=told.append, report=interrupt)
    assert "run it again to go on" in told[-1]
    assert files(store) == ["net.tflite.part"]
    assert pulled(store)[0].content() == NET


def test_a_full_disk_is_told(store, known, monkeypatch):
    known()

    def full(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(part_module.Part, "_put", full)
    refused(store, "No space left on device.*CINETAG_MODELS", error=ExportError)
    assert files(store) == []


def test_a_part_that_is_no_file_is_refused(store, known):
    known()
    store.part_path("net").mkdir(parents=True)
    refused(store, "not a regular file", error=ExportError)
