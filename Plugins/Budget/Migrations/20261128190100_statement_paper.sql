-- The statement of each person as it is on the day of the payment: drawn with the act, printed outside of any transaction when it is first
-- handed out, the same bytes for ever.
create table budget.indemnity_statement (
    msp_id uuid not null,
    run_id uuid not null,
    professional_id uuid not null,
    title text not null check (kernel.is_line(title, 160)),
    -- The page as it was drawn, until it is printed.
    page bytea check (octet_length(page) between 1 and 1000000),
    file_id uuid,
    prepared_at timestamptz not null,
    primary key (msp_id, run_id, professional_id),
    foreign key (msp_id, run_id) references budget.indemnity_run (msp_id, id),
    foreign key (msp_id, professional_id) references kernel.professional (msp_id, id),
    foreign key (msp_id, file_id) references kernel.file (msp_id, id),
    constraint indemnity_statement_kept check ((page is null) <> (file_id is null))
);
call kernel.protect('budget.indemnity_statement', 'select, insert', 'select');
-- Printed once: the page gives way to the file, and no file to another.
grant update (page, file_id) on budget.indemnity_statement to collectif_server;
create policy once on budget.indemnity_statement as restrictive for update to public using (file_id is null) with check (true);
comment on table budget.indemnity_statement is
    'tenant: Statements of indemnities as they were on the day of the payment; sensitivity=personal; retention=ten years after the end of the financial year';

-- An exercise that was frozen without a paper gets one, once.
grant update (file_id) on budget.aci_snapshot to collectif_server, collectif_worker;
create policy once on budget.aci_snapshot as restrictive for update to public using (file_id is null) with check (true);
