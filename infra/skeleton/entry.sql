-- The first table of the module, with the columns that every record has.
create schema «id»;
grant usage on schema «id» to collectif_server, collectif_worker;

create table «id».entry (
    msp_id uuid not null,
    id uuid not null,
    title text not null check (kernel.is_line(title, 120)),
    day date,
    note text check (kernel.is_text(note, 2000)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id)
);
create index entry_title on «id».entry (msp_id, title, id);
call kernel.protect('«id».entry', 'select, insert, update', 'select');
comment on table «id».entry is 'tenant: What an entry is; sensitivity=internal; retention=five years';
