-- A payment is called by what it is: « Avance 2026 ».
alter table budget.aci_payment add column title text check (kernel.is_line(title, 60));
alter table budget.aci_payment no force row level security;
alter table budget.aci_year no force row level security;
update budget.aci_payment p set title = case when p.kind = 'ADVANCE' then 'Avance' when p.kind = 'BALANCE' then 'Solde'
    when p.kind = 'RECOVERY' then 'Reprise' else 'Régularisation' end || ' ' || y.exercise
from budget.aci_year y where y.msp_id = p.msp_id and y.id = p.year_id;
alter table budget.aci_year force row level security;
alter table budget.aci_payment force row level security;
