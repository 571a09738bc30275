"""infra/roles.sql on a database that stands: run again, it changes nothing but what an older release had not yet given or taken."""

from __future__ import annotations

import psycopg
import pytest

from support import cluster
from support.database import OWNER, SERVER, WORKER, Database
from support.world import A, ALICE, enter

requirement = pytest.mark.requirement
STATE = """
    select 'role', rolname, array_to_string(array[rolsuper, rolbypassrls, rolinherit, rolcreatedb, rolcreaterole, rolreplication, rolcanlogin], ' '),
        coalesce(rolconfig::text, '') from pg_roles where rolname like 'collectif%'
    union all select 'member', g.rolname, r.rolname, '' from pg_auth_members m join pg_roles r on r.oid = m.member join pg_roles g on g.oid = m.roleid
        where r.rolname like 'collectif%'
    union all select 'database', datname, datdba::regrole::text, coalesce(datacl::text, '') from pg_database where datname = current_database()
    union all select 'parameter', parname, '', paracl::text from pg_parameter_acl
    union all select 'function', oid::regprocedure::text, '', coalesce(proacl::text, '') from pg_proc where proname ~ '^lo'
        and pronamespace = 'pg_catalog'::regnamespace
    union all select 'object', relname, relowner::regrole::text, coalesce(relacl::text, '') from pg_class
        where relnamespace = 'kernel'::regnamespace
    order by 1, 2, 3, 4"""


def state(database: Database) -> list[tuple]:
    with database.connect(None) as admin:
        return admin.execute(STATE).fetchall()


@requirement("DB-21")
def test_run_twice_on_a_database_with_data_it_changes_nothing(database: Database) -> None:
    """DB-21: roles, rights, settings and owners are the same, the roles still come in with their passwords, and the doors open."""
    cluster.create_database(database.name)
    before = state(database)
    for _ in range(2):
        cluster.create_database(database.name)  # roles.sql on what is there
        assert state(database) == before
    for role in (OWNER, SERVER, WORKER):
        with database.connect(role) as connection:
            assert connection.execute("select current_user").fetchone() == (role,)
    with database.connect() as connection:
        enter(connection, ALICE, A)
        assert connection.execute("select count(*) from kernel.task").fetchone() == (2,)


@requirement("DB-21")
def test_on_the_database_of_an_older_release_it_gives_and_takes_what_is_new(database: Database) -> None:
    """DB-21, DB-12: large objects closed, the seal allowed; `migrate` then takes the seal into use, and no context is without an answer between."""
    with database.connect(None, autocommit=True) as admin:
        # The right belongs to the cluster, which other tests use at the same time: this database does as if it did not have it.
        admin.execute("grant execute on function pg_catalog.lo_create(oid) to public")
        admin.execute("update kernel.signing_key set bind_seal = false")
    with database.connect() as connection:
        enter(connection, ALICE, A)
        assert connection.execute("select count(*) from kernel.task").fetchone() == (2,), "the start binds until then"
        assert connection.execute("show backtrace_functions").fetchone() == ("",)
    cluster.create_database(database.name)
    with database.connect() as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("select lo_create(0)")
    with database.connect(OWNER) as owner:
        assert owner.execute("select has_parameter_privilege('backtrace_functions', 'set')").fetchone() == (True,)
        assert owner.execute("select kernel.admin_bind_context()").fetchone() == (True,)
    with database.connect() as connection:
        enter(connection, ALICE, A)
        assert connection.execute("select count(*) from kernel.task").fetchone() == (2,)
        assert connection.execute("show backtrace_functions").fetchone() != ("",)


@requirement("DB-12")
def test_where_the_owner_may_not_set_the_parameter_the_start_binds(database: Database) -> None:
    """DB-12: asked as a role without the right, the choice falls back, and the doors go on."""
    with database.connect(None) as admin:
        admin.execute("create role without_seal")
        admin.execute("grant usage on schema kernel to without_seal; grant select, update on kernel.signing_key to without_seal")
        admin.execute("grant execute on function kernel.admin_bind_context() to without_seal; set local role without_seal")
        assert admin.execute("select kernel.admin_bind_context()").fetchone() == (False,)
        admin.rollback()
