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

-- Why kernel.enter let nobody in: always raises.
create function kernel.refuse_entry(p_credential bytea, p_msp uuid, p_permission text) returns void
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

-- The door of every request for one MSP. Returns one row, or raises.
--
-- Nearly all of the work is one query with a kept plan, and it computes as little as it can: every expression is set up
-- again in every transaction, which costs more than the index look-ups. The context lives 15 seconds, the statement time
-- limit of the server's role and a little.
create function kernel.enter(p_credential bytea, p_msp uuid, p_permission text)
    returns table (account_id uuid, session_id uuid, display_name text, professional_id uuid, credential_kind text, roles text[],
        permissions text[], modules text[], msp_name text, msp_town text, msp_time_zone text, touch boolean)
    language plpgsql security definer rows 1
    set search_path = pg_catalog, kernel, pg_temp
    set plan_cache_mode = force_generic_plan
    -- From the credential outward, in the order written.
    set join_collapse_limit = 1
as $$
#variable_conflict use_column
declare
    moment constant timestamptz := clock_timestamp();
    command text;
begin
    -- A session: live, used within 30 minutes, its account not disabled, its second factor given; a member today.
    select s.account_id, s.id, concat(a.first_name, ' ', a.last_name), m.professional_id, 'session', m.roles,
        g.permissions, o.modules, o.name, o.town, o.time_zone,
        s.last_seen_at < moment - interval '1 minute',
        concat('set local kernel.context = ''', c.body, encode(sha256(k.key || sha256(k.key || convert_to(concat(c.body,
            case when k.bind_transaction then extract(epoch from current_timestamp) end), 'UTF8'))), 'hex'), '''')
    into account_id, session_id, display_name, professional_id, credential_kind, roles, permissions, modules, msp_name, msp_town,
        msp_time_zone, touch, command
    from session s
    join account a on a.id = s.account_id
    join organisation o on o.id = p_msp and o.kind = 'MSP' and o.archived_at is null
    join membership m on m.account_id = s.account_id and m.organisation_id = p_msp
    join role_grant g on g.roles = m.roles and g.organisation_id = rights_key(p_msp, o.own_rights)
    cross join signing_key k
    cross join lateral (select concat(p_msp, '|', s.account_id, '|', extract(epoch from moment + interval '15 seconds'), '|') as body,
        (moment at time zone o.time_zone)::date as today offset 0) c
    where s.token_hash = p_credential and s.expires_at > moment and s.last_seen_at > moment - interval '30 minutes'
        and a.disabled_at is null and (s.mfa or a.totp_confirmed_at is null)
        and (p_permission = '' or p_permission = any (g.permissions))
        and m.valid_from <= c.today and (m.valid_to is null or m.valid_to >= c.today);

    if command is null then
        -- A personal token: live, for this MSP alone, and the permission within its scope.
        select t.account_id, t.id, concat(a.first_name, ' ', a.last_name), m.professional_id, 'token', m.roles,
            case when t.permissions is null then g.permissions
                else array(select p from unnest(g.permissions) p where p = any (t.permissions)) end, o.modules, o.name, o.town, o.time_zone,
            t.last_used_on is distinct from (moment at time zone 'UTC')::date,
            concat('set local kernel.context = ''', c.body, encode(sha256(k.key || sha256(k.key || convert_to(concat(c.body,
                case when k.bind_transaction then extract(epoch from current_timestamp) end), 'UTF8'))), 'hex'), '''')
        into account_id, session_id, display_name, professional_id, credential_kind, roles, permissions, modules, msp_name, msp_town,
            msp_time_zone, touch, command
        from api_token t
        join account a on a.id = t.account_id
        join organisation o on o.id = p_msp and o.id = t.organisation_id and o.kind = 'MSP' and o.archived_at is null
        join membership m on m.account_id = t.account_id and m.organisation_id = p_msp
        join role_grant g on g.roles = m.roles and g.organisation_id = rights_key(p_msp, o.own_rights)
        cross join signing_key k
        cross join lateral (select concat(p_msp, '|', t.account_id, '|', extract(epoch from moment + interval '15 seconds'), '|') as body,
            (moment at time zone o.time_zone)::date as today offset 0) c
        where t.token_hash = p_credential and t.expires_at > moment and t.revoked_at is null and a.disabled_at is null
            and (p_permission = ''
                or p_permission = any (g.permissions) and (t.permissions is null or p_permission = any (t.permissions)))
            and m.valid_from <= c.today and (m.valid_to is null or m.valid_to >= c.today);
        if command is null then
            perform refuse_entry(p_credential, p_msp, p_permission);
        end if;
    end if;

    execute command;
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
            'permissions', kernel.rights(kernel.rights_key(o.id, o.own_rights), m.roles),
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
-- In plpgsql, which keeps its plan: every page asks, and a function in plain SQL is parsed and planned at each call.
create function kernel.frame() returns table (slug text, name text, town text, kind text, id uuid)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    return query
    select o.slug, o.name, o.town, o.kind, o.id
    from kernel.membership m join kernel.organisation o on o.id = m.organisation_id
    where m.account_id = kernel.current_account() and o.archived_at is null
        and (clock_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity')
    order by o.kind <> 'MSP', o.name collate kernel.french, o.id;
end
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
