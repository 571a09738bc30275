-- Who somebody was in the team, and from which day to which: one line for each stay, and one more whenever what the person is changes
-- within it. A past day is judged by the line that holds on it; the columns of kernel.professional say the latest line only.
-- The lines of a person form one chain, each naming the last day of the line before: so two never overlap, without an extension.

create table kernel.team_stay (
    msp_id uuid not null,
    professional_id uuid not null,
    from_on date not null,
    -- Last day, included; null while it lasts.
    to_on date check (to_on >= from_on),
    -- Last day of the line before; null for the first line.
    previous_to date check (previous_to < from_on),
    profession text not null check (profession ~ '^[A-Z][A-Z0-9_]{1,39}$'),
    is_associate boolean not null,
    indemnifiable boolean not null,
    noted_at timestamptz not null default now(),
    primary key (msp_id, professional_id, from_on),
    constraint team_stay_end unique nulls not distinct (msp_id, professional_id, to_on),
    constraint team_stay_chain unique nulls not distinct (msp_id, professional_id, previous_to),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, professional_id, previous_to) references kernel.team_stay (msp_id, professional_id, to_on)
);

-- Everybody entered before has the one stay that the sheet knows.
alter table kernel.professional no force row level security;
insert into kernel.team_stay (msp_id, professional_id, from_on, to_on, profession, is_associate, indemnifiable)
select p.msp_id, p.id, p.joined_on, p.left_on, p.profession, p.is_associate, p.indemnifiable from kernel.professional p;
alter table kernel.professional force row level security;

call kernel.protect('kernel.team_stay', 'select, insert, update, delete', 'select');
comment on table kernel.team_stay is
    'tenant: Stays of the people of the team, with profession and standing from day to day; sensitivity=personal; retention=ten years after the person left';

-- First day of the profession and the standing on the sheet; null: since the person joined.
alter table kernel.professional add column holds_from date;
grant insert (holds_from), update (holds_from) on kernel.professional to collectif_server;
