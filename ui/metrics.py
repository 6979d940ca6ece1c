"""Counts and durations for Prometheus. Labels are routes, methods and states: never a word that a visitor wrote."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, generate_latest

CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_BUCKETS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0)


class Metrics:
    """One registry per app, so that two apps in one process (tests) do not share counts."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.requests = Counter(
            "gazette_http_requests", "HTTP requests", ["route", "method", "status"], registry=self.registry
        )
        self.seconds = Histogram(
            "gazette_http_request_seconds", "HTTP request duration", ["route"], buckets=_BUCKETS, registry=self.registry
        )
        self.answers = Counter("gazette_answers", "Answers by state", ["state", "channel"], registry=self.registry)
        self.answer_seconds = Histogram(
            "gazette_answer_seconds", "Time to answer a question", ["channel"], buckets=_BUCKETS, registry=self.registry
        )
        self.refused = Counter("gazette_refused_requests", "Requests turned away", ["reason"], registry=self.registry)
        self.in_flight = Gauge("gazette_in_flight", "Calls running or waiting", registry=self.registry)
        self.ready = Gauge("gazette_ready", "1 once answers are served", registry=self.registry)

    def text(self) -> bytes:
        return generate_latest(self.registry)
