-- Lines under a note, in an order of their own.
create table reference.note_step (
    msp_id uuid not null,
    id uuid not null,
    note_id uuid not null,
    place integer not null check (place between 1 and 10000),
    title text not null check (kernel.is_line(title, 120)),
    owner_id uuid,
    cost_cents bigint check (cost_cents between 0 and 100000000),
    checked_by text check (kernel.is_line(checked_by, 120)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, note_id) references reference.note (msp_id, id),
    foreign key (msp_id, owner_id) references kernel.professional (msp_id, id)
);
create index note_step_place on reference.note_step (msp_id, note_id, place, id);
call kernel.protect('reference.note_step', 'select, insert, update, delete', 'select, insert, update, delete');
comment on table reference.note_step is 'tenant: Steps of the notes of the reference module; sensitivity=internal; retention=one year';
