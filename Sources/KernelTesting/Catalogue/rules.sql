-- The rules of tenancy, read from PostgreSQL's own catalogue: one statement per rule, every schema, no list of tables. A new module is covered
-- without a line here. Tests/support/catalogue.py and Sources/KernelTesting read this file: a heading says what is wrong with the objects
-- that its statement finds; what stands before the first heading is said before each.
-- Every relation of ours, in any schema that is not PostgreSQL's.
with relations as (
    select c.oid, n.nspname || '.' || c.relname as name, c.relkind, c.relowner, c.relacl, c.relrowsecurity, c.relforcerowsecurity,
        c.reloptions, obj_description(c.oid, 'pg_class') as comment,
        exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'msp_id' and not a.attisdropped) as tenant
    from pg_class c join pg_namespace n on n.oid = c.relnamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
),
tables as (select * from relations r where r.relkind in ('r', 'p', 'f')),
tenants as (select * from tables r where r.tenant),
functions as (
    select p.*, n.nspname || '.' || p.proname || '(' || pg_get_function_identity_arguments(p.oid) || ')' as name
    from pg_proc p join pg_namespace n on n.oid = p.pronamespace
    where n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
)
-- rule: DB-01 row-level security is not enabled and forced
select name from tenants t where not (relrowsecurity and relforcerowsecurity)
-- rule: DB-01 not owned by collectif_owner
select name from relations r where relowner <> 'collectif_owner'::regrole
union all select name from functions f where proowner <> 'collectif_owner'::regrole
-- rule: DB-01 a role of the application may too much
select rolname from pg_roles
where rolname in ('collectif_owner', 'collectif_server', 'collectif_worker')
    and (rolsuper or rolbypassrls or rolinherit or rolcreatedb or rolcreaterole or rolreplication)
union all
select member::regrole || ' is a member of ' || roleid::regrole from pg_auth_members
where member in ('collectif_owner'::regrole, 'collectif_server'::regrole, 'collectif_worker'::regrole)
-- rule: DB-02 neither a tenant table nor declared as a platform table, with purpose, sensitivity and retention
select name from tables t
where comment is null
    or comment !~ ('^' || case when tenant then 'tenant' else 'platform' end
        || ': [^;]+; sensitivity=(none|internal|personal|secret|health); retention=[^;]+(; msp=(moves|ends|stays))?$')
-- rule: DB-02 a platform table about organisations does not say whether its rows move, end or stay with an MSP
select t.name from tables t
where not tenant and coalesce(comment, '') !~ '; msp=(moves|ends|stays)$' and (
    t.name = 'kernel.organisation'
    or exists (select from pg_attribute a where a.attrelid = t.oid and a.attname = 'organisation_id' and not a.attisdropped)
    or exists (select from pg_constraint k where k.conrelid = t.oid and k.confrelid = 'kernel.organisation'::regclass))
union all
select t.name || ' belongs to one MSP: it always moves' from tenants t where comment ~ '; msp='
-- rule: DB-02 msp_id is not « uuid not null »
select t.name from tenants t join pg_attribute a on a.attrelid = t.oid and a.attname = 'msp_id'
where not a.attnotnull or a.atttypid <> 'uuid'::regtype
-- rule: DB-03 the one permissive policy is missing, doubled or not the tenant's
select t.name from tenants t where 1 <> (
    select count(*) from pg_policy p where p.polrelid = t.oid and p.polpermissive)
union all
select t.name || ' ' || p.polname from tenants t join pg_policy p on p.polrelid = t.oid
where p.polpermissive and (p.polcmd <> '*' or p.polroles <> '{0}'
    or pg_get_expr(p.polqual, p.polrelid) is distinct from '(msp_id = kernel.current_msp())')
-- rule: DB-04 what may be written is wider than what may be read
select t.name || ' ' || p.polname from tenants t join pg_policy p on p.polrelid = t.oid
where p.polpermissive and pg_get_expr(p.polwithcheck, p.polrelid) is distinct from '(msp_id = kernel.current_msp())'
-- rule: DB-05 a view runs with its owner's rights
select name from relations r where relkind = 'v' and not coalesce('security_invoker=true' = any (reloptions), false)
-- rule: DB-05 a materialised view is open to the application
select name from relations r cross join aclexplode(relacl) x where relkind = 'm' and x.grantee in (0, 'collectif_server'::regrole, 'collectif_worker'::regrole)
-- rule: DB-06 a security-definer function outside the kernel, or without the kernel's search path
select name from functions f where prosecdef
    and (name !~ '^kernel[.]' or not coalesce('search_path=pg_catalog, kernel, pg_temp' = any (proconfig), false))
-- rule: DB-06 callable by everybody
select name from functions f where proacl is null
union all select name from functions f cross join aclexplode(proacl) x where x.grantee = 0
-- rule: DB-07 a schema where more than its owner may create
select n.nspname || ' ' || x.grantee::regrole from pg_namespace n cross join aclexplode(n.nspacl) x
where n.nspname !~ '^pg_' and n.nspname <> 'information_schema' and x.privilege_type = 'CREATE'
    and x.grantee not in (n.nspowner, 'pg_database_owner'::regrole, 'collectif_owner'::regrole)
union all
select 'database: ' || x.privilege_type from pg_database d cross join aclexplode(d.datacl) x
where d.datname = current_database() and x.privilege_type <> 'CONNECT'
    and x.grantee in (0, 'collectif_server'::regrole, 'collectif_worker'::regrole)
-- rule: DB-08 a foreign key between tenants' tables does not begin with msp_id on both sides
select t.name || ' ' || k.conname from tenants t join pg_constraint k on k.conrelid = t.oid and k.contype = 'f'
join tables target on target.oid = k.confrelid
where target.tenant and not ((select a.attname = 'msp_id' from pg_attribute a where a.attrelid = k.conrelid and a.attnum = k.conkey[1])
    and (select a.attname = 'msp_id' from pg_attribute a where a.attrelid = k.confrelid and a.attnum = k.confkey[1]))
-- rule: DB-08 a foreign key crosses between tenants' tables and the platform
select source.name || ' ' || k.conname from tables source join pg_constraint k on k.conrelid = source.oid and k.contype = 'f'
join tables target on target.oid = k.confrelid
where source.tenant <> target.tenant
-- rule: DB-09 a unique key does not begin with msp_id
select t.name || ' ' || i.indexrelid::regclass from tenants t join pg_index i on i.indrelid = t.oid and i.indisunique
where not coalesce((select a.attname = 'msp_id' from pg_attribute a where a.attrelid = i.indrelid and a.attnum = i.indkey[0]), false)
union all
select t.name || ' has no primary key' from tenants t
where not exists (select from pg_index i where i.indrelid = t.oid and i.indisprimary)
-- rule: DB-10 an exclusion constraint leaves msp_id out
select t.name || ' ' || k.conname from tenants t join pg_constraint k on k.conrelid = t.oid and k.contype = 'x'
where not (select attnum from pg_attribute where attrelid = t.oid and attname = 'msp_id') = any (k.conkey)
-- rule: DB-13 a function that reads the context is not STABLE
select name from functions f where prosrc ~ 'current_setting' and provolatile = 'i'
union all
select name from functions f
where proname in ('current_msp', 'current_account') and (provolatile <> 's' or proparallel <> 's')
-- rule: DB-15 a function is marked LEAKPROOF
select name from functions f where proleakproof
-- rule: DB-19 the application has more than SELECT, INSERT, UPDATE, DELETE, or PUBLIC has something
select name || ' ' || x.privilege_type from relations r cross join aclexplode(relacl) x
where x.grantee = 0 or x.grantee in ('collectif_server'::regrole, 'collectif_worker'::regrole) and x.privilege_type not in ('SELECT', 'INSERT', 'UPDATE', 'DELETE')
union all
select r.name || '.' || a.attname from relations r join pg_attribute a on a.attrelid = r.oid cross join aclexplode(a.attacl) x
where x.grantee = 0
-- rule: DB-19 the application reads or writes a platform table
select name || ' ' || x.privilege_type from tables t cross join aclexplode(relacl) x
where not tenant and x.grantee in (0, 'collectif_server'::regrole, 'collectif_worker'::regrole)
    and not (name = 'kernel.schema_migration' and x.privilege_type = 'SELECT')
union all
select t.name || '.' || a.attname from tables t join pg_attribute a on a.attrelid = t.oid cross join aclexplode(a.attacl) x
where not tenant
-- rule: DB-19 a partition has grants of its own, another promise than its parent, or a policy that its parent has not
select t.name || ' ' || x.privilege_type from tables t join pg_inherits i on i.inhrelid = t.oid cross join aclexplode(t.relacl) x
where x.grantee in (0, 'collectif_server'::regrole, 'collectif_worker'::regrole)
union all
select t.name || ' says ' || coalesce(t.comment, '') from tables t join pg_inherits i on i.inhrelid = t.oid
where t.comment is distinct from obj_description(i.inhparent, 'pg_class')
union all
select t.name || ' ' || p.polname from tables t join pg_inherits i on i.inhrelid = t.oid join pg_policy p on p.polrelid = t.oid
where not exists (select from pg_policy q where q.polrelid = i.inhparent and q.polname = p.polname)
-- rule: AUD-04 the application writes a ledger itself
select name || ' ' || x.privilege_type from tenants t cross join aclexplode(relacl) x
where name in ('kernel.evidence', 'kernel.audit_entry', 'kernel.audit_detail', 'kernel.chain_head', 'kernel.counter')
    and x.grantee in ('collectif_server'::regrole, 'collectif_worker'::regrole) and x.privilege_type <> 'SELECT'
-- rule: DB-20 a sequence or an identity column
select name from relations r where relkind = 'S'
union all
select t.name || '.' || a.attname from tenants t join pg_attribute a on a.attrelid = t.oid where a.attidentity <> ''
-- rule: DB-22 a security-definer function writes tenants' tables without asking for the MSP first
select f.name from functions f where prosecdef and coalesce(proargnames[1], '') <> 'p_msp' and exists (
    select from tenants t
    where prosrc ~ ('\m(insert\s+into|update|delete\s+from)\s+(kernel[.])?' || split_part(t.name, '.', 2) || '\M'))
-- rule: DB-21 a trigger or a rule on a tenant's table
select t.name || ' ' || g.tgname from tenants t join pg_trigger g on g.tgrelid = t.oid and not g.tgisinternal
union all select t.name || ' ' || w.rulename from tenants t join pg_rewrite w on w.ev_class = t.oid
