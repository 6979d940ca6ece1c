"""What a store refuses, and why. Encoders have a family of their own, ``EncoderError`` in ``encoder.py``."""

from __future__ import annotations

from pathlib import Path


class StoreError(Exception):
    """The store cannot do what was asked. The message is Chinese: what was asked, what was found, what to do.

    ``code`` is stable; ``retryable`` says whether the same call may succeed later by itself.
    """

    code = "store_failed"
    retryable = False

    def __init__(self, asked: str, found: str, advice: str):
        self.asked, self.found, self.advice = asked, found, advice
        super().__init__(f"{asked}：{found}。{advice}。")


class EmptyStore(StoreError):
    """Nothing was ingested yet."""

    code = "empty_store"


class BrokenSnapshot(StoreError):
    """A file of the snapshot is missing, unreadable, or not the one that was written."""

    code = "broken_snapshot"


class UnsupportedFormat(StoreError):
    """The snapshot was written by an older or newer release."""

    code = "unsupported_format"


class EncoderMismatch(StoreError):
    """The snapshot was made with ``expected``; ``given`` was offered."""

    code = "encoder_mismatch"

    def __init__(self, home: Path, expected: str, given: str):
        self.expected, self.given = expected, given
        super().__init__(
            f"打开知识库 {home}",
            f"其中的向量由编码器 {expected} 生成，当前编码器是 {given}，两者的向量不能混用",
            "请重新执行 gazette ingest 以重建向量，或把 GAZETTE_ENCODER 改回原来的编码器",
        )


class StoreBusy(StoreError):
    """Another process is writing."""

    code = "store_busy"
    retryable = True


class UnknownDocument(StoreError):
    """The document is not held."""

    code = "unknown_document"
