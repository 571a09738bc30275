-- Minutes of 200 kB exist: they are pasted whole.
alter table facilitation.minutes
    drop constraint minutes_body_check,
    add constraint minutes_body_check check (kernel.is_text(body, 200000));
