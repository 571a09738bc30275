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
    -- Derived by triggers (see rights): modules that can at least be read, and whether what its roles may do departs from
    -- the defaults, by an override or by a module that is not on.
    modules text[] not null default '{}',
    own_rights boolean not null default false,
    created_at timestamptz not null default now(),
    archived_at timestamptz
);
comment on table kernel.organisation is
    'platform: MSPs, federations, authorities, employers and their addresses; sensitivity=none; retention=life of the platform';

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
