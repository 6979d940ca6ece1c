"""Everyday words met with official ones: what people type, and what documents say."""

from assistant.lexicon.homophones import Homophones
from assistant.lexicon.terms import Expansion, Lexicon, LexiconError, Term, read_terms

__all__ = ["Expansion", "Homophones", "Lexicon", "LexiconError", "Term", "read_terms"]
