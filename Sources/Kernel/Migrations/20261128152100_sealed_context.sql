-- A context is sealed to its transaction by a value that ends with it: two transactions of one message of the simple protocol share their
-- start, so the start alone let a copy read again.
--
-- PostgreSQL has no number of a transaction that is at once cheap, there before a write, and out of reach of the role. But a parameter that
-- only a superuser may set, and by `grant set on parameter` the owner (infra/roles.sql), is: kernel.enter, which works as the owner, gives it a
-- random value with SET LOCAL; the server's role can read it, never set it, and the end of the transaction takes it back. The parameter is
-- log_min_duration_sample, which samples slow statements for the log: the values used here, eleven days and more, sample none.

alter table kernel.signing_key add column bind_seal boolean not null default false;

-- The seal of this transaction: made by the first door, kept by the next ones. Odd, so that it is written in milliseconds, twelve characters
-- long, as no setting of an operator is; random beyond the reach of setseed(). Only functions with a pinned search_path call it: to pin its
-- own would cost every request.
create function kernel.seal() returns text
    language plpgsql volatile
as $$
begin
    if pg_catalog.length(pg_catalog.current_setting('log_min_duration_sample')) <> 12 then
        return pg_catalog.set_config('log_min_duration_sample',
            (1000000001 + 2 * (pg_catalog.uuid_hash(pg_catalog.gen_random_uuid()) & 536870911))::text, true);
    end if;
    return pg_catalog.current_setting('log_min_duration_sample');
end
$$;

-- Takes the seal into use where the owner may set the parameter; `collectif migrate` asks each time. On a cluster of nodes, where the start
-- does not bind either, the expiry is what holds.
create function kernel.admin_bind_context() returns boolean
    language sql
    set search_path = pg_catalog, kernel, pg_temp
as $$
    update kernel.signing_key set bind_seal = bind_transaction and has_parameter_privilege('log_min_duration_sample', 'set')
    returning bind_seal
$$;
select kernel.admin_bind_context();

create or replace function kernel.current_msp() returns uuid
    language plpgsql stable security definer parallel safe
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    context constant text := current_setting('kernel.context', true);
    signature text;
begin
    if context is null or context = '' then
        return null;
    end if;
    select encode(sha256(k.key || sha256(k.key || convert_to(concat(left(context, -64),
        case when not k.bind_transaction then '' when k.bind_seal then current_setting('log_min_duration_sample')
            else extract(epoch from current_timestamp)::text end), 'UTF8'))), 'hex')
    into signature from signing_key k;
    if right(context, 64) = signature then
        if split_part(context, '|', 3)::numeric > extract(epoch from clock_timestamp()) then
            return left(context, 36)::uuid;
        end if;
    end if;
    return null;
end
$$;

create or replace function kernel.set_context(p_msp uuid, p_account uuid, p_lifetime interval) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    body constant text := concat(p_msp, '|', p_account, '|', extract(epoch from clock_timestamp() + p_lifetime), '|');
begin
    perform put_context(concat(body, encode(sha256(k.key || sha256(k.key || convert_to(concat(body,
        case when not k.bind_transaction then '' when k.bind_seal then kernel.seal() else extract(epoch from current_timestamp)::text end), 'UTF8'))), 'hex')))
    from signing_key k;
end
$$;

create or replace function kernel.enter(p_credential bytea, p_msp uuid, p_permission text)
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
            case when not k.bind_transaction then '' when k.bind_seal then kernel.seal() else extract(epoch from current_timestamp)::text end), 'UTF8'))), 'hex'), '''')
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
                case when not k.bind_transaction then '' when k.bind_seal then kernel.seal() else extract(epoch from current_timestamp)::text end), 'UTF8'))), 'hex'), '''')
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
            and (a.factor_due_at is null or a.factor_due_at > moment or not factor_wanted(a.id))
            and m.valid_from <= c.today and (m.valid_to is null or m.valid_to >= c.today);
        if command is null then
            perform refuse_entry(p_credential, p_msp, p_permission);
        end if;
    end if;

    execute command;
    return next;
end
$$;
