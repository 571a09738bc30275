-- Who is made a person of the team by coordinating it has a stay from that day on, as everybody in the directory.
create or replace function kernel.recognise_person(p_membership uuid, p_meant uuid, p_new uuid) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    former constant text := coalesce(current_setting('kernel.context', true), '');
    m membership;
    a account;
    person uuid;
begin
    select x.* into m from membership x where x.id = p_membership;
    select x.* into a from account x where x.id = m.account_id;
    if m.professional_id is not null or not exists (select from organisation o where o.id = m.organisation_id and o.kind = 'MSP') then
        return;
    end if;
    perform set_context(m.organisation_id, m.account_id, interval '15 seconds');
    select p.id into person from professional p
    where p.msp_id = m.organisation_id and p.id = p_meant and p.account_id is null and p.archived_at is null;
    if person is null then
        select min(p.id::text)::uuid into person from professional p
        where p.msp_id = m.organisation_id and p.email = a.email and p.account_id is null and p.archived_at is null and p.left_on is null
        having count(*) = 1;
    end if;
    if person is null and p_new is not null and 'COORDINATOR' = any (m.roles) and not exists (
        select from professional p where p.msp_id = m.organisation_id and (p.account_id = a.id or p.email = a.email)) then
        insert into professional (msp_id, id, first_name, last_name, email, profession, status, joined_on, created_by)
        values (m.organisation_id, p_new, a.first_name, a.last_name, a.email, 'COORDINATOR', 'SALARIED', m.valid_from, a.id);
        insert into team_stay (msp_id, professional_id, from_on, profession, is_associate, indemnifiable)
        values (m.organisation_id, p_new, m.valid_from, 'COORDINATOR', false, false);
        person := p_new;
    end if;
    perform put_context(former);
    if person is not null then
        perform tie_professional(p_membership, person, m.account_id);
    end if;
end
$$;
