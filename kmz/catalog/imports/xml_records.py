"""Reading the records of an XML file that somebody handed in: piece by piece, and only named tags.

Nothing outside of the schema is ever kept, so that a tag with private data that nobody thought of
stays out. Document type definitions, entities and references are refused (defusedxml); limits of
depth, of one record's size and of one token's length keep a hostile file from eating the memory.
"""

from collections.abc import Iterator, Mapping
from typing import Any, Final, Union

from defusedxml import DefusedXmlException
from defusedxml.ElementTree import DefusedXMLParser, ParseError

from kmz.catalog.imports.decoding import utf8_chunks
from kmz.catalog.imports.imported import UnreadableFileError

# What is wanted of an element: its text (and the attributes named), or elements within.
Schema = Mapping[str, Union["Schema", tuple[str, ...]]]
TEXT: Final[tuple[str, ...]] = ()

_MAX_DEPTH = 40
_MAX_RECORD = 2_000_000  # characters; an element counts as some of them
_ELEMENT = 50
_MAX_TOKEN = 2_000_000
_MAX_NAMES = 2_000  # remembered; further ones are worked out again
_SHORT, _MAX_SAID = 60, 50_000
_HARMLESS = "xml-stylesheet"  # Kufer's files name one; nothing is ever done with it


def read_xml(data: bytes, *, root: str, entry: str, schema: Schema) -> Iterator[dict[str, Any]]:
    """The `entry` elements right below `root` as nested dictionaries, by name without namespace.

    Repeated elements become lists; attributes stand beside "#text" with "@" ahead. Raises
    UnreadableFileError, possibly after some records: who stores reads to the end first.
    """
    if not data or data.isspace():
        raise UnreadableFileError("Die Datei ist leer.")
    collector = _Collector(root, entry, schema)
    parser = DefusedXMLParser(target=collector, encoding="utf-8", forbid_dtd=True)
    fed = 0
    try:
        for chunk in utf8_chunks(data):
            parser.feed(chunk)
            fed += len(chunk)
            _check_progress(fed - parser.parser.CurrentByteIndex)
            yield from collector.taken()
        parser.close()
    except ParseError as error:
        line, column = error.position
        raise UnreadableFileError(
            f"Die Datei ist kein vollständiges XML (Zeile {line}, Spalte {column + 1})."
        ) from error
    except DefusedXmlException as error:
        raise UnreadableFileError(
            "Die Datei enthält eine Dokumenttyp-Angabe oder Entitäten; solche Dateien werden "
            "nicht gelesen."
        ) from error
    except _LimitError as error:
        line = parser.parser.CurrentLineNumber
        raise UnreadableFileError(f"Die Datei enthält {error} (Zeile {line}).") from error


class _LimitError(Exception):
    """Ends the reading; the text says what the file contains."""


def _check_progress(pending: int) -> None:
    """A token that never ends would be read again with every piece of the file."""
    if pending > _MAX_TOKEN:
        raise _LimitError("eine Angabe ohne Ende")


class _Collector:
    """What the parser calls: builds the records of a schema and passes over everything else."""

    def __init__(self, root: str, entry: str, schema: Schema) -> None:
        self._root, self._entry, self._schema = root, entry, schema
        self._names: dict[str, str] = {}
        self._said: dict[str, str] = {}  # days, hours, rooms: one string for all who say the same
        self._done: list[dict[str, Any]] = []
        self._depth = self._size = 0
        self._passing = 0  # the depth below which nothing is wanted
        self._open: list[tuple[Schema, dict[str, Any]]] = []
        self._leaf = 0  # the depth of the element whose text is being read
        self._text: list[str] = []
        self._attributes: dict[str, str] = {}

    def taken(self) -> list[dict[str, Any]]:
        """The records that were finished since the last call."""
        done, self._done = self._done, []
        return done

    def start(self, tag: str, attributes: dict[str, str]) -> None:
        self._depth += 1
        if self._depth > _MAX_DEPTH:
            raise _LimitError("zu tief verschachtelte Angaben")
        if self._passing:
            return
        name = self._name(tag)
        if self._leaf:  # markup that was not masked: kept as markup for the sanitiser
            self._add(f"<{name}>", _ELEMENT)
        elif self._depth > 2:  # root, entry, then its parts
            self._part(name, attributes)
        elif self._depth == 1:
            self._check_root(name)
        elif name == self._entry:
            self._size = 0
            if len(self._said) > _MAX_SAID:
                self._said.clear()
            self._open.append((self._schema, {}))
        else:
            self._passing = self._depth

    def end(self, tag: str) -> None:
        depth = self._depth
        self._depth -= 1
        if self._passing:
            if self._passing == depth:
                self._passing = 0
        elif self._leaf and self._leaf < depth:
            self._add(f"</{self._name(tag)}>", 0)
        elif self._leaf:
            text = "".join(self._text)
            if len(text) <= _SHORT:
                text = self._said.setdefault(text, text)
            value = {**self._attributes, "#text": text} if self._attributes else text
            self._put(self._name(tag), value)
            self._leaf, self._text, self._attributes = 0, [], {}
        elif self._open:
            _, record = self._open.pop()
            if self._open:
                self._put(self._name(tag), record)
            else:
                self._done.append(record)

    def data(self, text: str) -> None:
        if self._leaf:
            self._add(text, len(text))

    def pi(self, target: str, _data: str | None = None) -> None:
        if target != _HARMLESS:
            raise _LimitError("eine Anweisung an ein Programm")

    def close(self) -> None:
        """The end of the file; the parser asks for it."""

    def _name(self, tag: str) -> str:
        name = self._names.get(tag)
        if name is None:
            name = tag.rpartition("}")[2].lower()
            if len(self._names) < _MAX_NAMES:
                self._names[tag] = name
        return name

    def _check_root(self, name: str) -> None:
        if name != self._root:
            raise UnreadableFileError(
                f"Die Datei hat ein anderes Format: Sie beginnt mit „{name[:40]}“ statt mit "
                f"„{self._root}“."
            )

    def _part(self, name: str, attributes: dict[str, str]) -> None:
        schema, _ = self._open[-1]
        wanted = schema.get(name)
        if wanted is None:
            self._passing = self._depth
            return
        self._grow(_ELEMENT)
        if isinstance(wanted, tuple):
            self._leaf = self._depth
            self._attributes = {f"@{key}": attributes[key] for key in wanted if key in attributes}
        else:
            self._open.append((wanted, {}))

    def _add(self, text: str, size: int) -> None:
        self._grow(size)
        self._text.append(text)

    def _grow(self, size: int) -> None:
        self._size += size
        if self._size > _MAX_RECORD:
            raise _LimitError("einen übermäßig großen Eintrag")

    def _put(self, name: str, value: Any) -> None:
        record = self._open[-1][1]
        if name not in record:
            record[name] = value
        elif isinstance(record[name], list):
            record[name].append(value)
        else:
            record[name] = [record[name], value]
