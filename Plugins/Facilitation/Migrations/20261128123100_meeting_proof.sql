-- What was asked back before a meeting was proven and confirmed all the same, with the reason; the sheet prints it.
alter table facilitation.meeting
    add column confirmed_doubts text[] not null default '{}' check (array_length(confirmed_doubts, 1) is null or array_length(confirmed_doubts, 1) <= 200),
    add column confirm_reason text check (kernel.is_text(confirm_reason, 500)),
    -- Entered afterwards from a paper sheet: said wherever the meeting is shown or proven.
    add column entered_afterwards boolean not null default false;

-- What a convocation said when it was sent, printed and kept: it is what the people convened received.
create table facilitation.meeting_notice (
    msp_id uuid not null,
    id uuid not null,
    meeting_id uuid not null,
    kind text not null check (kind in ('CONVENED', 'MOVED')),
    sent_at timestamptz not null,
    file_id uuid not null,
    created_at timestamptz not null default now(),
    created_by uuid,
    primary key (msp_id, id),
    foreign key (msp_id, meeting_id) references facilitation.meeting (msp_id, id),
    foreign key (msp_id, file_id) references kernel.file (msp_id, id)
);
create index meeting_notice_meeting on facilitation.meeting_notice (msp_id, meeting_id, sent_at desc, id desc);
call kernel.protect('facilitation.meeting_notice', 'select, insert', 'select, insert');
comment on table facilitation.meeting_notice is
    'tenant: Convocations as they were sent, one line each time; sensitivity=personal; retention=ten years';

-- The statutes of the company, as far as its assemblies depend on them: how many full days a convocation leaves before. Dated, because
-- statutes change.
create table facilitation.assembly_rule (
    msp_id uuid not null,
    id uuid not null,
    valid_from date not null,
    notice_days integer not null check (notice_days between 0 and 120),
    source text check (kernel.is_line(source, 200)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id)
);
create index assembly_rule_from on facilitation.assembly_rule (msp_id, valid_from desc, id);
call kernel.protect('facilitation.assembly_rule', 'select, insert, update', 'select');
comment on table facilitation.assembly_rule is
    'tenant: Days of notice that the statutes ask for an assembly, from a day on; sensitivity=internal; retention=life of the organisation';

-- Who waived that delay for one assembly: every associate, by name, or the assembly waits.
create table facilitation.notice_waiver (
    msp_id uuid not null,
    meeting_id uuid not null,
    professional_id uuid not null,
    given_at timestamptz not null,
    recorded_by uuid,
    primary key (msp_id, meeting_id, professional_id),
    foreign key (msp_id, meeting_id) references facilitation.meeting (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id)
);
call kernel.protect('facilitation.notice_waiver', 'select, insert', 'select');
comment on table facilitation.notice_waiver is
    'tenant: Associates who waived the delay of convocation of one assembly; sensitivity=personal; retention=ten years';
