-- People's access: accounts, second factors, memberships, sessions, tokens, links, throttling.
-- Platform tables: no role but the owner reads them; the functions of later files are the only way in.
-- Every credential is kept as its SHA-256 alone. Of a password, the SHA-256 of what scrypt makes of it.

create table kernel.account (
    id uuid primary key,
    email text not null unique check (email = lower(email) and email ~ '^[^@[:space:]]{1,64}@[^@[:space:]]{1,189}$'),
    first_name text not null check (kernel.is_line(first_name, 80)),
    last_name text not null check (kernel.is_line(last_name, 80)),
    -- scrypt$2$<log2 of the rounds>$<block size>$<parallelism>$<salt>$<SHA-256 of the scrypt output>, both in base 64 for URLs.
    password_hash text check (password_hash ~ '^scrypt[$]2([$][0-9]{1,2}){3}[$][A-Za-z0-9_-]{22,86}[$][A-Za-z0-9_-]{43}$'),
    -- Encrypted by the application: the key never reaches the database.
    totp_secret bytea check (octet_length(totp_secret) between 16 and 200),
    totp_confirmed_at timestamptz,
    totp_last_step bigint,
    disabled_at timestamptz,
    created_at timestamptz not null default now(),
    last_sign_in_at timestamptz
);
comment on table kernel.account is
    'platform: One person who signs in; sensitivity=secret; retention=three years after the last sign-in';

create table kernel.recovery_code (
    account_id uuid not null references kernel.account (id) on delete cascade,
    code_hash bytea not null check (octet_length(code_hash) = 32),
    used_at timestamptz,
    primary key (account_id, code_hash)
);
comment on table kernel.recovery_code is
    'platform: One-time codes that replace the second factor; sensitivity=secret; retention=until replaced';

create table kernel.membership (
    id uuid primary key default gen_random_uuid(),
    account_id uuid not null references kernel.account (id),
    organisation_id uuid not null references kernel.organisation (id),
    roles text[] not null check (cardinality(roles) between 1 and 12),
    -- Days in the organisation's own time zone, both included.
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    -- The professional of the MSP that this person is. professional.account_id says the same from the other side;
    -- only the functions that write both may write either.
    professional_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid
);
create unique index membership_open on kernel.membership (account_id, organisation_id) where valid_to is null;
create index membership_account on kernel.membership (account_id, organisation_id, valid_from);
create index membership_organisation on kernel.membership (organisation_id, account_id);
comment on table kernel.membership is
    'platform: Who belongs to which organisation, in which roles and when; sensitivity=personal; retention=five years after its end';

create table kernel.session (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    id uuid not null unique default gen_random_uuid(),
    account_id uuid not null references kernel.account (id) on delete cascade,
    created_at timestamptz not null default now(),
    last_seen_at timestamptz not null default now(),
    expires_at timestamptz not null,
    mfa boolean not null,
    client text check (char_length(client) <= 200)
);
create index session_account on kernel.session (account_id);
create index session_expiry on kernel.session (expires_at);
comment on table kernel.session is
    'platform: Open sessions; sensitivity=secret; retention=one day after expiry';

create table kernel.api_token (
    id uuid primary key default gen_random_uuid(),
    token_hash bytea not null unique check (octet_length(token_hash) = 32),
    account_id uuid not null references kernel.account (id) on delete cascade,
    organisation_id uuid not null references kernel.organisation (id),
    name text not null check (kernel.is_line(name, 80)),
    -- Null means all that the person may do.
    permissions text[],
    created_at timestamptz not null default now(),
    expires_at timestamptz not null,
    last_used_on date,
    revoked_at timestamptz
);
create index api_token_account on kernel.api_token (account_id);
comment on table kernel.api_token is
    'platform: Personal tokens of programs, each for one organisation; sensitivity=secret; retention=one year after expiry';

create table kernel.link (
    token_hash bytea primary key check (octet_length(token_hash) = 32),
    organisation_id uuid references kernel.organisation (id),
    purpose text not null check (purpose ~ '^[a-z][a-z0-9_.-]{1,59}$'),
    subject_id uuid,
    account_id uuid references kernel.account (id) on delete cascade,
    expires_at timestamptz not null,
    single_use boolean not null,
    used_at timestamptz,
    created_at timestamptz not null default now()
);
create index link_subject on kernel.link (organisation_id, purpose, subject_id);
create index link_account on kernel.link (account_id) where account_id is not null;
create index link_expiry on kernel.link (expires_at);
comment on table kernel.link is
    'platform: Links opened without sign-in, invitations and password resets; sensitivity=secret; retention=thirty days after expiry';

create table kernel.throttle (
    key_hash bytea primary key check (octet_length(key_hash) = 32),
    failures integer not null,
    window_started_at timestamptz not null,
    blocked_until timestamptz
);
comment on table kernel.throttle is
    'platform: Failed sign-ins per account and per address, as digests; sensitivity=internal; retention=one day';
