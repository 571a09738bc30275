-- What the kernel keeps for each MSP on behalf of all modules: files, settings, drafts, repeated requests, gapless numbers.

create table kernel.file (
    msp_id uuid not null,
    id uuid not null,
    sha256 bytea not null check (octet_length(sha256) = 32),
    media_type text not null check (media_type ~ '^[a-z0-9.+-]{1,60}/[a-z0-9.+-]{1,80}$'),
    name text not null check (kernel.is_line(name, 200)),
    size bigint not null check (size between 0 and 52428800),
    content bytea not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (msp_id, id),
    -- What is stored is what its digest says, whoever wrote it.
    check (octet_length(content) = size and sha256 = sha256(content))
);
create index file_digest on kernel.file (msp_id, sha256);
call kernel.protect('kernel.file', 'select, insert', 'select, insert, delete');
comment on table kernel.file is
    'tenant: Documents made or received, with their digest; sensitivity=personal; retention=as the object that refers to it';

create table kernel.setting (
    msp_id uuid not null,
    key text not null check (key ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,4}$'),
    value jsonb not null check (kernel.is_text(value::text, 20000)),
    updated_at timestamptz not null default now(),
    updated_by uuid,
    primary key (msp_id, key)
);
call kernel.protect('kernel.setting', 'select, insert, update, delete', 'select');
comment on table kernel.setting is
    'tenant: Choices of the MSP, one per key declared by a module; sensitivity=internal; retention=life of the MSP';

create table kernel.draft (
    msp_id uuid not null,
    account_id uuid not null,
    form_key text not null check (form_key ~ '^[A-Za-z0-9_./:-]{1,200}$'),
    body jsonb not null check (octet_length(body::text) <= 1000000 and kernel.no_nir(body::text)),
    updated_at timestamptz not null default now(),
    primary key (msp_id, account_id, form_key)
);
create index draft_age on kernel.draft (msp_id, updated_at);
call kernel.protect('kernel.draft', 'select, insert, update, delete', 'select, delete');
-- Inside the MSP, a draft is its writer's alone.
create policy own on kernel.draft as restrictive for all to collectif_server
    using (account_id = kernel.current_account()) with check (account_id = kernel.current_account());
comment on table kernel.draft is
    'tenant: Forms typed and not yet sent, given back after a new sign-in; sensitivity=personal; retention=thirty days';

create table kernel.idempotency (
    msp_id uuid not null,
    account_id uuid not null,
    route text not null check (char_length(route) between 1 and 200),
    key text not null check (char_length(key) between 1 and 200),
    request_hash bytea not null check (octet_length(request_hash) = 32),
    -- Null while the first request is being answered.
    status integer check (status between 100 and 599),
    headers jsonb,
    body bytea,
    created_at timestamptz not null default now(),
    primary key (msp_id, account_id, route, key)
);
create index idempotency_age on kernel.idempotency (msp_id, created_at);
call kernel.protect('kernel.idempotency', 'select, insert, update', 'select, delete');
create policy own on kernel.idempotency as restrictive for all to collectif_server
    using (account_id = kernel.current_account()) with check (account_id = kernel.current_account());
comment on table kernel.idempotency is
    'tenant: Answers already given to requests that carry an idempotency key; sensitivity=personal; retention=one day';

create table kernel.counter (
    msp_id uuid not null,
    name text not null check (name ~ '^[a-z][a-z0-9_.:-]{1,99}$'),
    value bigint not null check (value > 0),
    primary key (msp_id, name)
);
call kernel.protect('kernel.counter', null);
comment on table kernel.counter is
    'tenant: Last number given in each gapless series; sensitivity=none; retention=life of the MSP';

-- Next number of a gapless series. The row stays locked until the transaction ends; a rollback gives the number back.
create function kernel.next_number(p_msp uuid, p_name text) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    given bigint;
begin
    perform require_context(p_msp);
    insert into counter as c (msp_id, name, value) values (p_msp, p_name, 1)
    on conflict (msp_id, name) do update set value = c.value + 1
    returning c.value into given;
    return given;
end
$$;
grant execute on function kernel.next_number(uuid, text) to collectif_server, collectif_worker;
