-- What is the account's is changed by its owner, or by an organisation that owns the account; its person is told by mail, and the
-- platform keeps the trace.

-- Tells the person of an account what was done to it. The words stand here: the server's role has no pen for letters of the platform.
create function kernel.notify_account(p_account uuid, p_notice text) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    mail_id constant uuid := gen_random_uuid();
    sentence constant text := case p_notice
        when 'password' then 'Le mot de passe de votre compte Collectif vient d’être changé. Vos autres sessions et vos jetons d’accès ont pris fin.'
        when 'factor' then 'La double authentification de votre compte Collectif vient d’être activée ou changée.'
        when 'factor_cleared' then 'La double authentification de votre compte Collectif vient d’être retirée par la structure qui gère ce compte. Vos sessions et vos jetons d’accès ont pris fin.'
        when 'sessions' then 'Vos sessions Collectif et vos jetons d’accès ont été fermés par la structure qui gère ce compte.'
        when 'owner' then 'La structure qui gère votre compte Collectif vient de changer.'
    end;
begin
    insert into platform_mail (id, dedupe_key, recipient, subject, text_body)
    select mail_id, mail_id::text, a.email, 'Sécurité de votre compte Collectif', concat('Bonjour,', E'\n\n', sentence, E'\n\n',
        'Si vous n’êtes pas à l’origine de ce changement, choisissez un nouveau mot de passe depuis la page de connexion, ',
        'puis prévenez la coordination de votre équipe.', E'\n')
    from account a where a.id = p_account;
    insert into work (organisation_id, kind, ref_id, key) values (null, 'mail', mail_id, mail_id::text);
end
$$;

-- Ends the sessions of an account, but one, and revokes its tokens: a program holds on no longer than its person.
create function kernel.evict(p_account uuid, p_but uuid, out sessions integer, out tokens integer)
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    delete from session s where s.account_id = p_account and s.id is distinct from p_but;
    get diagnostics sessions = row_count;
    update api_token t set revoked_at = clock_timestamp()
    where t.account_id = p_account and t.revoked_at is null and t.expires_at > clock_timestamp();
    get diagnostics tokens = row_count;
end
$$;

-- The membership of somebody else whose account the caller's organisation owns: the MSP itself, or the federation that made it for the
-- MSP's coordination. CK409 for a member whose account is another's; locked until the end.
create function kernel.owned_membership(p_credential bytea, p_membership uuid, out target kernel.membership, out actor uuid,
    out owner uuid)
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    managed record;
    is_current boolean;
begin
    actor := caller_of(p_credential);
    select m.* into target from membership m where m.id = p_membership;
    select a.owner_organisation_id into owner from account a where a.id = target.account_id;
    select (clock_timestamp() at time zone o.time_zone)::date <= coalesce(target.valid_to, 'infinity') into is_current
    from organisation o where o.id = target.organisation_id;
    if is_current and target.account_id <> actor and owner <> target.organisation_id and administers(p_credential, owner) and exists (
        select from federation_member f
        where f.federation_id = owner and f.organisation_id = target.organisation_id and f.state = 'ACTIVE') then
        return;
    end if;
    managed := managed_membership(p_credential, p_membership);
    if owner is distinct from target.organisation_id or not is_current then
        raise exception 'the account belongs to another organisation, or to its person' using errcode = 'CK409';
    end if;
end
$$;

-- Ends every session of a member and every token, on suspicion or after a loss.
create or replace function kernel.close_member_sessions(p_credential bytea, p_membership uuid) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    owned constant record := owned_membership(p_credential, p_membership);
    target constant membership := owned.target;
    gone record;
begin
    gone := evict(target.account_id, null);
    perform trace(owned.actor, target.organisation_id, 'core.member.sessions_closed', 'core.membership', target.id, 'done',
        channel_of(p_credential), null, jsonb_build_object('account', target.account_id));
    perform append_platform_audit('core.member.sessions_closed', 'done', target.account_id, owned.owner, null,
        jsonb_build_object('by', owned.actor));
    perform notify_account(target.account_id, 'sessions');
    return gone.sessions;
end
$$;

-- Takes a lost second factor off; the password remains, sessions and tokens end. By a person in a session, who has made sure of who
-- asks: never by a token.
create or replace function kernel.clear_totp(p_credential bytea, p_membership uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    owned constant record := owned_membership(p_credential, p_membership);
    target constant membership := owned.target;
begin
    perform session_of(p_credential);
    -- Whose role asks for one sets it up again before anything else.
    update account a set totp_secret = null, totp_confirmed_at = null, totp_last_step = null,
        factor_due_at = case when a.totp_confirmed_at is not null then clock_timestamp() else a.factor_due_at end
    where a.id = target.account_id;
    delete from recovery_code c where c.account_id = target.account_id;
    perform evict(target.account_id, null);
    perform trace(owned.actor, target.organisation_id, 'core.second_factor.clear', 'core.membership', target.id, 'done',
        channel_of(p_credential), null, jsonb_build_object('account', target.account_id));
    perform append_platform_audit('core.second_factor.clear', 'done', target.account_id, owned.owner, null,
        jsonb_build_object('by', owned.actor));
    perform notify_account(target.account_id, 'factor_cleared');
end
$$;

-- What one's own account is: which organisation owns it, and by when it must have a second factor.
create function kernel.own_account(p_credential bytea)
    returns table (owner_organisation_id uuid, owner_name text, factor_due_at timestamptz)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    own constant session := session_of(p_credential);
begin
    return query select a.owner_organisation_id, o.name, case when factor_wanted(a.id) then a.factor_due_at end
    from account a left join organisation o on o.id = a.owner_organisation_id where a.id = own.account_id;
end
$$;

-- Chooses which of one's own organisations owns the account; null for none of them.
create function kernel.set_account_owner(p_credential bytea, p_organisation uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    if p_organisation is distinct from (select a.owner_organisation_id from account a where a.id = own.account_id)
        and p_organisation is not null then
        perform member_of(p_credential, p_organisation);
    end if;
    update account a set owner_organisation_id = p_organisation
    where a.id = own.account_id and a.owner_organisation_id is distinct from p_organisation;
    if found then
        perform append_platform_audit('core.account.owner', 'done', own.account_id, p_organisation);
        perform notify_account(own.account_id, 'owner');
    end if;
end
$$;

-- Ends one's own other sessions and all of one's tokens.
create function kernel.close_other_sessions(p_credential bytea, out sessions integer, out tokens integer)
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    select e.sessions, e.tokens into sessions, tokens from evict(own.account_id, own.id) e;
    perform append_platform_audit('core.sign_out', 'done', own.account_id, null, null,
        jsonb_build_object('sessions', sessions, 'tokens', tokens));
end
$$;

-- Changes one's own password; other sessions and all tokens end, and their number comes back. The server has checked the former one.
drop function kernel.set_password(bytea, text);
create function kernel.set_password(p_credential bytea, p_password_hash text, out sessions integer, out tokens integer)
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    update account a set password_hash = p_password_hash where a.id = own.account_id;
    select e.sessions, e.tokens into sessions, tokens from evict(own.account_id, own.id) e;
    delete from link l where l.account_id = own.account_id and l.purpose = 'reset';
    perform append_platform_audit('core.password.set', 'done', own.account_id, null);
    perform notify_account(own.account_id, 'password');
end
$$;

-- Accepts an invitation or a reset, once. A reset sets the password and ends every session and token. An invitation makes the account of
-- an address that has none, or gives its first password to one that never had any; so does the link that the operator made for an
-- account. Somebody who has a password says yes in a session (CK409). The second factor stays as it is. Gives the account.
drop function kernel.accept_link(bytea, text, text);
create function kernel.accept_link(p_token_hash bytea, p_purpose text, p_password_hash text, p_person uuid default null) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    given link;
    waiting invitation;
    target account;
begin
    update link l set used_at = clock_timestamp()
    where l.token_hash = p_token_hash and l.purpose = p_purpose and p_purpose in ('invitation', 'reset')
        and l.used_at is null and l.expires_at > clock_timestamp()
    returning l.* into given;
    if p_purpose = 'invitation' and given.account_id is null then
        select i.* into waiting from invitation i where i.id = given.subject_id for update;
        select a.* into target from account a where a.email = waiting.email for update;
    else
        select a.* into target from account a where a.id = given.account_id;
    end if;
    if given.token_hash is null or target.disabled_at is not null
        or (waiting.id is null and target.id is null) or waiting.valid_to < current_date then
        raise exception 'no such link' using errcode = 'CK404';
    end if;
    if p_purpose = 'invitation' and target.password_hash is not null then
        raise exception 'who has a password says yes in a session' using errcode = 'CK409';
    end if;
    if p_password_hash is null then
        raise exception 'a password is wanted' using errcode = 'CK422';
    end if;
    if target.id is null then
        insert into account (id, email, first_name, last_name, owner_organisation_id)
        values (gen_random_uuid(), waiting.email, waiting.first_name, waiting.last_name, waiting.owner_organisation_id)
        returning * into target;
        perform append_platform_audit('core.account.create', 'done', target.id, waiting.owner_organisation_id);
    end if;
    update account a set password_hash = p_password_hash where a.id = target.id;
    perform evict(target.id, null);
    perform append_platform_audit('core.link.accepted', 'done', target.id, null, null, jsonb_build_object('purpose', p_purpose));
    if waiting.id is not null then
        perform enrol(waiting.id, target.id, p_person, 'link');
    elsif p_purpose = 'reset' then
        perform notify_account(target.id, 'password');
    end if;
    return target.id;
end
$$;

-- A membership, dated if asked; an MSP's professional is tied to the account if given. The operator's first one makes the organisation
-- the owner of an account that has none.
create or replace function kernel.admin_membership(
    p_account uuid, p_organisation uuid, p_roles text[], p_professional uuid default null, p_from date default null, p_to date default null)
    returns uuid
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    joined constant uuid := join_organisation(p_account, p_organisation, p_roles, p_from, p_to, null);
begin
    update account a set owner_organisation_id = p_organisation where a.id = p_account and a.owner_organisation_id is null;
    if p_professional is not null then
        perform tie_professional(joined, p_professional, null);
    end if;
    perform trace(null, p_organisation, 'core.member.add', 'core.membership', joined, 'done', 'job', null,
        jsonb_build_object('account', p_account, 'roles', p_roles));
    return joined;
end
$$;

-- Who belongs to the organisation and who is invited there. Of an account that another organisation owns, neither factor nor last
-- sign-in; of an invitation, what the inviter typed.
drop function kernel.list_members(bytea, uuid);
create function kernel.list_members(p_credential bytea, p_msp uuid)
    returns table (membership_id uuid, account_id uuid, email text, first_name text, last_name text, roles text[],
        professional_id uuid, valid_from date, valid_to date, has_password boolean, has_totp boolean, disabled boolean,
        last_sign_in_at timestamptz, is_owned boolean, invited_at timestamptz, invitation_ends_at timestamptz)
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
    return query select * from (
        select m.id, a.id as account_id, a.email, a.first_name, a.last_name, m.roles, m.professional_id, m.valid_from, m.valid_to,
            a.password_hash is not null, case when o.owned then a.totp_confirmed_at is not null end, a.disabled_at is not null,
            case when o.owned then a.last_sign_in_at end, o.owned, null::timestamptz, null::timestamptz
        from membership m join account a on a.id = m.account_id
        cross join lateral (
            select (a.owner_organisation_id is not distinct from p_msp or a.id = member.account_id) as owned offset 0) o
        where m.organisation_id = p_msp
        union all
        select i.id, null, i.email, i.first_name, i.last_name, i.roles, i.professional_id, i.valid_from, i.valid_to, false, null, false,
            null, false, i.invited_at, i.expires_at
        from invitation i where i.organisation_id = p_msp) x
    order by x.last_name collate kernel.french, x.first_name collate kernel.french, x.valid_from;
end
$$;

create or replace function kernel.end_membership(p_credential bytea, p_membership uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    waiting constant invitation := managed_invitation(p_credential, p_membership);
    managed record;
    target membership;
    today date;
begin
    if waiting.id is not null then
        perform drop_invitation(waiting.id, caller_of(p_credential), 'core.member.uninvite', channel_of(p_credential));
        return;
    end if;
    managed := managed_membership(p_credential, p_membership);
    target := managed.target;
    select (clock_timestamp() at time zone o.time_zone)::date into today from organisation o where o.id = target.organisation_id;
    if target.valid_from >= today then
        delete from membership m where m.id = target.id;
    else
        update membership m set valid_to = today - 1 where m.id = target.id and coalesce(m.valid_to, 'infinity') >= today;
    end if;
    update api_token t set revoked_at = clock_timestamp()
    where t.account_id = target.account_id and t.organisation_id = target.organisation_id and t.revoked_at is null;
    perform trace(managed.actor, target.organisation_id, 'core.member.end', 'core.membership', target.id, 'done', channel_of(p_credential), null,
        jsonb_build_object('account', target.account_id, 'roles', target.roles));
end
$$;

-- Roles of a membership or of an invitation that waits. What is added is within the rights of who adds it.
create or replace function kernel.set_roles(p_credential bytea, p_membership uuid, p_roles text[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    waiting constant invitation := managed_invitation(p_credential, p_membership);
    managed record;
    target membership;
    organisation uuid;
    former text[];
    actor uuid;
begin
    if waiting.id is null then
        managed := managed_membership(p_credential, p_membership);
        target := managed.target;
    end if;
    actor := caller_of(p_credential);
    organisation := coalesce(waiting.organisation_id, target.organisation_id);
    former := coalesce(waiting.roles, target.roles);
    perform check_roles((select o.kind from organisation o where o.id = organisation), p_roles);
    perform require_bounds(actor, organisation, array(select r from unnest(p_roles) r where not r = any (former)));
    update membership m set roles = p_roles where m.id = target.id;
    update invitation i set roles = p_roles where i.id = waiting.id;
    perform trace(actor, organisation, 'core.member.roles', 'core.membership', p_membership, 'done', channel_of(p_credential), null,
        jsonb_strip_nulls(jsonb_build_object('account', target.account_id, 'before', former, 'after', p_roles)));
end
$$;

-- Sets the first and the last day of a membership or of one that waits, both included; null for no end. One that is over stays over, the
-- last day is not in the past (that is end_membership), and two memberships of one person never share a day.
create or replace function kernel.set_member_dates(p_credential bytea, p_membership uuid, p_from date, p_to date) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    waiting constant invitation := managed_invitation(p_credential, p_membership);
    managed record;
    target membership;
    organisation uuid;
    today date;
begin
    if waiting.id is null then
        managed := managed_membership(p_credential, p_membership);
        target := managed.target;
    end if;
    organisation := coalesce(waiting.organisation_id, target.organisation_id);
    select (clock_timestamp() at time zone o.time_zone)::date into today from organisation o where o.id = organisation;
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
    update invitation i set valid_from = p_from, valid_to = p_to where i.id = waiting.id;
    perform trace(caller_of(p_credential), organisation, 'core.member.dates', 'core.membership', p_membership, 'done',
        channel_of(p_credential), null, jsonb_strip_nulls(jsonb_build_object('account', target.account_id,
            'before', jsonb_build_array(coalesce(waiting.valid_from, target.valid_from), coalesce(waiting.valid_to, target.valid_to)),
            'after', jsonb_build_array(p_from, p_to))));
end
$$;

-- Says which professional of the MSP a member, or somebody invited, is; null unties.
create or replace function kernel.set_member_professional(p_credential bytea, p_membership uuid, p_professional uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    waiting constant invitation := managed_invitation(p_credential, p_membership);
    target membership;
    member record;
begin
    if waiting.id is not null then
        update invitation i set professional_id = p_professional where i.id = waiting.id;
        perform trace(caller_of(p_credential), waiting.organisation_id, 'core.member.professional', 'core.membership', waiting.id, 'done',
            channel_of(p_credential), null, jsonb_build_object('before', waiting.professional_id, 'after', p_professional));
        return;
    end if;
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

-- Grants or withdraws one right of one role in an MSP; null goes back to the default. Within bounds: nobody gives a right that he does
-- not have, by a grant or by the way back to a default, and managers keep the rights over members.
create or replace function kernel.set_role_permission(p_credential bytea, p_msp uuid, p_role text, p_permission text, p_granted boolean)
    returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    member constant record := member_of(p_credential, p_msp);
    is_default boolean;
begin
    if not coalesce('core.role.manage' = any (member.permissions), false) then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    perform check_roles('MSP', array[p_role]);
    is_default := exists (select from role_permission d where d.role = p_role and d.permission = p_permission);
    if coalesce(p_granted, is_default) and not p_permission = any (member.permissions)
            -- What the role may already is not given.
            and not p_permission = any (rights(p_msp, array[p_role]))
        or p_granted and not p_permission = any (member.permissions)
        or not coalesce(p_granted, true) and p_role = 'MANAGER' and p_permission like 'core.%'
        or not exists (select from role_permission d where d.permission = p_permission) then
        raise exception 'out of bounds' using errcode = 'CK422';
    end if;
    delete from role_permission_override x where x.organisation_id = p_msp and x.role = p_role and x.permission = p_permission;
    if p_granted is distinct from null and p_granted <> is_default then
        insert into role_permission_override (organisation_id, role, permission, granted) values (p_msp, p_role, p_permission, p_granted);
    end if;
    perform trace(member.account_id, p_msp, 'core.role.set', null, null, 'done', channel_of(p_credential), null,
        jsonb_build_object('role', p_role, 'permission', p_permission, 'granted', p_granted));
end
$$;

-- Members of a federation: what an address book says, whether somebody coordinates and manages, and since when an invitation waits. No
-- row of any MSP is read.
drop function kernel.federation_members(bytea, uuid);
create function kernel.federation_members(p_credential bytea, p_federation uuid)
    returns table (id uuid, name text, town text, department text, slug text, category text, state text, joined_on date,
        has_coordinator boolean, created_at timestamptz, coordinator_invitation_id uuid, coordinator_invited_at timestamptz,
        has_manager boolean, manager_invitation_id uuid, manager_invited_at timestamptz)
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
    return query select o.id, o.name, o.town, o.department, o.slug, f.category, f.state, f.joined_on, c.held, o.created_at, c.invitation_id,
        c.invited_at, g.held, g.invitation_id, g.invited_at
    from federation_member f join organisation o on o.id = f.organisation_id
    cross join lateral role_standing(o.id, 'COORDINATOR') c cross join lateral role_standing(o.id, 'MANAGER') g
    where f.federation_id = p_federation and o.archived_at is null
    order by o.name collate kernel.french, o.id;
end
$$;

-- Whether somebody holds a role in an organisation today, and the last invitation into it that waits.
create function kernel.role_standing(
    p_organisation uuid, p_role text, out held boolean, out invitation_id uuid, out invited_at timestamptz)
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select exists (
            select from kernel.membership m
            where m.organisation_id = o.id and p_role = any (m.roles)
                and (clock_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity')),
        i.id, i.invited_at
    from kernel.organisation o
    left join lateral (
        select i.id, i.invited_at from kernel.invitation i where i.organisation_id = o.id and p_role = any (i.roles)
        order by i.invited_at desc limit 1) i on true
    where o.id = p_organisation
$$;

revoke all on function kernel.list_members(bytea, uuid), kernel.federation_members(bytea, uuid), kernel.set_password(bytea, text),
    kernel.accept_link(bytea, text, text, uuid), kernel.cancel_invitation(bytea, uuid, uuid),
    kernel.resend_invitation(bytea, uuid, uuid, timestamptz, text, text, text, text), kernel.own_invitations(bytea),
    kernel.answer_invitation(bytea, uuid, boolean, uuid), kernel.own_account(bytea), kernel.set_account_owner(bytea, uuid),
    kernel.close_other_sessions(bytea) from public;
grant execute on function kernel.list_members(bytea, uuid), kernel.federation_members(bytea, uuid), kernel.set_password(bytea, text),
    kernel.accept_link(bytea, text, text, uuid), kernel.cancel_invitation(bytea, uuid, uuid),
    kernel.resend_invitation(bytea, uuid, uuid, timestamptz, text, text, text, text), kernel.own_invitations(bytea),
    kernel.answer_invitation(bytea, uuid, boolean, uuid), kernel.own_account(bytea), kernel.set_account_owner(bytea, uuid),
    kernel.close_other_sessions(bytea) to collectif_server;
