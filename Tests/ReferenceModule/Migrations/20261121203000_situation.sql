-- A situation that its circle alone sees, the notes it is linked to, and time that each notes for himself or herself.
create table reference.situation (
    msp_id uuid not null,
    id uuid not null,
    title text not null check (kernel.is_line(title, 120)),
    review_on date,
    note_id uuid,
    lead_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, note_id) references reference.note (msp_id, id),
    foreign key (msp_id, lead_id) references kernel.professional (msp_id, id)
);
create index situation_title on reference.situation (msp_id, title, id);
call kernel.protect('reference.situation', 'select, insert, update', 'select');
comment on table reference.situation is 'tenant: Followed situations of the reference module; sensitivity=internal; retention=one year';

create table reference.situation_member (
    msp_id uuid not null,
    id uuid not null,
    situation_id uuid not null,
    professional_id uuid not null,
    part text check (kernel.is_line(part, 80)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, situation_id, professional_id),
    foreign key (msp_id, situation_id) references reference.situation (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id)
);
create index situation_member_person on reference.situation_member (msp_id, professional_id, situation_id);
call kernel.protect('reference.situation_member', 'select, insert, update, delete', 'select');
comment on table reference.situation_member is 'tenant: Who sees a followed situation; sensitivity=internal; retention=one year';

create table reference.situation_note (
    msp_id uuid not null,
    situation_id uuid not null,
    note_id uuid not null,
    primary key (msp_id, situation_id, note_id),
    foreign key (msp_id, situation_id) references reference.situation (msp_id, id),
    foreign key (msp_id, note_id) references reference.note (msp_id, id)
);
create index situation_note_note on reference.situation_note (msp_id, note_id);
call kernel.protect('reference.situation_note', 'select, insert, delete', 'select');
comment on table reference.situation_note is 'tenant: Notes of a followed situation; sensitivity=internal; retention=one year';

create table reference.entry (
    msp_id uuid not null,
    id uuid not null,
    title text not null check (kernel.is_line(title, 120)),
    professional_id uuid not null,
    minutes integer not null check (minutes between 1 and 1440),
    situation_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, situation_id) references reference.situation (msp_id, id)
);
create index entry_title on reference.entry (msp_id, title, id);
create index entry_person on reference.entry (msp_id, professional_id, id);
call kernel.protect('reference.entry', 'select, insert, update', 'select');
comment on table reference.entry is 'tenant: Time noted in the reference module; sensitivity=internal; retention=one year';
