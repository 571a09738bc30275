-- What the pages above the MSPs ask beyond the doors: the person behind a token, the account behind an invitation or
-- a reset, one's own name, a renewed hash, and a brake on what anybody may ask without signing in.

-- The person of a personal token: the token's own organisation alone, and no more than its scope. Same columns as enter_person.
create function kernel.enter_token_person(p_credential bytea)
    returns table (account_id uuid, session_id uuid, email text, first_name text, last_name text, mfa boolean, has_totp boolean,
        touch boolean, organisations jsonb)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    return query select a.id, null::uuid, a.email, a.first_name, a.last_name, false, a.totp_confirmed_at is not null,
        t.last_used_on is distinct from (clock_timestamp() at time zone 'UTC')::date,
        coalesce((
            select jsonb_agg(case when t.permissions is null then o else o || jsonb_build_object(
                'permissions', array(select p from jsonb_array_elements_text(o -> 'permissions') p where p = any (t.permissions)),
                'roles', token_roles(array(select jsonb_array_elements_text(o -> 'roles')), t.permissions)) end)
            from jsonb_array_elements(organisations_of(a.id)) o where o ->> 'id' = t.organisation_id::text), '[]')
    from api_token t join account a on a.id = t.account_id
    where t.token_hash = p_credential and t.expires_at > clock_timestamp() and t.revoked_at is null and a.disabled_at is null;
    if not found then
        raise exception 'no live token' using errcode = 'CK401';
    end if;
end
$$;

-- Who is behind a live invitation or reset, for the page that the link opens. The link stays unspent.
create function kernel.link_account(p_token_hash bytea, p_purpose text)
    returns table (email text, first_name text, last_name text, has_password boolean, organisation_kind text, organisation_name text)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    return query select a.email, a.first_name, a.last_name, a.password_hash is not null, o.kind, o.name
    from link l join account a on a.id = l.account_id left join organisation o on o.id = l.organisation_id
    where l.token_hash = p_token_hash and l.purpose = p_purpose and p_purpose in ('invitation', 'reset')
        and l.used_at is null and l.expires_at > clock_timestamp() and a.disabled_at is null and o.archived_at is null;
    if not found then
        raise exception 'no such link' using errcode = 'CK404';
    end if;
end
$$;

-- True when the proof is that of one's own password, asked again before a change that matters.
create function kernel.check_own_password(p_credential bytea, p_proof bytea) returns boolean
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    return proves(a.password_hash, p_proof) from account a where a.id = own.account_id;
end
$$;

-- Replaces a hash made with older parameters by one of the same password, which the caller proves.
-- Sessions stay: nothing changed for the person.
create function kernel.renew_password_hash(p_email text, p_proof bytea, p_new_hash text) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update account a set password_hash = p_new_hash where a.email = lower(p_email) and proves(a.password_hash, p_proof);
    return found;
end
$$;

-- Changes one's own name.
create function kernel.set_own_name(p_credential bytea, p_first_name text, p_last_name text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    update account a set first_name = p_first_name, last_name = p_last_name where a.id = own.account_id;
    perform append_platform_audit('core.account.rename', 'done', own.account_id, null);
end
$$;

-- Counts a request that anybody may make (a reset mail) under each key: true while at most `p_limit` were made in the last hour.
create function kernel.take_turn(p_keys bytea[], p_limit integer) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    most integer;
begin
    insert into throttle as t (key_hash, failures, window_started_at)
    select k, 1, clock_timestamp() from unnest(p_keys) k order by k
    on conflict (key_hash) do update set
        failures = case when t.window_started_at < clock_timestamp() - interval '1 hour' then 1 else t.failures + 1 end,
        window_started_at = case when t.window_started_at < clock_timestamp() - interval '1 hour' then clock_timestamp()
                                 else t.window_started_at end;
    select max(t.failures) into most from throttle t where t.key_hash = any (p_keys);
    return most <= p_limit;
end
$$;

-- Names of those who are or were members of the MSP of the context, for its trail.
create function kernel.member_names(p_msp uuid) returns table (account_id uuid, name text)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query select a.id, a.first_name || ' ' || a.last_name from account a
    where exists (select from membership m where m.account_id = a.id and m.organisation_id = p_msp)
    order by a.last_name collate kernel.french, a.first_name collate kernel.french, a.id;
end
$$;

grant execute on function kernel.enter_token_person(bytea), kernel.link_account(bytea, text), kernel.check_own_password(bytea, bytea),
    kernel.renew_password_hash(text, bytea, text), kernel.set_own_name(bytea, text, text), kernel.take_turn(bytea[], integer),
    kernel.member_names(uuid) to collectif_server;
