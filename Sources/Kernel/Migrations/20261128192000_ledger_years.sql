-- What grows without end and has a time that never changes lies in partitions, two for a year: the trail of each MSP with its details, the
-- trail of the platform, refusals and readings. A half year that is past its retention is dropped as one file; what is younger goes in small
-- bites, whose holes the next half cannot fill: so that halves keep a year and a half on the disk, where whole years would keep two.
-- Years begin at midnight UTC. What belongs to none that was made lies in `…_rest`, so that nothing is ever refused for it.

-- A partition is a table of its own: the same policy, nobody's grants, the same promise. Only its parent is ever named in a statement.
create function kernel.dress_part(p_part regclass, p_parent regclass) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    if exists (select from pg_attribute a where a.attrelid = p_part and a.attname = 'msp_id' and not a.attisdropped) then
        call kernel.protect(p_part, null);
    end if;
    execute format('comment on table %s is %L', p_part, obj_description(p_parent, 'pg_class'));
    execute format('alter table %s set (autovacuum_vacuum_scale_factor = 0.02, autovacuum_analyze_scale_factor = 0.02)', p_part);
end
$$;

-- Halves of years, counted: twice the year, and one more from July on.
create function kernel.half_of(p_at timestamptz) returns integer
    language sql immutable
    return extract(year from p_at at time zone 'UTC')::integer * 2
        + case when extract(month from p_at at time zone 'UTC') > 6 then 1 else 0 end;

create function kernel.half_begins(p_half integer) returns timestamptz
    language sql stable
    return make_timestamptz(p_half / 2, 1 + 6 * (p_half % 2), 1, 0, 0, 0, 'UTC');

-- Makes the partition of one half year; false when it stands, or when rows of it lie in the rest already: they stay there until purged.
create function kernel.add_half(p_parent regclass, p_half integer) returns boolean
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    part constant text := format('kernel.%I',
        concat_ws('_', (select c.relname from pg_class c where c.oid = p_parent), p_half / 2, p_half % 2 + 1));
begin
    if to_regclass(part) is not null then
        return false;
    end if;
    execute format('create table %s partition of %s for values from (%L) to (%L)', part, p_parent, half_begins(p_half),
        half_begins(p_half + 1));
    perform dress_part(part::regclass, p_parent);
    return true;
exception
    when check_violation then
        return false;
end
$$;

create function kernel.add_rest(p_parent regclass) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    part constant text := format('kernel.%I', (select c.relname from pg_class c where c.oid = p_parent) || '_rest');
begin
    execute format('create table %s partition of %s default', part, p_parent);
    perform dress_part(part::regclass, p_parent);
end
$$;

-- From the half of `p_since` on, the next one included.
create function kernel.add_years(p_parent regclass, p_since timestamptz) returns integer
    language sql
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select count(*) filter (where kernel.add_half(p_parent, h))::integer
    from generate_series(kernel.half_of(p_since), kernel.half_of(clock_timestamp()) + 1) h
$$;

-- The rows as they are: a function that took the row of the table as it was would keep it.
drop function kernel.audit_hash(kernel.audit_entry);
drop function kernel.platform_audit_hash(kernel.platform_audit);

-- The trail of each MSP. Its number alone stays unique by the chain: one writer at a time counts on from the head.
alter table kernel.audit_entry rename to audit_entry_before;
alter table kernel.audit_detail rename to audit_detail_before;
-- The owner copies every MSP's rows at once: for this transaction the policy does not bind it.
alter table kernel.audit_entry_before no force row level security;
alter table kernel.audit_detail_before no force row level security;

create table kernel.audit_entry (
    msp_id uuid not null,
    seq bigint not null,
    at timestamptz not null,
    actor_id uuid not null,
    action text not null check (action ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,4}$'),
    object_type text check (object_type ~ '^[a-z][a-z0-9_.]{1,59}$'),
    object_id uuid,
    outcome text not null check (outcome ~ '^[a-z][a-z0-9_]{1,39}$'),
    through text not null check (through in ('screen', 'api', 'link', 'job', 'import')),
    request_id text check (request_id ~ '^[A-Za-z0-9_.:-]{1,100}$'),
    detail_digest bytea,
    previous bytea not null,
    hash bytea not null,
    address text check (address ~ '^[0-9a-f.:]{2,45}$'),
    credential_id uuid
) partition by range (at);
comment on table kernel.audit_entry is
    'tenant: Trail of every action and refusal; sensitivity=personal; retention=twelve months';

-- The moment is the entry's: a detail lies beside its entry and goes with it.
create table kernel.audit_detail (
    msp_id uuid not null,
    seq bigint not null,
    at timestamptz not null,
    salt bytea,
    detail jsonb,
    destroyed_at timestamptz,
    check ((destroyed_at is null) = (detail is not null and salt is not null))
) partition by range (at);
comment on table kernel.audit_detail is
    'tenant: Personal part of an audit entry, destructible; sensitivity=personal; retention=as audit_entry, or sooner on request';

create table kernel.platform_audit_by_year (
    seq bigint not null,
    at timestamptz not null,
    account_id uuid,
    organisation_id uuid,
    action text not null check (action ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,4}$'),
    outcome text not null check (outcome ~ '^[a-z][a-z0-9_]{1,39}$'),
    request_id text check (request_id ~ '^[A-Za-z0-9_.:-]{1,100}$'),
    detail jsonb,
    previous bytea not null,
    hash bytea not null,
    address text check (address ~ '^[0-9a-f.:]{2,45}$'),
    credential_id uuid
) partition by range (at);

create table kernel.access_trace_by_year (
    minute timestamptz not null,
    -- Empty when it is not known; '*' beyond the bound of a minute.
    address text not null check (address ~ '^([0-9a-f.:]{2,45}|[*])?$'),
    -- Session or personal token; the nil UUID when there was none.
    credential_id uuid not null,
    account_id uuid,
    -- The MSP that was asked for; the nil UUID when there was none.
    organisation_id uuid not null,
    -- Method and template of the route, without any id; '*' beyond the bound of a minute.
    route text not null check (route ~ '^[A-Za-z0-9 /:._*-]{1,200}$'),
    -- Status of a refusal, 'read', or the reason of a failed sign-in.
    outcome text not null check (outcome ~ '^[a-z0-9_]{1,40}$'),
    times integer not null check (times > 0),
    first_at timestamptz not null,
    last_at timestamptz not null,
    -- Of the first of them.
    request_id text check (request_id ~ '^[A-Za-z0-9_.:-]{1,100}$')
) partition by range (minute);

do $$
declare
    name text;
begin
    execute format('comment on table kernel.platform_audit_by_year is %L', obj_description('kernel.platform_audit'::regclass, 'pg_class'));
    execute format('comment on table kernel.access_trace_by_year is %L', obj_description('kernel.access_trace'::regclass, 'pg_class'));
    alter table kernel.platform_audit rename to platform_audit_before;
    alter table kernel.access_trace rename to access_trace_before;
    alter table kernel.platform_audit_by_year rename to platform_audit;
    alter table kernel.access_trace_by_year rename to access_trace;
    foreach name in array array['audit_entry', 'audit_detail', 'platform_audit', 'access_trace'] loop
        perform kernel.add_rest(format('kernel.%I', name)::regclass);
        perform kernel.add_years(format('kernel.%I', name)::regclass, clock_timestamp() - interval '12 months');
    end loop;
end
$$;

-- For the copy alone; each partition has its policy already.
do $$
declare
    part regclass;
begin
    for part in select i.inhrelid from pg_inherits i where i.inhparent in ('kernel.audit_entry'::regclass, 'kernel.audit_detail'::regclass) loop
        execute format('alter table %s no force row level security', part);
    end loop;
end
$$;
insert into kernel.audit_entry
select e.msp_id, e.seq, e.at, e.actor_id, e.action, e.object_type, e.object_id, e.outcome, e.through, e.request_id, e.detail_digest, e.previous,
    e.hash, e.address, e.credential_id
from kernel.audit_entry_before e order by e.at;
insert into kernel.audit_detail
select d.msp_id, d.seq, e.at, d.salt, d.detail, d.destroyed_at
from kernel.audit_detail_before d join kernel.audit_entry_before e on e.msp_id = d.msp_id and e.seq = d.seq order by e.at;
insert into kernel.platform_audit
select e.seq, e.at, e.account_id, e.organisation_id, e.action, e.outcome, e.request_id, e.detail, e.previous, e.hash, e.address, e.credential_id
from kernel.platform_audit_before e order by e.seq;
insert into kernel.access_trace
select t.minute, t.address, t.credential_id, t.account_id, t.organisation_id, t.route, t.outcome, t.times, t.first_at, t.last_at, t.request_id
from kernel.access_trace_before t order by t.minute;

-- Nothing is lost on the way, or nothing is done.
do $$
declare
    name text;
    before bigint;
    after bigint;
begin
    foreach name in array array['audit_entry', 'audit_detail', 'platform_audit', 'access_trace'] loop
        execute format('select count(*) from kernel.%I', name || '_before') into before;
        execute format('select count(*) from kernel.%I', name) into after;
        if before <> after then
            raise exception '%: % rows of %', name, after, before;
        end if;
    end loop;
end
$$;
drop table kernel.audit_detail_before;
drop table kernel.audit_entry_before;
drop table kernel.platform_audit_before;
drop table kernel.access_trace_before;

-- Few indexes: a question about an actor, an address or a session is about the rows of one MSP between two days, or the operator's.
alter table kernel.audit_entry add primary key (msp_id, seq, at);
alter table kernel.audit_detail add primary key (msp_id, seq, at);
alter table kernel.audit_detail add foreign key (msp_id, seq, at) references kernel.audit_entry (msp_id, seq, at);
create index audit_entry_object on kernel.audit_entry (object_id) where object_id is not null;
alter table kernel.platform_audit add primary key (seq, at);
create index platform_audit_time on kernel.platform_audit using brin (at) with (pages_per_range = 32);
alter table kernel.access_trace add primary key (minute, address, credential_id, organisation_id, route, outcome);
create index access_trace_organisation on kernel.access_trace (organisation_id, minute);

do $$
declare
    part regclass;
begin
    for part in select i.inhrelid from pg_inherits i where i.inhparent in ('kernel.audit_entry'::regclass, 'kernel.audit_detail'::regclass) loop
        execute format('alter table %s force row level security', part);
    end loop;
end
$$;
call kernel.protect('kernel.audit_entry', 'select', 'select');
call kernel.protect('kernel.audit_detail', 'select', 'select');

-- A field as `canonical` wrote it, without a list being made of all of them: an expression, which the statement that uses it carries out.
create function kernel.netstring(p_text text) returns text
    language sql immutable parallel safe
    return coalesce(octet_length(p_text)::text || ':' || p_text, '-');

-- Over the same bytes as before, each field by itself: a row of a table does not cross from one machine to another, fields do.
create function kernel.audit_hash(
    p_msp uuid, p_seq bigint, p_at timestamptz, p_actor uuid, p_action text, p_object_type text, p_object uuid, p_outcome text, p_through text,
    p_request_id text, p_detail_digest bytea, p_previous bytea, p_address text, p_credential uuid) returns bytea
    language sql immutable parallel safe
    return sha256(p_previous || convert_to(kernel.netstring(p_msp::text) || ',' || kernel.netstring(p_seq::text) || ','
        || kernel.netstring(kernel.utc(p_at)) || ',' || kernel.netstring(p_actor::text) || ',' || kernel.netstring(p_action) || ','
        || kernel.netstring(p_object_type) || ',' || kernel.netstring(p_object::text) || ',' || kernel.netstring(p_outcome) || ','
        || kernel.netstring(p_through) || ',' || kernel.netstring(p_request_id) || ',' || kernel.netstring(encode(p_detail_digest, 'hex'))
        || case when p_address is null and p_credential is null then ''
            else kernel.netstring(p_address) || ',' || kernel.netstring(p_credential::text) end, 'UTF8'));

create function kernel.platform_audit_hash(
    p_seq bigint, p_at timestamptz, p_account uuid, p_organisation uuid, p_action text, p_outcome text, p_request_id text, p_detail jsonb,
    p_previous bytea, p_address text, p_credential uuid) returns bytea
    language sql immutable parallel safe
    return sha256(p_previous || convert_to(kernel.netstring(p_seq::text) || ',' || kernel.netstring(kernel.utc(p_at)) || ','
        || kernel.netstring(p_account::text) || ',' || kernel.netstring(p_organisation::text) || ',' || kernel.netstring(p_action) || ','
        || kernel.netstring(p_outcome) || ',' || kernel.netstring(p_request_id) || ',' || kernel.netstring(p_detail::text)
        || case when p_address is null and p_credential is null then ''
            else kernel.netstring(p_address) || ',' || kernel.netstring(p_credential::text) end, 'UTF8'));

create or replace function kernel.append_audit(
    p_msp uuid, p_action text, p_object_type text, p_object_id uuid, p_outcome text, p_through text, p_request_id text default null,
    p_detail jsonb default null) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    head record;
    moment timestamptz;
    actor constant uuid := current_account();
    salt bytea;
    digest bytea;
    sealed bytea;
    origin constant record := kernel.origin();
begin
    perform require_context(p_msp);
    if p_detail is not null then
        salt := uuid_send(gen_random_uuid());
        digest := sha256(salt || convert_to(p_detail::text, 'UTF8'));
    end if;
    head := lock_chain(p_msp, 'audit');
    moment := clock_timestamp();
    sealed := audit_hash(p_msp, head.seq + 1, moment, actor, p_action, p_object_type, p_object_id, p_outcome, p_through, p_request_id, digest,
        head.hash, origin.address, origin.credential_id);
    insert into audit_entry (msp_id, seq, at, actor_id, action, object_type, object_id, outcome, through, request_id, detail_digest, previous,
        hash, address, credential_id)
    values (p_msp, head.seq + 1, moment, actor, p_action, p_object_type, p_object_id, p_outcome, p_through, p_request_id, digest, head.hash,
        sealed, origin.address, origin.credential_id);
    if p_detail is not null then
        insert into audit_detail (msp_id, seq, at, salt, detail) values (p_msp, head.seq + 1, moment, salt, p_detail);
    end if;
    update chain_head c set seq = head.seq + 1, hash = sealed where c.msp_id = p_msp and c.chain = 'audit';
    return head.seq + 1;
end
$$;

create or replace function kernel.append_platform_audit(
    p_action text, p_outcome text, p_account uuid, p_organisation uuid, p_request_id text default null, p_detail jsonb default null)
    returns bigint
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    last record;
    number bigint;
    moment timestamptz;
    previous bytea;
    origin constant record := kernel.origin();
begin
    -- One writer at a time; the key is the only advisory lock of the platform audit.
    perform pg_advisory_xact_lock(hashtextextended('kernel.platform_audit', 0));
    select e.seq, e.hash into last from platform_audit e order by e.seq desc limit 1;
    number := coalesce(last.seq, 0) + 1;
    moment := clock_timestamp();
    previous := coalesce(last.hash, sha256('platform'::bytea));
    insert into platform_audit (seq, at, account_id, organisation_id, action, outcome, request_id, detail, previous, hash, address,
        credential_id)
    values (number, moment, p_account, p_organisation, p_action, p_outcome, p_request_id, p_detail, previous,
        platform_audit_hash(number, moment, p_account, p_organisation, p_action, p_outcome, p_request_id, p_detail, previous,
            origin.address, origin.credential_id), origin.address, origin.credential_id);
    return number;
end
$$;

create or replace function kernel.verify_audit(p_msp uuid) returns table (seq bigint, fault text)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    start_seq bigint := 0;
    start_hash bytea := sha256(convert_to('audit:' || p_msp, 'UTF8'));
begin
    perform require_context(p_msp);
    select coalesce(max(h.cut_seq), start_seq), coalesce((array_agg(h.cut_hash))[1], start_hash) into start_seq, start_hash
    from chain_head h where h.msp_id = p_msp and h.chain = 'audit';
    return query
    with chained as (
        select e.seq, e.at, e.previous, e.hash, e.detail_digest,
            audit_hash(e.msp_id, e.seq, e.at, e.actor_id, e.action, e.object_type, e.object_id, e.outcome, e.through, e.request_id,
                e.detail_digest, e.previous, e.address, e.credential_id) as computed,
            lag(e.hash, 1, start_hash) over w as expected, lag(e.seq, 1, start_seq) over w as before
        from audit_entry e where e.msp_id = p_msp window w as (order by e.seq))
    -- A number that stands twice is as wrong as one that is missing: across the years no key refuses it.
    select c.before + 1, 'missing' from chained c where c.seq > c.before + 1
    union all select c.seq, 'doubled' from chained c where c.seq <= c.before
    union all select c.seq, 'altered' from chained c where c.hash <> c.computed
    union all select c.seq, 'unlinked' from chained c where c.previous <> c.expected and c.seq = c.before + 1
    union all select c.seq, 'detail' from chained c left join audit_detail d on d.msp_id = p_msp and d.seq = c.seq and d.at = c.at
        where c.detail_digest is not null and d.destroyed_at is null
            and c.detail_digest is distinct from sha256(d.salt || convert_to(d.detail::text, 'UTF8'))
    union all select h.seq, 'cut' from chain_head h
        where h.msp_id = p_msp and h.chain = 'audit' and h.seq > 0
            and not exists (select from audit_entry e where e.msp_id = p_msp and e.seq = h.seq and e.hash = h.hash)
    union all select max(e.seq), 'cut' from audit_entry e where e.msp_id = p_msp having max(e.seq) > coalesce(
        (select h.seq from chain_head h where h.msp_id = p_msp and h.chain = 'audit'), 0)
    order by 1, 2;
end
$$;

create or replace function kernel.verify_platform_audit() returns table (seq bigint, fault text)
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    with start as (
        select coalesce(c.seq, 0) as seq, coalesce(c.hash, sha256('platform'::bytea)) as hash
        from (values (1)) one(id) left join kernel.platform_audit_cut c on c.id = one.id),
    chained as (
        select e.seq, e.previous, e.hash,
            kernel.platform_audit_hash(e.seq, e.at, e.account_id, e.organisation_id, e.action, e.outcome, e.request_id, e.detail, e.previous,
                e.address, e.credential_id) as computed,
            coalesce(lag(e.hash) over w, s.hash) as expected, coalesce(lag(e.seq) over w, s.seq) as before
        from kernel.platform_audit e cross join start s window w as (order by e.seq))
    select c.before + 1, 'missing'::text from chained c where c.seq > c.before + 1
    union all select c.seq, 'doubled' from chained c where c.seq <= c.before
    union all select c.seq, 'altered' from chained c where c.hash <> c.computed
    union all select c.seq, 'unlinked' from chained c where c.previous <> c.expected and c.seq = c.before + 1
$$;

create or replace function kernel.destroy_audit_details(p_msp uuid, p_before timestamptz) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    destroyed bigint;
begin
    perform require_context(p_msp);
    update audit_detail d set salt = null, detail = null, destroyed_at = now()
    where d.msp_id = p_msp and d.at < p_before and d.destroyed_at is null;
    get diagnostics destroyed = row_count;
    perform append_audit(p_msp, 'core.audit.details_destroyed', null, null, 'done', 'job', null,
        jsonb_build_object('before', p_before, 'entries', destroyed));
    return destroyed;
end
$$;

revoke all on function kernel.dress_part(regclass, regclass), kernel.half_of(timestamptz), kernel.half_begins(integer), kernel.add_half(regclass, integer),
    kernel.add_rest(regclass),
    kernel.add_years(regclass, timestamptz), kernel.netstring(text),
    kernel.audit_hash(uuid, bigint, timestamptz, uuid, text, text, uuid, text, text, text, bytea, bytea, text, uuid),
    kernel.platform_audit_hash(bigint, timestamptz, uuid, uuid, text, text, text, jsonb, bytea, text, uuid) from public;
