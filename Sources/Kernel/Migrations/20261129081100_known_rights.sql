-- The doors of 20261128215000 again, answering in one text what stands ready in the seat, and rights only to who does not know them by their
-- version. A context is kept in the signs of the register: `msp_account_second_zone_`, numbers in hexadecimal and the zone in theirs, so that
-- it is looked for as it is. Figures: decision 0039.

-- From the row's own columns, so that no source is locked: a seat that changes meanwhile is filled by its change.
update kernel.seat set opens_at = valid_from::timestamp at time zone msp_time_zone,
    closes_at = coalesce((valid_to + 1)::timestamp at time zone msp_time_zone, 'infinity'),
    card = concat_ws(E'\x1f', account_id, display_name, coalesce(professional_id::text, ''), array_to_string(roles, ','),
        array_to_string(modules, ','), msp_name, coalesce(msp_town, ''), msp_time_zone),
    context_head = concat(replace(organisation_id::text, '-', ''), '_', replace(account_id::text, '-', ''), '_'),
    context_tail = concat('_', encode(convert_to(msp_time_zone, 'UTF8'), 'hex'), '_')
where card is null;

-- A context as an entry of the register, which keeps it; past two thousand characters the first and the new one stay.
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
            p_context, E'\n'),
        true);
end
$$;

-- As before, with the present form of a context looked for first.
create or replace function kernel.current_msp() returns uuid
    language plpgsql stable security definer parallel safe
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    context constant text := current_setting('kernel.context', true);
    entry text;
    signature text;
begin
    -- What this transaction's doors wrote; nothing of kernel.context is converted before it was found there.
    if strpos(current_setting('backtrace_functions'), E'\n' || context || E'\n') > 0 then
        -- Whole seconds: a context lives up to one longer than it says.
        if split_part(context, '_', 3)::bigint + 1 > date_part('epoch', clock_timestamp()) then
            return left(context, 32)::uuid;
        end if;
        return null;
    end if;
    if context is null or context = '' then
        return null;
    end if;
    -- Of a transaction that was under way when this came, with other signs between the same digits.
    if starts_with(current_setting('backtrace_functions'), E'\n') then
        entry := translate(context, '|./+-', '____');
        if strpos(current_setting('backtrace_functions'), concat(E'\n', entry, E'\n')) > 0 then
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

create or replace function kernel.current_zone() returns text
    language sql stable parallel safe
    return case when strpos(current_setting('kernel.context', true), '|') > 0 then split_part(current_setting('kernel.context', true), '|', 4)
        else convert_from(decode(split_part(current_setting('kernel.context', true), '_', 4), 'hex'), 'UTF8') end;

create or replace function kernel.set_context(p_msp uuid, p_account uuid, p_lifetime interval) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    zone constant text := (select o.time_zone from organisation o where o.id = p_msp);
    ends constant timestamptz := clock_timestamp() + p_lifetime;
    body text;
begin
    if (select k.bind_seal and k.bind_transaction from signing_key k) then
        body := concat(replace(p_msp::text, '-', ''), '_', replace(p_account::text, '-', ''), '_', floor(date_part('epoch', ends))::bigint, '_',
            encode(convert_to(zone, 'UTF8'), 'hex'), '_');
        perform register(body);
        perform set_config('kernel.context', body, true);
        return;
    end if;
    body := concat(p_msp, '|', p_account, '|', extract(epoch from ends), '|', zone, '|');
    perform put_context(concat(body, encode(sha256(k.key || sha256(k.key || convert_to(concat(body,
        case when k.bind_transaction then extract(epoch from current_timestamp)::text end), 'UTF8'))), 'hex')))
    from signing_key k;
end
$$;

-- The doors of every request for one MSP, by the kind of credential that the caller presents: one text, or a refusal. Its parts, between two
-- signs 1F: the card of the seat; `t` when the use of the credential is to be noted; version and rights, both empty when the version is the
-- one that the caller knows already. `p_origin`: where a write comes from, kept for the traces with the credential's own id.
--
-- A session: live, used within 30 minutes, its account not disabled, its second factor given; a member today.
create function kernel.admit_session(p_credential bytea, p_msp uuid, p_permission text, p_known uuid, p_origin text) returns text
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    moment constant timestamptz := clock_timestamp();
    answer text;
    registered text;
    origin text;
begin
    -- From the credential outward, in the order written: `offset 0`. The settings are made on the one row that passed every condition.
    select m.card || case when s.last_seen_at < moment - interval '1 minute' then E'\x1ft\x1f' else E'\x1ff\x1f' end || g.told,
        case when is_registered() then set_config('backtrace_functions',
            case when starts_with(current_setting('backtrace_functions'), E'\n') then current_setting('backtrace_functions') else E'\n' end
            || set_config('kernel.context', m.context_head || (date_part('epoch', moment) + 14.5)::bigint || m.context_tail, true) || E'\n',
            true) end,
        case when p_origin is not null then set_config('kernel.origin', concat(p_origin, '|', s.id), true) end
    into answer, registered, origin
    from session s
    cross join lateral (
        select x.grant_id, x.card, x.context_head, x.context_tail from seat x
        where x.account_id = s.account_id and x.organisation_id = p_msp and (s.mfa or not x.wants_factor)
            and x.opens_at <= moment and x.closes_at > moment offset 0) m
    cross join lateral (
        select case when x.version = p_known then E'\x1f' else x.version || E'\x1f' || array_to_string(x.permissions, ',') end as told
        from role_grant x where x.id = m.grant_id and (p_permission = '' or p_permission = any (x.permissions)) offset 0) g
    where s.token_hash = p_credential and s.expires_at > moment and s.last_seen_at > moment - interval '30 minutes';
    if answer is null then
        perform refuse_entry(p_credential, p_msp, p_permission);
    end if;
    if registered is null then
        perform set_context(p_msp, left(answer, 36)::uuid, interval '15 seconds');
    end if;
    return answer;
end
$$;

-- A personal token: live, for this MSP alone, and the permission within its scope.
create function kernel.admit_token(p_credential bytea, p_msp uuid, p_permission text, p_known uuid, p_origin text) returns text
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    moment constant timestamptz := clock_timestamp();
    answer text;
    registered text;
    origin text;
begin
    select m.card || case when t.last_used_on is distinct from (moment at time zone 'UTC')::date then E'\x1ft\x1f' else E'\x1ff\x1f' end
            || case when v.version = p_known then E'\x1f' else v.version || E'\x1f' || array_to_string(r.permissions, ',') end,
        case when is_registered() then set_config('backtrace_functions',
            case when starts_with(current_setting('backtrace_functions'), E'\n') then current_setting('backtrace_functions') else E'\n' end
            || set_config('kernel.context', m.context_head || (date_part('epoch', moment) + 14.5)::bigint || m.context_tail, true) || E'\n',
            true) end,
        case when p_origin is not null then set_config('kernel.origin', concat(p_origin, '|', t.id), true) end
    into answer, registered, origin
    from api_token t
    cross join lateral (
        select x.grant_id, x.card, x.context_head, x.context_tail from seat x
        where x.account_id = t.account_id and x.organisation_id = t.organisation_id
            and (x.factor_due_at is null or x.factor_due_at > moment or not factor_wanted(x.account_id))
            and x.opens_at <= moment and x.closes_at > moment offset 0) m
    cross join lateral (
        select x.version, case when t.permissions is null then x.permissions
            else array(select p from unnest(x.permissions) p where p = any (t.permissions)) end as permissions
        from role_grant x where x.id = m.grant_id offset 0) r
    cross join lateral (select case when t.permissions is null then r.version else rights_version(r.permissions) end as version) v
    where t.token_hash = p_credential and t.organisation_id = p_msp and t.expires_at > moment and t.revoked_at is null
        and (p_permission = '' or p_permission = any (r.permissions));
    if answer is null then
        perform refuse_entry(p_credential, p_msp, p_permission);
    end if;
    if registered is null then
        perform set_context(p_msp, left(answer, 36)::uuid, interval '15 seconds');
    end if;
    return answer;
end
$$;

-- The former doors, for the release before this one: the same answer in columns.
create or replace function kernel.enter_session(p_credential bytea, p_msp uuid, p_permission text)
    returns table (account_id uuid, session_id uuid, display_name text, professional_id uuid, credential_kind text, roles text[],
        permissions text[], modules text[], msp_name text, msp_town text, msp_time_zone text, touch boolean)
    language plpgsql security definer rows 1
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    part constant text[] := string_to_array(admit_session(p_credential, p_msp, p_permission, null, null), E'\x1f');
begin
    return query select part[1]::uuid, s.id, part[2], nullif(part[3], '')::uuid, 'session', string_to_array(part[4], ','),
        string_to_array(part[11], ','), string_to_array(part[5], ','), part[6], nullif(part[7], ''), part[8], part[9] = 't'
    from session s where s.token_hash = p_credential;
end
$$;

create or replace function kernel.enter_token(p_credential bytea, p_msp uuid, p_permission text)
    returns table (account_id uuid, session_id uuid, display_name text, professional_id uuid, credential_kind text, roles text[],
        permissions text[], modules text[], msp_name text, msp_town text, msp_time_zone text, touch boolean)
    language plpgsql security definer rows 1
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    part constant text[] := string_to_array(admit_token(p_credential, p_msp, p_permission, null, null), E'\x1f');
begin
    return query select part[1]::uuid, t.id, part[2], nullif(part[3], '')::uuid, 'token', string_to_array(part[4], ','),
        string_to_array(part[11], ','), string_to_array(part[5], ','), part[6], nullif(part[7], ''), part[8], part[9] = 't'
    from api_token t where t.token_hash = p_credential;
end
$$;

revoke all on function kernel.admit_session(bytea, uuid, text, uuid, text), kernel.admit_token(bytea, uuid, text, uuid, text) from public;
grant execute on function kernel.admit_session(bytea, uuid, text, uuid, text), kernel.admit_token(bytea, uuid, text, uuid, text)
    to collectif_server;
