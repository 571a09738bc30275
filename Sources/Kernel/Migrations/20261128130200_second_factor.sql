-- Second factor by role: who coordinates, manages or looks over several MSPs has one within a fortnight. After that the way in leads
-- through setting it up; no session is opened before.

alter table kernel.account
    -- Set by the first sign-in that holds such a role; a role that goes away clears it.
    add column factor_due_at timestamptz,
    -- Demonstration accounts alone (kernel.admin_exempt_factor): a demo that stands for months is still entered in one step.
    add column factor_exempt boolean not null default false;

-- Whether an account lacks the second factor that one of its roles asks for.
create function kernel.factor_wanted(p_account uuid) returns boolean
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select a.totp_confirmed_at is null and not a.factor_exempt and exists (
        select from kernel.membership m join kernel.organisation o on o.id = m.organisation_id
        where m.account_id = a.id and o.archived_at is null
            and m.roles && array['COORDINATOR', 'MANAGER', 'FEDERATION_ADMIN', 'FEDERATION_AGENT', 'ARS_READER']
            and (clock_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity'))
    from kernel.account a where a.id = p_account
$$;

-- The account of an address whose password is proven, with the sealed secret of the second factor that it owes, or whether it has to
-- set one up before anything else; no row otherwise.
drop function kernel.check_password(text, bytea);
create function kernel.check_password(p_email text, p_proof bytea)
    returns table (account_id uuid, totp_secret bytea, must_set_factor boolean)
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select a.id, case when a.totp_confirmed_at is not null then a.totp_secret end,
        coalesce(a.factor_due_at <= clock_timestamp(), false) and kernel.factor_wanted(a.id)
    from kernel.account a where a.email = lower(p_email) and a.disabled_at is null and kernel.proves(a.password_hash, p_proof)
$$;

-- Opens a session of at most ten hours for who proves the password; gives its id. The token is new at every sign-in. CK403 for who must
-- set a second factor up first.
-- `p_mfa` says that the server has checked a code as well: its key never reaches the database, so the database takes its word for the
-- second factor. The proof of the password is what SQL alone cannot make.
create or replace function kernel.open_session(p_email text, p_proof bytea, p_token_hash bytea, p_mfa boolean, p_client text)
    returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    opened uuid;
    target uuid;
    due timestamptz;
begin
    update account a set last_sign_in_at = clock_timestamp(),
        factor_due_at = case when factor_wanted(a.id) then coalesce(a.factor_due_at, clock_timestamp() + interval '14 days') end
    where a.email = lower(p_email) and a.disabled_at is null and proves(a.password_hash, p_proof)
    returning a.id, a.factor_due_at into target, due;
    if target is null then
        raise exception 'no such account and password' using errcode = 'CK401';
    end if;
    if due <= clock_timestamp() then
        raise exception 'a second factor comes first' using errcode = 'CK403';
    end if;
    delete from session s where s.account_id = target and s.expires_at < clock_timestamp() - interval '1 day';
    insert into session (token_hash, account_id, created_at, last_seen_at, expires_at, mfa, client)
    values (p_token_hash, target, clock_timestamp(), clock_timestamp(), clock_timestamp() + interval '10 hours', p_mfa,
        left(p_client, 200))
    returning id into opened;
    perform append_platform_audit('core.sign_in', 'done', target, null, null, jsonb_build_object('session', opened, 'mfa', p_mfa));
    return opened;
end
$$;

-- The same for who sets the second factor up at the door: only where the grace is over, never over a factor that stands.
create function kernel.open_session_with_factor(
    p_email text, p_proof bytea, p_token_hash bytea, p_client text, p_secret bytea, p_step bigint, p_recovery_hashes bytea[]) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    target uuid;
begin
    select c.account_id into target from check_password(p_email, p_proof) c where c.must_set_factor;
    if target is null then
        raise exception 'no such account and password' using errcode = 'CK401';
    end if;
    update account a set totp_secret = p_secret, totp_confirmed_at = clock_timestamp(), totp_last_step = p_step where a.id = target;
    delete from recovery_code c where c.account_id = target;
    insert into recovery_code (account_id, code_hash) select distinct target, h from unnest(p_recovery_hashes) h;
    delete from session s where s.account_id = target;
    perform append_platform_audit('core.second_factor.set', 'done', target, null);
    perform notify_account(target, 'factor');
    return open_session(p_email, p_proof, p_token_hash, true, p_client);
end
$$;

-- Sets the second factor and its recovery codes; other sessions end, this one counts as strong.
create or replace function kernel.set_totp(p_credential bytea, p_secret bytea, p_recovery_hashes bytea[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    update account a set totp_secret = p_secret, totp_confirmed_at = clock_timestamp(), totp_last_step = null, factor_due_at = null
    where a.id = own.account_id;
    delete from recovery_code c where c.account_id = own.account_id;
    insert into recovery_code (account_id, code_hash) select distinct own.account_id, h from unnest(p_recovery_hashes) h;
    delete from session s where s.account_id = own.account_id and s.id <> own.id;
    update session s set mfa = true where s.id = own.id;
    perform append_platform_audit('core.second_factor.set', 'done', own.account_id, null);
    perform notify_account(own.account_id, 'factor');
end
$$;

-- For the owner alone: an account of the demonstration that never owes a second factor. Refused for one that belongs to a live MSP.
create function kernel.admin_exempt_factor(p_account uuid) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    if exists (select from membership m join organisation o on o.id = m.organisation_id
               where m.account_id = p_account and o.kind = 'MSP' and o.live) then
        raise exception 'only accounts of the demonstration go without' using errcode = 'CK422';
    end if;
    update account a set factor_exempt = true where a.id = p_account;
    perform append_platform_audit('core.second_factor.exempt', 'done', p_account, null);
end
$$;

revoke all on function kernel.check_password(text, bytea),
    kernel.open_session_with_factor(text, bytea, bytea, text, bytea, bigint, bytea[]) from public;
grant execute on function kernel.check_password(text, bytea),
    kernel.open_session_with_factor(text, bytea, bytea, text, bytea, bigint, bytea[]) to collectif_server;
