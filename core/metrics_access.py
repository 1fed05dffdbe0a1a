"""Who may read the figures for Prometheus: who asks from this machine, or knows the token."""

import hmac
from collections.abc import Mapping
from ipaddress import ip_address

MEDIA_TYPE = "text/plain; version=0.0.4; charset=utf-8"
_FORWARDED = ("forwarded", "x-forwarded-for", "x-forwarded-host", "x-forwarded-proto", "x-real-ip", "via")
"""A web server on this machine passes on what strangers ask: these headers tell."""


def may_see_metrics(peer: str | None, headers: Mapping[str, str], token: str | None) -> bool:
    """Whether who asks is on this machine, itself and not through a web server, or knows the token."""
    scheme, _, shown = headers.get("authorization", "").partition(" ")
    if token is not None and scheme.lower() == "bearer":
        return hmac.compare_digest(shown.strip().encode(), token.encode())
    return _is_near(peer) and not any(name in headers for name in _FORWARDED)


def _is_near(peer: str | None) -> bool:
    try:
        return peer is not None and ip_address(peer).is_loopback
    except ValueError:
        return False
