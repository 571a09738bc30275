-- An arrival that somebody typed stays when the hours of the meeting are corrected; one that a tap noted follows them.
alter table facilitation.attendance add column arrival_typed boolean not null default false;
