-- What is paid is what was approved, and what leaves the house has an identity: accounts kept with each approval, confirmations of a
-- changed account, bank files made once, the number of approvals as a dated rule, the day of payment and its corrections.

alter table budget.bank_account
    -- Of the legal entity that pays; only on the account of the MSP itself.
    add column siren text check (siren ~ '^[0-9]{9}$'),
    -- Of all that a transfer takes from this row: what an approval keeps and a confirmation names.
    add column digest text check (digest ~ '^[0-9a-f]{64}$'),
    -- The last one to write it, as that person was named that day.
    add column changed_at timestamptz,
    add column changed_by uuid,
    add column changed_by_name text check (kernel.is_line(changed_by_name, 160));

create table budget.bank_account_confirmation (
    msp_id uuid not null,
    -- Of the account as it was confirmed: whatever changes, it is no longer this one.
    digest text not null check (digest ~ '^[0-9a-f]{64}$'),
    account_id uuid not null,
    label text not null check (kernel.is_line(label, 160)),
    created_at timestamptz not null,
    primary key (msp_id, digest, account_id)
);
call kernel.protect('budget.bank_account_confirmation', 'select, insert');
comment on table budget.bank_account_confirmation is
    'tenant: Who confirmed a bank account after somebody else changed it; sensitivity=personal; retention=ten years after the end of the financial year';

-- Digest of each account to be paid, as the approver saw it: by person, and « structure » for the account debited.
alter table budget.indemnity_approval
    add column accounts jsonb not null default '{}' check (jsonb_typeof(accounts) = 'object');

alter table budget.indemnity_run
    -- Approvals that the rule of the day asked for; kept with the last of them.
    add column approvals_needed integer check (approvals_needed between 1 and 2),
    -- How often it was sent: a recalled run tells everybody anew.
    add column sendings integer not null default 0 check (sendings >= 0),
    -- Corrections of the day of payment: day before, day after, reason, by whom, when.
    add column paid_changes jsonb not null default '[]' check (jsonb_typeof(paid_changes) = 'array');
alter table budget.indemnity_run drop constraint indemnity_run_status_check;
alter table budget.indemnity_run add constraint indemnity_run_status_check
    check (status in ('DRAFT', 'CHECKED', 'APPROVED', 'SENT_TO_ACCOUNTANT', 'PAID', 'CLOSED', 'CANCELLED'));
alter table budget.indemnity_run drop constraint indemnity_run_frozen;
alter table budget.indemnity_run add constraint indemnity_run_frozen
    check ((status in ('DRAFT', 'CANCELLED')) = (fingerprint is null));
-- A number once given stays in sight: such a run is cancelled, never put away.
alter table budget.indemnity_run add constraint indemnity_run_cancelled check (status <> 'CANCELLED' or number is not null);

create table budget.bank_file (
    msp_id uuid not null,
    id uuid not null,
    run_id uuid not null,
    -- 1, 2, 3… of the run: a file that takes the place of another is the next one.
    rank integer not null check (rank between 1 and 1000),
    version text not null check (version in ('pain.001.001.03', 'pain.001.001.09')),
    message_id text not null check (message_id ~ '^[A-Z0-9-]{1,35}$'),
    execution_on date not null,
    payments integer not null check (payments > 0),
    total_cents bigint not null check (total_cents > 0),
    -- Person, reference and masked account of each transfer: what a statement says of it.
    transfers jsonb not null check (jsonb_typeof(transfers) = 'array'),
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    content bytea not null,
    made_at timestamptz not null,
    made_by uuid,
    made_by_name text not null check (kernel.is_line(made_by_name, 160)),
    state text not null default 'CURRENT' check (state in ('CURRENT', 'REPLACED', 'WITHDRAWN')),
    ended_at timestamptz,
    -- Why it was replaced, or the run recalled.
    reason text check (kernel.is_line(reason, 300)),
    primary key (msp_id, id),
    unique (msp_id, run_id, rank),
    unique (msp_id, message_id),
    foreign key (msp_id, run_id) references budget.indemnity_run (msp_id, id),
    constraint bank_file_ended check ((state = 'CURRENT') = (ended_at is null)),
    constraint bank_file_reason check (state = 'CURRENT' or reason is not null)
);
create unique index bank_file_current on budget.bank_file (msp_id, run_id) where state = 'CURRENT';
call kernel.protect('budget.bank_file', 'select, insert', 'select');
-- What a file holds is written once; only its state moves.
grant update (state, ended_at, reason) on budget.bank_file to collectif_server;
comment on table budget.bank_file is
    'tenant: Files of transfers as they were made for the bank, byte for byte; sensitivity=personal; retention=ten years after the end of the financial year';

create table budget.approval_rule (
    msp_id uuid not null,
    id uuid not null,
    title text not null check (kernel.is_line(title, 120)),
    valid_from date not null,
    approvals integer not null check (approvals between 1 and 2),
    -- Article of the statutes or decision that says so.
    reference text not null check (kernel.is_line(reference, 160)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id)
);
create index approval_rule_day on budget.approval_rule (msp_id, valid_from desc, id);
call kernel.protect('budget.approval_rule', 'select, insert, update', 'select');
comment on table budget.approval_rule is
    'tenant: How many people approve a payment, from which day on, and by which article; sensitivity=internal; retention=ten years after the end of the financial year';
