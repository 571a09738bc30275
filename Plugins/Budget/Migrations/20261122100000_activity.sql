-- What the team's meetings tell the budget: copied from the events of the module that holds the meetings, never from its tables.
-- Tenant tables: msp_id first in every key, composite foreign keys, the one policy, no trigger and no sequence.

create schema if not exists budget;
comment on schema budget is 'The money of an MSP: the ACI year, its dossier, indemnities.';
grant usage on schema budget to collectif_server, collectif_worker;

create table budget.meeting (
    msp_id uuid not null,
    -- The meeting's own id, in whatever module holds it.
    id uuid not null,
    meeting_type text not null check (meeting_type ~ '^[A-Z][A-Z0-9_]{1,39}$'),
    day date not null,
    -- Null until the sheet is locked.
    starts_at timestamptz,
    ends_at timestamptz check (ends_at >= starts_at),
    indemnifiable boolean not null default false,
    sheet_locked boolean not null default false,
    -- Null until the meeting is closed: its number in the evidence ledger, and the situations discussed.
    evidence_seq bigint,
    cases integer check (cases between 0 and 1000),
    primary key (msp_id, id),
    constraint meeting_locked check (not sheet_locked or (starts_at is not null and ends_at is not null))
);
create index meeting_day on budget.meeting (msp_id, day, id);
call kernel.protect('budget.meeting', 'select', 'select, insert, update');
comment on table budget.meeting is
    'tenant: Meetings held, as the events of the team''s life tell them; sensitivity=internal; retention=ten years after the end of the financial year';

create table budget.presence (
    msp_id uuid not null,
    -- The attendance line's own id: the same line is never paid twice.
    id uuid not null,
    meeting_id uuid not null,
    professional_id uuid not null,
    from_at timestamptz not null,
    to_at timestamptz not null check (to_at >= from_at),
    minutes integer not null check (minutes between 0 and 1440),
    signed boolean not null,
    primary key (msp_id, id),
    unique (msp_id, meeting_id, professional_id),
    foreign key (msp_id, meeting_id) references budget.meeting (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id)
);
create index presence_professional on budget.presence (msp_id, professional_id, from_at);
call kernel.protect('budget.presence', 'select', 'select, insert, update, delete');
comment on table budget.presence is
    'tenant: Who was at which meeting and for how long, as the locked sheet says; sensitivity=personal; retention=ten years after the end of the financial year';
