"""Writes packages for tests: the XML of ST 429-7, 429-9 and 2067-3, cut down to what is read of it."""

from pathlib import Path

DCP_PICTURE = "MainPicture"


def asset_map(paths: dict[str, str], *, lists: tuple[str, ...] = ()) -> str:
    """Return an asset map of ids and path texts; ``lists`` are the ids of packing lists."""
    rows = "".join(
        f"<Asset><Id>{name}</Id>{'<PackingList/>' if name in lists else ''}"
        f"<ChunkList><Chunk><Path>{path}</Path></Chunk></ChunkList></Asset>"
        for name, path in paths.items()
    )
    return f'<?xml version="1.0"?><AssetMap xmlns="urn:x"><AssetList>{rows}</AssetList></AssetMap>'


def picture(
    asset: str = "urn:uuid:a",
    *,
    entry: object = 0,
    frames: object = 10,
    has: object = 10,
    rate: str = "24 1",
    more="",
) -> str:
    return (
        f"<MainPicture><Id>{asset}</Id><EditRate>{rate}</EditRate><IntrinsicDuration>{has}</IntrinsicDuration>"
        f"<EntryPoint>{entry}</EntryPoint><Duration>{frames}</Duration>{more}</MainPicture>"
    )


def dcp_playlist(*pictures: str, title: str = "A film") -> str:
    reels = "".join(f"<Reel><AssetList>{each}</AssetList></Reel>" for each in pictures)
    return (
        f'<?xml version="1.0"?><CompositionPlaylist xmlns="urn:x"><ContentTitleText>{title}'
        f"</ContentTitleText><ReelList>{reels}</ReelList></CompositionPlaylist>"
    )


def resource(
    asset: str = "urn:uuid:a", *, repeats: object = 1, entry: object = 0, frames: object = 10, more=""
) -> str:
    return (
        f"<Resource><IntrinsicDuration>10</IntrinsicDuration><EntryPoint>{entry}</EntryPoint>"
        f"<SourceDuration>{frames}</SourceDuration><RepeatCount>{repeats}</RepeatCount>{more}"
        f"<TrackFileId>{asset}</TrackFileId></Resource>"
    )


def imf_playlist(*segments: str, rate: str = "24 1", head: str = "") -> str:
    listed = "".join(
        "<Segment><SequenceList><cc:MainImageSequence><ResourceList>"
        f"{each}</ResourceList></cc:MainImageSequence></SequenceList></Segment>"
        for each in segments
    )
    return (
        '<?xml version="1.0"?><CompositionPlaylist xmlns="urn:x" xmlns:cc="urn:y">'
        f"{head}<EditRate>{rate}</EditRate><SegmentList>{listed}</SegmentList></CompositionPlaylist>"
    )


def package(folder: Path, playlists: dict[str, str], paths: dict[str, str] | None = None) -> Path:
    """Write a package of playlists by file name, and of picture files by id and path text."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, text in playlists.items():
        (folder / name).write_text(text, encoding="utf-8")
    files = paths if paths is not None else {"urn:uuid:a": "a.mxf"}
    listed = {f"urn:uuid:cpl{number}": name for number, name in enumerate(playlists)}
    (folder / "ASSETMAP.xml").write_text(asset_map(files | listed), encoding="utf-8")
    if paths is None:
        (folder / "a.mxf").touch()
    return folder
