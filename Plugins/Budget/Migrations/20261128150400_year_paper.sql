-- The exercise as it was transmitted, on paper: the same bytes for ever, never a new print of today's facts.
alter table budget.aci_snapshot
    -- Null for those kept before there was a paper.
    add column file_id uuid,
    add foreign key (msp_id, file_id) references kernel.file (msp_id, id);
