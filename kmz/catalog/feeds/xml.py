"""XML that is well-formed whatever the texts hold."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from xml.etree import ElementTree

from kmz.catalog.feeds.texts import writable


@dataclass(frozen=True, slots=True)
class Node:
    """An element: its name, its text or its children, its attributes."""

    name: str
    text: str = ""
    children: tuple["Node", ...] = ()
    attributes: Mapping[str, str] = field(default_factory=dict)


def node(name: str, content: "str | Iterable[Node]" = "", **attributes: str) -> Node:
    """An element with this text or these children; `attributes` that are words of Python end in
    "_", and "__" stands for the colon of a prefix.
    """
    named = {key.rstrip("_").replace("__", ":"): value for key, value in attributes.items()}
    if isinstance(content, str):
        return Node(name, text=content, attributes=named)
    return Node(name, children=tuple(content), attributes=named)


def document(root: Node, *, charset: str = "utf-8") -> bytes:
    """The document with its declaration."""
    return bytes(ElementTree.tostring(_element(root), encoding=charset, xml_declaration=True))


def _element(found: Node) -> ElementTree.Element:
    attributes = {name: writable(value) for name, value in found.attributes.items()}
    element = ElementTree.Element(found.name, attributes)
    if found.text:
        element.text = writable(found.text)
    element.extend(_element(child) for child in found.children)
    return element
