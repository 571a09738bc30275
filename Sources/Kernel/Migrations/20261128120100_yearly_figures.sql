-- Figures of the sheet that belong to a year: an exercise reads those of its own year or of the latest year before it, so that
-- today's sheet never moves a year that is over.

create table kernel.msp_figures (
    msp_id uuid not null,
    year integer not null check (year between 2000 and 2200),
    gp_patients integer check (gp_patients between 0 and 1000000),
    precarity_css_pct numeric(5, 2) check (precarity_css_pct between 0 and 100),
    precarity_ame_pct numeric(5, 2) check (precarity_ame_pct between 0 and 100),
    source text check (kernel.is_line(source, 160)),
    -- The day that the figures describe; null when nobody said so.
    as_of date,
    noted_at timestamptz not null default now(),
    noted_by uuid,
    primary key (msp_id, year)
);

-- What the sheet says today held for every year so far: nothing may move by this migration.
alter table kernel.msp_profile no force row level security;
insert into kernel.msp_figures (msp_id, year, gp_patients, precarity_css_pct, precarity_ame_pct)
select p.msp_id, 2017, p.gp_patients, p.precarity_css_pct, p.precarity_ame_pct from kernel.msp_profile p
where p.gp_patients is not null or p.precarity_css_pct is not null or p.precarity_ame_pct is not null;
alter table kernel.msp_profile force row level security;

call kernel.protect('kernel.msp_figures', 'select, insert, update', 'select');
comment on table kernel.msp_figures is
    'tenant: Patients and precarity rates of the MSP, year by year, with their source; sensitivity=internal; retention=life of the MSP';

alter table kernel.msp_profile
    add column figures_as_of date,
    add column figures_source text check (kernel.is_line(figures_source, 160));
