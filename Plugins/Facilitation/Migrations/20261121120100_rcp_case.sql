-- Situations discussed by the team: the head only (missions.md 2.4). No identity, no clinical text:
-- what is said about the person stays in the MSP's own patient software.

create table facilitation.rcp_case (
    msp_id uuid not null,
    id uuid not null,
    case_code text not null check (case_code ~ '^[A-Z0-9]{1,8}-[0-9]{2}-[0-9]{3,6}$'),
    consent text not null check (consent in ('YES', 'NOT_ASKED', 'REFUSED')),
    initials text check (initials ~ '^[A-ZÀ-ÖØ-Ý]{1,4}$'),
    requester_id uuid not null,
    theme text not null check (kernel.is_code(theme,
        'HOME_CARE', 'DIABETES', 'HEART_FAILURE', 'COPD', 'CKD', 'ANTICOAG', 'POLYMEDICATION', 'WOUND', 'FALLS', 'MALNUTRITION',
        'COGNITIVE', 'MENTAL', 'ADDICTION', 'PAIN', 'PALLIATIVE', 'CANCER', 'CHILD', 'DISABILITY', 'PERINATAL', 'PRECARITY',
        'CAREGIVER', 'VIOLENCE', 'HOSPITAL_RETURN', 'NO_GP', 'OTHER')),
    aim text not null default 'COMPLEX_SITUATION' check (aim in ('COMPLEX_SITUATION', 'ADVERSE_EVENT', 'CARE_CATEGORY')),
    age_band text check (age_band in ('0_17', '18_39', '40_64', '65_79', '80_PLUS')),
    state text not null default 'REQUESTED'
        check (state in ('REQUESTED', 'SCHEDULED', 'DISCUSSED', 'FOLLOW_UP', 'CLOSED', 'WITHDRAWN')),
    review_on date,
    outputs text[] not null default '{}' check (outputs <@ array[
        'PPCS', 'PROTOCOL_IDEA', 'DAC_REFERRAL', 'SOCIAL_REFERRAL', 'HOSPITAL_CONTACT', 'SAFETY_MEASURE', 'NONE']),
    patient_informed boolean,
    record_reported boolean,
    closed_at timestamptz,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, case_code),
    foreign key (msp_id, requester_id) references kernel.professional (msp_id, id),
    constraint rcp_case_anonymous check (initials is null or consent = 'YES')
);
create index rcp_case_recent on facilitation.rcp_case (msp_id, created_at desc, id);
create index rcp_case_state on facilitation.rcp_case (msp_id, state, created_at desc, id);
create index rcp_case_requester on facilitation.rcp_case (msp_id, requester_id);
call kernel.protect('facilitation.rcp_case', 'select, insert, update', 'select, insert, update');
comment on table facilitation.rcp_case is
    'tenant: Heads of the situations discussed, without identity; sensitivity=health; retention=five years after closing, then statistics only';

-- A situation may come back: one row each time it is on the programme of a meeting.
create table facilitation.meeting_case (
    msp_id uuid not null,
    id uuid not null,
    meeting_id uuid not null,
    case_id uuid not null,
    slot_start timestamptz,
    slot_min integer not null default 15 check (slot_min between 5 and 120),
    discussed boolean not null default false,
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, meeting_id, case_id),
    foreign key (msp_id, meeting_id) references facilitation.meeting (msp_id, id),
    foreign key (msp_id, case_id) references facilitation.rcp_case (msp_id, id)
);
create index meeting_case_case on facilitation.meeting_case (msp_id, case_id);
call kernel.protect('facilitation.meeting_case', 'select, insert, update', 'select, insert, update');
comment on table facilitation.meeting_case is
    'tenant: Which situation is discussed at which meeting, in which slot; sensitivity=health; retention=as the situation';
