-- A role has a beginning and an end: a past day is judged by the roles that somebody held on it, not by those of today.

create table kernel.membership_roles (
    membership_id uuid not null references kernel.membership (id) on delete cascade,
    -- First day, on the clocks of the organisation; it ends the day before the next line, or with the membership.
    from_on date not null,
    roles text[] not null check (cardinality(roles) between 1 and 12),
    primary key (membership_id, from_on)
);
comment on table kernel.membership_roles is
    'platform: Roles of each membership from day to day; sensitivity=personal; retention=as the membership';

-- What was held before the first line is not known: it is taken to be what the line says.
insert into kernel.membership_roles (membership_id, from_on, roles) select m.id, m.valid_from, m.roles from kernel.membership m;

create function kernel.note_roles() returns trigger
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    today constant date := (clock_timestamp() at time zone (
        select o.time_zone from organisation o where o.id = new.organisation_id))::date;
begin
    -- What is set on the day on which the membership was entered is what it began with.
    insert into membership_roles (membership_id, from_on, roles)
    values (new.id, case when tg_op = 'INSERT' or new.created_at > clock_timestamp() - interval '1 day' then new.valid_from
        else greatest(today, new.valid_from) end, new.roles)
    on conflict (membership_id, from_on) do update set roles = excluded.roles;
    return null;
end
$$;
create trigger roles_noted after insert on kernel.membership for each row execute function kernel.note_roles();
create trigger roles_changed_noted after update of roles on kernel.membership for each row
    when (old.roles is distinct from new.roles) execute function kernel.note_roles();

-- Who of the team of the MSP of the context held which of the roles, and from when to when; no beginning for what was held when the
-- house began to know. Memberships are of the platform; what comes out is the MSP's own lines only.
create function kernel.roles_of_team(p_msp uuid, p_roles text[])
    returns table (professional_id uuid, role text, from_on date, to_on date)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query
    with lines as (
        select m.account_id, m.valid_to, l.roles, l.from_on,
            lead(l.from_on) over (partition by l.membership_id order by l.from_on) as next_on,
            row_number() over (partition by m.account_id order by l.from_on, m.id) as rank
        from membership m join membership_roles l on l.membership_id = m.id
        where m.organisation_id = p_msp
    )
    select p.id, held.role, case when l.rank > 1 then l.from_on end, least(l.next_on - 1, l.valid_to)
    from lines l
    join professional p on p.msp_id = p_msp and p.account_id = l.account_id
    cross join unnest(l.roles) held(role)
    where held.role = any (p_roles) and (p.archived_at is null or p.left_on is not null);
end
$$;

-- What somebody of the MSP of the context was by profession at a moment; the nearest line where none holds. Null without a person.
create function kernel.profession_at(p_msp uuid, p_professional uuid, p_at timestamptz) returns text
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    day date;
begin
    perform require_context(p_msp);
    if p_professional is null then
        return null;
    end if;
    day := (coalesce(p_at, clock_timestamp()) at time zone (select o.time_zone from organisation o where o.id = p_msp))::date;
    return (
        select s.profession from team_stay s where s.msp_id = p_msp and s.professional_id = p_professional
        order by (s.from_on <= day) desc, case when s.from_on <= day then s.from_on end desc, s.from_on limit 1);
end
$$;

revoke all on function kernel.note_roles(), kernel.roles_of_team(uuid, text[]), kernel.profession_at(uuid, uuid, timestamptz) from public;
grant execute on function kernel.roles_of_team(uuid, text[]), kernel.profession_at(uuid, uuid, timestamptz)
    to collectif_server, collectif_worker;
