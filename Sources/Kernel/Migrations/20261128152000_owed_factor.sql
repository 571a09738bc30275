-- Who owes a second factor beyond its grace works by no personal token either (AUTH-03): CK428, until the person has set one up. A token
-- that is used while its person never signs in begins the grace as a sign-in does.

-- Whether the grace is over: cheap for all but those whose roles ask for a factor.
create function kernel.factor_overdue(p_account uuid) returns boolean
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select coalesce((select a.factor_due_at <= clock_timestamp() from kernel.account a where a.id = p_account), false)
        and kernel.factor_wanted(p_account)
$$;

-- The personal token of a credential, while it lives; all null when the credential is none.
create or replace function kernel.token_of(p_credential bytea) returns kernel.api_token
    language plpgsql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    found_token api_token;
begin
    select t.* into found_token from api_token t join account a on a.id = t.account_id
    where t.token_hash = p_credential and t.expires_at > clock_timestamp() and t.revoked_at is null and a.disabled_at is null;
    if found_token.id is not null and factor_overdue(found_token.account_id) then
        raise exception 'a second factor comes first' using errcode = 'CK428';
    end if;
    return found_token;
end
$$;

create or replace function kernel.refuse_entry(p_credential bytea, p_msp uuid, p_permission text) returns void
    language plpgsql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    wanted_module constant text := split_part(p_permission, '.', 1);
    caller uuid;
    token_organisation uuid;
    state text;
begin
    select s.account_id into caller
    from session s join account a on a.id = s.account_id
    where s.token_hash = p_credential and s.expires_at > statement_timestamp()
        and s.last_seen_at > statement_timestamp() - interval '30 minutes' and a.disabled_at is null
        and (s.mfa or a.totp_confirmed_at is null);
    if caller is null then
        select t.account_id, t.organisation_id into caller, token_organisation
        from api_token t join account a on a.id = t.account_id
        where t.token_hash = p_credential and t.expires_at > statement_timestamp() and t.revoked_at is null and a.disabled_at is null;
    end if;
    if caller is null then
        raise exception 'no live credential' using errcode = 'CK401';
    end if;
    if token_organisation is not null and factor_overdue(caller) then
        raise exception 'a second factor comes first' using errcode = 'CK428';
    end if;
    if p_msp is null or token_organisation <> p_msp or not exists (
        select from organisation o join membership m on m.organisation_id = o.id
        where o.id = p_msp and o.kind = 'MSP' and o.archived_at is null and m.account_id = caller
            and (statement_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity')) then
        raise exception 'nothing here' using errcode = 'CK404';
    end if;
    select x.state into state from module_activation x where x.organisation_id = p_msp and x.module = wanted_module;
    if wanted_module not in ('core', '')
        and not coalesce(state = 'on' or state = 'read_only' and p_permission like '%.read', false) then
        raise exception 'nothing here' using errcode = 'CK404';
    end if;
    raise exception 'permission missing' using errcode = 'CK403';
end
$$;

-- The person of a personal token: the token's own organisation alone, and no more than its scope. Same columns as enter_person; the second
-- is the token, which the traces name.
create or replace function kernel.enter_token_person(p_credential bytea)
    returns table (account_id uuid, session_id uuid, email text, first_name text, last_name text, mfa boolean, has_totp boolean,
        touch boolean, organisations jsonb)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform token_of(p_credential);  -- CK428 when a factor is owed
    return query select a.id, t.id, a.email, a.first_name, a.last_name, false, a.totp_confirmed_at is not null,
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

-- Notes that a live credential was used: a session to the minute, a token to the day. The grace of a second factor begins with either.
create or replace function kernel.touch_session(p_credential bytea) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    today constant date := (clock_timestamp() at time zone 'UTC')::date;
    holder uuid;
begin
    update session set last_seen_at = clock_timestamp()
    where token_hash = p_credential and expires_at > clock_timestamp() and last_seen_at > clock_timestamp() - interval '30 minutes';
    update api_token set last_used_on = today
    where token_hash = p_credential and revoked_at is null and expires_at > clock_timestamp() and last_used_on is distinct from today
    returning account_id into holder;
    if holder is not null then
        update account a set factor_due_at = clock_timestamp() + interval '14 days'
        where a.id = holder and a.factor_due_at is null and factor_wanted(a.id);
    end if;
end
$$;
