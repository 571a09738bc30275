-- The zone of the MSP is a part of the context, so that a statement on an MSP's rows tells a day without looking the MSP up: a context is
-- `msp|account|seconds.microseconds|zone|`, in the register `msp_account_seconds_microseconds_zone_`. The functions are those of
-- 20261128193000 with that.

create or replace function kernel.register(p_context text) returns void
    language plpgsql volatile
as $$
declare
    kept constant text := pg_catalog.current_setting('backtrace_functions');
begin
    perform pg_catalog.set_config('backtrace_functions',
        pg_catalog.concat(
            case when not pg_catalog.starts_with(kept, E'\n') then E'\n'
                when pg_catalog.length(kept) > 2000 then pg_catalog.concat(E'\n', pg_catalog.split_part(kept, E'\n', 2), E'\n') else kept end,
            pg_catalog.translate(p_context, '|./+-', '____'), E'\n'),
        true);
end
$$;

create or replace function kernel.current_msp() returns uuid
    language plpgsql stable security definer parallel safe
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    context constant text := current_setting('kernel.context', true);
    entry text;
    signature text;
begin
    if context is null or context = '' then
        return null;
    end if;
    -- What this transaction's doors wrote; nothing of kernel.context is converted before it was found there.
    if starts_with(current_setting('backtrace_functions'), E'\n') then
        entry := translate(context, '|./+-', '____');
        if strpos(current_setting('backtrace_functions'), concat(E'\n', entry, E'\n')) > 0 then
            -- Whole seconds: a context lives up to one longer than it says.
            if split_part(entry, '_', 3)::bigint + 1 > extract(epoch from clock_timestamp()) then
                return left(entry, 32)::uuid;
            end if;
        end if;
        return null;
    end if;
    select encode(sha256(k.key || sha256(k.key || convert_to(concat(left(context, -64),
        case when k.bind_transaction then extract(epoch from current_timestamp)::text end), 'UTF8'))), 'hex')
    into signature from signing_key k where not (k.bind_seal and k.bind_transaction);
    if right(context, 64) = signature then
        if split_part(context, '|', 3)::numeric > extract(epoch from clock_timestamp()) then
            return left(context, 36)::uuid;
        end if;
    end if;
    return null;
end
$$;

-- By place in the context without its signs, as it was found: a value with other signs between the same digits is the same context.
create or replace function kernel.current_account() returns uuid
    language plpgsql stable security definer parallel safe
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    if kernel.current_msp() is null then
        return null;
    end if;
    return substr(translate(current_setting('kernel.context', true), '|./+-', '____'), 34, 32)::uuid;
end
$$;

-- The zone of the MSP of the context, for the days of its statements.
create function kernel.current_zone() returns text
    language sql stable parallel safe
    return split_part(current_setting('kernel.context', true), '|', 4);

-- The day is told in the zone of the context.
create or replace function kernel.profession_at(p_msp uuid, p_professional uuid, p_at timestamptz) returns text
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    day date;
begin
    perform require_context(p_msp);
    if p_professional is null then
        return null;
    end if;
    day := (coalesce(p_at, clock_timestamp()) at time zone current_zone())::date;
    return (
        select s.profession from team_stay s where s.msp_id = p_msp and s.professional_id = p_professional
        order by (s.from_on <= day) desc, case when s.from_on <= day then s.from_on end desc, s.from_on limit 1);
end
$$;

create or replace function kernel.set_context(p_msp uuid, p_account uuid, p_lifetime interval) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    body constant text := concat(p_msp, '|', p_account, '|', extract(epoch from clock_timestamp() + p_lifetime), '|',
        (select o.time_zone from organisation o where o.id = p_msp), '|');
begin
    if (select k.bind_seal and k.bind_transaction from signing_key k) then
        perform register(body);
        perform set_config('kernel.context', body, true);
        return;
    end if;
    perform put_context(concat(body, encode(sha256(k.key || sha256(k.key || convert_to(concat(body,
        case when k.bind_transaction then extract(epoch from current_timestamp)::text end), 'UTF8'))), 'hex')))
    from signing_key k;
end
$$;

create or replace function kernel.enter_session(p_credential bytea, p_msp uuid, p_permission text)
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
    context text;
    is_registered boolean;
begin
    select s.account_id, s.id, concat(a.first_name, ' ', a.last_name), m.professional_id, 'session', m.roles,
        g.permissions, o.modules, o.name, o.town, o.time_zone,
        s.last_seen_at < moment - interval '1 minute',
        c.body, k.bind_seal and k.bind_transaction
    into account_id, session_id, display_name, professional_id, credential_kind, roles, permissions, modules, msp_name, msp_town,
        msp_time_zone, touch, context, is_registered
    from session s
    join account a on a.id = s.account_id
    join organisation o on o.id = p_msp and o.kind = 'MSP' and o.archived_at is null
    join membership m on m.account_id = s.account_id and m.organisation_id = p_msp
    join role_grant g on g.roles = m.roles and g.organisation_id = rights_key(p_msp, o.own_rights)
    cross join signing_key k
    cross join lateral (select concat(p_msp, '|', s.account_id, '|', extract(epoch from moment + interval '15 seconds'), '|',
            o.time_zone, '|') as body,
        (moment at time zone o.time_zone)::date as today offset 0) c
    where s.token_hash = p_credential and s.expires_at > moment and s.last_seen_at > moment - interval '30 minutes'
        and a.disabled_at is null and (s.mfa or a.totp_confirmed_at is null)
        and (p_permission = '' or p_permission = any (g.permissions))
        and m.valid_from <= c.today and (m.valid_to is null or m.valid_to >= c.today);

    if context is null then
        perform refuse_entry(p_credential, p_msp, p_permission);
    end if;
    if is_registered then
        -- What kernel.register does, in its caller's own expression.
        perform set_config('kernel.context', context, true),
            set_config('backtrace_functions', concat(case when starts_with(current_setting('backtrace_functions'), E'\n')
                then current_setting('backtrace_functions') else E'\n' end, translate(context, '|./+-', '____'), E'\n'), true);
    else
        perform set_context(p_msp, account_id, interval '15 seconds');
    end if;
    return next;
end
$$;

create or replace function kernel.enter_token(p_credential bytea, p_msp uuid, p_permission text)
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
    context text;
    is_registered boolean;
begin
    select t.account_id, t.id, concat(a.first_name, ' ', a.last_name), m.professional_id, 'token', m.roles,
        case when t.permissions is null then g.permissions
            else array(select p from unnest(g.permissions) p where p = any (t.permissions)) end, o.modules, o.name, o.town, o.time_zone,
        t.last_used_on is distinct from (moment at time zone 'UTC')::date,
        c.body, k.bind_seal and k.bind_transaction
    into account_id, session_id, display_name, professional_id, credential_kind, roles, permissions, modules, msp_name, msp_town,
        msp_time_zone, touch, context, is_registered
    from api_token t
    join account a on a.id = t.account_id
    join organisation o on o.id = p_msp and o.id = t.organisation_id and o.kind = 'MSP' and o.archived_at is null
    join membership m on m.account_id = t.account_id and m.organisation_id = p_msp
    join role_grant g on g.roles = m.roles and g.organisation_id = rights_key(p_msp, o.own_rights)
    cross join signing_key k
    cross join lateral (select concat(p_msp, '|', t.account_id, '|', extract(epoch from moment + interval '15 seconds'), '|',
            o.time_zone, '|') as body,
        (moment at time zone o.time_zone)::date as today offset 0) c
    where t.token_hash = p_credential and t.expires_at > moment and t.revoked_at is null and a.disabled_at is null
        and (p_permission = ''
            or p_permission = any (g.permissions) and (t.permissions is null or p_permission = any (t.permissions)))
        and (a.factor_due_at is null or a.factor_due_at > moment or not factor_wanted(a.id))
        and m.valid_from <= c.today and (m.valid_to is null or m.valid_to >= c.today);
    if context is null then
        perform refuse_entry(p_credential, p_msp, p_permission);
    end if;
    if is_registered then
        -- What kernel.register does, in its caller's own expression.
        perform set_config('kernel.context', context, true),
            set_config('backtrace_functions', concat(case when starts_with(current_setting('backtrace_functions'), E'\n')
                then current_setting('backtrace_functions') else E'\n' end, translate(context, '|./+-', '____'), E'\n'), true);
    else
        perform set_context(p_msp, account_id, interval '15 seconds');
    end if;
    return next;
end
$$;

revoke all on function kernel.current_zone() from public;
grant execute on function kernel.current_zone() to collectif_server, collectif_worker;
