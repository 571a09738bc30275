-- The pieces of a request are a checklist: the list says what a code means and where it stands. Servers of the release before still write both.
alter table budget.contract_item alter column title drop not null, alter column position drop not null;
