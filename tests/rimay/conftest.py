"""What tests of the commands may ask for."""

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import pytest

from core.settings import Settings
from tests.rimay.houses import NewHouse, house_in, postgresql_database


@pytest.fixture
def new_house(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[NewHouse]:
    """Makes installations, as many as the test needs, each with a home and a database of its own."""
    with ExitStack() as databases:
        made: list[Settings] = []

        def make(backend: str) -> Settings:
            home = tmp_path / f"house-{len(made)}"
            if backend == "sqlite":
                made.append(house_in(home))
            else:
                server = request.getfixturevalue("postgresql_server")
                url = databases.enter_context(postgresql_database(server))
                made.append(house_in(home, RIMAY_DATABASE_URL=url))
            return made[-1]

        yield make
