-- Who was there, from when to when, and by which gesture it was said. Once the sheet is locked the module writes here no more.

create table facilitation.attendance (
    msp_id uuid not null,
    id uuid not null,
    meeting_id uuid not null,
    professional_id uuid,
    guest_id uuid,
    state text not null check (state in ('PRESENT', 'EXCUSED', 'ABSENT', 'REPRESENTED')),
    mode text check (mode in ('ON_SITE', 'VIDEO')),
    arrived_at timestamptz,
    left_at timestamptz,
    -- Counted when the meeting ends and when the sheet is locked, unless somebody corrected it.
    minutes integer check (minutes between 0 and 1440),
    minutes_edited boolean not null default false,
    proxy_to_id uuid,
    signature_kind text check (signature_kind in (
        'TAP_ON_OWN_PHONE', 'QR_CODE', 'SIGN_ON_TABLET', 'COORDINATOR_CONFIRMED', 'PAPER_SCAN')),
    signed_at timestamptz,
    signature_hash bytea check (octet_length(signature_hash) = 32),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    archived_at timestamptz,
    revision integer not null default 1,
    primary key (msp_id, id),
    unique (msp_id, meeting_id, professional_id),
    unique (msp_id, meeting_id, guest_id),
    foreign key (msp_id, meeting_id) references facilitation.meeting (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, guest_id) references facilitation.guest (msp_id, id),
    foreign key (msp_id, proxy_to_id) references kernel.professional (msp_id, id),
    constraint attendance_one check (num_nonnulls(professional_id, guest_id) = 1),
    constraint attendance_order check (left_at >= arrived_at),
    constraint attendance_proxy check ((state = 'REPRESENTED') = (proxy_to_id is not null)),
    constraint attendance_minutes check (state = 'PRESENT' or coalesce(minutes, 0) = 0),
    constraint attendance_signed check (num_nonnulls(signature_kind, signed_at, signature_hash) in (0, 3)),
    constraint attendance_signed_present check (signature_kind is null or state = 'PRESENT')
);
create index attendance_professional on facilitation.attendance (msp_id, professional_id, meeting_id);
create index attendance_guest on facilitation.attendance (msp_id, guest_id);
call kernel.protect('facilitation.attendance', 'select, insert, update', 'select, insert, update');
comment on table facilitation.attendance is
    'tenant: Presence of each person at each meeting, with its signature; sensitivity=personal; retention=ten years after the end of the financial year';
