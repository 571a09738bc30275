-- What people do above one MSP's data: personal tokens, modules of an MSP, rights of roles, federations and new MSPs.

-- A token is made by its person, in a session: no token ever makes another one.
create function kernel.create_api_token(
    p_credential bytea, p_msp uuid, p_name text, p_token_hash bytea, p_permissions text[], p_expires_at timestamptz) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    member constant record := member_of(p_credential, p_msp);
    made uuid;
begin
    perform session_of(p_credential);
    if not p_permissions <@ member.permissions then
        raise exception 'a token never may more than its person' using errcode = 'CK422';
    end if;
    if p_expires_at is null or p_expires_at <= clock_timestamp() or p_expires_at > clock_timestamp() + interval '366 days' then
        raise exception 'a token lasts a year at most' using errcode = 'CK422';
    end if;
    insert into api_token (token_hash, account_id, organisation_id, name, permissions, expires_at)
    values (p_token_hash, member.account_id, p_msp, p_name, p_permissions, p_expires_at) returning id into made;
    perform trace(member.account_id, p_msp, 'core.token.create', 'core.token', made, 'done', 'screen', null,
        jsonb_build_object('permissions', p_permissions, 'expires_at', p_expires_at));
    return made;
end
$$;

-- One's own tokens: all of them in a session, those of the same organisation for a token.
create function kernel.list_api_tokens(p_credential bytea)
    returns table (id uuid, organisation_id uuid, organisation_name text, name text, permissions text[], created_at timestamptz,
        expires_at timestamptz, last_used_on date, revoked_at timestamptz)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    caller constant uuid := caller_of(p_credential);
    own constant api_token := token_of(p_credential);
begin
    return query select t.id, o.id, o.name, t.name, t.permissions, t.created_at, t.expires_at, t.last_used_on, t.revoked_at
    from api_token t join organisation o on o.id = t.organisation_id
    where t.account_id = caller and (own.id is null or t.organisation_id = own.organisation_id) order by t.created_at desc, t.id;
end
$$;

-- Revokes one of one's own tokens; false when it is not one's own or already revoked. A token may revoke itself; one without a
-- scope also the others of the same organisation.
create function kernel.revoke_api_token(p_credential bytea, p_token uuid) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    caller constant uuid := caller_of(p_credential);
    own constant api_token := token_of(p_credential);
    organisation uuid;
begin
    update api_token t set revoked_at = clock_timestamp()
    where t.id = p_token and t.account_id = caller and t.revoked_at is null
        and (own.id is null or t.id = own.id or own.permissions is null and t.organisation_id = own.organisation_id)
    returning t.organisation_id into organisation;
    if organisation is null then
        return false;
    end if;
    perform trace(caller, organisation, 'core.token.revoke', 'core.token', p_token, 'done',
        case when own.id is null then 'screen' else 'api' end, null, null);
    return true;
end
$$;

-- Switches a module of an MSP. The kernel itself ('core') is never off.
create function kernel.set_module(p_credential bytea, p_msp uuid, p_module text, p_state text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    member constant record := member_of(p_credential, p_msp);
    former text;
begin
    if not coalesce('core.module.manage' = any (member.permissions), false) then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    if p_state not in ('on', 'off', 'read_only') or not exists (select from module m where m.id = p_module) then
        raise exception 'unknown module or state' using errcode = 'CK422';
    end if;
    select x.state into former from module_activation x where x.organisation_id = p_msp and x.module = p_module;
    insert into module_activation (organisation_id, module, state, changed_by) values (p_msp, p_module, p_state, member.account_id)
    on conflict (organisation_id, module) do update set state = excluded.state, changed_at = now(), changed_by = excluded.changed_by;
    perform trace(member.account_id, p_msp, 'core.module.set', null, null, 'done', channel_of(p_credential), null,
        jsonb_build_object('module', p_module, 'before', former, 'after', p_state));
end
$$;

-- Every module of this version with its state in an MSP of the caller.
create function kernel.list_modules(p_credential bytea, p_msp uuid) returns table (module text, state text, changed_at timestamptz)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform member_of(p_credential, p_msp);
    return query select m.id, coalesce(x.state, 'off'), x.changed_at
    from module m left join module_activation x on x.organisation_id = p_msp and x.module = m.id order by m.id;
end
$$;

-- What each role may do in an MSP, and where it departs from the defaults.
create function kernel.list_role_permissions(p_credential bytea, p_msp uuid)
    returns table (role text, permission text, by_default boolean, granted boolean)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform member_of(p_credential, p_msp);
    return query select coalesce(d.role, x.role), coalesce(d.permission, x.permission), d.role is not null, coalesce(x.granted, true)
    from role_permission d
    full join (select * from role_permission_override o where o.organisation_id = p_msp) x
        on x.role = d.role and x.permission = d.permission
    order by 1, 2;
end
$$;

-- Grants or withdraws one right of one role in an MSP; null goes back to the default. Within bounds: nobody gives a right
-- that he does not have, and managers keep the rights over members.
create function kernel.set_role_permission(p_credential bytea, p_msp uuid, p_role text, p_permission text, p_granted boolean) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    member constant record := member_of(p_credential, p_msp);
begin
    if not coalesce('core.role.manage' = any (member.permissions), false) then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    perform check_roles('MSP', array[p_role]);
    if p_granted and not p_permission = any (member.permissions)
        or not coalesce(p_granted, true) and p_role = 'MANAGER' and p_permission like 'core.%'
        or not exists (select from role_permission d where d.permission = p_permission) then
        raise exception 'out of bounds' using errcode = 'CK422';
    end if;
    delete from role_permission_override x where x.organisation_id = p_msp and x.role = p_role and x.permission = p_permission;
    if p_granted is distinct from null and p_granted <> exists (
        select from role_permission d where d.role = p_role and d.permission = p_permission) then
        insert into role_permission_override (organisation_id, role, permission, granted) values (p_msp, p_role, p_permission, p_granted);
    end if;
    perform trace(member.account_id, p_msp, 'core.role.set', null, null, 'done', channel_of(p_credential), null,
        jsonb_build_object('role', p_role, 'permission', p_permission, 'granted', p_granted));
end
$$;

-- Members of a federation: what an address book says, and whether somebody coordinates. No row of any MSP is read.
create function kernel.federation_members(p_credential bytea, p_federation uuid)
    returns table (id uuid, name text, town text, department text, slug text, category text, state text, joined_on date,
        has_coordinator boolean, created_at timestamptz)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    member constant record := member_of(p_credential, p_federation);
begin
    if not member.roles && array['FEDERATION_ADMIN', 'FEDERATION_AGENT'] then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    return query select o.id, o.name, o.town, o.department, o.slug, f.category, f.state, f.joined_on,
        exists (select from membership m
                where m.organisation_id = o.id and 'COORDINATOR' = any (m.roles)
                    and (clock_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity')),
        o.created_at
    from federation_member f join organisation o on o.id = f.organisation_id
    where f.federation_id = p_federation and o.archived_at is null
    order by o.name collate kernel.french, o.id;
end
$$;

-- A new MSP with its profile and its modules on. For create_msp and the administration below.
create function kernel.found_msp(p_id uuid, p_actor uuid) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    former constant text := coalesce(current_setting('kernel.context', true), '');
    nil constant uuid := '00000000-0000-0000-0000-000000000000';
begin
    insert into module_activation (organisation_id, module, state, changed_by) select p_id, m.id, 'on', p_actor from module m
    on conflict do nothing;
    perform set_context(p_id, coalesce(p_actor, nil), interval '15 seconds');
    insert into msp_profile (msp_id, created_by) values (p_id, p_actor) on conflict do nothing;
    perform put_context(former);
end
$$;

-- The administrator of a federation creates an MSP in it.
create function kernel.create_msp(
    p_credential bytea, p_federation uuid, p_id uuid, p_slug text, p_name text, p_town text, p_department text, p_region text,
    p_time_zone text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    member constant record := member_of(p_credential, p_federation);
begin
    if not 'FEDERATION_ADMIN' = any (member.roles)
        or not exists (select from organisation o where o.id = p_federation and o.kind = 'FEDERATION') then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    if not exists (select from pg_timezone_names z where z.name = coalesce(p_time_zone, 'Europe/Paris')) then
        raise exception 'unknown time zone' using errcode = 'CK422';
    end if;
    if exists (select from organisation o where o.slug = p_slug or o.id = p_id) then
        raise exception 'address already taken' using errcode = 'CK409';
    end if;
    insert into organisation (id, kind, slug, name, town, department, region, time_zone)
    values (p_id, 'MSP', p_slug, p_name, p_town, p_department, p_region, coalesce(p_time_zone, 'Europe/Paris'));
    insert into federation_member (federation_id, organisation_id) values (p_federation, p_id);
    perform found_msp(p_id, member.account_id);
    perform append_platform_audit('core.organisation.create', 'done', member.account_id, p_id, null,
        jsonb_build_object('kind', 'MSP', 'federation', p_federation));
    perform trace(member.account_id, p_id, 'core.organisation.create', 'core.organisation', p_id, 'done', channel_of(p_credential), null,
        null);
end
$$;

grant execute on function kernel.create_api_token(bytea, uuid, text, bytea, text[], timestamptz), kernel.list_api_tokens(bytea),
    kernel.revoke_api_token(bytea, uuid), kernel.set_module(bytea, uuid, text, text), kernel.list_modules(bytea, uuid),
    kernel.list_role_permissions(bytea, uuid), kernel.set_role_permission(bytea, uuid, text, text, boolean),
    kernel.federation_members(bytea, uuid), kernel.create_msp(bytea, uuid, uuid, text, text, text, text, text, text) to collectif_server;
