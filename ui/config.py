"""Where the server listens and how it protects itself. Read from ``GAZETTE_…`` once, frozen."""

from __future__ import annotations

import ipaddress
from typing import Annotated, Any

from pydantic import Field, field_validator
from pydantic_settings import BaseSettings, NoDecode, SettingsConfigDict

Network = ipaddress.IPv4Network | ipaddress.IPv6Network


class ServerConfig(BaseSettings):
    """Limits of one server process. Descriptions are Chinese because ``gazette settings`` prints them."""

    model_config = SettingsConfigDict(frozen=True, env_prefix="GAZETTE_", extra="ignore")

    host: str = Field(default="127.0.0.1", description="服务监听的地址")
    port: int = Field(default=7860, ge=0, le=65535, description="服务监听的端口,0 为任选")
    access_log: bool = Field(default=True, description="是否记录访问日志(不含问题和查询串)")
    max_body_bytes: int = Field(default=262_144, ge=1024, description="请求正文的最大字节数")
    client_per_minute: float = Field(default=60, gt=0, description="每个来访地址每分钟可提问或查询的次数")
    client_burst: int = Field(default=30, ge=1, description="每个来访地址可连续提问或查询的次数")
    limit_loopback: bool = Field(default=False, description="对本机(127.0.0.1)发来的请求也按来访地址限速")
    global_per_minute: float = Field(default=6000, gt=0, description="全站每分钟可提问或查询的次数")
    global_burst: int = Field(default=1000, ge=1, description="全站可连续提问或查询的次数")
    trusted_proxies: Annotated[tuple[Network, ...], NoDecode] = Field(
        default=(), description="可信反向代理的地址或网段,逗号分隔;只采信它们给出的 X-Forwarded-For"
    )
    request_timeout_seconds: float = Field(default=30, gt=0, description="一次作答或查询的最长秒数")
    body_timeout_seconds: float = Field(default=10, gt=0, description="收完请求正文的最长秒数")
    worker_threads: int = Field(default=4, ge=1, le=64, description="同时作答的线程数")
    max_waiting: int = Field(default=32, ge=0, description="线程占满后可排队的请求数,超出即答复繁忙")
    max_open_requests: int = Field(default=512, ge=16, description="同时处理的请求数上限(每个打开的页面占一个)")

    @field_validator("trusted_proxies", mode="before")
    @classmethod
    def _split(cls, value: Any) -> Any:
        if isinstance(value, str):
            value = [part.strip() for part in value.split(",") if part.strip()]
        return tuple(ipaddress.ip_network(v, strict=False) if isinstance(v, str) else v for v in value)


def describe() -> list[tuple[str, str, str]]:
    """Every server setting as (environment variable, default, Chinese meaning), for ``gazette settings``."""
    prefix = ServerConfig.model_config["env_prefix"]
    rows = []
    for name, field in ServerConfig.model_fields.items():
        default = field.default
        shown = ",".join(map(str, default)) if isinstance(default, tuple) else str(default)
        rows.append((f"{prefix}{name}".upper(), shown, field.description or ""))
    return rows
