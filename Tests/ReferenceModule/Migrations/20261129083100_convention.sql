-- A convention and its parties; a charter that each MSP has once.
create table reference.convention (
    msp_id uuid not null,
    id uuid not null,
    title text not null check (kernel.is_line(title, 120)),
    object text check (kernel.is_text(object, 2000)),
    state text not null default 'DRAFT' check (state in ('DRAFT', 'RUNNING', 'ENDED')),
    note_id uuid,
    owner_id uuid,
    signed_on date,
    ends_on date,
    successor_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, note_id) references reference.note (msp_id, id),
    foreign key (msp_id, owner_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, successor_id) references reference.convention (msp_id, id)
);
create index convention_end on reference.convention (msp_id, ends_on, id);
create index convention_note on reference.convention (msp_id, note_id) where note_id is not null;
create index convention_owner on reference.convention (msp_id, owner_id) where owner_id is not null;
create index convention_successor on reference.convention (msp_id, successor_id) where successor_id is not null;
call kernel.protect('reference.convention', 'select, insert, update', 'select');
comment on table reference.convention is 'tenant: Conventions of the reference module; sensitivity=internal; retention=five years';

create table reference.convention_party (
    msp_id uuid not null,
    id uuid not null,
    convention_id uuid not null,
    place integer not null check (place between 1 and 10000),
    name text not null check (kernel.is_line(name, 120)),
    signatory text check (kernel.is_line(signatory, 120)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, convention_id) references reference.convention (msp_id, id)
);
create index convention_party_place on reference.convention_party (msp_id, convention_id, place, id);
call kernel.protect('reference.convention_party', 'select, insert, update, delete', 'select');
comment on table reference.convention_party is 'tenant: Parties of the conventions of the reference module; sensitivity=internal; retention=five years';

create table reference.charter (
    msp_id uuid not null,
    id uuid not null check (id = msp_id),
    promise text not null check (kernel.is_text(promise, 2000)),
    adopted_on date,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id)
);
call kernel.protect('reference.charter', 'select, insert, update', 'select');
comment on table reference.charter is 'tenant: The charter of the reference module; sensitivity=internal; retention=life of the MSP';
