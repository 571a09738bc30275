-- The zone of an MSP may be wrong from its first day: who keeps its sheet changes it, or its federation. What stands at an hour of its
-- clocks is told by an event in the same transaction, so that modules keep that hour.
create function kernel.set_time_zone(
    p_credential bytea, p_msp uuid, p_federation uuid, p_zone text, p_event uuid, p_handlers text[]) returns text
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    member constant record := member_of(p_credential, coalesce(p_federation, p_msp));
    context constant text := coalesce(current_setting('kernel.context', true), '');
    former text;
begin
    if p_federation is null then
        if not coalesce('core.profile.update' = any (member.permissions), false) then
            raise exception 'permission missing' using errcode = 'CK403';
        end if;
    elsif not 'FEDERATION_ADMIN' = any (member.roles) then
        raise exception 'permission missing' using errcode = 'CK403';
    elsif not exists (
        select from federation_member f where f.federation_id = p_federation and f.organisation_id = p_msp and f.state <> 'LEFT') then
        raise exception 'nothing here' using errcode = 'CK404';
    end if;
    if not exists (select from pg_timezone_names z where z.name = p_zone) then
        raise exception 'unknown time zone' using errcode = 'CK422';
    end if;
    select o.time_zone into former from organisation o where o.id = p_msp and o.kind = 'MSP' and o.archived_at is null for update;
    if former is null then
        raise exception 'nothing here' using errcode = 'CK404';
    end if;
    if former = p_zone then
        return former;
    end if;
    update organisation set time_zone = p_zone where id = p_msp;
    perform set_context(p_msp, member.account_id, interval '15 seconds');
    perform publish_event(p_msp, p_event, 'core.time_zone_changed', 1, jsonb_build_object('from', former, 'to', p_zone), p_handlers);
    perform put_context(context);
    perform trace(member.account_id, p_msp, 'core.profile.time_zone', 'core.profile', p_msp, 'done', channel_of(p_credential), null,
        jsonb_build_object('by', (select a.first_name || ' ' || a.last_name from account a where a.id = member.account_id),
            'changes', jsonb_build_object('time_zone', jsonb_build_array(former, p_zone))));
    return former;
end
$$;

-- Where a member of a federation is and which clocks it follows, for who administers it.
create function kernel.federation_member_zone(p_credential bytea, p_federation uuid, p_msp uuid)
    returns table (department text, time_zone text)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    member constant record := member_of(p_credential, p_federation);
begin
    if not member.roles && array['FEDERATION_ADMIN', 'FEDERATION_AGENT'] then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    return query select o.department, o.time_zone from federation_member f join organisation o on o.id = f.organisation_id
    where f.federation_id = p_federation and f.organisation_id = p_msp and o.archived_at is null;
end
$$;

-- The department of the MSP of the context: bank holidays follow it.
create function kernel.current_department() returns text
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$ select o.department from organisation o where o.id = kernel.current_msp() $$;

revoke execute on function kernel.set_time_zone(bytea, uuid, uuid, text, uuid, text[]),
    kernel.federation_member_zone(bytea, uuid, uuid), kernel.current_department() from public;
grant execute on function kernel.set_time_zone(bytea, uuid, uuid, text, uuid, text[]),
    kernel.federation_member_zone(bytea, uuid, uuid) to collectif_server;
grant execute on function kernel.current_department() to collectif_server, collectif_worker;
