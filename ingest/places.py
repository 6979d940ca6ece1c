"""Where a character of a clause was printed: cleaning took out white space and furniture, so the place is counted back."""

from __future__ import annotations

from collections.abc import Sequence

from ingest.documents import Furniture, Paragraph


class Places:
    """The source of one document, asked for the exact place of a character.

    Args:
        source: the reader's text; without it a place is the beginning of its paragraph.
        furniture: what was printed inside paragraphs and is not theirs (running heads, page numbers).
    """

    def __init__(self, source: str | None = None, furniture: Sequence[Furniture] = ()):
        self.source, self.furniture = source, furniture
        #: The paragraph asked for last and the places of its characters: many findings may lie in a long one.
        self._paragraph: Paragraph | None = None
        self._places: list[int] = []

    def at(self, paragraph: Paragraph, index: int) -> int:
        """The offset in the source of ``paragraph.text[index]``; of the paragraph where it cannot be found."""
        if self.source is None or index <= 0:
            return paragraph.start
        if self._paragraph is not paragraph:
            self._paragraph, self._places = paragraph, self._align(paragraph, self.source)
        return self._places[index] if index < len(self._places) else paragraph.start

    def _align(self, paragraph: Paragraph, source: str) -> list[int]:
        """The offset of each character, as far as text and print agree; white space gets that of what follows."""
        inside = [(f.start, f.end) for f in self.furniture if f.start < paragraph.end and f.end > paragraph.start]
        skipped = {i for start, end in inside for i in range(start, min(end, paragraph.end))}
        places: list[int] = []
        position = paragraph.start
        for character in paragraph.text:
            if character.isspace():
                places.append(position)
                continue
            while position < paragraph.end and (position in skipped or source[position] != character):
                position += 1
            if position >= paragraph.end:
                break
            places.append(position)
            position += 1
        return places
