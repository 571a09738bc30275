-- Answers already given to requests above the MSPs that carry an idempotency key: what kernel.idempotency is inside one.

create table kernel.organisation_answer (
    organisation_id uuid not null references kernel.organisation (id),
    account_id uuid not null references kernel.account (id) on delete cascade,
    route text not null check (char_length(route) between 1 and 200),
    key text not null check (char_length(key) between 1 and 200),
    request_hash bytea not null check (octet_length(request_hash) = 32),
    -- Null while the first request is being answered.
    status integer check (status between 100 and 599),
    headers jsonb,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (organisation_id, account_id, route, key)
);
create index organisation_answer_age on kernel.organisation_answer (created_at);
comment on table kernel.organisation_answer is
    'platform: Answers already given to requests to a federation that carry an idempotency key; sensitivity=personal; retention=one day';

-- Takes a key for the caller's request to an organisation of its own. No row for the first request, which then does its work and keeps
-- its answer in the same transaction; a second one waits here until the first has committed, and gets what that one answered.
create function kernel.claim_answer(p_credential bytea, p_organisation uuid, p_route text, p_key text, p_request_hash bytea)
    returns table (request_hash bytea, status integer, headers jsonb, body bytea)
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    member constant record := member_of(p_credential, p_organisation);
begin
    insert into organisation_answer (organisation_id, account_id, route, key, request_hash)
    values (p_organisation, member.account_id, p_route, p_key, p_request_hash) on conflict do nothing;
    if found then
        return;
    end if;
    return query select a.request_hash, a.status, a.headers, a.body from organisation_answer a
    where a.organisation_id = p_organisation and a.account_id = member.account_id and a.route = p_route and a.key = p_key;
end
$$;

-- Keeps the answer of the first request; it commits with the effect or not at all.
create function kernel.keep_answer(
    p_credential bytea, p_organisation uuid, p_route text, p_key text, p_status integer, p_headers jsonb, p_body bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    member constant record := member_of(p_credential, p_organisation);
begin
    update organisation_answer a set status = p_status, headers = p_headers, body = p_body
    where a.organisation_id = p_organisation and a.account_id = member.account_id and a.route = p_route and a.key = p_key
        and a.status is null;
end
$$;

grant execute on function kernel.claim_answer(bytea, uuid, text, text, bytea),
    kernel.keep_answer(bytea, uuid, text, text, integer, jsonb, bytea) to collectif_server;
