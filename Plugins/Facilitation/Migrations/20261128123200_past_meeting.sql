-- A meeting entered afterwards was convened before the product was there, and its paper sheet may be its only proof.
alter table facilitation.meeting drop constraint meeting_convened, drop constraint meeting_closed;
alter table facilitation.meeting
    add constraint meeting_convened check (
        convened_at is not null or entered_afterwards or status in ('DRAFT', 'POLL_OPEN', 'SCHEDULED', 'CANCELLED')),
    add constraint meeting_closed check (
        status <> 'CLOSED'
        or (sheet_state = 'LOCKED' and (minutes_file_id is not null or entered_afterwards) and evidence_seq is not null
            and closed_at is not null)),
    add constraint meeting_entered_afterwards check (not entered_afterwards or status in ('HELD', 'CLOSED'));
