"""The words of all courses in a tantivy index in memory."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import cast

from tantivy import Document, Index, Query, Schema, SchemaBuilder, Searcher

from kmz.catalog.search.words import PLAIN, STEMMED, fold, number_keys, plain_words, stemmed_words

# In the order in which a hit counts; see `question`.
TEXT_FIELDS = ("title", "people", "place", "tags", "text")
_WRITER_HEAP = 15_000_000


@dataclass(frozen=True, slots=True)
class Texts:
    """What can be found of one course: texts by field, not folded yet, and its number."""

    course_id: int
    number: str
    fields: dict[str, str]


class WordIndex:
    """Grows by whole courses; a searcher that was handed out never changes."""

    def __init__(self) -> None:
        builder = SchemaBuilder()
        for name in TEXT_FIELDS:
            builder.add_text_field(name, tokenizer_name=STEMMED)
        builder.add_text_field("words", tokenizer_name=PLAIN)
        builder.add_text_field("number", tokenizer_name="raw")
        builder.add_unsigned_field("id", indexed=True, fast=True)
        self.schema: Schema = builder.build()
        self._index = Index(self.schema)
        self._index.register_tokenizer(STEMMED, stemmed_words())
        self._index.register_tokenizer(PLAIN, plain_words())

    def replace(self, gone: Collection[int], texts: Iterable[Texts]) -> Searcher:
        """Forget these courses, take these in; the searcher sees the index as it is then."""
        writer = self._index.writer(_WRITER_HEAP, 1)
        for course_id in gone:
            writer.delete_documents_by_query(Query.term_query(self.schema, "id", course_id))
        for text in texts:
            writer.add_document(_document(text))
        writer.commit()
        writer.wait_merging_threads()
        self._index.reload()
        return self._index.searcher()


def _document(texts: Texts) -> Document:
    document = Document()
    folded = {name: fold(text) for name, text in texts.fields.items()}
    for name, text in folded.items():
        document.add_text(name, text)
    document.add_text("words", " ".join(text for name, text in folded.items() if name != "text"))
    for key in number_keys(texts.number):
        document.add_text("number", key)
    document.add_unsigned("id", texts.course_id)
    return document


def ids_of(searcher: Searcher, query: Query, limit: int) -> list[tuple[float, int]]:
    """Ranks and course ids of the best hits."""
    hits = searcher.search(query, limit).hits
    ids = searcher.fast_field_values("id", [address for _, address in hits])
    scores = [score for score, _ in hits]
    return cast("list[tuple[float, int]]", list(zip(scores, ids, strict=True)))
