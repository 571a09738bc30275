-- Two append-only, hash-chained ledgers per MSP: evidence (what was done, for whom to see) and audit (who did what).
-- Roles of the application may read them; only the functions below write, each under the context of that MSP.
-- An entry's hash covers the previous hash and every field, so a change, a removal or a swap shows in the verification.

-- The last link of each chain. Its row lock puts the entries of one MSP in order.
create table kernel.chain_head (
    msp_id uuid not null,
    chain text not null check (chain in ('audit', 'evidence')),
    seq bigint not null,
    hash bytea not null,
    primary key (msp_id, chain)
);
call kernel.protect('kernel.chain_head', null);
comment on table kernel.chain_head is
    'tenant: Last entry of each ledger, so that a cut tail shows; sensitivity=none; retention=life of the MSP';

create table kernel.evidence (
    msp_id uuid not null,
    id uuid not null,
    seq bigint not null,
    kind text not null check (kind ~ '^[A-Za-z][A-Za-z0-9_.]{1,59}$'),
    indicators text[] not null,
    year integer not null check (year between 2000 and 2200),
    subject_type text not null check (subject_type ~ '^[a-z][a-z0-9_.]{1,59}$'),
    subject_id uuid not null,
    title text not null check (kernel.is_line(title, 300)),
    occurred_at timestamptz not null,
    recorded_at timestamptz not null,
    actor_id uuid not null,
    actor_label text check (kernel.is_line(actor_label, 200)),
    -- [{name, media_type, sha256, file_id?}]: what proves it, each with its digest.
    exhibits jsonb not null check (jsonb_typeof(exhibits) = 'array'),
    -- A correction is a new entry that points at the one it replaces.
    corrects bigint,
    previous bytea not null,
    hash bytea not null,
    primary key (msp_id, id),
    unique (msp_id, seq),
    foreign key (msp_id, corrects) references kernel.evidence (msp_id, seq)
);
create index evidence_subject on kernel.evidence (msp_id, subject_type, subject_id);
create index evidence_year on kernel.evidence (msp_id, year, kind);
call kernel.protect('kernel.evidence', 'select', 'select');
comment on table kernel.evidence is
    'tenant: Ledger of what was done, by indicator and year, with digests of the exhibits; sensitivity=internal; retention=ten years';

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
    primary key (msp_id, seq)
);
create index audit_entry_object on kernel.audit_entry (msp_id, object_type, object_id, seq);
create index audit_entry_actor on kernel.audit_entry (msp_id, actor_id, seq);
create index audit_entry_time on kernel.audit_entry (msp_id, at);
call kernel.protect('kernel.audit_entry', 'select', 'select');
comment on table kernel.audit_entry is
    'tenant: Trail of every action and refusal; sensitivity=personal; retention=twelve months, up to thirty-six by setting';

-- The personal part of an entry. The chain holds only the digest of salt and detail: destroying this row's content
-- leaves the chain whole, and without the salt the digest cannot be guessed back.
create table kernel.audit_detail (
    msp_id uuid not null,
    seq bigint not null,
    salt bytea,
    detail jsonb,
    destroyed_at timestamptz,
    primary key (msp_id, seq),
    foreign key (msp_id, seq) references kernel.audit_entry (msp_id, seq),
    check ((destroyed_at is null) = (detail is not null and salt is not null))
);
call kernel.protect('kernel.audit_detail', 'select', 'select');
comment on table kernel.audit_detail is
    'tenant: Personal part of an audit entry, destructible; sensitivity=personal; retention=as audit_entry, or sooner on request';

-- Fields as netstrings (length:value, - for null), so that no two lists of fields give the same bytes.
create function kernel.canonical(variadic p_fields text[]) returns bytea
    language sql immutable parallel safe
    set search_path = pg_catalog, pg_temp
    return (select convert_to(string_agg(coalesce(octet_length(f.v) || ':' || f.v, '-'), ',' order by f.n), 'UTF8')
            from unnest(p_fields) with ordinality f(v, n));

create function kernel.utc(p_at timestamptz) returns text
    language sql immutable parallel safe
    return pg_catalog.to_char(p_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"');

create function kernel.evidence_hash(e kernel.evidence) returns bytea
    language sql immutable parallel safe
    set search_path = pg_catalog, kernel, pg_temp
    return sha256(e.previous || kernel.canonical(e.msp_id::text, e.id::text, e.seq::text, e.kind, to_json(e.indicators)::text, e.year::text,
        e.subject_type, e.subject_id::text, e.title, kernel.utc(e.occurred_at), kernel.utc(e.recorded_at), e.actor_id::text, e.actor_label,
        e.exhibits::text, e.corrects::text));

create function kernel.audit_hash(e kernel.audit_entry) returns bytea
    language sql immutable parallel safe
    set search_path = pg_catalog, kernel, pg_temp
    return sha256(e.previous || kernel.canonical(e.msp_id::text, e.seq::text, kernel.utc(e.at), e.actor_id::text, e.action, e.object_type,
        e.object_id::text, e.outcome, e.through, e.request_id, encode(e.detail_digest, 'hex')));

-- Locks both chains of the MSP, always in the same order so that two writers cannot wait for each other.
create function kernel.lock_chain(p_msp uuid, p_chain text, out seq bigint, out hash bytea)
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    head record;
begin
    for attempt in 1..2 loop
        for head in select c.chain, c.seq, c.hash from chain_head c where c.msp_id = p_msp order by c.chain for update loop
            if head.chain = p_chain then
                seq := head.seq;
                hash := head.hash;
            end if;
        end loop;
        exit when seq is not null;
        insert into chain_head (msp_id, chain, seq, hash)
        values (p_msp, 'audit', 0, sha256(convert_to('audit:' || p_msp, 'UTF8'))),
            (p_msp, 'evidence', 0, sha256(convert_to('evidence:' || p_msp, 'UTF8')))
        on conflict do nothing;
    end loop;
end
$$;

-- Adds an entry to the evidence ledger of the MSP of the context; gives its number.
create function kernel.append_evidence(
    p_msp uuid, p_id uuid, p_kind text, p_indicators text[], p_year integer, p_subject_type text, p_subject_id uuid, p_title text,
    p_occurred_at timestamptz, p_actor_label text, p_exhibits jsonb, p_corrects bigint default null) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    head record;
    e evidence;
begin
    perform require_context(p_msp);
    head := lock_chain(p_msp, 'evidence');
    e := row (p_msp, p_id, head.seq + 1, p_kind, coalesce(p_indicators, '{}'), p_year, p_subject_type, p_subject_id, p_title,
        p_occurred_at, clock_timestamp(), current_account(), p_actor_label, coalesce(p_exhibits, '[]'), p_corrects, head.hash, ''::bytea);
    e.hash := evidence_hash(e);
    insert into evidence select e.*;
    update chain_head c set seq = e.seq, hash = e.hash where c.msp_id = p_msp and c.chain = 'evidence';
    return e.seq;
end
$$;

-- Adds an entry to the audit trail of the MSP of the context; gives its number. The detail is kept apart, salted.
create function kernel.append_audit(
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
begin
    perform require_context(p_msp);
    if p_detail is not null then
        salt := uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid());
        digest := sha256(salt || convert_to(p_detail::text, 'UTF8'));
    end if;
    head := lock_chain(p_msp, 'audit');
    e := row (p_msp, head.seq + 1, clock_timestamp(), current_account(), p_action, p_object_type, p_object_id, p_outcome, p_through,
        p_request_id, digest, head.hash, ''::bytea);
    e.hash := audit_hash(e);
    insert into audit_entry select e.*;
    if p_detail is not null then
        insert into audit_detail (msp_id, seq, salt, detail) values (p_msp, e.seq, salt, p_detail);
    end if;
    update chain_head c set seq = e.seq, hash = e.hash where c.msp_id = p_msp and c.chain = 'audit';
    return e.seq;
end
$$;

-- Faults of the evidence ledger, none when it is whole: 'missing', 'altered', 'unlinked', 'cut'.
create function kernel.verify_evidence(p_msp uuid) returns table (seq bigint, fault text)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query
    with chained as (
        select e.seq, e.previous, e.hash, evidence_hash(e) as computed,
            lag(e.hash, 1, sha256(convert_to('evidence:' || p_msp, 'UTF8'))) over w as expected, lag(e.seq, 1, 0::bigint) over w as before
        from evidence e where e.msp_id = p_msp window w as (order by e.seq))
    select c.before + 1, 'missing' from chained c where c.seq <> c.before + 1
    union all select c.seq, 'altered' from chained c where c.hash <> c.computed
    union all select c.seq, 'unlinked' from chained c where c.previous <> c.expected and c.seq = c.before + 1
    union all select h.seq, 'cut' from chain_head h
        where h.msp_id = p_msp and h.chain = 'evidence' and h.seq > 0
            and not exists (select from evidence e where e.msp_id = p_msp and e.seq = h.seq and e.hash = h.hash)
    union all select max(e.seq), 'cut' from evidence e where e.msp_id = p_msp having max(e.seq) > coalesce(
        (select h.seq from chain_head h where h.msp_id = p_msp and h.chain = 'evidence'), 0)
    order by 1, 2;
end
$$;

-- Faults of the audit trail, none when it is whole: those above, and 'detail' when a kept detail does not match its digest.
create function kernel.verify_audit(p_msp uuid) returns table (seq bigint, fault text)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query
    with chained as (
        select e.seq, e.previous, e.hash, e.detail_digest, audit_hash(e) as computed,
            lag(e.hash, 1, sha256(convert_to('audit:' || p_msp, 'UTF8'))) over w as expected, lag(e.seq, 1, 0::bigint) over w as before
        from audit_entry e where e.msp_id = p_msp window w as (order by e.seq))
    select c.before + 1, 'missing' from chained c where c.seq <> c.before + 1
    union all select c.seq, 'altered' from chained c where c.hash <> c.computed
    union all select c.seq, 'unlinked' from chained c where c.previous <> c.expected and c.seq = c.before + 1
    union all select c.seq, 'detail' from chained c left join audit_detail d on d.msp_id = p_msp and d.seq = c.seq
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

-- Destroys the personal parts of entries older than a day given; the chain stays whole and the act is itself traced.
create function kernel.destroy_audit_details(p_msp uuid, p_before timestamptz) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    destroyed bigint;
begin
    perform require_context(p_msp);
    update audit_detail d set salt = null, detail = null, destroyed_at = now()
    from audit_entry e
    where d.msp_id = p_msp and e.msp_id = p_msp and e.seq = d.seq and e.at < p_before and d.destroyed_at is null;
    get diagnostics destroyed = row_count;
    perform append_audit(p_msp, 'core.audit.details_destroyed', null, null, 'done', 'job', null,
        jsonb_build_object('before', p_before, 'entries', destroyed));
    return destroyed;
end
$$;

grant execute on function
    kernel.append_evidence(uuid, uuid, text, text[], integer, text, uuid, text, timestamptz, text, jsonb, bigint),
    kernel.append_audit(uuid, text, text, uuid, text, text, text, jsonb), kernel.verify_evidence(uuid), kernel.verify_audit(uuid)
    to collectif_server, collectif_worker;
grant execute on function kernel.destroy_audit_details(uuid, timestamptz) to collectif_worker;
