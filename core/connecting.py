"""How PostgreSQL is reached, wherever this process connects to it."""

from typing import Any

from sqlalchemy.engine import URL, make_url

_ATTENTIVE = {
    "connect_timeout": "5",
    "keepalives_idle": "10",
    "keepalives_interval": "5",
    "keepalives_count": "3",
    "tcp_user_timeout": "15000",
}
"""A server that is silent for half a minute is taken for dead: the system would wait for it a quarter of an hour."""


def attentive(url: URL) -> URL:
    """The same address, and who connects to it notices soon when the server is gone. What it says itself stays."""
    return url.update_query_dict({**_ATTENTIVE, **url.query})


def attentive_address(address: str) -> str:
    """The same of an address that is still to be read; one of SQLite has no server."""
    url = make_url(address)
    if url.get_backend_name() == "sqlite":
        return address
    return attentive(url).render_as_string(hide_password=False)


def parameters_of(url: URL) -> dict[str, Any]:
    """The same as the driver's own parameters, for a connection that no engine opens."""
    dialect = url.set(drivername="postgresql+psycopg").get_dialect()()
    return dict(dialect.create_connect_args(attentive(url))[1])
