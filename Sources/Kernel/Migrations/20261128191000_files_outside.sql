-- The bytes of a file may stand outside its row, in the store that the operator chose: under the digest that they have, in the part of
-- the store that is this MSP's alone, once however many files have the same bytes.

create table kernel.file_object (
    msp_id uuid not null,
    sha256 bytea not null check (octet_length(sha256) = 32),
    size bigint not null check (size between 0 and 52428800),
    -- Noted before the bytes are brought there, each time that somebody brings them: what nobody wanted for days and no file needs is an
    -- orphan.
    wanted_at timestamptz not null,
    -- Set when the bytes begin to be taken away: from then on nobody may rely on them, until this row is gone.
    leaving_at timestamptz,
    primary key (msp_id, sha256)
);
create index file_object_leaving on kernel.file_object (msp_id) where leaving_at is not null;
create index file_object_age on kernel.file_object (msp_id, wanted_at);
call kernel.protect('kernel.file_object', 'select, insert, update', 'select, insert, update, delete');
comment on table kernel.file_object is
    'tenant: What stands in the store of files, by digest; sensitivity=internal; retention=seven days after the last file that has these bytes';

-- A row has its bytes or says under which digest the store has them; the digest is the file's own, so that a row never reaches the
-- bytes of another.
alter table kernel.file
    alter column content drop not null,
    add column object bytea,
    add constraint file_place check ((content is null) = (object is not null) and (object is null or object = sha256)),
    add constraint file_object_fkey foreign key (msp_id, object) references kernel.file_object (msp_id, sha256);
create index file_by_object on kernel.file (msp_id, object) where object is not null;
