-- Indemnities: the rules voted, the time spent outside meetings, the runs that pay both, and where the money goes.
-- Tenant tables: msp_id first in every key, composite foreign keys, the one policy, no trigger and no sequence.

create table budget.indemnity_rule (
    msp_id uuid not null,
    id uuid not null,
    name text not null check (kernel.is_line(name, 120)),
    -- 1, 2, 3… of the MSP: what was voted is never edited, a new version follows it.
    version integer not null check (version between 1 and 9999),
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    method text not null check (method in (
        'NONE', 'HOURLY_FLAT', 'HOURLY_BY_PROFESSION', 'FLAT_PER_MEETING', 'PER_TASK', 'SHARE_OF_SURPLUS', 'MIXED')),
    status text not null default 'DRAFT' check (status in ('DRAFT', 'VOTED', 'ENDED')),
    -- The whole rule as IndemnityRule.read takes it; version, period and decision are those of the columns.
    document jsonb not null,
    decision_organ text check (decision_organ in ('AGO', 'AGE', 'AG_MIXTE', 'GERANCE', 'CA', 'BUREAU')),
    decision_reference text check (kernel.is_line(decision_reference, 160)),
    decision_on date,
    -- The decision itself, where a module keeps decisions.
    decision_id uuid,
    voted_at timestamptz,
    voted_by uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, version),
    constraint indemnity_rule_decided check (status = 'DRAFT' or (decision_organ is not null and decision_reference is not null
        and decision_on is not null and voted_at is not null))
);
create index indemnity_rule_period on budget.indemnity_rule (msp_id, valid_from desc, id);
call kernel.protect('budget.indemnity_rule', 'select, insert, update', 'select');
comment on table budget.indemnity_rule is
    'tenant: How the MSP pays coordination time, version by version, with the decision that voted it; sensitivity=internal; retention=ten years after the end of the financial year';

create table budget.work_credit (
    msp_id uuid not null,
    id uuid not null,
    professional_id uuid not null,
    day date not null,
    minutes integer not null check (minutes between 1 and 1440),
    title text not null check (kernel.is_line(title, 160)),
    description text check (kernel.is_text(description, 2000)),
    -- A task that the rule may pay by the piece; null for time alone.
    task text check (task in ('PROTOCOL_WRITING', 'ACTION_LEAD', 'RCP_SECRETARY', 'MANAGER_MANDATE', 'STUDENT_SUPERVISION')),
    units integer not null default 1 check (units between 1 and 1000),
    status text not null default 'DECLARED' check (status in ('DECLARED', 'CHECKED', 'APPROVED', 'REFUSED')),
    refusal text check (kernel.is_line(refusal, 300)),
    checked_by uuid,
    approved_by uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id),
    constraint work_credit_refused check (status <> 'REFUSED' or refusal is not null)
);
create index work_credit_day on budget.work_credit (msp_id, day desc, id);
create index work_credit_person on budget.work_credit (msp_id, professional_id, day);
call kernel.protect('budget.work_credit', 'select, insert, update', 'select');
comment on table budget.work_credit is
    'tenant: Time spent for the team outside meetings, declared, checked, approved; sensitivity=personal; retention=ten years after the end of the financial year';

create table budget.indemnity_run (
    msp_id uuid not null,
    id uuid not null,
    name text not null check (kernel.is_line(name, 120)),
    -- Given when the run leaves the house, from a series without gap.
    number text check (number ~ '^IND-[0-9]{4}-[0-9]{3,}$'),
    period_from date not null,
    period_to date not null check (period_to >= period_from),
    status text not null default 'DRAFT'
        check (status in ('DRAFT', 'CHECKED', 'APPROVED', 'SENT_TO_ACCOUNTANT', 'PAID', 'CLOSED')),
    -- What there is to share, for a rule that shares a surplus.
    surplus_cents bigint check (surplus_cents between 0 and 1000000000),
    -- From the check on: the frozen result. Null while the run is a draft, which is computed when it is looked at.
    total_cents bigint check (total_cents >= 0),
    people integer check (people >= 0),
    minutes integer check (minutes >= 0),
    fingerprint text check (fingerprint ~ '^[0-9a-f]{64}$'),
    rules jsonb not null default '[]',
    notes jsonb not null default '[]',
    anomalies jsonb not null default '[]',
    -- Accounts that computed or changed the result: none of them may approve it.
    prepared_by uuid[] not null default '{}',
    checked_by uuid,
    checked_at timestamptz,
    sent_at timestamptz,
    execution_on date,
    paid_on date,
    closed_at timestamptz,
    state_file_id uuid,
    reason text check (kernel.is_line(reason, 300)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, number),
    constraint indemnity_run_frozen check ((status = 'DRAFT') = (fingerprint is null)),
    constraint indemnity_run_numbered check (status not in ('SENT_TO_ACCOUNTANT', 'PAID', 'CLOSED') or number is not null)
);
create index indemnity_run_period on budget.indemnity_run (msp_id, period_to desc, id);
call kernel.protect('budget.indemnity_run', 'select, insert, update', 'select, update');
comment on table budget.indemnity_run is
    'tenant: Payments of indemnities for a period, from draft to closed; sensitivity=internal; retention=ten years after the end of the financial year';

-- What each person gets from a run, frozen at the check, with every reason.
create table budget.indemnity_line (
    msp_id uuid not null,
    run_id uuid not null,
    professional_id uuid not null,
    gross_cents bigint not null check (gross_cents >= 0),
    reduction_cents bigint not null check (reduction_cents between 0 and gross_cents),
    meeting_minutes integer not null check (meeting_minutes >= 0),
    credit_minutes integer not null check (credit_minutes >= 0),
    items jsonb not null,
    explanation jsonb not null,
    statement_sent_at timestamptz,
    primary key (msp_id, run_id, professional_id),
    foreign key (msp_id, run_id) references budget.indemnity_run (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id)
);
create index indemnity_line_person on budget.indemnity_line (msp_id, professional_id);
call kernel.protect('budget.indemnity_line', 'select, insert, update, delete', 'select, delete');
comment on table budget.indemnity_line is
    'tenant: What each person gets from a run, with its reasons; sensitivity=personal; retention=ten years after the end of the financial year';

-- Attendance lines and credits that a run pays. The key says it: a fact is paid once, whatever happens at the same time.
create table budget.indemnity_claim (
    msp_id uuid not null,
    fact_id uuid not null,
    run_id uuid not null,
    primary key (msp_id, fact_id),
    foreign key (msp_id, run_id) references budget.indemnity_run (msp_id, id)
);
create index indemnity_claim_run on budget.indemnity_claim (msp_id, run_id);
call kernel.protect('budget.indemnity_claim', 'select, insert, delete', 'select, delete');
comment on table budget.indemnity_claim is
    'tenant: Which attendance lines and declared times a run pays, each once; sensitivity=internal; retention=ten years after the end of the financial year';

create table budget.indemnity_adjustment (
    msp_id uuid not null,
    id uuid not null,
    run_id uuid not null,
    professional_id uuid not null,
    cents bigint not null check (cents <> 0 and cents between -100000000 and 100000000),
    reason text not null check (kernel.is_line(reason, 200)),
    created_at timestamptz not null default now(),
    created_by uuid,
    removed_at timestamptz,
    primary key (msp_id, id),
    foreign key (msp_id, run_id) references budget.indemnity_run (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id)
);
create index indemnity_adjustment_run on budget.indemnity_adjustment (msp_id, run_id);
call kernel.protect('budget.indemnity_adjustment', 'select, insert, update', 'select');
comment on table budget.indemnity_adjustment is
    'tenant: Amounts added to or taken from somebody in a run, with the reason; sensitivity=personal; retention=ten years after the end of the financial year';

create table budget.indemnity_set_aside (
    msp_id uuid not null,
    run_id uuid not null,
    -- Name of the anomaly: the same lines give the same one in the next calculation.
    anomaly text not null check (kernel.is_line(anomaly, 300)),
    reason text not null check (kernel.is_line(reason, 300)),
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (msp_id, run_id, anomaly),
    foreign key (msp_id, run_id) references budget.indemnity_run (msp_id, id)
);
call kernel.protect('budget.indemnity_set_aside', 'select, insert, update', 'select');
comment on table budget.indemnity_set_aside is
    'tenant: Anomalies of a run that somebody looked at and let pass, with the reason; sensitivity=internal; retention=ten years after the end of the financial year';

create table budget.indemnity_approval (
    msp_id uuid not null,
    run_id uuid not null,
    account_id uuid not null,
    -- The name as it was that day.
    label text not null check (kernel.is_line(label, 160)),
    fingerprint text not null check (fingerprint ~ '^[0-9a-f]{64}$'),
    created_at timestamptz not null default now(),
    primary key (msp_id, run_id, account_id),
    foreign key (msp_id, run_id) references budget.indemnity_run (msp_id, id)
);
call kernel.protect('budget.indemnity_approval', 'select, insert, delete', 'select, delete');
comment on table budget.indemnity_approval is
    'tenant: Who approved which result of a run; sensitivity=personal; retention=ten years after the end of the financial year';

-- Accounts that money leaves and reaches. Not a record: its numbers never pass through the audit trail.
create table budget.bank_account (
    msp_id uuid not null,
    id uuid not null,
    -- Null for the account of the MSP itself.
    professional_id uuid,
    holder text not null check (kernel.is_line(holder, 70)),
    iban text not null check (iban ~ '^[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}$'),
    bic text check (bic ~ '^[A-Z]{6}[A-Z0-9]{2}([A-Z0-9]{3})?$'),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    primary key (msp_id, id),
    unique nulls not distinct (msp_id, professional_id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id)
);
call kernel.protect('budget.bank_account', 'select, insert, update');
comment on table budget.bank_account is
    'tenant: Bank accounts of the MSP and of the people it pays; sensitivity=personal; retention=one year after the last payment';
