-- The bank's statement of a payment is a file of the record: what was joined before becomes its first version. The columns file_id and
-- file_name of the payment are written no more.
alter table budget.aci_payment no force row level security;
alter table kernel.record_file no force row level security;
insert into kernel.record_file (msp_id, file_id, record, object_id, slot, version, created_at, created_by)
select p.msp_id, p.file_id, 'budget.aci_payment', p.id, 'statement', 1, coalesce(p.updated_at, p.created_at), p.updated_by
from budget.aci_payment p where p.file_id is not null
on conflict do nothing;
alter table kernel.record_file force row level security;
alter table budget.aci_payment force row level security;
