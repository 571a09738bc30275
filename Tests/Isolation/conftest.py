"""Fixtures of the isolation suite: a copy of the database for each test file."""

from __future__ import annotations

from collections.abc import Iterator

import psycopg
import pytest

from support.database import Database, clone


@pytest.fixture(scope="module")
def database(request: pytest.FixtureRequest) -> Iterator[Database]:
    with clone(request.module.__name__.rpartition(".")[2].removeprefix("test_")) as copy:
        yield copy


@pytest.fixture
def server(database: Database) -> Iterator[psycopg.Connection]:
    """A connection of the server's role, rolled back at the end."""
    with database.connect() as connection:
        connection.execute("select")  # begins the transaction: what a test does in a block is then a savepoint
        yield connection
        connection.rollback()


@pytest.fixture
def admin(database: Database) -> Iterator[psycopg.Connection]:
    """A connection of the superuser, rolled back at the end."""
    with database.connect(None) as connection:
        connection.execute("select")
        yield connection
        connection.rollback()
