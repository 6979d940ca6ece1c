"""Every setting in one place, each with an environment variable ``GAZETTE_…``; only this module reads the environment."""

from __future__ import annotations

from pathlib import Path

from pydantic import Field
from pydantic_settings import BaseSettings, SettingsConfigDict


class Settings(BaseSettings):
    """What the product can be told. The description of each field is what ``gazette settings`` prints."""

    model_config = SettingsConfigDict(env_prefix="GAZETTE_", frozen=True, extra="ignore")

    home: Path = Field(default=Path("var"), description="库所在的文件夹")
    encoder: str = Field(
        "default", description="向量模型:default 为随项目提供的模型,也可写 sentence-transformers 模型名或文件夹"
    )
    lexicon: Path | None = Field(default=None, description="本单位补充的口语—公文用语表(TSV),在自带词表之上")
    max_question: int = Field(default=1000, ge=10, le=5000, description="问题最长字数")
    max_citations: int = Field(default=3, ge=1, le=10, description="一般问题最多引用几条(列举类问题除外)")

    parse_timeout: float = Field(default=120, ge=1, description="导入时每个文件最多读多少秒")
    parse_memory_mb: int = Field(default=2048, ge=128, description="导入时每个文件最多用多少 MB 内存")
    soffice: Path | None = Field(
        default=None, description="读取 doc、wps、rtf 所用的 LibreOffice 程序,不填则在系统路径中找"
    )

    debug: bool = Field(default=False, description="读取文件时程序内部出错,打印详情(报告缺陷时用)")

    @classmethod
    def describe(cls) -> list[tuple[str, str, str]]:
        """``(environment variable, default, meaning)`` of every setting, in order."""
        return [
            (f"GAZETTE_{name.upper()}", "" if f.default is None else str(f.default), f.description or "")
            for name, f in cls.model_fields.items()
        ]
