-- Namesakes of whom neither specialty nor address nor number is known are told apart too: by profession, by the day they joined, and at
-- last by a number. Professions come with their French names, which the database does not keep.
create function kernel.mark_namesakes(p_msp uuid, p_professions text[], p_labels text[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
    with people as (
        select p.id, fold(p.first_name) || ' ' || fold(p.last_name) as name, coalesce(p.specialty, '') as specialty,
            coalesce(p_labels[array_position(p_professions, p.profession)], p.profession) as profession,
            coalesce(split_part(p.email, '@', 1), '') as mail, coalesce('RPPS …' || right(p.rpps, 4), '') as rpps,
            'depuis le ' || to_char(p.joined_on, 'DD/MM/YYYY') as joined,
            row_number() over (partition by fold(p.first_name), fold(p.last_name) order by p.created_at, p.id) as rank
        from professional p where p.msp_id = p_msp and p.archived_at is null
    ), alike as (
        select x.name, count(*) as people, count(distinct x.specialty) as specialties, count(distinct x.profession) as professions,
            count(distinct x.mail) as mails, count(distinct x.rpps) as numbers, count(distinct x.joined) as days
        from people x group by x.name having count(*) > 1
    ), marks as (
        select x.id, case
            when a.name is null then null
            when a.specialties = a.people and x.specialty <> '' then x.specialty
            when a.mails = a.people and x.mail <> '' then x.mail
            when a.numbers = a.people and x.rpps <> '' then x.rpps
            when a.professions = a.people then x.profession
            when a.days = a.people then x.joined
            else concat_ws(', ', nullif(x.specialty, ''), x.profession, nullif(x.mail, ''), nullif(x.rpps, ''), 'n° ' || x.rank) end as mark
        from people x left join alike a on a.name = x.name
    )
    update professional p set mark = left(m.mark, 200) from marks m
    where p.msp_id = p_msp and p.id = m.id and p.mark is distinct from left(m.mark, 200);
end
$$;
drop function kernel.mark_namesakes(uuid);
revoke all on function kernel.mark_namesakes(uuid, text[], text[]) from public;
grant execute on function kernel.mark_namesakes(uuid, text[], text[]) to collectif_server, collectif_worker;
