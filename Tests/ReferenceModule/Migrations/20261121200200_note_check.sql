-- A checklist under a note, with who and until when.
create table reference.note_check (
    msp_id uuid not null,
    id uuid not null,
    note_id uuid not null,
    code text not null check (code ~ '^[A-Z][A-Z0-9_]{1,39}$'),
    state text not null check (state in ('TODO', 'ASKED', 'DONE')),
    done_on date,
    owner_id uuid,
    due_on date,
    note text check (kernel.is_line(note, 500)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, note_id, code),
    foreign key (msp_id, note_id) references reference.note (msp_id, id),
    foreign key (msp_id, owner_id) references kernel.professional (msp_id, id)
);
call kernel.protect('reference.note_check', 'select, insert, update', 'select');
comment on table reference.note_check is 'tenant: What a note of the reference module must have; sensitivity=internal; retention=one year';
