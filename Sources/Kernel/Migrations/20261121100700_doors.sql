-- The doors: how a transaction gets its context. Each checks a credential, then signs the context for one MSP.
--   CK401 no live credential · CK404 not a member, unknown MSP or module off · CK403 permission missing
-- A credential is the SHA-256 of the token. Nothing is cached: a closed membership counts from the next request.
-- No door writes, so each works in a read-only transaction; `touch` asks the caller for kernel.touch_session.

-- The account behind a live session; the second factor counts when the account has one and `p_full` is set.
create function kernel.session_of(p_credential bytea, p_full boolean default true) returns kernel.session
    language plpgsql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    found_session session;
begin
    select s.* into found_session
    from session s join account a on a.id = s.account_id
    where s.token_hash = p_credential and s.expires_at > clock_timestamp()
        and s.last_seen_at > clock_timestamp() - interval '30 minutes' and a.disabled_at is null
        and (not p_full or s.mfa or a.totp_confirmed_at is null);
    if found_session.id is null then
        raise exception 'no live session' using errcode = 'CK401';
    end if;
    return found_session;
end
$$;

-- Rights of a set of roles in an organisation, without doubles.
create function kernel.permissions_of(p_organisation uuid, p_own_roles boolean, p_roles text[]) returns text[]
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select coalesce(array_agg(distinct p collate "C"), '{}')
    from kernel.role_grant g cross join unnest(g.permissions) p
    where g.role = any (p_roles)
        and g.organisation_id = case when p_own_roles then p_organisation else '00000000-0000-0000-0000-000000000000' end
$$;

-- What remains of rights once modules that are off or read-only are taken into account.
create function kernel.permissions_within(p_permissions text[], p_organisation uuid) returns text[]
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select coalesce(array_agg(p order by n), '{}')
    from unnest(p_permissions) with ordinality u(p, n)
    where split_part(p, '.', 1) = 'core' or exists (
        select from kernel.module_activation x
        where x.organisation_id = p_organisation and x.module = split_part(p, '.', 1)
            and (x.state = 'on' or x.state = 'read_only' and p like '%.read'))
$$;

create function kernel.enter(p_credential bytea, p_msp uuid, p_permission text)
    returns table (account_id uuid, session_id uuid, display_name text, professional_id uuid, credential_kind text, roles text[],
        permissions text[], modules text[], msp_name text, msp_town text, msp_time_zone text, touch boolean)
    language plpgsql security definer rows 1
    set search_path = pg_catalog, kernel, pg_temp
    -- Planning this query again at every request costs more than running it.
    set plan_cache_mode = force_generic_plan
as $$
#variable_conflict use_column
declare
    nil constant uuid := '00000000-0000-0000-0000-000000000000';
    moment constant timestamptz := clock_timestamp();
    wanted_module constant text := split_part(p_permission, '.', 1);
    allowed_time interval := current_setting('statement_timeout')::interval;
    token record;
    r record;
    body text;
begin
    -- One query for the common case: a session, its account, the MSP, the membership of today, its first role's rights.
    select s.id as session_id, s.account_id, a.first_name || ' ' || a.last_name as display_name, 'session' as kind,
        s.last_seen_at < moment - interval '1 minute' as touch, null::text[] as scope,
        o.id as msp, o.name, o.town, o.time_zone, o.own_roles, o.modules, o.modules_limited, m.roles,
        m.professional_id, g.permissions, k.key, k.bind_transaction
    into r
    from session s
    join account a on a.id = s.account_id
    join signing_key k on k.id = 1
    left join organisation o on o.id = p_msp and o.kind = 'MSP' and o.archived_at is null
    left join membership m on m.account_id = s.account_id and m.organisation_id = o.id
        and m.valid_from <= (moment at time zone o.time_zone)::date
        and (m.valid_to is null or m.valid_to >= (moment at time zone o.time_zone)::date)
    left join role_grant g on g.role = m.roles[1] and g.organisation_id = case when o.own_roles then o.id else nil end
    where s.token_hash = p_credential and s.expires_at > moment and s.last_seen_at > moment - interval '30 minutes'
        and a.disabled_at is null and (s.mfa or a.totp_confirmed_at is null);

    if not found then
        -- The same for a personal token, which counts for its own organisation alone.
        select t.id as session_id, t.account_id, a.first_name || ' ' || a.last_name as display_name, 'token' as kind,
            t.last_used_on is distinct from (moment at time zone 'UTC')::date as touch, t.permissions as scope,
            o.id as msp, o.name, o.town, o.time_zone, o.own_roles, o.modules, o.modules_limited, m.roles,
            m.professional_id, g.permissions, k.key, k.bind_transaction
        into r
        from api_token t
        join account a on a.id = t.account_id
        join signing_key k on k.id = 1
        left join organisation o on o.id = p_msp and o.id = t.organisation_id and o.kind = 'MSP' and o.archived_at is null
        left join membership m on m.account_id = t.account_id and m.organisation_id = o.id
            and m.valid_from <= (moment at time zone o.time_zone)::date
            and (m.valid_to is null or m.valid_to >= (moment at time zone o.time_zone)::date)
        left join role_grant g on g.role = m.roles[1] and g.organisation_id = case when o.own_roles then o.id else nil end
        where t.token_hash = p_credential and t.expires_at > moment and t.revoked_at is null and a.disabled_at is null;
        if not found then
            raise exception 'no live credential' using errcode = 'CK401';
        end if;
    end if;

    if r.msp is null or r.roles is null
        or p_permission <> '' and wanted_module <> 'core' and not wanted_module = any (r.modules) then
        raise exception 'nothing here' using errcode = 'CK404';
    end if;
    if cardinality(r.roles) > 1 then
        r.permissions := permissions_of(p_msp, r.own_roles, r.roles);
    end if;
    if r.modules_limited then
        r.permissions := permissions_within(r.permissions, p_msp);
    end if;
    if r.scope is not null then
        r.permissions := array(select p from unnest(r.permissions) p where p = any (r.scope));
    end if;
    if p_permission <> '' and not coalesce(p_permission = any (r.permissions), false) then
        -- A write in a module that is read-only: the module is off for that purpose.
        if r.modules_limited and p_permission not like '%.read' and exists (
            select from module_activation x where x.organisation_id = p_msp and x.module = wanted_module and x.state = 'read_only') then
            raise exception 'nothing here' using errcode = 'CK404';
        end if;
        raise exception 'permission missing' using errcode = 'CK403';
    end if;

    if allowed_time = interval '0' or allowed_time > interval '12 seconds' then
        allowed_time := interval '12 seconds';
    end if;
    body := p_msp || '|' || r.account_id || '|' || extract(epoch from moment + allowed_time + interval '3 seconds');
    body := body || '|' || encode(sha256(r.key || sha256(r.key || convert_to(body || '|'
        || case when r.bind_transaction then extract(epoch from transaction_timestamp())::text else '' end, 'UTF8'))), 'hex');
    execute format('set local kernel.context = %L', body);

    account_id := r.account_id;
    session_id := r.session_id;
    display_name := r.display_name;
    professional_id := r.professional_id;
    credential_kind := r.kind;
    roles := r.roles;
    permissions := coalesce(r.permissions, '{}');
    modules := r.modules;
    msp_name := r.name;
    msp_town := r.town;
    msp_time_zone := r.time_zone;
    touch := r.touch;
    return next;
end
$$;

-- The organisations of an account, today, with what it may do in each.
create function kernel.organisations_of(p_account uuid) returns jsonb
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select coalesce(jsonb_agg(jsonb_build_object(
            'id', o.id, 'kind', o.kind, 'slug', o.slug, 'name', o.name, 'town', o.town, 'time_zone', o.time_zone, 'roles', m.roles,
            'permissions', kernel.permissions_within(kernel.permissions_of(o.id, o.own_roles, m.roles), o.id),
            'modules', o.modules)
        order by o.kind <> 'MSP', o.name collate kernel.french, o.id), '[]')
    from kernel.membership m join kernel.organisation o on o.id = m.organisation_id
    where m.account_id = p_account and o.archived_at is null
        and (clock_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity')
$$;

-- The person of a session, above any MSP. With a second factor still to give, no organisation is listed.
create function kernel.enter_person(p_credential bytea)
    returns table (account_id uuid, session_id uuid, email text, first_name text, last_name text, mfa boolean, has_totp boolean,
        touch boolean, organisations jsonb)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    s session;
begin
    s := session_of(p_credential, false);
    return query select a.id, s.id, a.email, a.first_name, a.last_name, s.mfa, a.totp_confirmed_at is not null,
        s.last_seen_at < clock_timestamp() - interval '1 minute',
        case when s.mfa or a.totp_confirmed_at is null then organisations_of(a.id) else '[]' end
    from account a where a.id = s.account_id;
end
$$;

-- The organisations of the account of the context, for the selector.
create function kernel.frame() returns table (slug text, name text, town text, kind text, id uuid)
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select o.slug, o.name, o.town, o.kind, o.id
    from kernel.membership m join kernel.organisation o on o.id = m.organisation_id
    where m.account_id = kernel.current_account() and o.archived_at is null
        and (clock_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity')
    order by o.kind <> 'MSP', o.name collate kernel.french, o.id
$$;

-- Addresses of organisations: what a visitor's address bar shows anyway.
create function kernel.slug_directory() returns table (slug text, id uuid, kind text)
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select o.slug, o.id, o.kind from kernel.organisation o where o.archived_at is null
$$;

-- A link opened without sign-in. For an MSP's own purposes it opens that MSP in the name of nobody (the nil account);
-- an invitation or a reset opens nothing. kernel.use_link marks a single use.
create function kernel.enter_link(p_token_hash bytea, p_purpose text)
    returns table (organisation_id uuid, subject_id uuid, account_id uuid, msp_name text, msp_town text, time_zone text, slug text)
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    r record;
begin
    select l.organisation_id, l.subject_id, l.account_id, o.name, o.town, o.time_zone, o.slug, o.kind into r
    from link l left join organisation o on o.id = l.organisation_id
    where l.token_hash = p_token_hash and l.purpose = p_purpose and l.expires_at > clock_timestamp()
        and (l.used_at is null or not l.single_use) and o.archived_at is null;
    if not found then
        raise exception 'no such link' using errcode = 'CK404';
    end if;
    if r.kind = 'MSP' and p_purpose not in ('invitation', 'reset') then
        perform set_context(r.organisation_id, '00000000-0000-0000-0000-000000000000', interval '15 seconds');
    end if;
    return query select r.organisation_id, r.subject_id, r.account_id, r.name, r.town, r.time_zone, r.slug;
end
$$;

-- A background job for one MSP, in the name of nobody. The worker's transactions may be long.
create function kernel.enter_job(p_msp uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    if not exists (select from organisation o where o.id = p_msp and o.kind = 'MSP') then
        raise exception 'no such MSP' using errcode = 'CK404';
    end if;
    perform set_context(p_msp, '00000000-0000-0000-0000-000000000000', interval '1 hour');
end
$$;

-- A module's state for the MSP of the context: a job or a handler of a module that is off does nothing.
create function kernel.module_state(p_module text) returns text
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select case when kernel.current_msp() is null then null when p_module = 'core' then 'on' else coalesce(
        (select x.state from kernel.module_activation x where x.organisation_id = kernel.current_msp() and x.module = p_module), 'off') end
$$;

-- Name and address of the MSP of the context, for jobs and links.
create function kernel.current_organisation() returns table (id uuid, slug text, name text, town text, time_zone text, live boolean)
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select o.id, o.slug, o.name, o.town, o.time_zone, o.live from kernel.organisation o where o.id = kernel.current_msp()
$$;

grant execute on function kernel.enter(bytea, uuid, text), kernel.enter_person(bytea), kernel.frame(), kernel.slug_directory(),
    kernel.enter_link(bytea, text) to collectif_server;
grant execute on function kernel.enter_job(uuid) to collectif_worker;
grant execute on function kernel.module_state(text), kernel.current_organisation() to collectif_server, collectif_worker;
