-- Which object of a record a file belongs to, in which place and as which version.
create table kernel.record_file (
    msp_id uuid not null,
    file_id uuid not null,
    -- The record's id and the name of the place, as declared.
    record text not null check (record ~ '^[a-z][a-z0-9_.]{1,59}$'),
    object_id uuid not null,
    slot text not null check (slot ~ '^[a-z][a-z0-9_]{0,39}$'),
    -- Rises with each file of the place; never used twice.
    version integer not null check (version between 1 and 1000000),
    title text check (kernel.is_line(title, 120)),
    created_at timestamptz not null default now(),
    created_by uuid,
    -- Set when another took its place, or when it was taken away: it is a former one from then on.
    replaced_at timestamptz,
    removed_at timestamptz,
    removed_by uuid,
    primary key (msp_id, file_id),
    unique (msp_id, record, object_id, slot, version),
    foreign key (msp_id, file_id) references kernel.file (msp_id, id)
);
call kernel.protect('kernel.record_file', 'select, insert, update', 'select, delete');
comment on table kernel.record_file is
    'tenant: Files of the objects of records, with their former versions; sensitivity=internal; retention=as declared with the record';
