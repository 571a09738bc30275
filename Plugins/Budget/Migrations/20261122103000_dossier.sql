-- The yearly dossier: its pieces, its sealed versions, who read it from outside, and what the payer paid.

create table budget.exhibit (
    msp_id uuid not null,
    id uuid not null,
    year_id uuid not null,
    indicator text not null check (indicator ~ '^A[1-3]-[A-Z0-9-]{2,8}$'),
    -- What it answers in the list of requirements; null for a piece beyond them.
    requirement text check (requirement ~ '^A[1-3]-[A-Z0-9-]{2,8}\.[a-z_]{2,30}$'),
    title text not null check (kernel.is_line(title, 160)),
    state text not null default 'MISSING' check (state in ('MISSING', 'PROVIDED', 'CHECKED', 'REJECTED')),
    -- Said by a person for the very file that is there; a new file takes it back.
    anonymity text not null default 'NOT_DECLARED' check (anonymity in ('NOT_DECLARED', 'NO_PATIENT', 'ANONYMISED')),
    declared_at timestamptz,
    declared_by text check (kernel.is_line(declared_by, 200)),
    file_id uuid,
    file_name text check (kernel.is_line(file_name, 200)),
    file_size bigint check (file_size > 0),
    sha256 text check (sha256 ~ '^[0-9a-f]{64}$'),
    media_type text check (media_type in ('application/pdf', 'image/jpeg', 'image/png', 'image/heic', 'image/webp')),
    provided_at timestamptz,
    checked_at timestamptz,
    checked_by text check (kernel.is_line(checked_by, 200)),
    reason text check (kernel.is_text(reason, 500)),
    -- Its entry in the evidence ledger, once checked.
    evidence_seq bigint,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, year_id) references budget.aci_year (msp_id, id),
    foreign key (msp_id, file_id) references kernel.file (msp_id, id),
    constraint exhibit_file check ((state = 'MISSING') or (file_id is not null and sha256 is not null and media_type is not null)),
    constraint exhibit_checked check (state <> 'CHECKED' or (evidence_seq is not null and anonymity <> 'NOT_DECLARED')),
    constraint exhibit_rejected check (state <> 'REJECTED' or reason is not null)
);
create index exhibit_year on budget.exhibit (msp_id, year_id, indicator, id);
create index exhibit_title on budget.exhibit (msp_id, title, id);
call kernel.protect('budget.exhibit', 'select, insert, update', 'select, insert, update');
comment on table budget.exhibit is
    'tenant: Pieces that prove an indicator of the ACI, deposited by hand; sensitivity=personal; retention=ten years after the end of the financial year';

create table budget.ledger_mark (
    msp_id uuid not null,
    year_id uuid not null,
    -- File of an entry of the evidence ledger.
    file_id uuid not null,
    choice text not null check (choice in ('JOIN', 'LEAVE')),
    declared_at timestamptz not null,
    declared_by text not null check (kernel.is_line(declared_by, 200)),
    primary key (msp_id, year_id, file_id),
    foreign key (msp_id, year_id) references budget.aci_year (msp_id, id),
    foreign key (msp_id, file_id) references kernel.file (msp_id, id)
);
call kernel.protect('budget.ledger_mark', 'select, insert, update', 'select, insert, update');
comment on table budget.ledger_mark is
    'tenant: Files of the evidence ledger that somebody read again and joins to the dossier, or leaves out; sensitivity=internal; retention=ten years after the end of the financial year';

create table budget.dossier (
    msp_id uuid not null,
    id uuid not null,
    year_id uuid not null,
    state text not null check (state in ('PREPARED', 'SEALED', 'DROPPED')),
    -- Given by the sealing: 1, 2, 3… without a hole in each exercise.
    number integer check (number > 0),
    -- The rows of the index, with the file of each.
    contents jsonb not null check (jsonb_typeof(contents) = 'array'),
    index_file_id uuid not null,
    manifest_file_id uuid not null,
    -- Of the whole zip, which is made again from the files each time it is asked for.
    sha256 text not null check (sha256 ~ '^[0-9a-f]{64}$'),
    size bigint not null check (size > 0),
    prepared_at timestamptz not null,
    prepared_by text not null check (kernel.is_line(prepared_by, 200)),
    sealed_at timestamptz,
    sealed_by text check (kernel.is_line(sealed_by, 200)),
    evidence_seq bigint,
    primary key (msp_id, id),
    unique (msp_id, year_id, number),
    foreign key (msp_id, year_id) references budget.aci_year (msp_id, id),
    foreign key (msp_id, index_file_id) references kernel.file (msp_id, id),
    foreign key (msp_id, manifest_file_id) references kernel.file (msp_id, id),
    constraint dossier_sealed check ((state = 'SEALED') = (number is not null)),
    constraint dossier_signed check (state <> 'SEALED' or (sealed_at is not null and sealed_by is not null and evidence_seq is not null))
);
create unique index dossier_prepared on budget.dossier (msp_id, year_id) where state = 'PREPARED';
call kernel.protect('budget.dossier', 'select, insert', 'select, insert');
-- What a dossier holds is written once; the server may only move its state, and only through the columns of the sealing.
grant update (state, number, sealed_at, sealed_by, evidence_seq) on budget.dossier to collectif_server, collectif_worker;
comment on table budget.dossier is
    'tenant: Versions of the yearly dossier, prepared and sealed; sensitivity=internal; retention=ten years after the end of the financial year';

create table budget.review (
    msp_id uuid not null,
    id uuid not null,
    dossier_id uuid not null,
    reviewer text not null check (kernel.is_line(reviewer, 120)),
    email text not null check (kernel.is_line(email, 254)),
    opened_at timestamptz not null,
    opened_by text not null check (kernel.is_line(opened_by, 200)),
    expires_at timestamptz not null,
    withdrawn_at timestamptz,
    primary key (msp_id, id),
    foreign key (msp_id, dossier_id) references budget.dossier (msp_id, id)
);
create index review_dossier on budget.review (msp_id, dossier_id, opened_at, id);
call kernel.protect('budget.review', 'select, insert, update', 'select, insert, update');
comment on table budget.review is
    'tenant: People from outside to whom a sealed dossier was opened by a link; sensitivity=personal; retention=three years after the expiry';

create table budget.review_look (
    msp_id uuid not null,
    id uuid not null,
    review_id uuid not null,
    at timestamptz not null,
    -- What was opened: the list, an exhibit, the whole.
    what text not null check (kernel.is_line(what, 200)),
    primary key (msp_id, id),
    foreign key (msp_id, review_id) references budget.review (msp_id, id)
);
create index review_look_review on budget.review_look (msp_id, review_id, at, id);
call kernel.protect('budget.review_look', 'select, insert', 'select, insert');
comment on table budget.review_look is
    'tenant: Each look of somebody from outside into a dossier; sensitivity=personal; retention=three years';

create table budget.aci_payment (
    msp_id uuid not null,
    id uuid not null,
    year_id uuid not null,
    kind text not null check (kind in ('ADVANCE', 'BALANCE', 'REGULARISATION', 'RECOVERY')),
    received_on date not null,
    -- Received; negative when it was given back.
    amount_cents bigint not null check (amount_cents between -100000000000 and 100000000000),
    reference text check (kernel.is_line(reference, 80)),
    comment text check (kernel.is_text(comment, 500)),
    file_id uuid,
    file_name text check (kernel.is_line(file_name, 200)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, year_id) references budget.aci_year (msp_id, id),
    foreign key (msp_id, file_id) references kernel.file (msp_id, id),
    constraint aci_payment_sign check (case when kind = 'RECOVERY' then amount_cents < 0 when kind = 'ADVANCE' then amount_cents > 0 else amount_cents <> 0 end)
);
create index aci_payment_day on budget.aci_payment (msp_id, received_on desc, id);
create index aci_payment_year on budget.aci_payment (msp_id, year_id, received_on, id);
call kernel.protect('budget.aci_payment', 'select, insert, update', 'select, insert, update');
comment on table budget.aci_payment is
    'tenant: What the payer of the ACI paid or took back; sensitivity=internal; retention=ten years after the end of the financial year';

create table budget.notice_line (
    msp_id uuid not null,
    year_id uuid not null,
    indicator text not null check (indicator ~ '^A[1-3]-[A-Z0-9-]{2,8}$'),
    points numeric(16, 6) check (points between 0 and 1000000),
    amount_cents bigint not null check (amount_cents between 0 and 100000000000),
    -- Why it is not what was simulated.
    reason text check (kernel.is_text(reason, 500)),
    updated_at timestamptz not null,
    updated_by text not null check (kernel.is_line(updated_by, 200)),
    primary key (msp_id, year_id, indicator),
    foreign key (msp_id, year_id) references budget.aci_year (msp_id, id)
);
call kernel.protect('budget.notice_line', 'select, insert, update, delete', 'select, insert, update, delete');
comment on table budget.notice_line is
    'tenant: What the payer notified for each indicator; sensitivity=internal; retention=ten years after the end of the financial year';
