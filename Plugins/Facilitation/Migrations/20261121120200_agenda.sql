-- What a meeting is about: items written by its organiser, proposed by members, or made from a situation.

create table facilitation.agenda_item (
    msp_id uuid not null,
    id uuid not null,
    meeting_id uuid not null,
    -- Order on the agenda; ties are broken by the id.
    position integer not null check (position between 0 and 10000),
    title text not null check (kernel.is_line(title, 200)),
    kind text not null default 'DISCUSSION' check (kind in ('INFO', 'DISCUSSION', 'DECISION', 'CASE', 'VOTE')),
    presenter_id uuid,
    planned_min integer check (planned_min between 1 and 480),
    proposed_by_id uuid,
    state text not null default 'ACCEPTED' check (state in ('PROPOSED', 'ACCEPTED', 'REFUSED')),
    outcome text check (kernel.is_text(outcome, 1000)),
    case_id uuid,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    foreign key (msp_id, meeting_id) references facilitation.meeting (msp_id, id),
    foreign key (msp_id, presenter_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, proposed_by_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, case_id) references facilitation.rcp_case (msp_id, id),
    constraint agenda_item_case check (case_id is null or kind = 'CASE'),
    constraint agenda_item_proposed check (state = 'ACCEPTED' or proposed_by_id is not null)
);
create index agenda_item_meeting on facilitation.agenda_item (msp_id, meeting_id, position, id);
create index agenda_item_case on facilitation.agenda_item (msp_id, case_id) where case_id is not null;
call kernel.protect('facilitation.agenda_item', 'select, insert, update', 'select, insert, update');
comment on table facilitation.agenda_item is
    'tenant: Items of the agenda of a meeting, proposed or accepted; sensitivity=internal; retention=as the meeting';
