-- People of one name are told apart wherever they are listed or chosen, and a person of the team is linked to the account of that address.

alter table kernel.professional
    -- What tells this person from a namesake of the MSP; null for everybody else. Kept by kernel.mark_namesakes.
    add column mark text check (kernel.is_line(mark, 200)),
    -- The one spelling of a person's name for lists, choices, papers and exports.
    add column shown_name text generated always as (
        first_name || ' ' || last_name || case when mark is null then '' else ' (' || mark || ')' end) stored;

-- Says again what tells namesakes apart: the first of specialty, e-mail up to the @ and last digits of the RPPS that differs for all of
-- them; else all of these together.
create function kernel.mark_namesakes(p_msp uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
    with people as (
        select p.id, fold(p.first_name) || ' ' || fold(p.last_name) as name, coalesce(p.specialty, '') as specialty,
            coalesce(split_part(p.email, '@', 1), '') as mail, coalesce('RPPS …' || right(p.rpps, 4), '') as rpps
        from professional p where p.msp_id = p_msp and p.archived_at is null
    ), alike as (
        select x.name, count(*) as people, count(distinct x.specialty) as specialties, count(distinct x.mail) as mails,
            count(distinct x.rpps) as numbers
        from people x group by x.name having count(*) > 1
    ), marks as (
        select x.id, nullif(case
            when a.name is null then ''
            when a.specialties = a.people then x.specialty
            when a.mails = a.people then x.mail
            when a.numbers = a.people then x.rpps
            else concat_ws(', ', nullif(x.specialty, ''), nullif(x.mail, ''), nullif(x.rpps, '')) end, '') as mark
        from people x left join alike a on a.name = x.name
    )
    update professional p set mark = m.mark from marks m where p.msp_id = p_msp and p.id = m.id and p.mark is distinct from m.mark;
end
$$;

-- Ties a new line of the directory to the only member of that address who is nobody of the team yet; a line that stood is tied by hand.
create function kernel.link_person(p_msp uuid, p_professional uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    person professional;
    found uuid;
begin
    perform require_context(p_msp);
    select p.* into person from professional p where p.msp_id = p_msp and p.id = p_professional;
    if person.revision <> 1 or person.account_id is not null or person.email is null then
        return;
    end if;
    select m.id into found
    from account a join membership m on m.account_id = a.id join organisation o on o.id = m.organisation_id
    where a.email = person.email and m.organisation_id = p_msp and m.professional_id is null
        and (clock_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity');
    if found is not null then
        perform tie_professional(found, p_professional, current_account());
    end if;
end
$$;

-- The person of the team whom the account of the context is; null for an account that is nobody of the team, a link or a job.
create function kernel.current_professional() returns uuid
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select m.professional_id from kernel.membership m
    where m.organisation_id = kernel.current_msp() and m.account_id = kernel.current_account()
    order by m.valid_from desc limit 1
$$;

do $$
declare
    msp uuid;
begin
    for msp in select o.id from kernel.organisation o where o.kind = 'MSP' loop
        perform kernel.set_context(msp, '00000000-0000-0000-0000-000000000000', interval '15 seconds');
        perform kernel.mark_namesakes(msp);
    end loop;
    perform kernel.put_context('');
end
$$;

revoke all on function kernel.mark_namesakes(uuid), kernel.link_person(uuid, uuid), kernel.current_professional() from public;
grant execute on function kernel.mark_namesakes(uuid), kernel.link_person(uuid, uuid), kernel.current_professional() to collectif_server, collectif_worker;
