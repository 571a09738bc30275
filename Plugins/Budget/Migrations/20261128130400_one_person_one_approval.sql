-- Two accounts of one person approve once: the person whom the account is on the day is kept with the approval.
alter table budget.indemnity_approval add column professional_id uuid default kernel.current_professional();
create unique index indemnity_approval_person on budget.indemnity_approval (msp_id, run_id, professional_id);
