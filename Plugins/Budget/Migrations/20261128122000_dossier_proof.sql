-- What the payer knows the contract by, and what the index of a dossier said when it was prepared.

alter table budget.aci_contract add column number text check (kernel.is_line(number, 60));
-- Digest of all that the index says: what changed between preparing and sealing is noticed, also a figure. Null on older ones.
alter table budget.dossier add column index_says text check (index_says ~ '^[0-9a-f]{64}$');
