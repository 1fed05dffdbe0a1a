"""What watches over a process: its figures, and whether it can do its work."""

from dataclasses import dataclass

from rimay.composition import Installation
from rimay.metrics import Metrics
from rimay.readiness import Readiness


@dataclass(frozen=True, slots=True)
class Watch:
    """Shown at /metrics and /readyz."""

    metrics: Metrics
    readiness: Readiness


def watch_over(installation: Installation, role: str) -> Watch:
    """The watch of this process: `serve`, `web` or `worker`."""
    metrics = Metrics(installation.database, role=role, quiet_hours=installation.settings.quiet_hours)
    return Watch(metrics, Readiness(installation.database))
