-- The reference module's only table: enough to use every extension point.
create schema reference;
grant usage on schema reference to collectif_server, collectif_worker;

create table reference.note (
    msp_id uuid not null,
    id uuid not null,
    title text not null check (kernel.is_line(title, 120)),
    body text check (kernel.is_text(body, 2000)),
    state text not null default 'DRAFT' check (state in ('DRAFT', 'DONE')),
    due_on date,
    cost_cents bigint check (cost_cents between -100000000 and 100000000),
    weight numeric(6, 2),
    heard integer not null default 0,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id)
);
create index note_due on reference.note (msp_id, due_on, id);
call kernel.protect('reference.note', 'select, insert, update', 'select, insert, update');
comment on table reference.note is 'tenant: Notes of the reference module; sensitivity=internal; retention=one year';
