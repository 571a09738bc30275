-- The three-party contract, its years, what was achieved in each, and an MSP's own copies of the rules.

create table budget.aci_contract (
    msp_id uuid not null,
    id uuid not null,
    title text not null check (kernel.is_line(title, 120)),
    state text not null default 'PREPARING'
        check (state in ('PREPARING', 'REQUESTED', 'SIGNED', 'RUNNING', 'RENEWING', 'ENDED')),
    cpam text check (kernel.is_line(cpam, 120)),
    ars_delegation text check (kernel.is_line(ars_delegation, 120)),
    health_project_filed_on date,
    signed_on date,
    starts_on date,
    -- Five years after the start, unless the parties said otherwise.
    ends_on date,
    amendments text check (kernel.is_text(amendments, 2000)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    constraint aci_contract_order check (ends_on > starts_on),
    constraint aci_contract_signed check (state in ('PREPARING', 'REQUESTED') or (signed_on is not null and starts_on is not null and ends_on is not null))
);
call kernel.protect('budget.aci_contract', 'select, insert, update', 'select');
comment on table budget.aci_contract is
    'tenant: Contracts of the MSP with the ARS and the Assurance maladie; sensitivity=internal; retention=five years after the end';

create table budget.contract_item (
    msp_id uuid not null,
    id uuid not null,
    contract_id uuid not null,
    code text not null check (code ~ '^[A-Z][A-Z0-9_]{1,39}$'),
    title text not null check (kernel.is_line(title, 160)),
    position integer not null check (position between 1 and 99),
    state text not null default 'MISSING' check (state in ('MISSING', 'REQUESTED', 'READY', 'SENT')),
    done_on date,
    note text check (kernel.is_text(note, 500)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, contract_id, code),
    foreign key (msp_id, contract_id) references budget.aci_contract (msp_id, id)
);
call kernel.protect('budget.contract_item', 'select, insert, update', 'select');
comment on table budget.contract_item is
    'tenant: What the request for a contract must hold, piece by piece; sensitivity=internal; retention=five years after the end of the contract';

create table budget.rule_set (
    msp_id uuid not null,
    id uuid not null,
    code text not null check (code ~ '^[a-z][a-z0-9.-]{1,59}$'),
    name text not null check (kernel.is_line(name, 160)),
    -- Rule set it was copied from, by its code.
    origin text not null check (kernel.is_line(origin, 60)),
    first_exercise integer not null check (first_exercise between 2017 and 2100),
    last_exercise integer check (last_exercise >= first_exercise),
    -- The whole document, checked by the engine before each write; `json` keeps the order in which people read it.
    document json not null check (octet_length(document::text) <= 200000 and kernel.no_nir(document::text)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, code)
);
call kernel.protect('budget.rule_set', 'select, insert, update', 'select');
comment on table budget.rule_set is
    'tenant: Copies of the national rules that the MSP changed, to prepare a new exercise; sensitivity=none; retention=life of the MSP';

create table budget.aci_year (
    msp_id uuid not null,
    id uuid not null,
    exercise integer not null check (exercise between 2017 and 2100),
    title text not null check (kernel.is_line(title, 60)),
    state text not null default 'OPEN' check (state in (
        'OPEN', 'COLLECTING', 'READY', 'SUBMITTED', 'QUESTIONED', 'NOTIFIED', 'PAID', 'CONTESTED', 'CLOSED')),
    -- Null: the national rules of the exercise.
    rule_set_id uuid,
    -- Null: the figure of the MSP's sheet, the number of associates in the team.
    patients integer check (patients between 0 and 1000000),
    professionals integer check (professionals between 0 and 1000),
    eligible_patients integer check (eligible_patients between 0 and 1000000),
    css_rate numeric(5, 2) check (css_rate between 0 and 100),
    ame_rate numeric(5, 2) check (ame_rate between 0 and 100),
    national_css_rate numeric(5, 2) check (national_css_rate between 0 and 100),
    national_ame_rate numeric(5, 2) check (national_ame_rate between 0 and 100),
    unscheduled_care boolean not null default false,
    weekday_hours numeric(4, 2) check (weekday_hours between 0 and 24),
    saturday_morning boolean not null default false,
    holiday_closure_weeks numeric(4, 2) check (holiday_closure_weeks between 0 and 53),
    other_closure_weeks numeric(4, 2) check (other_closure_weeks between 0 and 53),
    on_call_derogation boolean not null default false,
    crisis_declared boolean not null default false,
    acquired_on date,
    contract_id uuid,
    comment text check (kernel.is_text(comment, 2000)),
    -- Result of the last calculation; the cockpit computes afresh, lists and indicators read these.
    rules_code text check (kernel.is_line(rules_code, 60)),
    simulated_points numeric(16, 6),
    full_points numeric(16, 6),
    simulated_cents bigint,
    pace_cents bigint,
    full_cents bigint,
    advance_cents bigint,
    -- What was declared to the payer, kept as it was on that day.
    declared_points numeric(16, 6),
    declared_cents bigint,
    submitted_on date,
    pieces_wanted integer,
    pieces_present integer,
    computed_at timestamptz,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, exercise),
    foreign key (msp_id, rule_set_id) references budget.rule_set (msp_id, id),
    foreign key (msp_id, contract_id) references budget.aci_contract (msp_id, id)
);
call kernel.protect('budget.aci_year', 'select, insert, update', 'select, update');
comment on table budget.aci_year is
    'tenant: One exercise of the contract: its parameters, its state, its last calculation; sensitivity=internal; retention=ten years after the end of the financial year';

create table budget.achievement (
    msp_id uuid not null,
    id uuid not null,
    year_id uuid not null,
    -- What was achieved, in the words of the simulator's interface: `protocols`, `users.level1`.
    fact text not null check (fact ~ '^[a-z][a-z0-9_.]{1,59}$'),
    quantity integer not null default 1 check (quantity between 1 and 1000),
    title text not null check (kernel.is_line(title, 200)),
    done_on date not null,
    comment text check (kernel.is_text(comment, 1000)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, year_id) references budget.aci_year (msp_id, id)
);
create index achievement_year on budget.achievement (msp_id, year_id, done_on, id);
call kernel.protect('budget.achievement', 'select, insert, update', 'select');
comment on table budget.achievement is
    'tenant: What the team achieved in an exercise, dated; sensitivity=internal; retention=ten years after the end of the financial year';

create table budget.commitment (
    msp_id uuid not null,
    id uuid not null,
    year_id uuid not null,
    -- Id of the indicator in the accord: `A2-PRO`.
    indicator text not null check (indicator ~ '^A[1-3]-[A-Z0-9-]{2,8}$'),
    chosen boolean not null default true,
    target integer check (target between 0 and 1000000),
    comment text check (kernel.is_text(comment, 2000)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, year_id, indicator),
    foreign key (msp_id, year_id) references budget.aci_year (msp_id, id)
);
call kernel.protect('budget.commitment', 'select, insert, update', 'select, insert');
comment on table budget.commitment is
    'tenant: Indicators that the team chose for an exercise, with its aim and its words for the payer; sensitivity=internal; retention=ten years after the end of the financial year';
