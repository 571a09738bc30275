-- What every module needs to know of one MSP: its profile, sites and rooms, professionals, groups, tasks.
-- Tenant tables: msp_id first in every key, composite foreign keys, the one policy, no trigger and no sequence.

create table kernel.msp_profile (
    msp_id uuid primary key references kernel.organisation (id),
    status text not null default 'PROJECT'
        check (status in ('PROJECT', 'VALIDATED', 'RUNNING_NO_ACI', 'ACI_SIGNED', 'SUSPENDED', 'CLOSED')),
    structure_kind text not null default 'SINGLE_SITE'
        check (structure_kind in ('SINGLE_SITE', 'MULTI_SITE', 'WITHOUT_WALLS', 'ESP')),
    finess_geo text check (finess_geo ~ '^[0-9][0-9AB][0-9]{7}$'),
    finess_legal text check (finess_legal ~ '^[0-9][0-9AB][0-9]{7}$'),
    opened_on date,
    health_project_validated_on date,
    zone text check (kernel.is_code(zone, 'ZIP', 'ZAC', 'ZV', 'OTHER')),
    qpv boolean not null default false,
    -- Patients whose declared doctor is an associate, and patients seen at least once, in the last closed year.
    gp_patients integer check (gp_patients between 0 and 1000000),
    active_file integer check (active_file between 0 and 1000000),
    precarity_css_pct numeric(5, 2) check (precarity_css_pct between 0 and 100),
    precarity_ame_pct numeric(5, 2) check (precarity_ame_pct between 0 and 100),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    revision integer not null default 1
);
call kernel.protect('kernel.msp_profile', 'select, insert, update', 'select');
comment on table kernel.msp_profile is
    'tenant: Situation, identifiers and yearly figures of the MSP; sensitivity=internal; retention=life of the MSP';

create table kernel.site (
    msp_id uuid not null,
    id uuid not null,
    name text not null check (kernel.is_line(name, 120)),
    address text check (kernel.is_text(address, 500)),
    town text check (kernel.is_line(town, 120)),
    phone text check (kernel.is_line(phone, 30)),
    is_head_office boolean not null default false,
    accessible boolean,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id)
);
call kernel.protect('kernel.site', 'select, insert, update', 'select');
comment on table kernel.site is
    'tenant: Places where the team works; sensitivity=none; retention=life of the MSP';

create table kernel.room (
    msp_id uuid not null,
    id uuid not null,
    site_id uuid,
    name text not null check (kernel.is_line(name, 120)),
    capacity integer check (capacity between 1 and 2000),
    accessible boolean,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, site_id) references kernel.site (msp_id, id)
);
create index room_site on kernel.room (msp_id, site_id);
call kernel.protect('kernel.room', 'select, insert, update', 'select');
comment on table kernel.room is
    'tenant: Rooms for meetings and consultations; sensitivity=none; retention=life of the MSP';

create table kernel.professional (
    msp_id uuid not null,
    id uuid not null,
    -- The account of that person, once invited; written only with membership.professional_id, hence the grants below.
    account_id uuid,
    first_name text not null check (kernel.is_line(first_name, 80)),
    last_name text not null check (kernel.is_line(last_name, 80)),
    email text check (email = lower(email) and email ~ '^[^@[:space:]]{1,64}@[^@[:space:]]{1,189}$'),
    phone text check (kernel.is_line(phone, 30)),
    profession text not null check (kernel.is_code(profession,
        'GP', 'SPECIALIST', 'PHARMACIST', 'DENTIST', 'MIDWIFE', 'NURSE', 'IPA', 'NURSE_ASALEE', 'PHYSIO', 'PODIATRIST', 'SPEECH',
        'ORTHOPTIST', 'OT', 'DIETITIAN', 'PSYCHOMOT', 'OPTICIAN', 'AUDIO', 'BIOLOGIST', 'PHARM_TECH', 'PSYCHOLOGIST', 'OSTEOPATH',
        'APA_TEACHER', 'SOCIAL_WORKER', 'MEDIATOR', 'MEDICAL_ASSISTANT', 'SECRETARY', 'COORDINATOR', 'INTERN', 'STUDENT', 'OTHER')),
    specialty text check (kernel.is_line(specialty, 80)),
    rpps text check (rpps ~ '^[0-9]{11}$'),
    status text not null default 'LIBERAL'
        check (status in ('LIBERAL', 'SALARIED', 'MIXED', 'SUBSTITUTE', 'STUDENT', 'VOLUNTEER')),
    is_associate boolean not null default false,
    signed_project_on date,
    joined_on date not null,
    left_on date check (left_on >= joined_on),
    is_care_team boolean not null default false,
    indemnifiable boolean not null default false,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, account_id),
    unique (msp_id, rpps)
);
create index professional_name on kernel.professional
    (msp_id, last_name collate kernel.french, first_name collate kernel.french, id);
call kernel.protect('kernel.professional', 'select', 'select');
grant insert (msp_id, id, first_name, last_name, email, phone, profession, specialty, rpps, status, is_associate, signed_project_on,
        joined_on, left_on, is_care_team, indemnifiable, created_at, created_by, updated_at, updated_by, archived_at, revision),
    update (first_name, last_name, email, phone, profession, specialty, rpps, status, is_associate, signed_project_on,
        joined_on, left_on, is_care_team, indemnifiable, updated_at, updated_by, archived_at, revision)
    on kernel.professional to collectif_server;
comment on table kernel.professional is
    'tenant: People of the team, associates or not, with or without an account; sensitivity=personal; retention=five years after leaving';

create table kernel.team_group (
    msp_id uuid not null,
    id uuid not null,
    name text not null check (kernel.is_line(name, 120)),
    purpose text check (kernel.is_text(purpose, 1000)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id)
);
call kernel.protect('kernel.team_group', 'select, insert, update', 'select');
comment on table kernel.team_group is
    'tenant: Named groups of professionals, used as lists of invitees and readers; sensitivity=internal; retention=life of the MSP';

create table kernel.team_group_member (
    msp_id uuid not null,
    group_id uuid not null,
    professional_id uuid not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (msp_id, group_id, professional_id),
    foreign key (msp_id, group_id) references kernel.team_group (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id)
);
create index team_group_member_professional on kernel.team_group_member (msp_id, professional_id);
call kernel.protect('kernel.team_group_member', 'select, insert, delete', 'select');
comment on table kernel.team_group_member is
    'tenant: Who is in which group; sensitivity=internal; retention=life of the MSP';

create table kernel.task (
    msp_id uuid not null,
    id uuid not null,
    title text not null check (kernel.is_line(title, 200)),
    owner_id uuid not null,
    due_on date,
    status text not null default 'TODO' check (status in ('TODO', 'DOING', 'DONE', 'CANCELLED')),
    -- What the task comes from: a decision, an action, a deadline of some module.
    origin_kind text check (origin_kind ~ '^[a-z][a-z0-9_.]{1,59}$'),
    origin_id uuid,
    waiting_for_id uuid,
    effort_min integer check (effort_min between 1 and 100000),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, owner_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, waiting_for_id) references kernel.professional (msp_id, id),
    check ((origin_kind is null) = (origin_id is null))
);
create index task_owner on kernel.task (msp_id, owner_id, status, due_on);
create index task_due on kernel.task (msp_id, status, due_on, id);
create index task_origin on kernel.task (msp_id, origin_kind, origin_id);
call kernel.protect('kernel.task', 'select, insert, update', 'select, insert, update');
comment on table kernel.task is
    'tenant: What somebody of the team has to do; sensitivity=internal; retention=five years after its end';
