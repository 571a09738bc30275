-- Why an exercise claims more than the directory shows: said by a person, read by whoever approves the dossier.

create table budget.claim_reason (
    msp_id uuid not null,
    year_id uuid not null,
    fact text not null check (fact ~ '^[a-z][a-z_.]{1,60}$'),
    -- The reason holds for this claim and no other.
    claimed integer not null check (claimed between 0 and 1000000),
    reason text not null check (kernel.is_text(reason, 500)),
    declared_at timestamptz not null,
    declared_by text not null check (kernel.is_line(declared_by, 200)),
    primary key (msp_id, year_id, fact),
    foreign key (msp_id, year_id) references budget.aci_year (msp_id, id)
);
call kernel.protect('budget.claim_reason', 'select, insert, update', 'select, insert, update');
comment on table budget.claim_reason is
    'tenant: Why an exercise claims more than the team in the directory shows; sensitivity=internal; retention=ten years after the end of the financial year';
