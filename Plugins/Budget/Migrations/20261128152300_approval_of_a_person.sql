-- An approval is a known person's: two accounts of nobody would be two distinct approvals. Those from before stay as they were.
alter table budget.indemnity_approval add constraint indemnity_approval_of_a_person check (professional_id is not null) not valid;
