"""A reader of Matroska's chapters, by another parser than the writer's: our XML and what mkvextract gives."""

from xml.dom import minidom


def read(content: bytes) -> list[dict[str, str]]:
    """Return the fields of every chapter."""
    document = minidom.parseString(content)
    (edition,) = document.getElementsByTagName("EditionEntry")
    return [
        {
            node.tagName: "".join(child.data for child in node.childNodes)
            for node in atom.getElementsByTagName("*")
            if node.tagName != "ChapterDisplay"
        }
        for atom in edition.getElementsByTagName("ChapterAtom")
    ]
