-- For the owner alone: what the command line does without a credential. Each may be called again with the same result.

-- Replaces the default rights: {"COORDINATOR": ["core.member.read", …], …}. Also keeps the list of modules, which are the
-- first words of the permissions. Called by migrate.
create function kernel.sync_role_permissions(p_defaults jsonb) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    delete from role_permission;
    insert into role_permission (role, permission)
    select distinct r.key, p from jsonb_each(p_defaults) r cross join jsonb_array_elements_text(r.value) p;
    delete from module m where not exists (select from role_permission d where split_part(d.permission, '.', 1) = m.id);
    insert into module (id) select distinct split_part(d.permission, '.', 1) from role_permission d
    where split_part(d.permission, '.', 1) <> 'core' on conflict do nothing;
    delete from role_permission_override x where not exists (select from role_permission d where d.permission = x.permission);
end
$$;

-- An organisation with the id given; an MSP gets its profile and its modules, and joins the federation if one is named.
create function kernel.admin_organisation(
    p_id uuid, p_kind text, p_slug text, p_name text, p_short_name text default null, p_town text default null,
    p_department text default null, p_region text default null, p_time_zone text default 'Europe/Paris', p_federation uuid default null,
    p_live boolean default true) returns uuid
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    insert into organisation as o (id, kind, slug, name, short_name, town, department, region, time_zone, live)
    values (p_id, p_kind, p_slug, p_name, p_short_name, p_town, p_department, p_region, p_time_zone, p_live)
    on conflict (id) do update set name = excluded.name, short_name = excluded.short_name, town = excluded.town,
        department = excluded.department, region = excluded.region;
    if p_federation is not null then
        insert into federation_member (federation_id, organisation_id) values (p_federation, p_id) on conflict do nothing;
    end if;
    if p_kind = 'MSP' then
        perform found_msp(p_id, null);
    end if;
    perform append_platform_audit('core.organisation.create', 'done', null, p_id, null, jsonb_build_object('kind', p_kind));
    return p_id;
end
$$;

-- An account; an address that exists keeps its id, and its password unless one is given.
create function kernel.admin_create_account(
    p_id uuid, p_email text, p_first_name text, p_last_name text, p_password_hash text default null, p_totp_secret bytea default null)
    returns uuid
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    made uuid;
begin
    insert into account as a (id, email, first_name, last_name, password_hash, totp_secret, totp_confirmed_at)
    values (p_id, lower(p_email), p_first_name, p_last_name, p_password_hash, p_totp_secret,
        case when p_totp_secret is not null then clock_timestamp() end)
    on conflict (email) do update set
        password_hash = coalesce(excluded.password_hash, a.password_hash), totp_secret = coalesce(excluded.totp_secret, a.totp_secret),
        totp_confirmed_at = coalesce(excluded.totp_confirmed_at, a.totp_confirmed_at)
    returning id into made;
    perform append_platform_audit('core.account.create', 'done', made, null);
    return made;
end
$$;

-- A membership, dated if asked; an MSP's professional is tied to the account if given.
create function kernel.admin_membership(
    p_account uuid, p_organisation uuid, p_roles text[], p_professional uuid default null, p_from date default null, p_to date default null)
    returns uuid
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    joined constant uuid := join_organisation(p_account, p_organisation, p_roles, p_from, p_to, null);
begin
    if p_professional is not null then
        perform tie_professional(joined, p_professional, null);
    end if;
    perform trace(null, p_organisation, 'core.member.add', 'core.membership', joined, 'done', 'job', null,
        jsonb_build_object('account', p_account, 'roles', p_roles));
    return joined;
end
$$;

-- A personal token for an account that is a member of the organisation.
create function kernel.admin_api_token(
    p_account uuid, p_organisation uuid, p_name text, p_token_hash bytea, p_permissions text[] default null,
    p_expires_at timestamptz default null)
    returns uuid
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    made uuid;
begin
    if not exists (select from membership m where m.account_id = p_account and m.organisation_id = p_organisation) then
        raise exception 'not a member' using errcode = 'CK404';
    end if;
    insert into api_token (token_hash, account_id, organisation_id, name, permissions, expires_at)
    values (p_token_hash, p_account, p_organisation, p_name, p_permissions, coalesce(p_expires_at, clock_timestamp() + interval '90 days'))
    returning id into made;
    perform trace(null, p_organisation, 'core.token.create', 'core.token', made, 'done', 'job', null, jsonb_build_object('account', p_account));
    return made;
end
$$;

-- Disables an account: its sessions, tokens and links end with this transaction. False gives it back, without them.
create function kernel.admin_disable_account(p_account uuid, p_disabled boolean default true) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update account a set disabled_at = case when p_disabled then coalesce(a.disabled_at, clock_timestamp()) end where a.id = p_account;
    if p_disabled then
        delete from session s where s.account_id = p_account;
        delete from link l where l.account_id = p_account;
        update api_token t set revoked_at = coalesce(t.revoked_at, clock_timestamp()) where t.account_id = p_account;
    end if;
    perform append_platform_audit('core.account.disable', 'done', p_account, null, null, jsonb_build_object('disabled', p_disabled));
end
$$;

-- Removes what the retention rules of the platform tables say; called by a daily job of the worker.
create function kernel.sweep_platform() returns void
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    delete from kernel.session where expires_at < clock_timestamp() - interval '1 day';
    delete from kernel.link where expires_at < clock_timestamp() - interval '30 days';
    delete from kernel.throttle where greatest(window_started_at, blocked_until) < clock_timestamp() - interval '1 day';
    delete from kernel.work where state = 'done' and done_at < clock_timestamp() - interval '90 days';
    delete from kernel.platform_mail where created_at < clock_timestamp() - interval '90 days';
    delete from kernel.organisation_answer where created_at < clock_timestamp() - interval '1 day';
$$;
grant execute on function kernel.sweep_platform() to collectif_worker;

-- MSPs to fan a job out to: the worker enters each in turn and never reads two in one query.
create function kernel.job_targets() returns table (id uuid)
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select o.id from kernel.organisation o where o.kind = 'MSP' and o.archived_at is null order by o.id
$$;
grant execute on function kernel.job_targets() to collectif_worker;
