"""What a conversation is about, and a message that follows on from it made whole: 那失业保险呢 after 工伤保险谁牵头.

Everything in a history comes from the client and is only text: nothing of it is trusted, cited or obeyed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from assistant.models import Turn
from assistant.normalise import bare, clean_question
from assistant.understanding.courtesy import strip_greeting
from assistant.understanding.directory import Directory
from assistant.understanding.places import foreign_place
from assistant.understanding.references import ExplicitReferences, read_references
from ingest import ClausePath, Document

_FOLLOW_UP = re.compile(
    r"^(?:那|那么|还有|还讲|还|又|它|他们?|她|这条|这个|这项|这份|该|换成|改成|如果是|要是|其中|上面|刚才|再|没.{1,8}(?:会怎|呢)|过了)|呢\s*[?？。]?$|呢[,，]|那个|这样(?:算|行|能)|这种|上述|这条|前面说|刚才"
)
#: Turns read, the latest; what lies further back is no longer what is spoken of.
_TURNS = 16
_TURN_LENGTH = 2000
#: A message as short as this has no room for a subject of its own.
_SHORT = 12


@dataclass(frozen=True)
class Context:
    """What the conversation is about: documents and clause last spoken of, and the question before, made whole."""

    documents: tuple[Document, ...] = ()
    clause: ClausePath | None = None
    question: str = ""
    answer: str = ""


def read_context(history: Sequence[Turn], directory: Directory) -> Context:
    """What earlier turns spoke of, the latest first; each question is made whole from those before it."""
    documents: list[Document] = []
    clause: ClausePath | None = None
    question = answer = ""
    texts = [(turn.role, clean_question(turn.content[:_TURN_LENGTH])) for turn in history[-_TURNS:]]
    read = [read_references(text, directory) for _, text in texts]
    for (role, text), references in zip(reversed(texts), reversed(read), strict=True):
        if role == "assistant" and not answer:
            answer = text
        if references.is_ambiguous_document:
            continue
        for mention in references.clauses:
            for document, path in mention.targets:
                if clause is None and (document in references.documents or document in documents):
                    clause = path
                    documents.insert(0, document)
        for document in references.documents:
            if document not in documents:
                documents.append(document)
    for (role, text), references in zip(texts, read, strict=True):
        if role == "user":
            asked = strip_greeting(text)
            follows = bool(question) and follows_on(asked, references, directory)
            question = made_whole(question, asked, references, directory) if follows else asked
    return Context(tuple(dict.fromkeys(documents)), clause, question, answer)


def follows_on(text: str, references: ExplicitReferences, directory: Directory) -> bool:
    """Whether ``text`` needs the question before it; one that names a document or another place stands alone."""
    return (
        not references.documents
        and not references.unknown
        and foreign_place(text, directory.home) is None
        and (bool(_FOLLOW_UP.search(text)) or len(bare(text)) <= _SHORT)
    )


def _has_matter(question: str, directory: Directory) -> bool:
    """Whether a question is about something; 余府办发19号第十六条 and 第二款呢 only point, and have nothing to carry on."""
    rest = read_references(clean_question(question), directory).rest
    return len(bare(_FOLLOW_UP.sub("", rest))) >= 2


def made_whole(before: str, text: str, references: ExplicitReferences, directory: Directory) -> str:
    """``text`` with what it leaves out taken from ``before``, the question it follows on from."""
    if references.clauses or not _has_matter(before, directory):
        return text
    return f"{before.rstrip('?？。')};{text}"
