-- What a door answers, and the context that it opens, stand ready in the seat; rights have a version, so that a server that knows them is not
-- told them again (decision 0039). Here the places and who fills them: the next file fills them and opens the doors that read them, so that
-- nobody waits at the door while seats are written.

-- A name for a set of rights: the same content has the same, in every MSP and after every change.
create function kernel.rights_version(p_permissions text[]) returns uuid
    language sql immutable parallel safe
    return pg_catalog.encode(pg_catalog.substr(pg_catalog.sha256(
        pg_catalog.convert_to(pg_catalog.array_to_string(p_permissions, ','), 'UTF8')), 1, 16), 'hex')::uuid;

alter table kernel.role_grant add column version uuid generated always as (kernel.rights_version(permissions)) stored not null;

-- The columns of 20261128215000 that the new doors do not read are the former release's until it is gone.
alter table kernel.seat
    -- Its days as instants of the MSP's own clock, the second one excluded.
    add column opens_at timestamptz,
    add column closes_at timestamptz,
    -- Account, name, professional, roles, modules, MSP, town, zone. No name holds the sign between them (kernel.is_line).
    add column card text check (cardinality(string_to_array(card, E'\x1f')) = 8),
    -- The parts of a context around the second that it ends at.
    add column context_head text,
    add column context_tail text;

create or replace view kernel.seat_due with (security_invoker = true) as
select m.id as membership_id, m.account_id, m.organisation_id, m.valid_from, m.valid_to, g.id as grant_id,
    concat(a.first_name, ' ', a.last_name) as display_name, m.professional_id, m.roles, o.modules, o.name as msp_name,
    o.town as msp_town, o.time_zone as msp_time_zone, a.totp_confirmed_at is not null as wants_factor, a.factor_due_at,
    m.valid_from::timestamp at time zone o.time_zone as opens_at,
    coalesce((m.valid_to + 1)::timestamp at time zone o.time_zone, 'infinity') as closes_at,
    concat_ws(E'\x1f', a.id, concat(a.first_name, ' ', a.last_name), coalesce(m.professional_id::text, ''),
        array_to_string(m.roles, ','), array_to_string(o.modules, ','), o.name, coalesce(o.town, ''), o.time_zone) as card,
    concat(replace(o.id::text, '-', ''), '_', replace(a.id::text, '-', ''), '_') as context_head,
    concat('_', encode(convert_to(o.time_zone, 'UTF8'), 'hex'), '_') as context_tail
from kernel.membership m
join kernel.account a on a.id = m.account_id and a.disabled_at is null
join kernel.organisation o on o.id = m.organisation_id and o.kind = 'MSP' and o.archived_at is null
join kernel.role_grant g on g.roles = m.roles and g.organisation_id = kernel.rights_key(o.id, o.own_rights);

create or replace function kernel.refresh_seats(p_memberships uuid[]) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    delete from seat s
    where s.membership_id = any (p_memberships) and not exists (select from seat_due d where d.membership_id = s.membership_id);
    insert into seat as s select d.* from seat_due d where d.membership_id = any (p_memberships)
    on conflict (membership_id) do update set (account_id, organisation_id, valid_from, valid_to, grant_id, display_name, professional_id,
        roles, modules, msp_name, msp_town, msp_time_zone, wants_factor, factor_due_at, opens_at, closes_at, card, context_head,
        context_tail) = (excluded.account_id, excluded.organisation_id, excluded.valid_from, excluded.valid_to, excluded.grant_id,
        excluded.display_name, excluded.professional_id, excluded.roles, excluded.modules, excluded.msp_name, excluded.msp_town,
        excluded.msp_time_zone, excluded.wants_factor, excluded.factor_due_at, excluded.opens_at, excluded.closes_at, excluded.card,
        excluded.context_head, excluded.context_tail)
    where s is distinct from excluded;
end
$$;

revoke all on function kernel.rights_version(text[]) from public;
