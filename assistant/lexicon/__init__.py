"""Everyday words met with official ones: what people type, and what documents say."""

from assistant.lexicon.homophones import Homophones
from assistant.lexicon.terms import TYPO, Expansion, Lexicon, LexiconError, Term, read_terms

__all__ = ["TYPO", "Expansion", "Homophones", "Lexicon", "LexiconError", "Term", "read_terms"]
