"""The catalogue keeps every rule of tenancy, and the walk notices each rule broken on purpose."""

from __future__ import annotations

import psycopg
import pytest

from support.catalogue import RULES, faults, tenant_tables

requirement = pytest.mark.requirement


@pytest.mark.parametrize("rule", RULES, ids=list(RULES))
def test_the_catalogue_keeps_the_rule(admin: psycopg.Connection, rule: str) -> None:
    """DB-01 to DB-22, AUD-04: one case per rule, over every schema."""
    broken = [row[0] for row in admin.execute(RULES[rule])]  # type: ignore[call-overload]
    assert broken == [], rule


@requirement("DB-02")
def test_the_walk_sees_the_tables_of_the_kernel_and_of_the_modules(admin: psycopg.Connection) -> None:
    """DB-02: a walk that finds nothing would prove nothing."""
    tables = tenant_tables(admin)
    assert {"kernel.task", "kernel.evidence", "kernel.professional"} <= set(tables)
    assert {name.split(".")[0] for name in tables} >= {"kernel", "facilitation"}


NEW_TABLE = """
    create table kernel.novelty (msp_id uuid not null, id uuid not null, email text, primary key (msp_id, id));
    call kernel.protect('kernel.novelty', 'select');
    comment on table kernel.novelty is 'tenant: For a test; sensitivity=none; retention=none';
    alter table kernel.novelty owner to collectif_owner;
"""

BREACHES = {
    "DB-01 force removed": ("alter table kernel.task no force row level security", "DB-01"),
    "DB-01 security disabled": ("alter table kernel.task disable row level security", "DB-01"),
    "DB-01 table of another owner": ("alter table kernel.task owner to postgres", "DB-01"),
    "DB-01 server joins the owner": ("grant collectif_owner to collectif_server", "DB-01"),
    "DB-02 table without tenancy": ("create table kernel.loose (id uuid)", "DB-02"),
    "DB-02 tenant table without comment": ("comment on table kernel.task is null", "DB-02"),
    "DB-02 fate with an MSP unsaid": (
        "create table kernel.loose (organisation_id uuid); "
        "comment on table kernel.loose is 'platform: For a test; sensitivity=none; retention=none'",
        "DB-02 a platform table about organisations",
    ),
    "DB-02 fate of an MSP's own rows said": (
        "comment on table kernel.task is 'tenant: Tasks; sensitivity=none; retention=none; msp=ends'",
        "DB-02 a platform table about organisations",
    ),
    "DB-02 msp_id may be null": ("create table kernel.odd (msp_id uuid, id uuid)", "DB-02"),
    "DB-03 open policy added": ("create policy open on kernel.task for select using (true)", "DB-03"),
    "DB-03 policy opened": ("alter policy tenant on kernel.task using (true)", "DB-03"),
    "DB-03 policy dropped": ("drop policy tenant on kernel.task", "DB-03"),
    "DB-04 check opened": ("alter policy tenant on kernel.task with check (true)", "DB-04"),
    "DB-05 plain view": ("create view kernel.peek as select * from kernel.task", "DB-05"),
    "DB-05 open materialised view": (
        "create materialized view kernel.copy as select 1 as x; grant select on kernel.copy to collectif_server",
        "DB-05",
    ),
    "DB-06 definer without search path": (
        "create function kernel.f() returns int language sql security definer as 'select 1'; revoke all on function kernel.f() from public",
        "DB-06",
    ),
    "DB-06 callable by everybody": ("grant execute on function kernel.append_platform_audit to public", "DB-06"),
    "DB-07 server creates in public": ("grant create on schema public to collectif_server", "DB-07"),
    "DB-07 server makes temporary tables": ("grant temporary on database {database} to collectif_server", "DB-07"),
    "DB-08 simple foreign key": (
        "alter table kernel.site add constraint one unique (id); "
        "alter table kernel.room add constraint simple foreign key (site_id) references kernel.site (id)",
        "DB-08",
    ),
    "DB-08 foreign key to the platform": (
        "alter table kernel.task add constraint out foreign key (created_by) references kernel.account (id)",
        "DB-08",
    ),
    "DB-08 foreign key of the MSP itself to the platform": (
        "alter table kernel.novelty add constraint msp foreign key (msp_id) references kernel.organisation (id)",
        "DB-08",
    ),
    "DB-22 a definer that writes and asks for no MSP": (
        "create function kernel.f(p_id uuid) returns void language sql security definer set search_path = pg_catalog, kernel, pg_temp "
        "as 'delete from kernel.task where id = p_id'; revoke all on function kernel.f(uuid) from public",
        "DB-22",
    ),
    "DB-09 unique without tenant": ("create unique index loose on kernel.professional (email)", "DB-09"),
    "DB-10 exclusion without tenant": ("alter table kernel.room add constraint alone exclude using btree (name with =)", "DB-10"),
    "DB-13 immutable context": ("alter function kernel.current_msp() immutable", "DB-13"),
    "DB-15 leakproof function": ("alter function kernel.fold(text) leakproof", "DB-15"),
    "DB-19 truncate granted": ("grant truncate on kernel.task to collectif_server", "DB-19"),
    "DB-19 accounts readable": ("grant select (email) on kernel.account to collectif_server", "DB-19"),
    "DB-19 partition open": ("grant select on kernel.audit_entry_rest to collectif_server", "DB-19"),
    "DB-19 partition of a platform table open": ("grant select on kernel.access_trace_rest to collectif_worker", "DB-19"),
    "DB-01 partition without security": ("alter table kernel.audit_detail_rest no force row level security", "DB-01"),
    "DB-03 partition with an open policy": ("create policy open on kernel.audit_entry_rest for select using (true)", "DB-03"),
    "DB-02 partition with another promise": (
        "comment on table kernel.audit_entry_rest is 'tenant: Trail; sensitivity=none; retention=none'",
        "DB-19",
    ),
    "AUD-04 evidence writable": ("grant insert on kernel.evidence to collectif_worker", "AUD-04"),
    "DB-20 identity column": ("alter table kernel.novelty add number bigint generated always as identity", "DB-20"),
    "DB-21 trigger": ("create trigger t after insert on kernel.task for each row execute function kernel.rights_changed()", "DB-21"),
}


@pytest.mark.parametrize("breach", BREACHES, ids=list(BREACHES))
def test_the_walk_notices_a_rule_broken_on_purpose(admin: psycopg.Connection, breach: str) -> None:
    """DB-03: each weakening turns the walk red; rolled back afterwards."""
    admin.execute(NEW_TABLE)
    assert faults(admin) == []
    statement, expected = BREACHES[breach]
    admin.execute(statement.format(database=admin.info.dbname))  # type: ignore[arg-type]
    assert any(fault.startswith(expected) for fault in faults(admin)), faults(admin)


def test_the_walk_accepts_a_new_table_that_keeps_the_rules(admin: psycopg.Connection) -> None:
    """DB-02, positive twin: kernel.protect and a comment are all that a module's table needs."""
    admin.execute(NEW_TABLE)
    assert "kernel.novelty" in tenant_tables(admin)
    assert faults(admin) == []
