-- The sheet of an MSP is a record as the others: its id is the MSP's own.
alter table kernel.msp_profile
    add column id uuid generated always as (msp_id) stored,
    add column archived_at timestamptz;
