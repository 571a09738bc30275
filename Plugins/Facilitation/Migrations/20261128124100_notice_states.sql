-- What became of the mails to each person of a meeting. « notified_at » says from now on that the mail server accepted a notice; what was
-- only queued is told by mail_state. Notices sent before have no mail_id and count as accepted.

alter table facilitation.meeting_invitation
    -- The last mail to this person about this meeting.
    add column mail_id uuid,
    add column mail_kind text check (mail_kind in ('NOTICE', 'REMINDER', 'CHANGE', 'CANCELLATION', 'MINUTES')),
    add column mail_state text check (mail_state in ('QUEUED', 'SENT', 'REFUSED', 'UNREACHABLE')),
    -- Codes of the mail server's refusal, never its words.
    add column mail_reply text check (char_length(mail_reply) <= 40),
    -- When it was queued, then when its fate was known.
    add column mail_at timestamptz,
    -- The last mail that held the programme and the links.
    add column notice_mail_id uuid,
    add constraint meeting_invitation_mail check (num_nulls(mail_id, mail_kind, mail_state, mail_at) in (0, 4));
create index meeting_invitation_mail_id on facilitation.meeting_invitation (msp_id, mail_id) where mail_id is not null;
create index meeting_invitation_notice_mail on facilitation.meeting_invitation (msp_id, notice_mail_id) where notice_mail_id is not null;
create index meeting_invitation_not_arrived on facilitation.meeting_invitation (msp_id, meeting_id)
    where mail_state in ('REFUSED', 'UNREACHABLE') and archived_at is null;
