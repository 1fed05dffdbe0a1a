"""The migrations lead to exactly the tables that the code believes in, on both databases."""

from alembic import command
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from sqlalchemy import create_engine

from core.tables import Table
from migrations.schema import Standing, config, heads, is_current, standing, upgrade

_A_CIRCLE_OF_THE_FIRST_REVISION = (
    "INSERT INTO questionnaire (id, name, title, definition, workbook, file_name, created_at)"
    " VALUES (1, 'n', '{}', '{}', 'PK', 'n.xlsx', '2026-01-02 03:04:05')",
    "INSERT INTO consultation (id, questionnaire_id, title, state) VALUES (1, 1, '{}', 'open')",
    "INSERT INTO response (id, consultation_id, state, language, turn) VALUES ('a', 1, 'finished', 'es', 3)",
    "INSERT INTO voice (id, response_id, consultation_id, path, language, text, original, quote)"
    " VALUES ('v', 'a', 1, 'why', 'es', 'Agua', 'x', 'none')",
)

_REPLIES_OF_THE_EIGHTH_REVISION = (
    *(
        sentence
        for item in (1, 2)
        for sentence in (
            f"INSERT INTO agenda_item (id, position, title, evidence) VALUES ({item}, {item}, '{{}}', '{{}}')",
            "INSERT INTO decision (id, item_id, outcome, reason, decided_at)"
            f" VALUES ({item}, {item}, 'accepted', '{{}}', '2026-01-02 03:04:05')",
        )
    ),
    "INSERT INTO satisfaction (decision_id, reply, count) VALUES (1, 'yes', 4), (1, 'no', 1), (2, 'yes', 4)",
)


def test_there_is_one_newest_revision() -> None:
    assert len(heads()) == 1


def test_upgrading_an_empty_database_gives_the_tables_of_the_code(bare_url: str) -> None:
    engine = create_engine(bare_url)
    upgrade(engine)
    upgrade(engine)
    assert is_current(engine)
    with engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Table.metadata) == []
    engine.dispose()


def test_upgrading_loses_nothing_of_what_people_said(bare_url: str) -> None:
    engine = create_engine(bare_url)
    with engine.begin() as connection:
        command.upgrade(config(connection), "0001")
        for query in _A_CIRCLE_OF_THE_FIRST_REVISION:
            connection.exec_driver_sql(query)
    upgrade(engine)
    with engine.connect() as connection:
        assert connection.exec_driver_sql("SELECT id, mode FROM response").all() == [("a", "chat")]
        assert connection.exec_driver_sql("SELECT text, attachment_id FROM voice").all() == [("Agua", None)]
        assert connection.exec_driver_sql("SELECT number, first_id FROM questionnaire").all() == [(1, None)]
    engine.dispose()


def test_replies_that_were_on_a_page_stay_published(bare_url: str) -> None:
    engine = create_engine(bare_url)
    with engine.begin() as connection:
        command.upgrade(config(connection), "0008")
        for query in _REPLIES_OF_THE_EIGHTH_REVISION:
            connection.exec_driver_sql(query)
    upgrade(engine)
    counts = "SELECT decision_id, reply, count, released FROM satisfaction ORDER BY id"
    with engine.connect() as connection:
        found = [tuple(row) for row in connection.exec_driver_sql(counts)]
    assert found == [(1, "yes", 4, 4), (1, "no", 1, 1), (2, "yes", 4, 0)]
    engine.dispose()


def test_a_process_of_the_release_before_starts_beside_a_newer_schema(bare_url: str) -> None:
    engine = create_engine(bare_url)
    upgrade(engine)
    with engine.begin() as connection:
        assert standing(connection) is Standing.CURRENT
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '9999'")
    upgrade(engine)
    with engine.begin() as connection:
        assert standing(connection) is Standing.AHEAD
        connection.exec_driver_sql("UPDATE alembic_version SET version_num = '0001'")
        assert standing(connection) is Standing.BEHIND
    engine.dispose()
