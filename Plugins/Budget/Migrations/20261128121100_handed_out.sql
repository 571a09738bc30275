-- What was handed out and is no longer what the facts say: differences of sent and paid runs, taken into a later one or left as they
-- are with a reason; figures of a prepared dossier, and what changed since a sealed one.

alter table budget.indemnity_run
    -- A sheet of its period is open again: its differences wait until it is locked.
    add column sheet_open boolean not null default false;

alter table budget.indemnity_adjustment
    -- The run whose difference this amount makes good.
    add column corrects_run_id uuid,
    add constraint indemnity_adjustment_corrects foreign key (msp_id, corrects_run_id) references budget.indemnity_run (msp_id, id);
create index indemnity_adjustment_corrects on budget.indemnity_adjustment (msp_id, corrects_run_id, professional_id);

create table budget.indemnity_correction (
    msp_id uuid not null,
    run_id uuid not null,
    professional_id uuid not null,
    -- What the facts of the moment give for the run, and the minutes behind it.
    cents_now bigint not null check (cents_now >= 0),
    minutes_now integer not null check (minutes_now >= 0),
    noticed_at timestamptz not null,
    primary key (msp_id, run_id, professional_id),
    foreign key (msp_id, run_id) references budget.indemnity_run (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id)
);
call kernel.protect('budget.indemnity_correction', 'select', 'select, insert, update');
comment on table budget.indemnity_correction is
    'tenant: What somebody would get from a run already sent, on the facts of today; sensitivity=personal; retention=ten years after the end of the financial year';

create table budget.indemnity_waiver (
    msp_id uuid not null,
    id uuid not null,
    run_id uuid not null,
    professional_id uuid not null,
    -- The difference that is left as it is.
    cents bigint not null check (cents <> 0),
    reason text not null check (kernel.is_line(reason, 200)),
    created_at timestamptz not null,
    created_by uuid,
    primary key (msp_id, id),
    foreign key (msp_id, run_id) references budget.indemnity_run (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id)
);
create index indemnity_waiver_run on budget.indemnity_waiver (msp_id, run_id, professional_id);
call kernel.protect('budget.indemnity_waiver', 'select, insert', 'select');
comment on table budget.indemnity_waiver is
    'tenant: Differences of a paid run that somebody decided to leave, with the reason; sensitivity=personal; retention=ten years after the end of the financial year';

create table budget.dossier_figures (
    msp_id uuid not null,
    dossier_id uuid not null,
    -- Points and cents of each indicator as they stood when the dossier was prepared.
    figures jsonb not null check (jsonb_typeof(figures) = 'array'),
    primary key (msp_id, dossier_id),
    foreign key (msp_id, dossier_id) references budget.dossier (msp_id, id)
);
call kernel.protect('budget.dossier_figures', 'select, insert', 'select, insert');
comment on table budget.dossier_figures is
    'tenant: Figures behind a version of the yearly dossier; sensitivity=internal; retention=ten years after the end of the financial year';

create table budget.dossier_drift (
    msp_id uuid not null,
    year_id uuid not null,
    dossier_id uuid not null,
    changes jsonb not null check (jsonb_typeof(changes) = 'array'),
    noticed_at timestamptz not null,
    primary key (msp_id, year_id),
    foreign key (msp_id, year_id) references budget.aci_year (msp_id, id),
    foreign key (msp_id, dossier_id) references budget.dossier (msp_id, id)
);
call kernel.protect('budget.dossier_drift', 'select', 'select, insert, update, delete');
comment on table budget.dossier_drift is
    'tenant: What changed in an exercise since its last sealed dossier; sensitivity=internal; retention=ten years after the end of the financial year';
