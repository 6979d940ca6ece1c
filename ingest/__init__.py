"""A file becomes documents, documents become clauses. Imports nothing of ours."""

from ingest.documents import Clause, Document, IngestError, SourceFile
from ingest.refs import ClausePath, ClauseRef, DocumentNumber

__all__ = ["Clause", "ClausePath", "ClauseRef", "Document", "DocumentNumber", "IngestError", "SourceFile"]
