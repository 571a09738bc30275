-- The people of the MSP of the context who hold one of the roles today: lists of invitees and of readers.
-- Memberships are of the platform; what comes out is the MSP's own lines only.
create function kernel.professionals_in_roles(p_msp uuid, p_roles text[]) returns table (id uuid)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query
    select p.id
    from professional p
    join membership m on m.account_id = p.account_id and m.organisation_id = p.msp_id
    join organisation o on o.id = m.organisation_id
    where p.msp_id = p_msp and p.archived_at is null and m.roles && p_roles
        and (clock_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity');
end
$$;
grant execute on function kernel.professionals_in_roles(uuid, text[]) to collectif_server, collectif_worker;
