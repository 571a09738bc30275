-- Minutes written elsewhere are pasted whole: what is too long is told, never cut, and the limits are those of real minutes.
alter table facilitation.minutes
    drop constraint minutes_body_check,
    add constraint minutes_body_check check (kernel.is_text(body, 100000));
alter table facilitation.minutes_note
    drop constraint minutes_note_text_check,
    add constraint minutes_note_text_check check (kernel.is_text(text, 20000) and text ~ '[^[:space:]]');
