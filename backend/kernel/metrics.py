"""What operators count: updates, answers and refusals of Telegram, in one registry per process; no personal data."""

from __future__ import annotations

from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram

REPLY_SECONDS = (0.005, 0.01, 0.02, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0)


class Metrics:
    """Made once by the composition root; edges count, `/metrics` tells."""

    def __init__(self) -> None:
        self.registry = CollectorRegistry()
        self.updates = Counter(
            "youlin_updates", "Updates handled, by how they ended.", ["outcome"], registry=self.registry
        )
        self.reply_seconds = Histogram(
            "youlin_reply_seconds",
            "From the arrival of an update to its answer handed to Telegram.",
            buckets=REPLY_SECONDS,
            registry=self.registry,
        )
        self.too_many_requests = Counter(
            "youlin_too_many_requests", "Refusals with 429, by bot.", ["bot"], registry=self.registry
        )
        self._add_ingest()
        self._add_alerts()

    def _add_ingest(self) -> None:
        self.ingested = Counter(
            "youlin_ingested", "Packets of devices, by door and fate.", ["door", "fate"], registry=self.registry
        )
        self.ingest_refused = Counter(
            "youlin_ingest_refused",
            "What devices sent and no door could use, by door and reason.",
            ["door", "reason"],
            registry=self.registry,
        )
        self.ingest_seconds = Histogram(
            "youlin_ingest_seconds",
            "From handing a packet in to its being stored.",
            ["door"],
            buckets=REPLY_SECONDS,
            registry=self.registry,
        )
        self.ingest_connections = Gauge(
            "youlin_ingest_connections", "Devices connected now, by door.", ["door"], registry=self.registry
        )

    def _add_alerts(self) -> None:
        self.alerts_late = Gauge(
            "youlin_alerts_late", "Escalation steps that are overdue, by the last audit.", registry=self.registry
        )
        self.alerts_oldest_seconds = Gauge(
            "youlin_alerts_oldest_seconds", "How long the step that waits longest is overdue.", registry=self.registry
        )
        self.audits = Counter(
            "youlin_alert_audits", "Audits of the escalations, by how they ended.", ["outcome"], registry=self.registry
        )
