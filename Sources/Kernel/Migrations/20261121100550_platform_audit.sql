-- What belongs to no MSP: sign-ins, refusals without a known MSP, creation of organisations. One chain for the platform.

create table kernel.platform_audit (
    seq bigint primary key,
    at timestamptz not null,
    account_id uuid,
    organisation_id uuid,
    action text not null check (action ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,4}$'),
    outcome text not null check (outcome ~ '^[a-z][a-z0-9_]{1,39}$'),
    request_id text check (request_id ~ '^[A-Za-z0-9_.:-]{1,100}$'),
    detail jsonb,
    previous bytea not null,
    hash bytea not null
);
comment on table kernel.platform_audit is
    'platform: Trail of sign-ins, refusals and acts above one MSP; sensitivity=personal; retention=twelve months';

create function kernel.platform_audit_hash(e kernel.platform_audit) returns bytea
    language sql immutable parallel safe
    set search_path = pg_catalog, kernel, pg_temp
    return sha256(e.previous || kernel.canonical(e.seq::text, kernel.utc(e.at), e.account_id::text, e.organisation_id::text,
        e.action, e.outcome, e.request_id, e.detail::text));

create function kernel.append_platform_audit(
    p_action text, p_outcome text, p_account uuid, p_organisation uuid, p_request_id text default null, p_detail jsonb default null)
    returns bigint
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    last platform_audit;
    e platform_audit;
begin
    -- One writer at a time; the key is the only advisory lock of the platform audit.
    perform pg_advisory_xact_lock(hashtextextended('kernel.platform_audit', 0));
    select * into last from platform_audit order by seq desc limit 1;
    e := row (coalesce(last.seq, 0) + 1, clock_timestamp(), p_account, p_organisation, p_action, p_outcome, p_request_id, p_detail,
        coalesce(last.hash, sha256('platform'::bytea)), ''::bytea);
    e.hash := platform_audit_hash(e);
    insert into platform_audit select e.*;
    return e.seq;
end
$$;

-- Faults of the platform's trail; for the owner.
create function kernel.verify_platform_audit() returns table (seq bigint, fault text)
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
begin atomic
    with chained as (
        select e.seq, e.previous, e.hash, kernel.platform_audit_hash(e) as computed,
            lag(e.hash, 1, sha256('platform'::bytea)) over w as expected, lag(e.seq, 1, 0::bigint) over w as before
        from kernel.platform_audit e window w as (order by e.seq))
    select c.before + 1, 'missing'::text from chained c where c.seq <> c.before + 1
    union all select c.seq, 'altered' from chained c where c.hash <> c.computed
    union all select c.seq, 'unlinked' from chained c where c.previous <> c.expected and c.seq = c.before + 1;
end;
