-- Roles and database of one installation. Run once by a superuser, again to change a password:
--
--   psql -v database=collectif -v owner_password=… -v server_password=… -v worker_password=… -f infra/roles.sql
--
-- collectif_owner   runs the migrations, owns every object; row-level security is forced on it too
-- collectif_server  answers web requests: owns nothing, creates nothing, bypasses nothing
-- collectif_worker  runs background jobs, one MSP at a time
-- collectif_backup  reads everything for pg_dump, cannot log in until the operator gives it a password

\set ON_ERROR_STOP on
\if :{?database}
\else
    \set database collectif
\endif

-- The database first, then the roles from within it: where an extension spreads a database over several machines (Citus), it was made there
-- before this file is run, and the roles that are made inside reach those machines too. What it offers to everybody is taken back below.
select format('create database %I encoding ''UTF8'' template template0', :'database')
where not exists (select from pg_database where datname = :'database')
\gexec
\connect :"database"

select format('create role %I login', r) from unnest(array['collectif_owner', 'collectif_server', 'collectif_worker']) r
where not exists (select from pg_roles where rolname = r)
\gexec
select 'create role collectif_backup nologin'
where not exists (select from pg_roles where rolname = 'collectif_backup')
\gexec

alter role collectif_owner login nosuperuser nobypassrls noinherit nocreatedb nocreaterole noreplication;
alter role collectif_server login nosuperuser nobypassrls noinherit nocreatedb nocreaterole noreplication;
alter role collectif_worker login nosuperuser nobypassrls noinherit nocreatedb nocreaterole noreplication;
alter role collectif_backup nosuperuser bypassrls inherit nocreatedb nocreaterole noreplication;
grant pg_read_all_data to collectif_backup;

-- Without passwords (a database of a test, entered by a superuser who then takes the role) those that are there stay.
\if :{?owner_password}
    alter role collectif_owner password :'owner_password';
    alter role collectif_server password :'server_password';
    alter role collectif_worker password :'worker_password';
\endif

-- Binds each context to its transaction: the doors, which work as the owner, write it where the server's role cannot write.
grant set on parameter backtrace_functions to collectif_owner;
-- What was used before.
revoke set on parameter log_min_duration_sample from collectif_owner;

-- What hangs must not hold locks or a connection for ever, and the client reads these formats. Settings of the roles, so that a
-- connection carries none and may come through a pooler (the same lists: Sources/KernelRuntime/Server/RoleSettings.swift).
select format('alter role %I set %s = %L', role, name, value)
from unnest(array['collectif_owner', 'collectif_server', 'collectif_worker']) role,
    (values ('timezone', 'UTC'), ('datestyle', 'ISO, YMD'), ('intervalstyle', 'iso_8601'), ('extra_float_digits', '1'),
        ('bytea_output', 'hex')) format(name, value)
\gexec
alter role collectif_owner set statement_timeout = '30min';
alter role collectif_owner set lock_timeout = '10s';
alter role collectif_owner set idle_in_transaction_session_timeout = '10min';
alter role collectif_server set statement_timeout = '5s';
alter role collectif_server set lock_timeout = '2s';
alter role collectif_server set idle_in_transaction_session_timeout = '15s';
alter role collectif_worker set statement_timeout = '1min';
alter role collectif_worker set lock_timeout = '2s';
alter role collectif_worker set idle_in_transaction_session_timeout = '2min';

select format('alter database %I owner to collectif_owner', :'database')
\gexec
select format('revoke all on database %I from public', :'database')
\gexec
select format('grant connect on database %I to collectif_server, collectif_worker, collectif_backup', :'database')
\gexec

revoke all on schema public from public;

-- Functions by which anybody would have another machine carry out SQL, past every context.
do $$
declare
    f regprocedure;
begin
    for f in
        select p.oid from pg_proc p
        join pg_depend d on d.classid = 'pg_proc'::regclass and d.objid = p.oid and d.refclassid = 'pg_extension'::regclass and d.deptype = 'e'
        join pg_extension e on e.oid = d.refobjid
        where e.extname in ('citus', 'citus_columnar')
    loop
        execute format('revoke execute on routine %s from public', f);
    end loop;
end
$$;

-- Large objects lie outside every table, hence outside every policy: no role of the application makes, opens or reads one.
do $$
declare
    f regprocedure;
begin
    for f in select p.oid from pg_proc p where p.pronamespace = 'pg_catalog'::regnamespace and p.proname ~ '^(lo_.*|loread|lowrite)$' loop
        execute format('revoke execute on function %s from public', f);
    end loop;
end
$$;
