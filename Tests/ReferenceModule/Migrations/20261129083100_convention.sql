-- A convention and its parties; a charter that each MSP has once.
call kernel.tenant_table('reference.convention', $$
    title text not null check (kernel.is_line(title, 120)),
    object text check (kernel.is_text(object, 2000)),
    state text not null default 'DRAFT' check (state in ('DRAFT', 'RUNNING', 'ENDED')),
    note_id uuid,
    owner_id uuid,
    signed_on date,
    ends_on date,
    successor_id uuid,
    foreign key (msp_id, note_id) references reference.note (msp_id, id),
    foreign key (msp_id, owner_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, successor_id) references reference.convention (msp_id, id)
$$, 'tenant: Conventions of the reference module; sensitivity=internal; retention=five years');
create index convention_end on reference.convention (msp_id, ends_on, id);
create index convention_note on reference.convention (msp_id, note_id) where note_id is not null;
create index convention_owner on reference.convention (msp_id, owner_id) where owner_id is not null;
create index convention_successor on reference.convention (msp_id, successor_id) where successor_id is not null;

call kernel.tenant_table('reference.convention_party', $$
    convention_id uuid not null,
    place integer not null check (place between 1 and 10000),
    name text not null check (kernel.is_line(name, 120)),
    signatory text check (kernel.is_line(signatory, 120)),
    foreign key (msp_id, convention_id) references reference.convention (msp_id, id)
$$, 'tenant: Parties of the conventions of the reference module; sensitivity=internal; retention=five years', false,
    'select, insert, update, delete');
create index convention_party_place on reference.convention_party (msp_id, convention_id, place, id);

call kernel.tenant_table('reference.charter', $$
    promise text not null check (kernel.is_text(promise, 2000)),
    adopted_on date,
    check (id = msp_id)
$$, 'tenant: The charter of the reference module; sensitivity=internal; retention=life of the MSP');
