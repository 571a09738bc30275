-- From where and by which session or token: on every act, and on what was refused or read (AUD-01, AUD-02, AUD-05, PRIV-11).

-- An address of the network is personal data: it goes with its entry, after twelve months (thirty-six by setting).
alter table kernel.audit_entry
    add column address text check (address ~ '^[0-9a-f.:]{2,45}$'),
    add column credential_id uuid;
create index audit_entry_credential on kernel.audit_entry (msp_id, credential_id, at) where credential_id is not null;
create index audit_entry_address on kernel.audit_entry (msp_id, address, at) where address is not null;
alter table kernel.platform_audit
    add column address text check (address ~ '^[0-9a-f.:]{2,45}$'),
    add column credential_id uuid;

-- The chain covers both; the entries from before, which have neither, keep their hash.
create or replace function kernel.audit_hash(e kernel.audit_entry) returns bytea
    language sql immutable parallel safe
    set search_path = pg_catalog, kernel, pg_temp
    return sha256(e.previous || kernel.canonical(e.msp_id::text, e.seq::text, kernel.utc(e.at), e.actor_id::text, e.action, e.object_type,
        e.object_id::text, e.outcome, e.through, e.request_id, encode(e.detail_digest, 'hex'))
        || case when e.address is null and e.credential_id is null then ''::bytea
            else kernel.canonical(e.address, e.credential_id::text) end);

create or replace function kernel.platform_audit_hash(e kernel.platform_audit) returns bytea
    language sql immutable parallel safe
    set search_path = pg_catalog, kernel, pg_temp
    return sha256(e.previous || kernel.canonical(e.seq::text, kernel.utc(e.at), e.account_id::text, e.organisation_id::text,
        e.action, e.outcome, e.request_id, e.detail::text)
        || case when e.address is null and e.credential_id is null then ''::bytea
            else kernel.canonical(e.address, e.credential_id::text) end);

-- Where the transaction comes from, as the server says it: `set local kernel.origin = 'address|session or token'`.
-- It is not signed: who writes SQL as the server may hide where his own acts come from, and nothing else.
create function kernel.origin(out address text, out credential_id uuid)
    language plpgsql stable
    set search_path = pg_catalog, pg_temp
as $$
declare
    parts constant text[] := string_to_array(current_setting('kernel.origin', true), '|');
begin
    if parts[1] ~ '^[0-9a-f.:]{2,45}$' then
        address := parts[1];
    end if;
    if parts[2] ~ '^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$' then
        credential_id := parts[2]::uuid;
    end if;
end
$$;

create or replace function kernel.append_audit(
    p_msp uuid, p_action text, p_object_type text, p_object_id uuid, p_outcome text, p_through text, p_request_id text default null,
    p_detail jsonb default null) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    head record;
    e audit_entry;
    salt bytea;
    digest bytea;
    origin constant record := kernel.origin();
begin
    perform require_context(p_msp);
    if p_detail is not null then
        salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
        digest := sha256(salt || convert_to(p_detail::text, 'UTF8'));
    end if;
    head := lock_chain(p_msp, 'audit');
    e := row (p_msp, head.seq + 1, clock_timestamp(), current_account(), p_action, p_object_type, p_object_id, p_outcome, p_through,
        p_request_id, digest, head.hash, ''::bytea, origin.address, origin.credential_id);
    e.hash := audit_hash(e);
    insert into audit_entry select e.*;
    if p_detail is not null then
        insert into audit_detail (msp_id, seq, salt, detail) values (p_msp, e.seq, salt, p_detail);
    end if;
    update chain_head c set seq = e.seq, hash = e.hash where c.msp_id = p_msp and c.chain = 'audit';
    return e.seq;
end
$$;

create or replace function kernel.append_platform_audit(
    p_action text, p_outcome text, p_account uuid, p_organisation uuid, p_request_id text default null, p_detail jsonb default null)
    returns bigint
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    last platform_audit;
    e platform_audit;
    origin constant record := kernel.origin();
begin
    -- One writer at a time; the key is the only advisory lock of the platform audit.
    perform pg_advisory_xact_lock(hashtextextended('kernel.platform_audit', 0));
    select * into last from platform_audit order by seq desc limit 1;
    e := row (coalesce(last.seq, 0) + 1, clock_timestamp(), p_account, p_organisation, p_action, p_outcome, p_request_id, p_detail,
        coalesce(last.hash, sha256('platform'::bytea)), ''::bytea, origin.address, origin.credential_id);
    e.hash := platform_audit_hash(e);
    insert into platform_audit select e.*;
    return e.seq;
end
$$;

-- Refusals, failed sign-ins and reads of what is sensitive, counted by minute: three thousand refusals make few rows and the right sum.
create table kernel.access_trace (
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
    request_id text check (request_id ~ '^[A-Za-z0-9_.:-]{1,100}$'),
    primary key (minute, address, credential_id, organisation_id, route, outcome)
);
create index access_trace_credential on kernel.access_trace (credential_id, minute);
create index access_trace_address on kernel.access_trace (address, minute);
create index access_trace_organisation on kernel.access_trace (organisation_id, minute);
comment on table kernel.access_trace is
    'platform: Refusals, failed sign-ins and sensitive reads, by minute, from where; sensitivity=personal; retention=twelve months';

-- Counts one thing that was refused or read; true when it is the first of its kind in its minute. Only functions of the owner call it.
-- At most 200 rows for one address or one credential in a minute, 5 000 in all: what comes after is counted under '*'.
create function kernel.count_access(
    p_address text, p_credential uuid, p_account uuid, p_organisation uuid, p_route text, p_outcome text, p_times integer,
    p_request_id text) returns boolean
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    nil constant uuid := '00000000-0000-0000-0000-000000000000';
    moment constant timestamptz := clock_timestamp();
    this_minute constant timestamptz := date_trunc('minute', moment);
    place text := coalesce(p_address, '');
    who uuid := coalesce(p_credential, nil);
    asked uuid := coalesce(p_organisation, nil);
    way text := p_route;
    known constant boolean := exists (select from access_trace t where t.minute = this_minute and t.address = place and t.credential_id = who
        and t.organisation_id = asked and t.route = p_route and t.outcome = p_outcome);
begin
    if not known then
        if (select count(*) from access_trace t where t.minute = this_minute and t.credential_id = who and who <> nil) >= 200
            or (select count(*) from access_trace t where t.minute = this_minute and t.address = place and who = nil) >= 200 then
            way := '*';
            asked := nil;
        end if;
        if (select count(*) from access_trace t where t.minute = this_minute) >= 5000 then
            way := '*';
            asked := nil;
            place := '*';
        end if;
    end if;
    insert into access_trace as t (minute, address, credential_id, account_id, organisation_id, route, outcome, times, first_at, last_at,
        request_id)
    values (this_minute, place, who, p_account, asked, way, p_outcome, least(greatest(p_times, 1), 1000000), moment, moment, p_request_id)
    on conflict (minute, address, credential_id, organisation_id, route, outcome) do update set
        times = t.times + excluded.times, last_at = excluded.last_at;
    return not known and way <> '*';
end
$$;

-- What the server refused or let read since it last said so: a list of {credential, address, msp, route, outcome, times, request_id}.
-- A refusal needs no right, since it is one; it enters a trail only for a credential that exists, and at most twenty times a minute.
-- A read counts for a live member alone. Nothing here says that something was done.
create function kernel.note_access(p_rows jsonb) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    r record;
    who record;
    is_first boolean;
    former constant text := coalesce(current_setting('kernel.origin', true), '');
begin
    for r in
        select decode(x.credential, 'hex') as hash, nullif(x.address, '') as address, x.msp, x.route, x.outcome, x.times, x.request_id
        from jsonb_to_recordset(p_rows) x(credential text, address text, msp uuid, route text, outcome text, times integer, request_id text)
        where x.outcome in ('401', '403', '404', 'read')
        order by x.msp, x.credential, x.route, x.outcome limit 500
    loop
        select s.id, s.account_id into who from session s where s.token_hash = r.hash;
        if who.id is null then
            select t.id, t.account_id into who from api_token t where t.token_hash = r.hash;
        end if;
        continue when r.outcome = 'read' and not exists (select from membership m join organisation o on o.id = m.organisation_id
            where m.account_id = who.account_id and m.organisation_id = r.msp
                and (clock_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity'));
        is_first := count_access(r.address, who.id, who.account_id,
            (select o.id from organisation o where o.id = r.msp), r.route, r.outcome, r.times, r.request_id);
        if is_first and r.outcome <> 'read' and who.id is not null
            and (select count(*) from access_trace t where t.minute = date_trunc('minute', clock_timestamp())
                and t.credential_id = who.id and t.outcome <> 'read') <= 20 then
            perform set_config('kernel.origin', concat(r.address, '|', who.id), true);
            perform trace(who.account_id, r.msp, 'core.access.refused', null, null, 'refused',
                case when r.route like '% /api/%' then 'api' else 'screen' end, r.request_id,
                jsonb_build_object('route', r.route, 'status', r.outcome));
            perform set_config('kernel.origin', former, true);
        end if;
    end loop;
end
$$;
grant execute on function kernel.note_access(jsonb) to collectif_server;

-- The one question after a breach: what an address, a session or a token touched, and when; acts, refusals and reads in one list.
create function kernel.touched(p_msp uuid, p_address text, p_credential uuid, p_from timestamptz, p_to timestamptz)
    returns table (at timestamptz, kind text, account_id uuid, credential_id uuid, address text, action text, object_type text,
        object_id uuid, outcome text, times integer)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query
    select e.at, 'act', e.actor_id, e.credential_id, e.address, e.action, e.object_type, e.object_id, e.outcome, 1
    from audit_entry e
    where e.msp_id = p_msp and (p_address is null or e.address = p_address) and (p_credential is null or e.credential_id = p_credential)
        and num_nonnulls(p_address, p_credential) > 0 and e.at >= p_from and e.at < p_to and e.action <> 'core.access.refused'
    union all
    select t.last_at, 'access', t.account_id, nullif(t.credential_id, '00000000-0000-0000-0000-000000000000'), nullif(t.address, ''), t.route,
        null, null, t.outcome, t.times
    from access_trace t
    where t.organisation_id = p_msp and (p_address is null or t.address = p_address)
        and (p_credential is null or t.credential_id = p_credential)
        and num_nonnulls(p_address, p_credential) > 0 and t.minute >= p_from - interval '1 minute' and t.minute < p_to
    order by 1 desc
    limit 5000;
end
$$;
grant execute on function kernel.touched(uuid, text, uuid, timestamptz, timestamptz) to collectif_server;

-- The same over the whole platform, for the operator: every MSP in turn, what belongs to none, and the sign-ins.
create function kernel.admin_touched(p_address text, p_credential uuid, p_from timestamptz, p_to timestamptz)
    returns table (organisation text, at timestamptz, kind text, account_id uuid, credential_id uuid, address text, action text,
        object_type text, object_id uuid, outcome text, times integer)
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    o record;
begin
    for o in select x.id, x.slug from organisation x where x.kind = 'MSP' order by x.slug loop
        perform set_context(o.id, '00000000-0000-0000-0000-000000000000', interval '1 minute');
        return query select o.slug, t.* from touched(o.id, p_address, p_credential, p_from, p_to) t;
    end loop;
    perform put_context('');
    return query
    select coalesce((select x.slug from organisation x where x.id = e.organisation_id), ''), e.at, 'act', e.account_id, e.credential_id, e.address,
        e.action, null::text, null::uuid, e.outcome, 1
    from platform_audit e
    where (p_address is null or e.address = p_address) and (p_credential is null or e.credential_id = p_credential)
        and num_nonnulls(p_address, p_credential) > 0 and e.at >= p_from and e.at < p_to
    union all
    select coalesce((select x.slug from organisation x where x.id = t.organisation_id), ''), t.last_at, 'access', t.account_id,
        nullif(t.credential_id, '00000000-0000-0000-0000-000000000000'), nullif(t.address, ''), t.route, null, null, t.outcome, t.times
    from access_trace t left join organisation x on x.id = t.organisation_id and x.kind = 'MSP'
    where x.id is null and (p_address is null or t.address = p_address) and (p_credential is null or t.credential_id = p_credential)
        and num_nonnulls(p_address, p_credential) > 0 and t.minute >= p_from - interval '1 minute' and t.minute < p_to
    order by 2 desc;
end
$$;

-- Anybody who wrote SQL as the server could write « done » into any trail with it, and the product never called it.
drop function kernel.audit_refusal(bytea, uuid, text, text, text, text, jsonb);
