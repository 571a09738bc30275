-- One membership of somebody else: its roles, its days, its end, and the access of its person.

-- The membership of somebody else, in an organisation where the caller may change members; locked until the end.
create function kernel.managed_membership(p_credential bytea, p_membership uuid, out target kernel.membership, out actor uuid)
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    member record;
begin
    perform caller_of(p_credential);
    select m.* into target from membership m where m.id = p_membership for update;
    if target.id is null then
        raise exception 'nothing here' using errcode = 'CK404';
    end if;
    member := member_of(p_credential, target.organisation_id);
    if not ('core.member.manage' = any (member.permissions) or 'FEDERATION_ADMIN' = any (member.roles)) then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    -- So that an organisation never loses its last manager and nobody raises himself.
    if target.account_id = member.account_id then
        raise exception 'one does not change one''s own membership' using errcode = 'CK422';
    end if;
    actor := member.account_id;
end
$$;

-- Ends a membership at once. Sessions go on for the person's other organisations; tokens for this one are revoked.
create function kernel.end_membership(p_credential bytea, p_membership uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    managed constant record := managed_membership(p_credential, p_membership);
    target constant membership := managed.target;
    today date;
begin
    select (clock_timestamp() at time zone o.time_zone)::date into today from organisation o where o.id = target.organisation_id;
    if target.valid_from >= today then
        delete from membership m where m.id = target.id;
    else
        update membership m set valid_to = today - 1 where m.id = target.id and coalesce(m.valid_to, 'infinity') >= today;
    end if;
    update api_token t set revoked_at = clock_timestamp()
    where t.account_id = target.account_id and t.organisation_id = target.organisation_id and t.revoked_at is null;
    delete from link l where l.purpose = 'invitation' and l.subject_id = target.id;
    perform trace(managed.actor, target.organisation_id, 'core.member.end', 'core.membership', target.id, 'done', channel_of(p_credential), null,
        jsonb_build_object('account', target.account_id, 'roles', target.roles));
end
$$;

create function kernel.set_roles(p_credential bytea, p_membership uuid, p_roles text[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    managed constant record := managed_membership(p_credential, p_membership);
    target constant membership := managed.target;
begin
    perform check_roles((select o.kind from organisation o where o.id = target.organisation_id), p_roles);
    update membership m set roles = p_roles where m.id = target.id;
    perform trace(managed.actor, target.organisation_id, 'core.member.roles', 'core.membership', target.id, 'done', channel_of(p_credential), null,
        jsonb_build_object('account', target.account_id, 'before', target.roles, 'after', p_roles));
end
$$;

-- Sets the first and the last day of a membership, both included; null for no end. One that is over stays over, the last day is not
-- in the past (that is end_membership), and two memberships of one person never share a day.
create function kernel.set_member_dates(p_credential bytea, p_membership uuid, p_from date, p_to date) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    managed constant record := managed_membership(p_credential, p_membership);
    target constant membership := managed.target;
    today date;
begin
    select (clock_timestamp() at time zone o.time_zone)::date into today from organisation o where o.id = target.organisation_id;
    if coalesce(target.valid_to, 'infinity') < today then
        raise exception 'this membership is over' using errcode = 'CK409';
    end if;
    if p_from is null or p_to < p_from or p_to < today then
        raise exception 'a membership ends after it began, today at the earliest' using errcode = 'CK422';
    end if;
    if exists (
        select from membership m
        where m.account_id = target.account_id and m.organisation_id = target.organisation_id and m.id <> target.id
            and m.valid_from <= coalesce(p_to, 'infinity') and coalesce(m.valid_to, 'infinity') >= p_from) then
        raise exception 'another membership of the same person has those days' using errcode = 'CK409';
    end if;
    update membership m set valid_from = p_from, valid_to = p_to where m.id = target.id;
    perform trace(managed.actor, target.organisation_id, 'core.member.dates', 'core.membership', target.id, 'done',
        channel_of(p_credential), null, jsonb_build_object('account', target.account_id,
            'before', jsonb_build_array(target.valid_from, target.valid_to), 'after', jsonb_build_array(p_from, p_to)));
end
$$;

-- Says which professional of the MSP a member is; null unties.
create function kernel.set_member_professional(p_credential bytea, p_membership uuid, p_professional uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    target membership;
    member record;
begin
    perform caller_of(p_credential);
    select m.* into target from membership m where m.id = p_membership;
    member := member_of(p_credential, target.organisation_id);
    if not coalesce('core.member.manage' = any (member.permissions), false) then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    perform tie_professional(p_membership, p_professional, member.account_id);
    perform trace(member.account_id, target.organisation_id, 'core.member.professional', 'core.membership', target.id, 'done',
        channel_of(p_credential), null, jsonb_build_object('before', target.professional_id, 'after', p_professional));
end
$$;

-- Ends every session of a member, on suspicion or after a loss.
create function kernel.close_member_sessions(p_credential bytea, p_membership uuid) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    managed constant record := managed_membership(p_credential, p_membership);
    target constant membership := managed.target;
    closed integer;
begin
    delete from session s where s.account_id = target.account_id;
    get diagnostics closed = row_count;
    perform trace(managed.actor, target.organisation_id, 'core.member.sessions_closed', 'core.membership', target.id, 'done',
        channel_of(p_credential), null, jsonb_build_object('account', target.account_id));
    return closed;
end
$$;

-- Takes a lost second factor off a member's account; the password remains and every session ends. By a person in a session, who has
-- made sure of who asks: never by a token.
create function kernel.clear_totp(p_credential bytea, p_membership uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    managed constant record := managed_membership(p_credential, p_membership);
    target constant membership := managed.target;
begin
    perform session_of(p_credential);
    update account a set totp_secret = null, totp_confirmed_at = null, totp_last_step = null where a.id = target.account_id;
    delete from recovery_code c where c.account_id = target.account_id;
    delete from session s where s.account_id = target.account_id;
    perform trace(managed.actor, target.organisation_id, 'core.second_factor.clear', 'core.membership', target.id, 'done', channel_of(p_credential), null,
        jsonb_build_object('account', target.account_id));
end
$$;

grant execute on function kernel.end_membership(bytea, uuid), kernel.set_roles(bytea, uuid, text[]),
    kernel.set_member_dates(bytea, uuid, date, date), kernel.close_member_sessions(bytea, uuid), kernel.clear_totp(bytea, uuid),
    kernel.set_member_professional(bytea, uuid, uuid) to collectif_server;
