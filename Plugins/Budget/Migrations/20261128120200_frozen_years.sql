-- An exercise that left the house is kept as it was; what is learned later stands beside it, with its reason.

alter table budget.aci_year
    -- Where the figures said for the exercise come from, and the day that they describe.
    add column figures_source text check (kernel.is_line(figures_source, 160)),
    add column figures_as_of date,
    -- Name of the rules of the last calculation; `rules_code` is for programs.
    add column rules_name text check (kernel.is_line(rules_name, 160));

create table budget.aci_snapshot (
    msp_id uuid not null,
    year_id uuid not null,
    -- Facts, rules, choices of the team and result, as on the day of the transmission.
    document json not null check (octet_length(document::text) <= 1000000),
    amount_cents bigint not null,
    advance_cents bigint not null,
    taken_at timestamptz not null,
    taken_by uuid,
    primary key (msp_id, year_id),
    foreign key (msp_id, year_id) references budget.aci_year (msp_id, id)
);
-- Nobody changes or removes one.
call kernel.protect('budget.aci_snapshot', 'select, insert', 'select, insert');
comment on table budget.aci_snapshot is
    'tenant: Exercises as they were transmitted: facts, rules, result; sensitivity=internal; retention=ten years after the end of the financial year';

create table budget.aci_correction (
    msp_id uuid not null,
    id uuid not null,
    year_id uuid not null,
    -- What is corrected, in the words of the simulator's interface.
    fact text not null check (fact ~ '^[a-z][a-z0-9_.]{1,59}$'),
    before_value integer not null check (before_value between 0 and 1000000),
    after_value integer not null check (after_value between 0 and 1000000),
    reason text not null check (kernel.is_text(reason, 1000)),
    created_at timestamptz not null default now(),
    created_by uuid not null,
    -- The name as it was that day.
    author text not null check (kernel.is_line(author, 160)),
    primary key (msp_id, id),
    foreign key (msp_id, year_id) references budget.aci_year (msp_id, id)
);
create index aci_correction_year on budget.aci_correction (msp_id, year_id, created_at, id);
call kernel.protect('budget.aci_correction', 'select, insert', 'select');
comment on table budget.aci_correction is
    'tenant: What was learned of an exercise after its transmission, with the reason; sensitivity=internal; retention=ten years after the end of the financial year';

-- The situations discussed, so that one that comes back can be told from a new one; null for meetings closed before.
alter table budget.meeting add column case_ids uuid[];
