"""XML files as editing systems read them: declaration, document type, one element a line, UTF-8."""

from xml.etree import ElementTree as ET

Element = ET.Element


def child(parent: Element, tag: str, text: str = "", **attributes: str) -> Element:
    """Add an element to ``parent`` and return it; text and attributes are clean already."""
    made = ET.SubElement(parent, tag, attributes)
    made.text = text or None
    return made


def document(root: Element, doctype: str = "") -> bytes:
    """Return the whole file: what stands in text and attributes is escaped here and nowhere else."""
    ET.indent(root, " ")
    body = ET.tostring(root, encoding="unicode")
    declared = f"<!DOCTYPE {doctype}>\n" if doctype else ""
    return f'<?xml version="1.0" encoding="UTF-8"?>\n{declared}{body}\n'.encode()
