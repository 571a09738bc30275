-- What a member may do, put together when it changes instead of at every request.
-- Sources: role_permission, role_permission_override, module, module_activation, membership. Triggers keep the rest in step.

-- One row per set of roles that some membership holds: under the nil organisation for those that follow the defaults, under
-- its own id for an organisation with overrides or with a module that is not on (organisation.own_rights).
create table kernel.role_grant (
    organisation_id uuid not null,
    roles text[] not null,
    permissions text[] not null,
    primary key (organisation_id, roles)
);
-- Read at every request: kept in the row, uncompressed.
alter table kernel.role_grant set (toast_tuple_target = 8160);
alter table kernel.role_grant alter column permissions set storage main;
comment on table kernel.role_grant is
    'platform: Effective rights of each set of roles, derived; sensitivity=none; retention=derived';

-- Rights of a set of roles: defaults and overrides, less what modules that are off or read-only take away.
-- The nil organisation stands for all that have nothing of their own.
create function kernel.rights(p_organisation uuid, p_roles text[]) returns text[]
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select coalesce(array_agg(distinct e.permission collate "C"), '{}')
    from (
        select d.permission from kernel.role_permission d
        where d.role = any (p_roles) and not exists (
            select from kernel.role_permission_override x
            where x.organisation_id = p_organisation and x.role = d.role and x.permission = d.permission and not x.granted)
        union all
        select x.permission from kernel.role_permission_override x
        where x.organisation_id = p_organisation and x.role = any (p_roles) and x.granted
    ) e
    where p_organisation = '00000000-0000-0000-0000-000000000000' or split_part(e.permission, '.', 1) = 'core' or exists (
        select from kernel.module_activation x
        where x.organisation_id = p_organisation and x.module = split_part(e.permission, '.', 1)
            and (x.state = 'on' or x.state = 'read_only' and e.permission like '%.read'))
$$;

-- Where the rights of an organisation are found in role_grant.
create function kernel.rights_key(p_organisation uuid, p_own_rights boolean) returns uuid
    language sql immutable parallel safe
    return case when p_own_rights then p_organisation else '00000000-0000-0000-0000-000000000000' end;

-- Derives again: for one organisation, or for all when it is null.
create function kernel.refresh_rights(p_organisation uuid) returns void
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

    delete from role_grant g where p_organisation is null or g.organisation_id = p_organisation;
    insert into role_grant (organisation_id, roles, permissions)
    select u.key, u.roles, rights(u.key, u.roles)
    from (select distinct rights_key(o.id, o.own_rights) as key, m.roles
          from membership m join organisation o on o.id = m.organisation_id
          where p_organisation is null or o.id = p_organisation) u
    on conflict do nothing;
end
$$;

create function kernel.rights_changed() returns trigger
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    if tg_level = 'STATEMENT' then
        perform refresh_rights(null);
    elsif tg_table_name = 'membership' then
        insert into role_grant (organisation_id, roles, permissions)
        select k.key, new.roles, rights(k.key, new.roles)
        from (select rights_key(o.id, o.own_rights) as key from organisation o where o.id = new.organisation_id) k
        where not exists (select from role_grant g where g.organisation_id = k.key and g.roles = new.roles)
        on conflict do nothing;
    else
        perform refresh_rights(case when tg_op = 'DELETE' then old.organisation_id else new.organisation_id end);
    end if;
    return null;
end
$$;

create trigger rights_changed after insert or update or delete or truncate on kernel.role_permission
    for each statement execute function kernel.rights_changed();
create trigger rights_changed after insert or delete or truncate on kernel.module
    for each statement execute function kernel.rights_changed();
create trigger rights_changed after insert or update or delete on kernel.role_permission_override
    for each row execute function kernel.rights_changed();
create trigger rights_changed after insert or update or delete on kernel.module_activation
    for each row execute function kernel.rights_changed();
create trigger rights_changed after insert or update of roles, organisation_id on kernel.membership
    for each row execute function kernel.rights_changed();
