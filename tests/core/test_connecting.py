"""A server that is gone without a word is noticed soon, by every connection of a process."""

import socket

import pytest
from dbos import DBOSClient
from psycopg import AsyncConnection, Connection
from sqlalchemy.engine import make_url
from sqlalchemy.orm import Session

from core.connecting import attentive_address, parameters_of
from core.database import Database


def patience(handle: int) -> tuple[int, int, int]:
    """Of the system with a connection: seconds to a probe, between probes, until what is sent is given up."""
    with socket.socket(fileno=socket.dup(handle)) as connected:
        return (
            connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPIDLE),
            connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_KEEPINTVL),
            connected.getsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT) // 1000,
        )


def looks(db: Session) -> tuple[tuple[int, int, int], str]:
    """How patient the connection under a use case is, and how long it would have waited for a server."""
    driver = db.connection().connection.driver_connection
    assert isinstance(driver, Connection)
    return patience(driver.fileno()), driver.info.get_parameters()["connect_timeout"]


async def test_whoever_writes_or_reads_notices_soon_that_the_server_is_gone(postgresql_url: str) -> None:
    database = Database(postgresql_url)
    found = await database.run(looks), await database.read(looks)
    await database.dispose()

    assert found == (((10, 5, 15), "5"),) * 2


async def test_so_does_a_connection_that_no_engine_opens(postgresql_url: str) -> None:
    async with await AsyncConnection.connect(**parameters_of(make_url(postgresql_url))) as connection:
        assert patience(connection.fileno()) == (10, 5, 15)


async def test_so_does_one_of_the_durable_jobs(postgresql_url: str) -> None:
    address = attentive_address(postgresql_url.replace("+psycopg", ""))
    client = DBOSClient(system_database_url=address, lazy=True)
    with client._sys_db.engine.connect() as connection:
        driver = connection.connection.driver_connection
        assert isinstance(driver, Connection)
        assert patience(driver.fileno()) == (10, 5, 15)
    client.destroy()

    assert attentive_address("sqlite:///jobs.db") == "sqlite:///jobs.db"


@pytest.mark.parametrize("driver", ["postgresql", "postgresql+psycopg"])
def test_what_an_address_says_itself_stays(driver: str) -> None:
    url = make_url(
        f"{driver}://ana:s%20ecret@db.example:6432/rimay"
        "?tcp_user_timeout=60000&options=-c%20search_path%3Drimay&sslmode=require"
    )
    given = parameters_of(url)

    assert given["tcp_user_timeout"] == "60000"
    assert given["options"] == "-c search_path=rimay"
    assert given["sslmode"] == "require"
    assert (given["user"], given["password"]) == ("ana", "s ecret")
    assert (given["host"], given["port"], given["dbname"]) == ("db.example", 6432, "rimay")
