-- Concertations held before the house kept meetings: how many in which months, on the word of a piece of the dossier.
create table budget.rcp_declaration (
    msp_id uuid not null,
    id uuid not null,
    year_id uuid not null,
    title text not null check (kernel.is_line(title, 120)),
    from_on date not null,
    to_on date not null check (to_on >= from_on),
    meetings integer not null check (meetings between 1 and 200),
    -- Files examined in them, each time counted.
    files integer not null check (files between 0 and 10000),
    -- The piece that says so; without it nothing counts.
    exhibit_id uuid not null,
    comment text check (kernel.is_text(comment, 1000)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, year_id) references budget.aci_year (msp_id, id),
    foreign key (msp_id, exhibit_id) references budget.exhibit (msp_id, id)
);
create index rcp_declaration_from on budget.rcp_declaration (msp_id, from_on desc, id);
create index rcp_declaration_year on budget.rcp_declaration (msp_id, year_id, from_on, id);
call kernel.protect('budget.rcp_declaration', 'select, insert, update', 'select, insert, update');
comment on table budget.rcp_declaration is
    'tenant: Concertations of the months before the house kept meetings, declared with a piece; sensitivity=internal; retention=ten years after the end of the financial year';
