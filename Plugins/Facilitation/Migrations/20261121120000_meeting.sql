-- Meetings, who is invited, and the outside guests that a team calls again and again.
-- Tenant tables: msp_id first in every key, composite foreign keys, the one policy, no trigger and no sequence.

create schema if not exists facilitation;
comment on schema facilitation is 'Team life: meetings from notice to signed minutes, decisions, case discussions.';
grant usage on schema facilitation to collectif_server, collectif_worker;

create table facilitation.meeting (
    msp_id uuid not null,
    id uuid not null,
    title text not null check (kernel.is_line(title, 160)),
    meeting_type text not null check (kernel.is_code(meeting_type,
        'RCP', 'TEAM', 'PROTOCOL', 'ACTION', 'ANIMATION_TEAM', 'TRAINING', 'FEEDBACK', 'SIS', 'VENDOR_DEMO', 'AGO', 'AGE', 'AG_MIXTE',
        'BUREAU', 'CA', 'GERANCE', 'PARTNER', 'ARS_CPAM_REVIEW', 'USERS', 'SESSION', 'CONVIVIAL', 'INTERVIEW', 'OTHER')),
    status text not null default 'DRAFT'
        check (status in ('DRAFT', 'POLL_OPEN', 'SCHEDULED', 'CONVENED', 'HELD', 'CLOSED', 'CANCELLED')),
    starts_at timestamptz,
    planned_min integer not null default 60 check (planned_min between 5 and 1440),
    actual_start timestamptz,
    actual_end timestamptz,
    mode text not null default 'ON_SITE' check (mode in ('ON_SITE', 'VIDEO', 'HYBRID')),
    room_id uuid,
    place text check (kernel.is_line(place, 200)),
    video_url text check (kernel.is_line(video_url, 500) and video_url ~ '^https://[^[:space:]]+$'),
    organiser_id uuid not null,
    chair_id uuid,
    secretary_id uuid,
    timekeeper_id uuid,
    indemnifiable boolean not null default false,
    convened_at timestamptz,
    next_meeting_on date,
    cancelled_at timestamptz,
    cancel_reason text check (kernel.is_text(cancel_reason, 500)),
    closed_at timestamptz,
    sheet_state text not null default 'OPEN' check (sheet_state in ('OPEN', 'LOCKED', 'REOPENED')),
    sheet_locked_at timestamptz,
    sheet_locked_by uuid,
    -- Name of the person who locked, as printed on the sheet.
    sheet_locked_label text check (kernel.is_line(sheet_locked_label, 200)),
    sheet_reopen_reason text check (kernel.is_text(sheet_reopen_reason, 500)),
    sheet_file_id uuid,
    minutes_file_id uuid,
    -- Place of the closing entry in the evidence ledger.
    evidence_seq bigint,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, room_id) references kernel.room (msp_id, id),
    foreign key (msp_id, organiser_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, chair_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, secretary_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, timekeeper_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, sheet_file_id) references kernel.file (msp_id, id),
    foreign key (msp_id, minutes_file_id) references kernel.file (msp_id, id),
    constraint meeting_date_known check (starts_at is not null or status in ('DRAFT', 'POLL_OPEN', 'CANCELLED')),
    constraint meeting_place_known check (
        coalesce(room_id::text, place, video_url) is not null or status in ('DRAFT', 'POLL_OPEN', 'SCHEDULED', 'CANCELLED')),
    constraint meeting_convened check (convened_at is not null or status in ('DRAFT', 'POLL_OPEN', 'SCHEDULED', 'CANCELLED')),
    constraint meeting_times check (actual_end >= actual_start),
    constraint meeting_held check (
        status not in ('HELD', 'CLOSED') or (actual_start is not null and actual_end is not null)),
    constraint meeting_locked check (
        sheet_state <> 'LOCKED' or (sheet_locked_at is not null and sheet_file_id is not null)),
    constraint meeting_reopened check (sheet_state <> 'REOPENED' or sheet_reopen_reason is not null),
    constraint meeting_closed check (
        status <> 'CLOSED'
        or (sheet_state = 'LOCKED' and minutes_file_id is not null and evidence_seq is not null and closed_at is not null)),
    constraint meeting_cancelled check (status <> 'CANCELLED' or cancelled_at is not null)
);
-- The list, newest first, straight in index order; drafts without a date come first.
create index meeting_starts on facilitation.meeting (msp_id, starts_at desc, id);
create index meeting_status on facilitation.meeting (msp_id, status, starts_at desc, id);
create index meeting_type_starts on facilitation.meeting (msp_id, meeting_type, starts_at desc, id);
create index meeting_room on facilitation.meeting (msp_id, room_id, starts_at) where room_id is not null;
call kernel.protect('facilitation.meeting', 'select, insert, update', 'select, insert, update');
comment on table facilitation.meeting is
    'tenant: Meetings of the team, from draft to closed; sensitivity=internal; retention=ten years after the end of the financial year';

create table facilitation.guest (
    msp_id uuid not null,
    id uuid not null,
    name text not null check (kernel.is_line(name, 160)),
    job text check (kernel.is_line(job, 120)),
    organisation text check (kernel.is_line(organisation, 160)),
    email text check (email = lower(email) and email ~ '^[^@[:space:]]{1,64}@[^@[:space:]]{1,189}$'),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id)
);
create index guest_name on facilitation.guest (msp_id, name collate kernel.french, id);
call kernel.protect('facilitation.guest', 'select, insert, update', 'select, insert, update');
comment on table facilitation.guest is
    'tenant: Outside participants, professionals of partners, never a patient; sensitivity=personal; retention=five years after the last meeting';

create table facilitation.meeting_invitation (
    msp_id uuid not null,
    id uuid not null,
    meeting_id uuid not null,
    professional_id uuid,
    guest_id uuid,
    answer text not null default 'NONE' check (answer in ('YES', 'NO', 'MAYBE', 'NONE')),
    answered_at timestamptz,
    source text not null default 'PERSON' check (source in ('PERSON', 'GROUP', 'PROFESSION', 'ROLE')),
    notified_at timestamptz,
    reminded_at timestamptz,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    -- Set when the invitation is taken back; inviting again clears it.
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, meeting_id, professional_id),
    unique (msp_id, meeting_id, guest_id),
    foreign key (msp_id, meeting_id) references facilitation.meeting (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, guest_id) references facilitation.guest (msp_id, id),
    constraint meeting_invitation_one check (num_nonnulls(professional_id, guest_id) = 1),
    constraint meeting_invitation_answered check ((answer = 'NONE') = (answered_at is null))
);
create index meeting_invitation_professional on facilitation.meeting_invitation (msp_id, professional_id, meeting_id);
create index meeting_invitation_guest on facilitation.meeting_invitation (msp_id, guest_id);
call kernel.protect('facilitation.meeting_invitation', 'select, insert, update', 'select, insert, update');
comment on table facilitation.meeting_invitation is
    'tenant: Who is invited to which meeting and what they answered; sensitivity=personal; retention=as the meeting';
