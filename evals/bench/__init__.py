"""Retrieval benchmarks: articles and questions in, a TREC run out, measures over runs."""
