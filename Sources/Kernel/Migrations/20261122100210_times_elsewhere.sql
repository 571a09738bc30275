-- Times that several MSPs noted of one person. Each MSP hands in the times of its own people; what comes back is which of those
-- very times another MSP noted too: neither who it is, nor its hours, nor how many.
create table kernel.noted_time (
    organisation_id uuid not null references kernel.organisation (id),
    -- What the time was spent on, in whatever module holds it: all its lines are replaced together.
    subject_id uuid not null,
    professional_id uuid not null,
    from_at timestamptz not null,
    to_at timestamptz not null check (to_at >= from_at),
    primary key (organisation_id, subject_id, professional_id)
);
create index noted_time_person on kernel.noted_time (organisation_id, professional_id, from_at);
comment on table kernel.noted_time is
    'platform: When people of the MSPs were held by a meeting, to find what two MSPs would pay at once; sensitivity=personal; retention=ten years after the end of the financial year';

-- Replaces the times of one subject by those given; none given takes all of them away.
create function kernel.note_times(
    p_msp uuid, p_subject uuid, p_professionals uuid[], p_from timestamptz[], p_to timestamptz[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
    delete from noted_time where organisation_id = p_msp and subject_id = p_subject;
    insert into noted_time (organisation_id, subject_id, professional_id, from_at, to_at)
    select p_msp, p_subject, p.id, t.since, greatest(t.since, t.until)
    from unnest(p_professionals, p_from, p_to) t(person, since, until)
    join professional p on p.msp_id = p_msp and p.id = t.person
    on conflict do nothing;
end
$$;

-- The MSP's own times, between two instants, during which another MSP noted a time of the same account.
create function kernel.times_elsewhere(p_msp uuid, p_from timestamptz, p_to timestamptz)
    returns table (subject_id uuid, professional_id uuid)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query
    select distinct own.subject_id, own.professional_id
    from noted_time own
    join membership here on here.organisation_id = own.organisation_id and here.professional_id = own.professional_id
    join membership there on there.account_id = here.account_id and there.organisation_id <> here.organisation_id
    join noted_time other on other.organisation_id = there.organisation_id and other.professional_id = there.professional_id
        and other.from_at < own.to_at and other.to_at > own.from_at
    where own.organisation_id = p_msp and own.from_at < p_to and own.to_at > p_from;
end
$$;

grant execute on function kernel.note_times(uuid, uuid, uuid[], timestamptz[], timestamptz[]),
    kernel.times_elsewhere(uuid, timestamptz, timestamptz) to collectif_server, collectif_worker;
