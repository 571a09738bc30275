-- Members of an organisation, their roles and invitations.
-- Each function takes the caller's credential and checks it again: the server cannot act for somebody who is not there.

-- Whether a credential administers a federation; false, without a word, when its person is no member there today.
create function kernel.administers(p_credential bytea, p_federation uuid) returns boolean
    language plpgsql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    return coalesce('FEDERATION_ADMIN' = any ((member_of(p_credential, p_federation)).roles), false);
exception when sqlstate 'CK404' then
    return false;
end
$$;

-- Who may change the members of an organisation: in an MSP, the holder of the permission; in a federation, its
-- administrator. A federation's administrator may also invite the first coordinator or manager of an MSP of the
-- federation, as long as nobody there has a password yet: afterwards the door to the MSP's data is the MSP's alone.
create function kernel.require_inviter(p_credential bytea, p_organisation uuid, p_roles text[]) returns uuid
    language plpgsql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    caller constant uuid := caller_of(p_credential);
    target organisation;
    member record;
begin
    select o.* into target from organisation o where o.id = p_organisation and o.archived_at is null;
    if target.kind = 'MSP' and not exists (
            select from membership m where m.account_id = caller and m.organisation_id = p_organisation)
        and p_roles <@ array['COORDINATOR', 'MANAGER']
        and not exists (select from membership m join account a on a.id = m.account_id
                        where m.organisation_id = p_organisation and a.password_hash is not null)
        and exists (
            select from federation_member f
            where f.organisation_id = p_organisation and f.state = 'ACTIVE' and administers(p_credential, f.federation_id)) then
        return caller;
    end if;
    member := member_of(p_credential, p_organisation);
    if target.kind = 'MSP' and not coalesce('core.member.invite' = any (member.permissions), false)
        or target.kind <> 'MSP' and not 'FEDERATION_ADMIN' = any (member.roles) then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    return caller;
end
$$;

-- Roles that exist in an organisation of that kind.
create function kernel.check_roles(p_kind text, p_roles text[]) returns void
    language plpgsql immutable
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    if p_roles is null or cardinality(p_roles) = 0 or not p_roles <@ (case p_kind
        when 'MSP' then array['COORDINATOR', 'MANAGER', 'LEADER', 'ACTION_LEAD', 'PROFESSIONAL', 'SECRETARY', 'EXTERNAL_GUEST',
            'ACCOUNTANT']
        when 'FEDERATION' then array['FEDERATION_ADMIN', 'FEDERATION_AGENT']
        when 'AUTHORITY' then array['ARS_READER']
        else array['EMPLOYER'] end) then
        raise exception 'unknown role' using errcode = 'CK422';
    end if;
end
$$;

-- Adds the membership of an account, or gives its open one the roles asked for; gives the membership.
create function kernel.join_organisation(
    p_account uuid, p_organisation uuid, p_roles text[], p_from date, p_to date, p_by uuid) returns uuid
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    target organisation;
    joined uuid;
    first_day date;
begin
    select o.* into target from organisation o where o.id = p_organisation;
    if target.id is null then
        raise exception 'nothing here' using errcode = 'CK404';
    end if;
    perform check_roles(target.kind, p_roles);
    first_day := coalesce(p_from, (clock_timestamp() at time zone target.time_zone)::date);
    update membership m set roles = p_roles, valid_to = p_to
    where m.account_id = p_account and m.organisation_id = p_organisation
        and m.valid_from <= coalesce(p_to, 'infinity') and coalesce(m.valid_to, 'infinity') >= first_day
    returning m.id into joined;
    if joined is null then
        insert into membership (account_id, organisation_id, roles, valid_from, valid_to, created_by)
        values (p_account, p_organisation, p_roles, first_day, p_to, p_by) returning id into joined;
    end if;
    return joined;
end
$$;

-- Ties a membership and a professional of the MSP to each other, and unties what each was tied to before.
create function kernel.tie_professional(p_membership uuid, p_professional uuid, p_actor uuid) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    former constant text := coalesce(current_setting('kernel.context', true), '');
    nil constant uuid := '00000000-0000-0000-0000-000000000000';
    target membership;
begin
    select m.* into target from membership m where m.id = p_membership;
    perform set_context(target.organisation_id, coalesce(p_actor, nil), interval '15 seconds');
    update professional p set account_id = null
    where p.msp_id = target.organisation_id and p.account_id = target.account_id and p.id is distinct from p_professional;
    if p_professional is not null then
        update professional p set account_id = target.account_id where p.msp_id = target.organisation_id and p.id = p_professional;
        if not found then
            raise exception 'no such professional' using errcode = 'CK422';
        end if;
    end if;
    update membership m set professional_id = null
    where m.organisation_id = target.organisation_id and (m.professional_id = p_professional or m.account_id = target.account_id);
    update membership m set professional_id = p_professional
    where m.organisation_id = target.organisation_id and m.account_id = target.account_id;
    perform put_context(former);
end
$$;

-- Invites somebody: account if the address is new, membership from today, and a letter whose '__LINK__' becomes the address where the
-- invitation is accepted. The professional of the MSP, if given, is tied to that account. Gives the membership, never the link's token.
create function kernel.invite(
    p_credential bytea, p_organisation uuid, p_email text, p_first_name text, p_last_name text, p_roles text[], p_professional uuid,
    p_expires_at timestamptz, p_subject text, p_text text, p_html text, p_public_url text) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    actor constant uuid := require_inviter(p_credential, p_organisation, p_roles);
    invited uuid;
    joined uuid;
begin
    if p_expires_at > clock_timestamp() + interval '31 days' then
        raise exception 'an invitation lasts a month at most' using errcode = 'CK422';
    end if;
    insert into account (id, email, first_name, last_name) values (gen_random_uuid(), lower(p_email), p_first_name, p_last_name)
    on conflict (email) do nothing;
    select a.id into invited from account a where a.email = lower(p_email);
    if invited = actor then
        raise exception 'nobody invites himself' using errcode = 'CK422';
    end if;
    -- Inviting again is for those who have not come yet: the roles of a member change by set_roles alone.
    if exists (
        select from membership m join account a on a.id = m.account_id join organisation o on o.id = m.organisation_id
        where m.account_id = invited and m.organisation_id = p_organisation and a.password_hash is not null
            and coalesce(m.valid_to, 'infinity') >= (clock_timestamp() at time zone o.time_zone)::date) then
        raise exception 'already a member' using errcode = 'CK409';
    end if;
    joined := join_organisation(invited, p_organisation, p_roles, null, null, actor);
    if p_professional is not null then
        perform tie_professional(joined, p_professional, actor);
    end if;
    delete from link l
    where l.account_id = invited and l.organisation_id = p_organisation and l.purpose = 'invitation' and l.used_at is null;
    insert into link (token_hash, organisation_id, purpose, subject_id, account_id, expires_at, single_use)
    values (mail_link(lower(p_email), p_subject, p_text, p_html, p_public_url || '/invitation/'), p_organisation, 'invitation', joined,
        invited, p_expires_at, true);
    perform trace(actor, p_organisation, 'core.member.invite', 'core.membership', joined, 'done', channel_of(p_credential), null,
        jsonb_build_object('roles', p_roles, 'account', invited));
    return joined;
end
$$;

create function kernel.list_members(p_credential bytea, p_msp uuid)
    returns table (membership_id uuid, account_id uuid, email text, first_name text, last_name text, roles text[],
        professional_id uuid, valid_from date, valid_to date, has_password boolean, has_totp boolean, disabled boolean,
        last_sign_in_at timestamptz)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    member constant record := member_of(p_credential, p_msp);
begin
    if not ('core.member.read' = any (member.permissions) or 'FEDERATION_ADMIN' = any (member.roles)) then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    return query select m.id, a.id, a.email, a.first_name, a.last_name, m.roles, m.professional_id, m.valid_from, m.valid_to,
        a.password_hash is not null, a.totp_confirmed_at is not null, a.disabled_at is not null, a.last_sign_in_at
    from membership m join account a on a.id = m.account_id
    where m.organisation_id = p_msp
    order by a.last_name collate kernel.french, a.first_name collate kernel.french, m.valid_from;
end
$$;

grant execute on function kernel.invite(bytea, uuid, text, text, text, text[], uuid, timestamptz, text, text, text, text),
    kernel.list_members(bytea, uuid) to collectif_server;
