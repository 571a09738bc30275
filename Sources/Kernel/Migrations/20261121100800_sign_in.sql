-- Signing in, second factor, sessions, recovery, and a trace of each.
--
-- The server cannot give itself a session: it works out the scrypt output of what somebody typed, the proof, and the database compares
-- the proof's SHA-256 with the stored one. Nothing that the server may read, or make, stands in for the password.

-- True when the proof is that of the stored password. False, never null, for an account without one.
create function kernel.proves(p_stored text, p_proof bytea) returns boolean
    language sql immutable parallel safe
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select coalesce(octet_length(p_proof) = 32 and split_part(p_stored, '$', 7) = kernel.url_base64(sha256(p_proof)), false)
$$;

-- Scheme, parameters and salt of the password of an address, for the server to work out the proof; never the digest.
-- An address without account, or without password, gets a salt of its own too, always the same: an account's existence does not show.
create function kernel.sign_in_lookup(p_email text) returns text
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select coalesce(
        (select left(a.password_hash, -44) from kernel.account a where a.email = lower(p_email)),
        -- The parameters of a new password (PasswordHasher.Parameters.current).
        (select concat('scrypt$2$15$8$1$', kernel.url_base64(substr(
            sha256(k.key || sha256(k.key || convert_to(concat('salt|', lower(p_email)), 'UTF8'))), 1, 16))) from kernel.signing_key k))
$$;

-- The account of an address whose password is proven, with the sealed secret of the second factor that it owes; no row otherwise.
create function kernel.check_password(p_email text, p_proof bytea) returns table (account_id uuid, totp_secret bytea)
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select a.id, case when a.totp_confirmed_at is not null then a.totp_secret end
    from kernel.account a where a.email = lower(p_email) and a.disabled_at is null and kernel.proves(a.password_hash, p_proof)
$$;

-- Seconds to wait before the next try; 0 when it may be made. `p_keys`: the account's key first, then the address's.
create function kernel.throttle_check(p_keys bytea[]) returns integer
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select coalesce(ceil(extract(epoch from max(t.blocked_until) - clock_timestamp())), 0)::integer
    from kernel.throttle t where t.key_hash = any (p_keys) and t.blocked_until > clock_timestamp()
$$;

-- Counts a failure under each key. 5 are free per account and 20 per address; then 2, 4, 8… seconds, 15 minutes at most.
-- An hour without failure after the last wait starts afresh. Gives the seconds to wait.
create function kernel.throttle_failure(p_keys bytea[]) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    moment constant timestamptz := clock_timestamp();
begin
    insert into throttle as t (key_hash, failures, window_started_at)
    select k, 1, moment from unnest(p_keys) k order by k
    on conflict (key_hash) do update set
        failures = case when greatest(t.window_started_at, t.blocked_until) < moment - interval '1 hour' then 1 else t.failures + 1 end,
        window_started_at = moment;
    update throttle t set blocked_until =
        case when t.failures > k.free then moment + make_interval(secs => least(900, power(2, least(t.failures - k.free, 10)))) end
    from (select u.key, case when u.n = 1 then 5 else 20 end as free from unnest(p_keys) with ordinality u(key, n)) k
    where t.key_hash = k.key;
    perform append_platform_audit('core.sign_in', 'refused', null, null);
    return kernel.throttle_check(p_keys);
end
$$;

create function kernel.throttle_success(p_keys bytea[]) returns void
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    -- Only the account's own count: one good sign-in must not wash an address that attacks others.
    delete from kernel.throttle where key_hash = p_keys[1]
$$;

-- Opens a session of at most ten hours for who proves the password; gives its id. The token is new at every sign-in.
-- `p_mfa` says that the server has checked a code as well: its key never reaches the database, so the database takes its word for the
-- second factor. The proof of the password is what SQL alone cannot make.
create function kernel.open_session(p_email text, p_proof bytea, p_token_hash bytea, p_mfa boolean, p_client text) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    opened uuid;
    target uuid;
begin
    update account a set last_sign_in_at = clock_timestamp()
    where a.email = lower(p_email) and a.disabled_at is null and proves(a.password_hash, p_proof)
    returning a.id into target;
    if target is null then
        raise exception 'no such account and password' using errcode = 'CK401';
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

-- Replaces the token of a live session and keeps the rest; true when there was one.
create function kernel.rotate_session(p_old_hash bytea, p_new_hash bytea) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update session s set token_hash = p_new_hash, last_seen_at = clock_timestamp()
    where s.token_hash = p_old_hash and s.expires_at > clock_timestamp() and s.last_seen_at > clock_timestamp() - interval '30 minutes';
    return found;
end
$$;

-- Notes that a live credential was used: a session to the minute, a token to the day.
create function kernel.touch_session(p_credential bytea) returns void
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    update kernel.session set last_seen_at = clock_timestamp()
    where token_hash = p_credential and expires_at > clock_timestamp() and last_seen_at > clock_timestamp() - interval '30 minutes';
    update kernel.api_token set last_used_on = (clock_timestamp() at time zone 'UTC')::date
    where token_hash = p_credential and revoked_at is null and last_used_on is distinct from (clock_timestamp() at time zone 'UTC')::date;
$$;

create function kernel.close_session(p_credential bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    closed session;
begin
    delete from session s where s.token_hash = p_credential returning * into closed;
    if closed.id is not null then
        perform append_platform_audit('core.sign_out', 'done', closed.account_id, null, null, jsonb_build_object('session', closed.id));
    end if;
end
$$;

-- Ends one of one's own sessions; false when it is not one's own.
create function kernel.close_session_by_id(p_credential bytea, p_session uuid) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    delete from session s where s.id = p_session and s.account_id = own.account_id;
    if not found then
        return false;
    end if;
    perform append_platform_audit('core.sign_out', 'done', own.account_id, null, null, jsonb_build_object('session', p_session));
    return true;
end
$$;

create function kernel.list_sessions(p_credential bytea)
    returns table (id uuid, client text, created_at timestamptz, last_seen_at timestamptz, expires_at timestamptz, current boolean)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    own constant session := session_of(p_credential);
begin
    return query select s.id, s.client, s.created_at, s.last_seen_at, s.expires_at, s.id = own.id
    from session s
    where s.account_id = own.account_id and s.expires_at > clock_timestamp()
        and s.last_seen_at > clock_timestamp() - interval '30 minutes'
    order by s.last_seen_at desc;
end
$$;

-- Spends a TOTP step: true once, false for that step or an older one.
create function kernel.totp_used(p_account uuid, p_step bigint) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update account a set totp_last_step = p_step where a.id = p_account and (a.totp_last_step is null or a.totp_last_step < p_step);
    return found;
end
$$;

-- Spends a recovery code: true once.
create function kernel.use_recovery_code(p_account uuid, p_code_hash bytea) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update recovery_code c set used_at = clock_timestamp()
    where c.account_id = p_account and c.code_hash = p_code_hash and c.used_at is null;
    if found then
        perform append_platform_audit('core.recovery_code', 'done', p_account, null);
    end if;
    return found;
end
$$;

-- Sets the second factor and its recovery codes; other sessions end, this one counts as strong.
create function kernel.set_totp(p_credential bytea, p_secret bytea, p_recovery_hashes bytea[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    update account a set totp_secret = p_secret, totp_confirmed_at = clock_timestamp(), totp_last_step = null where a.id = own.account_id;
    delete from recovery_code c where c.account_id = own.account_id;
    insert into recovery_code (account_id, code_hash) select distinct own.account_id, h from unnest(p_recovery_hashes) h;
    delete from session s where s.account_id = own.account_id and s.id <> own.id;
    update session s set mfa = true where s.id = own.id;
    perform append_platform_audit('core.second_factor.set', 'done', own.account_id, null);
end
$$;

-- Changes one's own password; other sessions end. The server has checked the former one.
create function kernel.set_password(p_credential bytea, p_password_hash text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    update account a set password_hash = p_password_hash where a.id = own.account_id;
    delete from session s where s.account_id = own.account_id and s.id <> own.id;
    delete from link l where l.account_id = own.account_id and l.purpose = 'reset';
    perform append_platform_audit('core.password.set', 'done', own.account_id, null);
end
$$;

-- Sends a reset link of one hour to the address, when it has an account. The letter's '__LINK__' becomes the address of the page.
-- Nothing comes back: neither the token nor whether there is an account.
create function kernel.request_reset(p_email text, p_subject text, p_text text, p_html text, p_public_url text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    target uuid;
begin
    select a.id into target from account a where a.email = lower(p_email) and a.disabled_at is null;
    if target is null then
        perform append_platform_audit('core.password.reset_asked', 'refused', null, null);
        return;
    end if;
    delete from link l where l.account_id = target and l.purpose = 'reset';
    insert into link (token_hash, purpose, account_id, expires_at, single_use)
    values (mail_link(lower(p_email), p_subject, p_text, p_html, p_public_url || '/reinitialisation/'), 'reset', target,
        clock_timestamp() + interval '1 hour', true);
    perform append_platform_audit('core.password.reset_asked', 'done', target, null);
end
$$;

-- Accepts an invitation or a reset, once: sets the password, ends every session, leaves the second factor as it is.
-- An invitation never changes the password of somebody who already has one. Gives the account.
create function kernel.accept_link(p_token_hash bytea, p_purpose text, p_password_hash text) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    target uuid;
begin
    update link l set used_at = clock_timestamp()
    where l.token_hash = p_token_hash and l.purpose = p_purpose and p_purpose in ('invitation', 'reset')
        and l.used_at is null and l.expires_at > clock_timestamp()
        and exists (select from account a where a.id = l.account_id and a.disabled_at is null)
    returning l.account_id into target;
    if target is null then
        raise exception 'no such link' using errcode = 'CK404';
    end if;
    if p_password_hash is not null then
        update account a set password_hash = p_password_hash
        where a.id = target and (p_purpose = 'reset' or a.password_hash is null);
        if found then
            delete from session s where s.account_id = target;
        end if;
    end if;
    perform append_platform_audit('core.link.accepted', 'done', target, null, null, jsonb_build_object('purpose', p_purpose));
    return target;
end
$$;

grant execute on function kernel.sign_in_lookup(text), kernel.check_password(text, bytea), kernel.throttle_check(bytea[]),
    kernel.throttle_failure(bytea[]), kernel.throttle_success(bytea[]), kernel.open_session(text, bytea, bytea, boolean, text),
    kernel.rotate_session(bytea, bytea), kernel.touch_session(bytea), kernel.close_session(bytea),
    kernel.close_session_by_id(bytea, uuid), kernel.list_sessions(bytea), kernel.totp_used(uuid, bigint),
    kernel.use_recovery_code(uuid, bytea), kernel.set_totp(bytea, bytea, bytea[]), kernel.set_password(bytea, text),
    kernel.request_reset(text, text, text, text, text), kernel.accept_link(bytea, text, text) to collectif_server;
