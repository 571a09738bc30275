-- What is taken back is archived, under the name that lists of choices look for.
alter table budget.indemnity_adjustment rename column removed_at to archived_at;
