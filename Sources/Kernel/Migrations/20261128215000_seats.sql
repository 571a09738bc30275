-- What the door asks of a member stands in one row, put together when it changes instead of at every request. Before, each request
-- joined account, organisation, membership and the key's own row: 58 µs of processor, 41 now (decision 0038).

-- A place in role_grant that a seat can name: it is kept when the rights of a set of roles change.
alter table kernel.role_grant add column id uuid not null default gen_random_uuid();
alter table kernel.role_grant add constraint role_grant_id unique (id);

create table kernel.seat (
    membership_id uuid primary key references kernel.membership (id) on delete cascade,
    account_id uuid not null,
    organisation_id uuid not null,
    valid_from date not null,
    valid_to date,
    grant_id uuid not null,
    display_name text not null,
    professional_id uuid,
    roles text[] not null,
    modules text[] not null,
    msp_name text not null,
    msp_town text,
    msp_time_zone text not null,
    -- The account has a second factor, so that a session without it does not count.
    wants_factor boolean not null,
    factor_due_at timestamptz
);
create index seat_door on kernel.seat (account_id, organisation_id);
comment on table kernel.seat is
    'platform: What the door asks of each member of an MSP, derived; sensitivity=personal; retention=derived; msp=ends';

-- What the seats must be: none for an account that is disabled, nor for an MSP that is archived.
create view kernel.seat_due with (security_invoker = true) as
select m.id as membership_id, m.account_id, m.organisation_id, m.valid_from, m.valid_to, g.id as grant_id,
    concat(a.first_name, ' ', a.last_name) as display_name, m.professional_id, m.roles, o.modules, o.name as msp_name,
    o.town as msp_town, o.time_zone as msp_time_zone, a.totp_confirmed_at is not null as wants_factor, a.factor_due_at
from kernel.membership m
join kernel.account a on a.id = m.account_id and a.disabled_at is null
join kernel.organisation o on o.id = m.organisation_id and o.kind = 'MSP' and o.archived_at is null
join kernel.role_grant g on g.roles = m.roles and g.organisation_id = kernel.rights_key(o.id, o.own_rights);
comment on view kernel.seat_due is 'platform: What kernel.seat must hold; sensitivity=personal; retention=derived';

create function kernel.refresh_seats(p_memberships uuid[]) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    delete from seat s
    where s.membership_id = any (p_memberships) and not exists (select from seat_due d where d.membership_id = s.membership_id);
    insert into seat as s (membership_id, account_id, organisation_id, valid_from, valid_to, grant_id, display_name, professional_id,
        roles, modules, msp_name, msp_town, msp_time_zone, wants_factor, factor_due_at)
    select d.membership_id, d.account_id, d.organisation_id, d.valid_from, d.valid_to, d.grant_id, d.display_name, d.professional_id,
        d.roles, d.modules, d.msp_name, d.msp_town, d.msp_time_zone, d.wants_factor, d.factor_due_at
    from seat_due d where d.membership_id = any (p_memberships)
    on conflict (membership_id) do update set account_id = excluded.account_id, organisation_id = excluded.organisation_id,
        valid_from = excluded.valid_from, valid_to = excluded.valid_to, grant_id = excluded.grant_id,
        display_name = excluded.display_name, professional_id = excluded.professional_id, roles = excluded.roles,
        modules = excluded.modules, msp_name = excluded.msp_name, msp_town = excluded.msp_town, msp_time_zone = excluded.msp_time_zone,
        wants_factor = excluded.wants_factor, factor_due_at = excluded.factor_due_at
    where s is distinct from excluded;
end
$$;

-- As before, but a row of role_grant that is still wanted keeps its place, and the seats follow.
create or replace function kernel.refresh_rights(p_organisation uuid) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update organisation o set modules = v.modules, own_rights = v.own_rights
    from (
        select g.id,
            array(select x.module from module_activation x
                  where x.organisation_id = g.id and x.state <> 'off' order by x.module collate "C") as modules,
            exists (select from role_permission_override x where x.organisation_id = g.id)
                or exists (select from module m where not exists (
                    select from module_activation x where x.organisation_id = g.id and x.module = m.id and x.state = 'on'))
                as own_rights
        from organisation g where p_organisation is null or g.id = p_organisation
    ) v
    where o.id = v.id and (o.modules, o.own_rights) is distinct from (v.modules, v.own_rights);

    insert into role_grant as g (organisation_id, roles, permissions)
    select u.key, u.roles, rights(u.key, u.roles)
    from (select distinct rights_key(o.id, o.own_rights) as key, m.roles
          from membership m join organisation o on o.id = m.organisation_id
          where p_organisation is null or o.id = p_organisation) u
    on conflict (organisation_id, roles) do update set permissions = excluded.permissions
    where g.permissions is distinct from excluded.permissions;
    delete from role_grant g
    where (p_organisation is null or g.organisation_id = p_organisation) and not exists (
        select from membership m join organisation o on o.id = m.organisation_id
        where g.roles = m.roles and g.organisation_id = rights_key(o.id, o.own_rights)
            and (p_organisation is null or o.id = p_organisation));

    if p_organisation is null then
        perform refresh_seats(array(select m.id from membership m));
    else
        perform refresh_seats(array(select m.id from membership m where m.organisation_id = p_organisation));
    end if;
end
$$;

create or replace function kernel.rights_changed() returns trigger
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    if tg_level = 'STATEMENT' then
        perform refresh_rights(null);
    elsif tg_table_name = 'membership' then
        -- Whoever changes the account or the organisation at this moment waits, or is waited for: no seat of what was true before.
        perform from account a where a.id = new.account_id for share;
        perform from organisation o where o.id = new.organisation_id for share;
        insert into role_grant (organisation_id, roles, permissions)
        select k.key, new.roles, rights(k.key, new.roles)
        from (select rights_key(o.id, o.own_rights) as key from organisation o where o.id = new.organisation_id) k
        where not exists (select from role_grant g where g.organisation_id = k.key and g.roles = new.roles)
        on conflict do nothing;
        perform refresh_seats(array[new.id]);
    else
        perform refresh_rights(case when tg_op = 'DELETE' then old.organisation_id else new.organisation_id end);
    end if;
    return null;
end
$$;

drop trigger rights_changed on kernel.membership;
create trigger rights_changed
    after insert or update of account_id, organisation_id, roles, valid_from, valid_to, professional_id on kernel.membership
    for each row execute function kernel.rights_changed();

create function kernel.seats_changed() returns trigger
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    if tg_table_name = 'account' then
        perform refresh_seats(array(select m.id from membership m where m.account_id = new.id));
    else
        perform refresh_seats(array(select m.id from membership m where m.organisation_id = new.id));
    end if;
    return null;
end
$$;

create trigger seats_changed after update of first_name, last_name, disabled_at, totp_confirmed_at, factor_due_at on kernel.account
    for each row when ((old.first_name, old.last_name, old.disabled_at, old.totp_confirmed_at, old.factor_due_at)
        is distinct from (new.first_name, new.last_name, new.disabled_at, new.totp_confirmed_at, new.factor_due_at))
    execute function kernel.seats_changed();
-- Its modules and its own rights come with kernel.refresh_rights.
create trigger seats_changed after update of kind, name, town, time_zone, archived_at on kernel.organisation
    for each row when ((old.kind, old.name, old.town, old.time_zone, old.archived_at)
        is distinct from (new.kind, new.name, new.town, new.time_zone, new.archived_at))
    execute function kernel.seats_changed();

-- Whether contexts are registered or signed is a constant of every plan: it changes with the installation, not with a request.
create function kernel.is_registered() returns boolean
    language sql immutable parallel safe
    return true;

create function kernel.binding_changed() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    execute format('create or replace function kernel.is_registered() returns boolean language sql immutable parallel safe return %L::boolean',
        new.bind_seal and new.bind_transaction);
    return null;
end
$$;

create trigger binding_changed after insert or update on kernel.signing_key
    for each row execute function kernel.binding_changed();
update kernel.signing_key set bind_seal = bind_seal;

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
begin
    select s.account_id, s.id, m.display_name, m.professional_id, 'session', m.roles, g.permissions, m.modules, m.msp_name, m.msp_town,
        m.msp_time_zone, s.last_seen_at < moment - interval '1 minute',
        concat(p_msp, '|', s.account_id, '|', date_part('epoch', moment) + 15, '|', m.msp_time_zone, '|')
    into account_id, session_id, display_name, professional_id, credential_kind, roles, permissions, modules, msp_name, msp_town,
        msp_time_zone, touch, context
    from session s
    join seat m on m.account_id = s.account_id and m.organisation_id = p_msp
    join role_grant g on g.id = m.grant_id
    where s.token_hash = p_credential and s.expires_at > moment and s.last_seen_at > moment - interval '30 minutes'
        and (s.mfa or not m.wants_factor) and (p_permission = '' or p_permission = any (g.permissions))
        -- Two days before the present one of UTC have passed everywhere; only then is the MSP's own day worth its price.
        and (m.valid_from < current_date - 1 or m.valid_from <= (moment at time zone m.msp_time_zone)::date)
        and (m.valid_to is null or m.valid_to >= (moment at time zone m.msp_time_zone)::date);
    if context is null then
        perform refuse_entry(p_credential, p_msp, p_permission);
    end if;
    if is_registered() then
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
begin
    select t.account_id, t.id, m.display_name, m.professional_id, 'token', m.roles,
        case when t.permissions is null then g.permissions
            else array(select p from unnest(g.permissions) p where p = any (t.permissions)) end,
        m.modules, m.msp_name, m.msp_town, m.msp_time_zone, t.last_used_on is distinct from (moment at time zone 'UTC')::date,
        concat(p_msp, '|', t.account_id, '|', date_part('epoch', moment) + 15, '|', m.msp_time_zone, '|')
    into account_id, session_id, display_name, professional_id, credential_kind, roles, permissions, modules, msp_name, msp_town,
        msp_time_zone, touch, context
    from api_token t
    join seat m on m.account_id = t.account_id and m.organisation_id = t.organisation_id
    join role_grant g on g.id = m.grant_id
    where t.token_hash = p_credential and t.organisation_id = p_msp and t.expires_at > moment and t.revoked_at is null
        and (p_permission = ''
            or p_permission = any (g.permissions) and (t.permissions is null or p_permission = any (t.permissions)))
        and (m.factor_due_at is null or m.factor_due_at > moment or not factor_wanted(m.account_id))
        and (m.valid_from < current_date - 1 or m.valid_from <= (moment at time zone m.msp_time_zone)::date)
        and (m.valid_to is null or m.valid_to >= (moment at time zone m.msp_time_zone)::date);
    if context is null then
        perform refuse_entry(p_credential, p_msp, p_permission);
    end if;
    if is_registered() then
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

select kernel.refresh_rights(null);

revoke all on function kernel.refresh_seats(uuid[]), kernel.seats_changed(), kernel.is_registered(), kernel.binding_changed() from public;
