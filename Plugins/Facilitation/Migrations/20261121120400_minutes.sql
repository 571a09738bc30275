-- What was said and decided: the minutes with their notes, and the decisions that the team follows up.

create table facilitation.minutes (
    msp_id uuid not null,
    id uuid not null,
    meeting_id uuid not null,
    status text not null default 'DRAFT' check (status in ('DRAFT', 'IN_REVIEW', 'PUBLISHED', 'APPROVED')),
    version integer not null default 1 check (version > 0),
    -- Free points, beside the notes of each item.
    body text not null default '' check (kernel.is_text(body, 20000)),
    submitted_at timestamptz,
    published_at timestamptz,
    published_by uuid,
    -- Number of people to whom the publication was announced.
    recipients integer check (recipients >= 0),
    approved_at timestamptz,
    approved_by uuid,
    file_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, meeting_id),
    foreign key (msp_id, meeting_id) references facilitation.meeting (msp_id, id),
    foreign key (msp_id, file_id) references kernel.file (msp_id, id),
    constraint minutes_published check (
        status not in ('PUBLISHED', 'APPROVED') or (published_at is not null and file_id is not null)),
    constraint minutes_approved check (status <> 'APPROVED' or approved_at is not null)
);
call kernel.protect('facilitation.minutes', 'select, insert, update', 'select, insert, update');
comment on table facilitation.minutes is
    'tenant: Minutes of each meeting, from draft to approved; sensitivity=internal; retention=ten years, superseded versions kept';

create table facilitation.minutes_note (
    msp_id uuid not null,
    id uuid not null,
    meeting_id uuid not null,
    agenda_item_id uuid,
    kind text not null default 'NOTE' check (kind in ('NOTE', 'DECISION')),
    text text not null check (kernel.is_text(text, 4000) and text ~ '[^[:space:]]'),
    -- The decision that this note became.
    decision_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, meeting_id) references facilitation.meeting (msp_id, id),
    foreign key (msp_id, agenda_item_id) references facilitation.agenda_item (msp_id, id)
);
create index minutes_note_meeting on facilitation.minutes_note (msp_id, meeting_id, created_at, id);
create index minutes_note_item on facilitation.minutes_note (msp_id, agenda_item_id);
call kernel.protect('facilitation.minutes_note', 'select, insert, update', 'select, insert, update');
comment on table facilitation.minutes_note is
    'tenant: Notes taken under each item of the agenda, no clinical text; sensitivity=internal; retention=as the minutes';

create table facilitation.decision (
    msp_id uuid not null,
    id uuid not null,
    meeting_id uuid not null,
    agenda_item_id uuid,
    case_id uuid,
    text text not null check (kernel.is_line(text, 500)),
    kind text not null default 'ACTION' check (kind in ('ACTION', 'RULE', 'INFO')),
    owner_id uuid,
    due_on date,
    vote_result text check (kernel.is_line(vote_result, 120)),
    follow_up_state text not null default 'OPEN' check (follow_up_state in ('OPEN', 'DONE', 'LATE', 'CANCELLED')),
    done_on date,
    task_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, meeting_id) references facilitation.meeting (msp_id, id),
    foreign key (msp_id, agenda_item_id) references facilitation.agenda_item (msp_id, id),
    foreign key (msp_id, case_id) references facilitation.rcp_case (msp_id, id),
    foreign key (msp_id, owner_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, task_id) references kernel.task (msp_id, id),
    constraint decision_owned check (kind <> 'ACTION' or owner_id is not null),
    constraint decision_done check ((follow_up_state = 'DONE') = (done_on is not null))
);
alter table facilitation.minutes_note
    add foreign key (msp_id, decision_id) references facilitation.decision (msp_id, id);
create index minutes_note_decision on facilitation.minutes_note (msp_id, decision_id) where decision_id is not null;
create index decision_due on facilitation.decision (msp_id, due_on desc, id);
create index decision_follow_up on facilitation.decision (msp_id, follow_up_state, due_on, id);
create index decision_meeting on facilitation.decision (msp_id, meeting_id, created_at, id);
create index decision_owner on facilitation.decision (msp_id, owner_id, follow_up_state);
create index decision_task on facilitation.decision (msp_id, task_id) where task_id is not null;
call kernel.protect('facilitation.decision', 'select, insert, update', 'select, insert, update');
comment on table facilitation.decision is
    'tenant: Decisions of the team, who owns them and whether they were carried out; sensitivity=internal; retention=ten years';
