"""Who is asking, and how often they may: client addresses and token buckets in memory."""

from __future__ import annotations

import ipaddress
import math
import time
from collections import OrderedDict
from collections.abc import Callable, Iterable

from ui.config import Network, ServerConfig


def client_address(peer: str | None, forwarded_for: str | None, trusted: Iterable[Network]) -> str:
    """The address to hold to account: the peer, or the nearest untrusted hop if a trusted proxy forwarded it.

    X-Forwarded-For grows to the right, so it is read from the right and only as far as the proxies are ours;
    whatever the client wrote itself stands further left and is never believed.
    """
    networks = tuple(trusted)
    address = peer or "unknown"
    if not networks or not forwarded_for or not _within(address, networks):
        return address
    for hop in reversed([part.strip() for part in forwarded_for.split(",")]):
        if not _parse(hop):
            return address
        address = hop
        if not _within(hop, networks):
            return hop
    return address


def _parse(address: str) -> ipaddress.IPv4Address | ipaddress.IPv6Address | None:
    try:
        parsed = ipaddress.ip_address(address)
    except ValueError:
        return None
    return parsed.ipv4_mapped or parsed if isinstance(parsed, ipaddress.IPv6Address) else parsed


def _within(address: str, networks: Iterable[Network]) -> bool:
    parsed = _parse(address)
    return parsed is not None and any(parsed.version == n.version and parsed in n for n in networks)


def bucket_key(address: str) -> str:
    """One visitor's key: an IPv4 address, or the /64 that an IPv6 visitor can choose freely from."""
    parsed = _parse(address)
    if isinstance(parsed, ipaddress.IPv6Address):
        return str(ipaddress.ip_network((parsed, 64), strict=False))
    return str(parsed) if parsed else address


class TokenBucket:
    """``burst`` tokens, refilled at ``per_minute``."""

    __slots__ = ("at", "burst", "rate", "tokens")

    def __init__(self, per_minute: float, burst: int, now: float):
        self.rate, self.burst = per_minute / 60, burst
        self.tokens, self.at = float(burst), now

    def wait(self, now: float) -> float:
        """Seconds until a token is there; 0 when there is one."""
        self.tokens = min(self.burst, self.tokens + (now - self.at) * self.rate)
        self.at = now
        return 0.0 if self.tokens >= 1 else (1 - self.tokens) / self.rate


class RateLimiter:
    """A bucket for each client and one for all. Runs on the event loop, so it needs no lock."""

    MAX_CLIENTS = 20_000

    def __init__(self, config: ServerConfig, generosity: float = 1.0, clock: Callable[[], float] = time.monotonic):
        self._per_minute = config.client_per_minute * generosity
        self._burst = math.ceil(config.client_burst * generosity)
        self._limit_loopback = config.limit_loopback
        self._clock = clock
        self._clients: OrderedDict[str, TokenBucket] = OrderedDict()
        self._all = TokenBucket(
            config.global_per_minute * generosity, math.ceil(config.global_burst * generosity), clock()
        )

    def take(self, address: str) -> int | None:
        """``None`` if this request may pass, else the seconds to wait (at least 1). A refusal costs no token."""
        now = self._clock()
        buckets = [self._all]
        parsed = _parse(address)
        if self._limit_loopback or not (parsed and parsed.is_loopback):
            buckets.append(self._client(bucket_key(address), now))
        wait = max(bucket.wait(now) for bucket in buckets)
        if wait > 0:
            return max(1, math.ceil(wait))
        for bucket in buckets:
            bucket.tokens -= 1
        return None

    def _client(self, key: str, now: float) -> TokenBucket:
        bucket = self._clients.get(key)
        if bucket is None:
            bucket = self._clients[key] = TokenBucket(self._per_minute, self._burst, now)
            if (
                len(self._clients) > self.MAX_CLIENTS
            ):  # the longest silent has refilled, or is flooding from 20,000 addresses
                self._clients.popitem(last=False)
        self._clients.move_to_end(key)
        return bucket
