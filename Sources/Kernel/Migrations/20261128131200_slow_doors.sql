-- Doors that slow and never close, and functions of signing in that do what a proof allows and no more.
--
-- A wrong password costs whoever tries it a wait, of 25 seconds at most for an account and 5 for an address of the network; the right one is
-- let in after the same wait. A device that this account signed in on, and a live session, do not wait for the failures of strangers.
-- Only a wrong proof counts and only a right one frees; whoever makes up failures makes others wait, and closes nothing.

create table kernel.known_device (
    account_id uuid not null references kernel.account (id) on delete cascade,
    device_hash bytea not null check (octet_length(device_hash) = 32),
    created_at timestamptz not null default now(),
    last_used_at timestamptz not null default now(),
    -- Wrong passwords typed on it since the last right one: after five it waits like a stranger's.
    failures integer not null default 0,
    primary key (account_id, device_hash)
);
comment on table kernel.known_device is
    'platform: Browsers on which an account signed in, by the digest of their cookie; sensitivity=secret; retention=thirteen months after the last use';

-- Address of the service for the links of mails: the worker, which reads the operator's settings, writes it; the server cannot.
create table kernel.public_address (
    id integer primary key check (id = 1),
    url text not null check (url ~ '^https?://[A-Za-z0-9.:_\[\]-]+(/[A-Za-z0-9._-]+)*$')
);
comment on table kernel.public_address is
    'platform: Address at which people reach the service; sensitivity=none; retention=life of the database';

create function kernel.set_public_address(p_url text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    insert into public_address as a (id, url) values (1, p_url)
    on conflict (id) do update set url = excluded.url where a.url <> excluded.url;
end
$$;
grant execute on function kernel.set_public_address(text) to collectif_worker;

-- Of the place only its last part is taken ('/invitation/'): whoever asks for a link does not choose the host that receives its token.
create or replace function kernel.mail_link(p_recipient text, p_subject text, p_text text, p_html text, p_place text) returns bytea
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    letter constant text := '<!DOCTYPE html>|<html lang="fr">|<meta charset="utf-8">|<a href="__LINK__">|'
        '</?(head|title|body|p|small)>|</(html|a)>';
    -- Two random UUIDs carry 244 random bits; their digest is 43 characters in base 64 for URLs.
    token constant text := url_base64(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
    mail_id constant uuid := gen_random_uuid();
    place constant text := (select a.url from public_address a) || substring(p_place from '/[a-z]+/$');
begin
    if place is null
        or (select count(*) from regexp_matches(p_text, '__LINK__', 'g')) <> 1 or p_text !~ '(^|\n)__LINK__(\n|$)'
        or coalesce(regexp_replace(p_html, letter, '', 'g') ~ '[<>]|__LINK__', true) then
        raise exception 'not a letter with a link' using errcode = 'CK422';
    end if;
    insert into platform_mail (id, dedupe_key, recipient, subject, text_body, html_body)
    values (mail_id, mail_id::text, p_recipient, p_subject, replace(p_text, '__LINK__', place || token),
        replace(p_html, '__LINK__', place || token));
    insert into work (organisation_id, kind, ref_id, key) values (null, 'mail', mail_id, mail_id::text);
    return sha256(convert_to(token, 'UTF8'));
end
$$;

-- What an address of the network is counted under: itself, or the /64 of an IPv6 network, which one subscriber holds whole.
create function kernel.address_block(p_address text) returns text
    language plpgsql immutable
    set search_path = pg_catalog, pg_temp
as $$
begin
    return case when p_address like '%:%' then network(set_masklen(p_address::inet, 64))::text else coalesce(p_address, '') end;
end
$$;

create function kernel.throttle_key(p_what text, p_subject text) returns bytea
    language sql immutable
    set search_path = pg_catalog, pg_temp
as $$ select sha256(convert_to(concat(p_what, '|', p_subject), 'UTF8')) $$;

-- Failures of the last hour under a key.
create function kernel.failures(p_key bytea) returns integer
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select coalesce((select t.failures from kernel.throttle t
        where t.key_hash = p_key and t.window_started_at > clock_timestamp() - interval '1 hour'), 0)
$$;

create function kernel.count_failure(p_keys bytea[]) returns void
    language sql
    set search_path = pg_catalog, kernel, pg_temp
as $$
    insert into kernel.throttle as t (key_hash, failures, window_started_at)
    select k, 1, clock_timestamp() from unnest(p_keys) k where k is not null order by k
    on conflict (key_hash) do update set
        failures = case when t.window_started_at < clock_timestamp() - interval '1 hour' then 1 else t.failures + 1 end,
        window_started_at = clock_timestamp()
$$;

-- Seconds to wait after so many failures: none while they are free, then 2, 4, 8… up to the most.
create function kernel.brake(p_failures integer, p_free integer, p_most integer) returns integer
    language sql immutable
    return case when p_failures <= p_free then 0 else least(p_most, power(2, least(p_failures - p_free, 12)))::integer end;

create function kernel.is_known_device(p_account uuid, p_device bytea) returns boolean
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select exists (select from kernel.known_device d where d.account_id = p_account and d.device_hash = p_device
        and (d.failures < 5 or d.last_used_at < clock_timestamp() - interval '1 hour'))
$$;

-- What the server needs before it works out a proof: the recipe, and how long the try waits. `p_credential`: a live session that came along.
create function kernel.sign_in_begin(p_email text, p_address text, p_device bytea default null, p_credential bytea default null)
    returns table (recipe text, wait integer, is_known boolean)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    account uuid;
    visitor uuid;
    visit uuid;
begin
    select a.id into account from account a where a.email = lower(p_email);
    select s.account_id, s.id into visitor, visit from session s where s.token_hash = p_credential and s.expires_at > clock_timestamp()
        and s.last_seen_at > clock_timestamp() - interval '30 minutes';
    recipe := sign_in_lookup(p_email);
    is_known := coalesce(is_known_device(account, p_device)
        or visitor = account and failures(throttle_key('proof', visit::text)) < 5, false);
    wait := case when is_known then 0 else greatest(
        brake(failures(throttle_key('account', lower(p_email))), 5, 25),
        case when visitor is null then brake(failures(throttle_key('address', address_block(p_address))), 20, 5) else 0 end) end;
    return next;
end
$$;

-- Counts and traces a proof that is wrong, with its reason: for the device when it is known, else for the account and the address.
-- A right proof counts for nothing, so that nobody is slowed down by his own.
create function kernel.password_failed(
    p_email text, p_proof bytea, p_address text, p_device bytea default null, p_credential bytea default null) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    a account;
    reason text;
begin
    select x.* into a from account x where x.email = lower(p_email);
    reason := case when a.id is null then 'unknown' when a.disabled_at is not null then 'disabled' when a.password_hash is null then 'no_password'
        when not proves(a.password_hash, p_proof) then 'wrong_password' end;
    if reason is null then
        return;
    end if;
    perform count_failure(array(select throttle_key('proof', s.id::text) from session s
        where s.token_hash = p_credential and s.account_id = a.id));
    if is_known_device(a.id, p_device) then
        update known_device d set failures = case when d.last_used_at < clock_timestamp() - interval '1 hour' then 1 else d.failures + 1 end,
            last_used_at = clock_timestamp()
        where d.account_id = a.id and d.device_hash = p_device;
        perform count_failure(array[throttle_key('address', address_block(p_address))]);
    else
        perform count_failure(array[throttle_key('account', lower(p_email)), throttle_key('address', address_block(p_address))]);
    end if;
    if count_access(p_address, null, a.id, null, 'POST /connexion', reason, 1, null) then
        perform set_config('kernel.origin', concat(p_address, '|'), true);
        perform append_platform_audit('core.sign_in', 'refused', a.id, null, null, jsonb_build_object('reason', reason));
    end if;
end
$$;

-- After a sign-in, by the session that it opened: the account's failures are forgotten and the device is known from now on.
create function kernel.sign_in_done(p_credential bytea, p_device bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    if own.created_at < clock_timestamp() - interval '1 minute' then
        return;
    end if;
    delete from throttle t using account a where a.id = own.account_id
        and t.key_hash in (throttle_key('account', a.email), throttle_key('code', a.id::text));
    delete from known_device d where d.account_id = own.account_id and d.last_used_at < clock_timestamp() - interval '13 months';
    insert into known_device as d (account_id, device_hash, created_at, last_used_at)
    values (own.account_id, p_device, clock_timestamp(), clock_timestamp())
    on conflict (account_id, device_hash) do update set last_used_at = excluded.last_used_at, failures = 0;
end
$$;

-- A browser on which a reset link was used a moment ago is a known device: whoever reads the person's mail passes the strangers' waits.
-- The other links to the same end are dead from then on.
create function kernel.trust_device(p_token_hash bytea, p_device bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    delete from link o using link l
    where l.token_hash = p_token_hash and l.purpose = 'reset' and l.used_at > clock_timestamp() - interval '1 minute'
        and o.account_id = l.account_id and o.purpose = 'reset' and o.used_at is null;
    insert into known_device as d (account_id, device_hash, created_at, last_used_at)
    select l.account_id, p_device, clock_timestamp(), clock_timestamp() from link l
    where l.token_hash = p_token_hash and l.purpose in ('reset', 'invitation') and l.used_at > clock_timestamp() - interval '1 minute'
    on conflict (account_id, device_hash) do update set last_used_at = excluded.last_used_at, failures = 0;
end
$$;

-- Where a code is counted. Only who proved the password comes so far: here a wait of 15 minutes may close, except on a known device.
create function kernel.code_key(p_account uuid, p_device bytea) returns bytea
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select throttle_key('code', case when kernel.is_known_device(p_account, p_device) then concat(p_account, '|', encode(p_device, 'hex'))
        else p_account::text end)
$$;

-- Seconds before the next code of an account whose password is proven.
create function kernel.code_wait(p_email text, p_proof bytea, p_device bytea default null) returns integer
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select coalesce((
        select greatest(0, ceil(extract(epoch from t.window_started_at - clock_timestamp()) + kernel.brake(t.failures, 5, 900)))::integer
        from kernel.account a join kernel.throttle t on t.key_hash = kernel.code_key(a.id, p_device)
        where a.email = lower(p_email) and kernel.proves(a.password_hash, p_proof)), 0)
$$;

-- Counts a wrong code of an account whose password is proven.
create function kernel.code_failed(p_email text, p_proof bytea, p_address text default null, p_device bytea default null) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    target uuid;
begin
    select a.id into target from account a where a.email = lower(p_email) and proves(a.password_hash, p_proof);
    if target is null then
        return;
    end if;
    perform count_failure(array[code_key(target, p_device)]);
    if count_access(p_address, null, target, null, 'POST /connexion/code', 'wrong_code', 1, null) then
        perform set_config('kernel.origin', concat(p_address, '|'), true);
        perform append_platform_audit('core.sign_in', 'refused', target, null, null, jsonb_build_object('reason', 'wrong_code'));
    end if;
end
$$;

-- Seconds before the present password may be typed again in a session, after wrong ones in that same session.
create function kernel.own_password_wait(p_credential bytea) returns integer
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    return coalesce((
        select greatest(0, ceil(extract(epoch from t.window_started_at - clock_timestamp()) + brake(t.failures, 5, 900)))::integer
        from throttle t where t.key_hash = throttle_key('proof', own.id::text)), 0);
end
$$;

create function kernel.own_password_failed(p_credential bytea, p_proof bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    if exists (select from account a where a.id = own.account_id and proves(a.password_hash, p_proof)) then
        return;
    end if;
    perform count_failure(array[throttle_key('proof', own.id::text)]);
end
$$;

-- Spends a step of the second factor for who proves the password: true once, false for that step or an older one, and for a step of the
-- future, which would burn the codes until then.
create function kernel.spend_code(p_email text, p_proof bytea, p_step bigint) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update account a set totp_last_step = p_step
    where a.email = lower(p_email) and proves(a.password_hash, p_proof) and (a.totp_last_step is null or a.totp_last_step < p_step)
        and p_step <= extract(epoch from clock_timestamp()) / 30 + 2;
    return found;
end
$$;

-- The same for the owner of a session who has just set his second factor.
create function kernel.spend_own_code(p_credential bytea, p_step bigint) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    update account a set totp_last_step = p_step
    where a.id = own.account_id and (a.totp_last_step is null or a.totp_last_step < p_step)
        and p_step <= extract(epoch from clock_timestamp()) / 30 + 2;
    return found;
end
$$;

-- Spends a recovery code for who proves the password: true once.
create function kernel.use_recovery_code(p_email text, p_proof bytea, p_code_hash bytea) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    target uuid;
begin
    update recovery_code c set used_at = clock_timestamp() from account a
    where a.email = lower(p_email) and proves(a.password_hash, p_proof) and c.account_id = a.id and c.code_hash = p_code_hash
        and c.used_at is null
    returning a.id into target;
    if target is null then
        return false;
    end if;
    perform append_platform_audit('core.recovery_code', 'done', target, null);
    return true;
end
$$;

-- Sends a reset link of one hour to the address, when it has an account. The letter's '__LINK__' becomes the address of the page.
-- Nothing comes back: neither the token nor whether there is an account. Five an hour for an address of a person; sixty for an address of the
-- network, of which a known device is free. The links sent before stay alive: nobody kills the one that a person is about to open.
drop function kernel.request_reset(text, text, text, text, text);
create function kernel.request_reset(
    p_email text, p_subject text, p_text text, p_html text, p_address text default null, p_device bytea default null) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    target uuid;
    own_key constant bytea := throttle_key('reset', lower(p_email));
    place_key constant bytea := throttle_key('reset-address', address_block(p_address));
    reason text;
begin
    select a.id into target from account a where a.email = lower(p_email) and a.disabled_at is null;
    reason := case when target is null then 'unknown' when failures(own_key) >= 5 then 'too_many'
        when failures(place_key) >= 60 and not is_known_device(target, p_device) then 'too_many' end;
    perform count_failure(array[place_key, case when reason is null then own_key end]);
    if reason is null then
        insert into link (token_hash, purpose, account_id, expires_at, single_use)
        values (mail_link(lower(p_email), p_subject, p_text, p_html, '/reinitialisation/'), 'reset', target,
            clock_timestamp() + interval '1 hour', true);
    end if;
    if count_access(p_address, null, target, null, 'POST /mot-de-passe-oublie', coalesce(reason, 'sent'), 1, null) then
        perform set_config('kernel.origin', concat(p_address, '|'), true);
        perform append_platform_audit('core.password.reset_asked', case when reason is null then 'done' else 'refused' end, target, null);
    end if;
end
$$;

drop function kernel.throttle_check(bytea[]), kernel.throttle_failure(bytea[]), kernel.throttle_success(bytea[]),
    kernel.take_turn(bytea[], integer), kernel.totp_used(uuid, bigint), kernel.use_recovery_code(uuid, bytea);
grant execute on function kernel.sign_in_begin(text, text, bytea, bytea), kernel.password_failed(text, bytea, text, bytea, bytea),
    kernel.own_password_wait(bytea), kernel.own_password_failed(bytea, bytea), kernel.sign_in_done(bytea, bytea), kernel.trust_device(bytea, bytea), kernel.code_wait(text, bytea, bytea),
    kernel.code_failed(text, bytea, text, bytea), kernel.spend_code(text, bytea, bigint), kernel.spend_own_code(bytea, bigint),
    kernel.use_recovery_code(text, bytea, bytea), kernel.request_reset(text, text, text, text, text, bytea) to collectif_server;
