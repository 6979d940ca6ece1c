"""A question becomes a query, hits, statements, an answer. Imports ingest and embeddings."""

from assistant.errors import AssistantError
from assistant.models import Answer, Citation, Statement, Turn
from assistant.settings import Settings

__all__ = ["Answer", "AssistantError", "Citation", "Settings", "Statement", "Turn"]
