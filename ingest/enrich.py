"""Kept until the reader imports the three modules itself."""

from ingest.duties import read_duties
from ingest.findings import find_problems
from ingest.references import read_references

__all__ = ["find_problems", "read_duties", "read_references"]
