-- Who exists on the platform: organisations, the federations they belong to, modules and what each role may do.
-- Platform tables: no role but the owner reads them; the functions of later files are the only way in.

create table kernel.organisation (
    id uuid primary key,
    kind text not null check (kind in ('MSP', 'FEDERATION', 'AUTHORITY', 'EMPLOYER')),
    slug text not null unique check (slug ~ '^[a-z0-9]([a-z0-9-]{0,58}[a-z0-9])?$'),
    name text not null check (kernel.is_line(name, 120)),
    short_name text check (kernel.is_line(short_name, 20)),
    town text check (kernel.is_line(town, 120)),
    department text check (kernel.is_line(department, 60)),
    region text check (kernel.is_line(region, 80)),
    time_zone text not null default 'Europe/Paris',
    -- Demo data is refused where this is true.
    live boolean not null default true,
    -- True when at least one of its roles differs from the defaults (see role_grant).
    own_roles boolean not null default false,
    -- Modules that are on or read-only, and whether any is not simply on: kept by a trigger of module_activation.
    modules text[] not null default '{}',
    modules_limited boolean not null default false,
    created_at timestamptz not null default now(),
    archived_at timestamptz
);
comment on table kernel.organisation is
    'platform: MSPs, federations, authorities and employers, with their address on the site; sensitivity=none; retention=life of the platform';

create table kernel.federation_member (
    federation_id uuid not null references kernel.organisation (id),
    organisation_id uuid not null references kernel.organisation (id),
    category text check (kernel.is_line(category, 60)),
    state text not null default 'ACTIVE' check (state in ('ACTIVE', 'PENDING', 'LEFT')),
    joined_on date not null default current_date,
    primary key (federation_id, organisation_id)
);
create index federation_member_organisation on kernel.federation_member (organisation_id);
comment on table kernel.federation_member is
    'platform: Which MSPs belong to which federation; sensitivity=none; retention=life of the platform';

create table kernel.module (
    id text primary key check (id ~ '^[a-z][a-z0-9_]{1,39}$')
);
comment on table kernel.module is
    'platform: Modules built into this version, written by migrate; sensitivity=none; retention=life of the platform';

create table kernel.module_activation (
    organisation_id uuid not null references kernel.organisation (id),
    module text not null check (module ~ '^[a-z][a-z0-9_]{1,39}$'),
    state text not null check (state in ('on', 'off', 'read_only')),
    changed_at timestamptz not null default now(),
    changed_by uuid,
    primary key (organisation_id, module)
);
comment on table kernel.module_activation is
    'platform: Which module is on, off or read-only for which organisation; sensitivity=none; retention=life of the organisation';

create function kernel.refresh_modules() returns trigger
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update organisation o set
        modules = array(select x.module from module_activation x
                        where x.organisation_id = o.id and x.state <> 'off' order by x.module collate "C"),
        modules_limited = exists (select from module_activation x where x.organisation_id = o.id and x.state <> 'on')
    where o.id = coalesce(new.organisation_id, old.organisation_id);
    return null;
end
$$;
create trigger refresh_modules after insert or update or delete on kernel.module_activation
    for each row execute function kernel.refresh_modules();

create table kernel.role_permission (
    role text not null check (role ~ '^[A-Z][A-Z_]{1,39}$'),
    permission text not null check (permission ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,3}$'),
    primary key (role, permission)
);
comment on table kernel.role_permission is
    'platform: What each role may do by default, written by migrate; sensitivity=none; retention=life of the platform';

create table kernel.role_permission_override (
    organisation_id uuid not null references kernel.organisation (id),
    role text not null check (role ~ '^[A-Z][A-Z_]{1,39}$'),
    permission text not null,
    granted boolean not null,
    primary key (organisation_id, role, permission)
);
comment on table kernel.role_permission_override is
    'platform: Where an organisation departs from the default rights of a role; sensitivity=none; retention=life of the organisation';

-- The two tables above, put together once when they change instead of at every request.
-- The nil organisation holds the defaults; an organisation with overrides (own_roles) holds all of its roles.
create table kernel.role_grant (
    organisation_id uuid not null,
    role text not null,
    permissions text[] not null,
    primary key (organisation_id, role)
);
-- Read at every request: kept in the row, uncompressed.
alter table kernel.role_grant set (toast_tuple_target = 8160);
alter table kernel.role_grant alter column permissions set storage main;
comment on table kernel.role_grant is
    'platform: Effective rights of each role, derived from defaults and overrides; sensitivity=none; retention=derived';

create function kernel.rebuild_role_grants() returns trigger
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update organisation o set own_roles = v.own
    from (select g.id, exists (select from role_permission_override x where x.organisation_id = g.id) as own from organisation g) v
    where o.id = v.id and o.own_roles <> v.own;
    delete from role_grant;
    insert into role_grant (organisation_id, role, permissions)
    select '00000000-0000-0000-0000-000000000000', role, array_agg(permission order by permission collate "C")
    from role_permission group by role;
    insert into role_grant (organisation_id, role, permissions)
    select e.organisation_id, e.role, array_agg(e.permission order by e.permission collate "C")
    from (
        select o.id as organisation_id, d.role, d.permission
        from organisation o cross join role_permission d
        where o.own_roles and not exists (
            select from role_permission_override x
            where x.organisation_id = o.id and x.role = d.role and x.permission = d.permission and not x.granted)
        union
        select x.organisation_id, x.role, x.permission from role_permission_override x where x.granted
    ) e
    group by e.organisation_id, e.role;
    return null;
end
$$;
create trigger rebuild_role_grants after insert or update or delete or truncate on kernel.role_permission
    for each statement execute function kernel.rebuild_role_grants();
create trigger rebuild_role_grants after insert or update or delete or truncate on kernel.role_permission_override
    for each statement execute function kernel.rebuild_role_grants();
