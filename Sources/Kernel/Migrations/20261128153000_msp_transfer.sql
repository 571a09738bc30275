-- How one MSP leaves an installation and enters another: whole tables, found in the catalogue and never in a list, so that a
-- new module is carried without a line here. A tenant table always moves. A platform table about organisations says in its
-- comment what becomes of its rows: msp=moves (carried, and removed with the MSP), msp=ends (removed, not carried: secrets that
-- only this installation honours, what it derives again, ties to its federations) or msp=stays (its own trail and accounts).
-- Only the owner of the database calls these functions: no role of the application is granted one.

do $$
declare
    declared record;
begin
    for declared in
        select * from (values
            ('organisation', 'moves'), ('module_activation', 'moves'), ('role_permission_override', 'moves'), ('membership', 'moves'),
            ('noted_time', 'moves'), ('work', 'moves'),
            ('federation_member', 'ends'), ('api_token', 'ends'), ('link', 'ends'), ('invitation', 'ends'), ('role_grant', 'ends'),
            ('organisation_answer', 'ends'),
            ('account', 'stays'), ('platform_audit', 'stays'), ('access_trace', 'stays')) d (name, fate)
    loop
        execute format('comment on table kernel.%I is %L', declared.name,
            obj_description(format('kernel.%I', declared.name)::regclass, 'pg_class') || '; msp=' || declared.fate);
    end loop;
end
$$;

-- Every table that holds rows of one MSP: the column that says whose, what becomes of them, and a place behind every table that
-- it refers to.
create function kernel.transfer_tables() returns table (name text, key text, fate text, place integer)
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    with recursive kept as (
        select c.oid, format('%I.%I', n.nspname, c.relname) as name,
            case when x.tenant then 'msp_id' when c.oid = 'kernel.organisation'::regclass then 'id' else 'organisation_id' end as key,
            case when x.tenant then 'moves' else substring(obj_description(c.oid, 'pg_class') from '; msp=([a-z]+)$') end as fate
        from pg_class c join pg_namespace n on n.oid = c.relnamespace
        cross join lateral (select
            exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'msp_id' and not a.attisdropped) as tenant,
            exists (select from pg_attribute a where a.attrelid = c.oid and a.attname = 'organisation_id' and not a.attisdropped)
                or c.oid = 'kernel.organisation'::regclass as platform) x
        where c.relkind in ('r', 'p') and not c.relispartition and c.relpersistence = 'p' and (x.tenant or x.platform)
            and n.nspname !~ '^pg_' and n.nspname <> 'information_schema'
    ), placed as (
        select k.oid, 0 as place from kept k
        union
        select f.conrelid, p.place + 1
        from placed p
        join pg_constraint f on f.confrelid = p.oid and f.contype = 'f' and f.conrelid <> f.confrelid
        join kept k on k.oid = f.conrelid
        where p.place < 100
    )
    select k.name, k.key, k.fate, max(p.place)::integer
    from kept k join placed p using (oid) group by k.oid, k.name, k.key, k.fate
$$;

-- One of those tables, or an error: no other text becomes part of a statement.
create function kernel.transfer_table(p_table text, out name text, out key text)
    language plpgsql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    select t.name, t.key into strict name, key from transfer_tables() t where t.name = p_table and t.fate = 'moves';
end
$$;

-- Opens the context of the MSP for this transaction, of an hour. An MSP and nothing else.
create function kernel.transfer_begin(p_msp uuid) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform set_context(p_msp, '00000000-0000-0000-0000-000000000000', interval '1 hour');
end
$$;

-- Rows of one MSP in one table, and a digest that depends neither on their order nor on the settings of the session.
create function kernel.transfer_digest(p_msp uuid, p_table text, out amount bigint, out digest text)
    language plpgsql stable
    set search_path = pg_catalog, kernel, pg_temp
    set timezone = 'UTC' set datestyle = 'ISO, MDY' set intervalstyle = 'postgres' set bytea_output = 'hex' set extra_float_digits = 1
as $$
declare
    t constant record := transfer_table(p_table);
begin
    execute format($q$
        select count(*), encode(sha256(coalesce(string_agg(r.digest, ''::bytea order by r.digest), ''::bytea)), 'hex')
        from (select sha256(convert_to(x::text, 'UTF8')) as digest from %s x where x.%I = $1) r
        $q$, t.name, t.key) into amount, digest using p_msp;
end
$$;

-- A cursor named « transfer » over the rows of one MSP in one table, each as a line of JSON.
create function kernel.transfer_open(p_msp uuid, p_table text) returns refcursor
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    t constant record := transfer_table(p_table);
    lines refcursor := 'transfer';
begin
    open lines for execute format('select row_to_json(x)::text from %s x where x.%I = $1', t.name, t.key) using p_msp;
    return lines;
end
$$;

-- Who belongs or belonged to the MSP: names and address alone. Passwords, second factors and sessions never leave.
create function kernel.transfer_people(p_msp uuid) returns table (line text)
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select json_build_object('id', a.id, 'email', a.email, 'first_name', a.first_name, 'last_name', a.last_name,
        'owned', a.owner_organisation_id is not distinct from p_msp)::text
    from account a
    where exists (select from membership m where m.account_id = a.id and m.organisation_id = p_msp)
    order by a.email
$$;

-- Makes the accounts that are missing, without a password; gives { id there: id here } of those whose address is known here.
-- What people did keeps the id under which they did it: the ledgers are sealed over it.
create function kernel.transfer_admit(p_msp uuid, p_people text[]) returns jsonb
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    person record;
    known uuid;
    renamed jsonb := '{}';
begin
    for person in
        select p.* from unnest(p_people) l cross join lateral
            json_to_record(l::json) as p (id uuid, email text, first_name text, last_name text, owned boolean)
    loop
        select a.id into known from account a where a.email = person.email;
        if known is null then
            insert into account (id, email, first_name, last_name, owner_organisation_id)
            values (person.id, person.email, person.first_name, person.last_name, case when person.owned then p_msp end);
        elsif known <> person.id then
            renamed := renamed || jsonb_build_object(person.id, known);
        end if;
    end loop;
    return renamed;
end
$$;

-- Writes the lines gathered in pg_temp.transferred into one table, in one statement so that rows may refer to each other; gives
-- their number. Rows of any other MSP are refused, in platform tables too, which no policy guards.
create function kernel.transfer_fill(p_msp uuid, p_table text, p_renamed jsonb) returns bigint
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    t constant record := transfer_table(p_table);
    columns text;
    written bigint;
begin
    select string_agg(format('%I', a.attname), ', ' order by a.attnum) into columns
    from pg_attribute a where a.attrelid = t.name::regclass and a.attnum > 0 and not a.attisdropped and a.attgenerated = '';
    if exists (select from pg_temp.transferred r where (r.line::json ->> t.key)::uuid is distinct from p_msp) then
        raise exception '% holds rows of another MSP', p_table using errcode = 'CK422';
    end if;
    if exists (select from pg_constraint f where f.conrelid = t.name::regclass and f.confrelid = 'kernel.account'::regclass) then
        update pg_temp.transferred r
        set line = (r.line::jsonb || jsonb_build_object('account_id', p_renamed -> (r.line::json ->> 'account_id')))::text
        where p_renamed ? (r.line::json ->> 'account_id');
    end if;
    execute format('insert into %1$s (%2$s) select %3$s from pg_temp.transferred r '
        'cross join lateral json_populate_record(null::%1$s, r.line::json) x',
        t.name, columns, 'x.' || replace(columns, ', ', ', x.'));
    get diagnostics written = row_count;
    truncate pg_temp.transferred;
    return written;
end
$$;

-- Removes every row of one MSP, those that refer to others first; gives what was removed from where. Accounts stay, and with them
-- what other organisations know of these people; the trail of the installation stays as long as it promises.
create function kernel.transfer_remove(p_msp uuid) returns table (name text, amount bigint)
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    t record;
begin
    update account a set owner_organisation_id = null where a.owner_organisation_id = p_msp;
    for t in select x.name, x.key from transfer_tables() x where x.fate in ('moves', 'ends') order by x.place desc, x.name loop
        execute format('delete from %s x where x.%I = $1', t.name, t.key) using p_msp;
        get diagnostics amount = row_count;
        name := t.name;
        if amount > 0 then
            return next;
        end if;
    end loop;
end
$$;

revoke all on function kernel.transfer_tables(), kernel.transfer_table(text), kernel.transfer_begin(uuid),
    kernel.transfer_digest(uuid, text), kernel.transfer_open(uuid, text), kernel.transfer_people(uuid),
    kernel.transfer_admit(uuid, text[]), kernel.transfer_fill(uuid, text, jsonb), kernel.transfer_remove(uuid) from public;
