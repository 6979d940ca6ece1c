"""Who is held to account for a request, and how many they may make."""

from __future__ import annotations

import ipaddress

import pytest

from ui.config import ServerConfig, describe
from ui.limits import RateLimiter, bucket_key, client_address

PROXIES = (ipaddress.ip_network("10.0.0.0/8"), ipaddress.ip_network("::1/128"))


@pytest.mark.parametrize(
    ("peer", "forwarded", "trusted", "client"),
    [
        ("198.51.100.7", None, PROXIES, "198.51.100.7"),
        # not a proxy of ours: its header is only what a visitor wrote
        ("198.51.100.7", "203.0.113.9", PROXIES, "198.51.100.7"),
        ("10.0.0.1", "203.0.113.9", PROXIES, "203.0.113.9"),
        # nothing configured, nothing believed
        ("10.0.0.1", "203.0.113.9", (), "10.0.0.1"),
        # the visitor wrote 1.2.3.4; the proxy appended whom it saw
        ("10.0.0.1", "1.2.3.4, 203.0.113.9", PROXIES, "203.0.113.9"),
        ("10.0.0.1", "203.0.113.9, 10.0.0.2", PROXIES, "203.0.113.9"),
        ("10.0.0.1", "10.0.0.3, 10.0.0.2", PROXIES, "10.0.0.3"),
        ("10.0.0.1", "rubbish", PROXIES, "10.0.0.1"),
        ("10.0.0.1", "203.0.113.9, rubbish", PROXIES, "10.0.0.1"),
        ("10.0.0.1", "", PROXIES, "10.0.0.1"),
        ("::1", "2001:db8::5", PROXIES, "2001:db8::5"),
        ("::ffff:10.0.0.1", "203.0.113.9", PROXIES, "203.0.113.9"),
        (None, None, PROXIES, "unknown"),
    ],
)
def test_client_address(peer: str | None, forwarded: str | None, trusted: tuple, client: str) -> None:
    assert client_address(peer, forwarded, trusted) == client


def test_an_ipv6_visitor_is_one_whole_network() -> None:
    assert bucket_key("2001:db8::1") == bucket_key("2001:db8::ffff:1")
    assert bucket_key("2001:db8::1") != bucket_key("2001:db8:0:1::1")
    assert bucket_key("198.51.100.7") != bucket_key("198.51.100.8")
    assert bucket_key("::ffff:198.51.100.7") == bucket_key("198.51.100.7")


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def limiter(clock: Clock, **settings: object) -> RateLimiter:
    return RateLimiter(
        ServerConfig.model_validate({"client_per_minute": 60, "client_burst": 2, **settings}), clock=clock
    )


def test_burst_then_one_a_second() -> None:
    clock = Clock()
    limit = limiter(clock)
    assert [limit.take("198.51.100.7") for _ in range(3)] == [None, None, 1]
    clock.now = 1.0
    assert limit.take("198.51.100.7") is None
    assert limit.take("198.51.100.7") == 1


def test_refusals_cost_nothing() -> None:
    clock = Clock()
    limit = limiter(clock)
    for _ in range(100):
        limit.take("198.51.100.7")
    clock.now = 1.0
    assert limit.take("198.51.100.7") is None


def test_one_client_does_not_use_up_the_others() -> None:
    limit = limiter(Clock(), global_burst=50)
    for _ in range(100):
        limit.take("198.51.100.7")
    assert limit.take("198.51.100.8") is None


def test_all_clients_together_are_limited() -> None:
    limit = limiter(Clock(), global_burst=3, global_per_minute=1)
    waits = [limit.take(f"198.51.100.{i}") for i in range(4)]
    assert waits[:3] == [None] * 3 and waits[3] == 60


def test_loopback_is_limited_only_when_asked() -> None:
    assert all(limiter(Clock()).take("127.0.0.1") is None for _ in range(10))
    strict = limiter(Clock(), limit_loopback=True)
    assert [strict.take("127.0.0.1") for _ in range(3)] == [None, None, 1]


def test_memory_is_bounded(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(RateLimiter, "MAX_CLIENTS", 10)
    limit = limiter(Clock())
    for i in range(100):
        limit.take(f"198.51.{i}.1")
    assert len(limit._clients) == 10


def test_settings_are_listed_with_their_meaning(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = describe()
    assert {name for name, _, _ in rows} == {f"GAZETTE_{n.upper()}" for n in ServerConfig.model_fields}
    assert all(meaning for _, _, meaning in rows)
    monkeypatch.setenv("GAZETTE_TRUSTED_PROXIES", "10.0.0.0/8, ::1")
    assert ServerConfig().trusted_proxies == PROXIES
