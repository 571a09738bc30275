-- An invitation is no membership: it waits for the person's yes, and until then it gives no right to either side.
-- It knows what the inviter typed and nothing of an account: the same line, made by the same statements, whether the address has one or not.

create table kernel.invitation (
    -- Becomes the id of the membership.
    id uuid primary key,
    organisation_id uuid not null references kernel.organisation (id),
    email text not null check (email = lower(email) and email ~ '^[^@[:space:]]{1,64}@[^@[:space:]]{1,189}$'),
    first_name text not null check (kernel.is_line(first_name, 80)),
    last_name text not null check (kernel.is_line(last_name, 80)),
    roles text[] not null check (cardinality(roles) between 1 and 12),
    valid_from date not null,
    valid_to date check (valid_to >= valid_from),
    -- The professional of the MSP whom the inviter means.
    professional_id uuid,
    -- Owns the account, if the invitation makes one.
    owner_organisation_id uuid not null references kernel.organisation (id),
    invited_at timestamptz not null,
    invited_by uuid not null,
    expires_at timestamptz not null,
    unique (organisation_id, email)
);
create index invitation_email on kernel.invitation (email);
comment on table kernel.invitation is
    'platform: Who was invited where and has not answered yet, as the inviter typed it; sensitivity=personal; retention=ninety days after expiry';

-- The organisation that may help with the account itself: end its sessions, take a lost second factor off. The one that made the
-- account, or the one its person chose; null leaves it to the person and to the operator.
alter table kernel.account add column owner_organisation_id uuid references kernel.organisation (id);
update kernel.account a set owner_organisation_id = (
    select m.organisation_id from kernel.membership m where m.account_id = a.id order by m.created_at, m.id limit 1);

-- Those who have never come become invitations again: nothing was theirs yet but a line in the list.
do $$
declare
    waiting record;
begin
    for waiting in
        select m.*, a.email, a.first_name, a.last_name, l.expires_at
        from kernel.membership m join kernel.account a on a.id = m.account_id
        join kernel.link l on l.subject_id = m.id and l.purpose = 'invitation' and l.used_at is null
        where a.password_hash is null
    loop
        insert into kernel.invitation (id, organisation_id, email, first_name, last_name, roles, valid_from, valid_to, professional_id,
            owner_organisation_id, invited_at, invited_by, expires_at)
        values (waiting.id, waiting.organisation_id, waiting.email, waiting.first_name, waiting.last_name, waiting.roles,
            waiting.valid_from, waiting.valid_to, waiting.professional_id, waiting.organisation_id, waiting.created_at,
            coalesce(waiting.created_by, '00000000-0000-0000-0000-000000000000'), waiting.expires_at)
        on conflict do nothing;
        perform kernel.tie_professional(waiting.id, null, null);
        delete from kernel.membership m where m.id = waiting.id;
    end loop;
    update kernel.link l set account_id = null where l.purpose = 'invitation' and l.subject_id is not null;
end
$$;

-- What a person may do in an organisation by all of the roles held there today, whatever the scope of the token that speaks.
create function kernel.rights_held(p_account uuid, p_organisation uuid) returns text[]
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select coalesce((
        select kernel.rights(kernel.rights_key(o.id, o.own_rights), m.roles)
        from kernel.membership m join kernel.organisation o on o.id = m.organisation_id
        where m.account_id = p_account and m.organisation_id = p_organisation
            and (clock_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity')
        limit 1), '{}')
$$;

-- Nobody gives a role whose rights exceed his own (CK423): who prepares does not make a second self who validates, nor the other way
-- round. One exception keeps an MSP from being stuck: who manages its members may fill a role that nobody holds there any more.
create function kernel.require_bounds(p_account uuid, p_organisation uuid, p_roles text[]) returns void
    language plpgsql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    target organisation;
    held constant text[] := rights_held(p_account, p_organisation);
    given text;
begin
    select o.* into target from organisation o where o.id = p_organisation;
    if target.kind <> 'MSP' then
        return;
    end if;
    foreach given in array p_roles loop
        if not rights(rights_key(target.id, target.own_rights), array[given]) <@ held and not (
            'core.member.manage' = any (held)
            and not exists (
                select from membership m where m.organisation_id = target.id and given = any (m.roles)
                    and coalesce(m.valid_to, 'infinity') >= (clock_timestamp() at time zone target.time_zone)::date)) then
            raise exception 'nobody gives a role that may more than he' using errcode = 'CK423';
        end if;
    end loop;
end
$$;

-- Who may invite, and into which roles. A federation's administrator may also invite the first coordinator and the first manager of an
-- MSP of the federation, as long as nobody there ever held that role: afterwards the door to the MSP's data is the MSP's alone.
create or replace function kernel.require_inviter(p_credential bytea, p_organisation uuid, p_roles text[]) returns uuid
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
        and cardinality(p_roles) = 1 and p_roles <@ array['COORDINATOR', 'MANAGER']
        and not exists (select from membership m where m.organisation_id = p_organisation and m.roles && p_roles)
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
    perform check_roles(target.kind, p_roles);
    perform require_bounds(caller, p_organisation, p_roles);
    return caller;
end
$$;

-- Invites an address: a line that waits and a letter whose '__LINK__' becomes the address where it is answered. Nothing is said, done or
-- read of an account that the address may have, but for one that already belongs to the organisation. Gives the line's id.
create or replace function kernel.invite(
    p_credential bytea, p_organisation uuid, p_email text, p_first_name text, p_last_name text, p_roles text[], p_professional uuid,
    p_expires_at timestamptz, p_subject text, p_text text, p_html text, p_public_url text) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    actor constant uuid := require_inviter(p_credential, p_organisation, p_roles);
    target organisation;
    waiting uuid;
begin
    select o.* into target from organisation o where o.id = p_organisation;
    perform check_roles(target.kind, p_roles);
    if p_expires_at > clock_timestamp() + interval '31 days' then
        raise exception 'an invitation lasts a month at most' using errcode = 'CK422';
    end if;
    if exists (select from account a where a.id = actor and a.email = lower(p_email)) then
        raise exception 'nobody invites himself' using errcode = 'CK422';
    end if;
    -- The roles of a member change by set_roles alone.
    if exists (
        select from membership m join account a on a.id = m.account_id
        where a.email = lower(p_email) and m.organisation_id = p_organisation
            and coalesce(m.valid_to, 'infinity') >= (clock_timestamp() at time zone target.time_zone)::date) then
        raise exception 'already a member' using errcode = 'CK409';
    end if;
    delete from invitation i where i.expires_at < clock_timestamp() - interval '90 days';
    insert into invitation as i (id, organisation_id, email, first_name, last_name, roles, valid_from, professional_id,
        owner_organisation_id, invited_at, invited_by, expires_at)
    values (gen_random_uuid(), p_organisation, lower(p_email), p_first_name, p_last_name, p_roles,
        (clock_timestamp() at time zone target.time_zone)::date, p_professional,
        -- The first coordination of an MSP is the federation's to help until it chooses otherwise.
        coalesce((select f.federation_id from federation_member f
                  where f.organisation_id = p_organisation and f.state = 'ACTIVE' and administers(p_credential, f.federation_id)
                      and not exists (select from membership m where m.account_id = actor and m.organisation_id = p_organisation)
                  limit 1), p_organisation),
        clock_timestamp(), actor, p_expires_at)
    on conflict (organisation_id, email) do update set first_name = excluded.first_name, last_name = excluded.last_name,
        roles = excluded.roles, professional_id = excluded.professional_id, invited_at = excluded.invited_at,
        invited_by = excluded.invited_by, expires_at = excluded.expires_at, owner_organisation_id = excluded.owner_organisation_id
    returning i.id into waiting;
    delete from link l where l.purpose = 'invitation' and l.subject_id = waiting and l.organisation_id = p_organisation;
    insert into link (token_hash, organisation_id, purpose, subject_id, expires_at, single_use)
    values (mail_link(lower(p_email), p_subject, p_text, p_html, p_public_url || '/invitation/'), p_organisation, 'invitation', waiting,
        p_expires_at, true);
    perform trace(actor, p_organisation, 'core.member.invite', 'core.membership', waiting, 'done', channel_of(p_credential), null,
        jsonb_build_object('roles', p_roles));
    return waiting;
end
$$;

-- The invitation of that id when the caller manages the members of its organisation, locked until the end; all null for any other id.
create function kernel.managed_invitation(p_credential bytea, p_invitation uuid) returns kernel.invitation
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    waiting invitation;
    member record;
begin
    perform caller_of(p_credential);
    select i.* into waiting from invitation i where i.id = p_invitation for update;
    if waiting.id is not null then
        member := member_of(p_credential, waiting.organisation_id);
        if not ('core.member.manage' = any (member.permissions) or 'FEDERATION_ADMIN' = any (member.roles)) then
            raise exception 'permission missing' using errcode = 'CK403';
        end if;
    end if;
    return waiting;
end
$$;

-- Takes an invitation and its link away and says who did.
create function kernel.drop_invitation(p_invitation uuid, p_actor uuid, p_action text, p_through text) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    gone invitation;
begin
    delete from invitation i where i.id = p_invitation returning i.* into gone;
    delete from link l where l.purpose = 'invitation' and l.subject_id = gone.id;
    perform trace(p_actor, gone.organisation_id, p_action, 'core.membership', gone.id, 'done', p_through, null,
        jsonb_build_object('roles', gone.roles));
end
$$;

-- Sends a new link for an invitation that waits, as it stands; by who could make it.
create function kernel.resend_invitation(
    p_credential bytea, p_organisation uuid, p_invitation uuid, p_expires_at timestamptz, p_subject text, p_text text, p_html text,
    p_public_url text) returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    waiting invitation;
begin
    perform caller_of(p_credential);
    select i.* into waiting from invitation i where i.id = p_invitation and i.organisation_id = p_organisation;
    if waiting.id is null then
        raise exception 'nothing here' using errcode = 'CK404';
    end if;
    return invite(p_credential, p_organisation, waiting.email, waiting.first_name, waiting.last_name, waiting.roles,
        waiting.professional_id, p_expires_at, p_subject, p_text, p_html, p_public_url);
end
$$;

-- Withdraws an invitation; by who could give its roles, or manages the members.
create function kernel.cancel_invitation(p_credential bytea, p_organisation uuid, p_invitation uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    caller constant uuid := caller_of(p_credential);
    waiting invitation;
begin
    select i.* into waiting from invitation i where i.id = p_invitation and i.organisation_id = p_organisation for update;
    if waiting.id is null then
        raise exception 'nothing here' using errcode = 'CK404';
    end if;
    if not 'core.member.manage' = any (rights_held(caller, p_organisation)) or token_of(p_credential) is not null then
        perform require_inviter(p_credential, p_organisation, waiting.roles);
    end if;
    perform drop_invitation(p_invitation, caller, 'core.member.uninvite', channel_of(p_credential));
end
$$;

-- The person of the MSP whom an account is: the one meant, else the only one of that address who has no account yet, else, for who
-- coordinates, a new line of the directory under the id given. So a new MSP's coordinator can plan at once.
create function kernel.recognise_person(p_membership uuid, p_meant uuid, p_new uuid) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    former constant text := coalesce(current_setting('kernel.context', true), '');
    m membership;
    a account;
    person uuid;
begin
    select x.* into m from membership x where x.id = p_membership;
    select x.* into a from account x where x.id = m.account_id;
    if m.professional_id is not null or not exists (select from organisation o where o.id = m.organisation_id and o.kind = 'MSP') then
        return;
    end if;
    perform set_context(m.organisation_id, m.account_id, interval '15 seconds');
    select p.id into person from professional p
    where p.msp_id = m.organisation_id and p.id = p_meant and p.account_id is null and p.archived_at is null;
    if person is null then
        select min(p.id::text)::uuid into person from professional p
        where p.msp_id = m.organisation_id and p.email = a.email and p.account_id is null and p.archived_at is null and p.left_on is null
        having count(*) = 1;
    end if;
    if person is null and p_new is not null and 'COORDINATOR' = any (m.roles) and not exists (
        select from professional p where p.msp_id = m.organisation_id and (p.account_id = a.id or p.email = a.email)) then
        insert into professional (msp_id, id, first_name, last_name, email, profession, status, joined_on, created_by)
        values (m.organisation_id, p_new, a.first_name, a.last_name, a.email, 'COORDINATOR', 'SALARIED', m.valid_from, a.id);
        person := p_new;
    end if;
    perform put_context(former);
    if person is not null then
        perform tie_professional(p_membership, person, m.account_id);
    end if;
end
$$;

-- The invited person said yes: the invitation becomes a membership of that account.
create function kernel.enrol(p_invitation uuid, p_account uuid, p_person uuid, p_through text) returns uuid
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    waiting invitation;
    today date;
begin
    delete from invitation i where i.id = p_invitation returning i.* into waiting;
    select (clock_timestamp() at time zone o.time_zone)::date into today from organisation o where o.id = waiting.organisation_id;
    delete from link l where l.purpose = 'invitation' and l.subject_id = waiting.id;
    if not exists (
        select from membership m where m.account_id = p_account and m.organisation_id = waiting.organisation_id
            and coalesce(m.valid_to, 'infinity') >= today) then
        insert into membership (id, account_id, organisation_id, roles, valid_from, valid_to, created_by)
        values (waiting.id, p_account, waiting.organisation_id, waiting.roles, greatest(waiting.valid_from, today), waiting.valid_to,
            waiting.invited_by);
        perform recognise_person(waiting.id, waiting.professional_id, p_person);
    end if;
    perform trace(p_account, waiting.organisation_id, 'core.member.accept', 'core.membership', waiting.id, 'done', p_through, null,
        jsonb_build_object('account', p_account, 'roles', waiting.roles));
    return waiting.id;
end
$$;

-- The open invitations of one's own address, in a session.
create function kernel.own_invitations(p_credential bytea)
    returns table (id uuid, organisation_kind text, organisation_name text, organisation_town text, roles text[], invited_by text,
        invited_at timestamptz, expires_at timestamptz)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    own constant session := session_of(p_credential);
begin
    return query select i.id, o.kind, o.name, o.town, i.roles, b.first_name || ' ' || b.last_name, i.invited_at, i.expires_at
    from account a join invitation i on i.email = a.email join organisation o on o.id = i.organisation_id
    left join account b on b.id = i.invited_by
    where a.id = own.account_id and i.expires_at > clock_timestamp() and o.archived_at is null
        and coalesce(i.valid_to, 'infinity') >= (clock_timestamp() at time zone o.time_zone)::date
    order by i.invited_at, i.id;
end
$$;

-- Says yes or no to an invitation of one's own address, in a session.
create function kernel.answer_invitation(p_credential bytea, p_invitation uuid, p_accepts boolean, p_person uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    perform 1 from invitation i where i.id = p_invitation for update;
    if not exists (select from own_invitations(p_credential) i where i.id = p_invitation) then
        raise exception 'nothing here' using errcode = 'CK404';
    end if;
    if p_accepts then
        perform enrol(p_invitation, own.account_id, p_person, 'screen');
    else
        perform drop_invitation(p_invitation, own.account_id, 'core.member.decline', 'screen');
    end if;
end
$$;

-- Who is behind a live invitation or reset, for the page that the link opens. The link stays unspent.
create or replace function kernel.link_account(p_token_hash bytea, p_purpose text)
    returns table (email text, first_name text, last_name text, has_password boolean, organisation_kind text, organisation_name text)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    return query
    select a.email, a.first_name, a.last_name, a.password_hash is not null, null::text, null::text
    from link l join account a on a.id = l.account_id
    where l.token_hash = p_token_hash and l.purpose = p_purpose and p_purpose in ('reset', 'invitation')
        and l.used_at is null and l.expires_at > clock_timestamp() and a.disabled_at is null
    union all
    select i.email, coalesce(a.first_name, i.first_name), coalesce(a.last_name, i.last_name), a.password_hash is not null, o.kind, o.name
    from link l join invitation i on i.id = l.subject_id join organisation o on o.id = i.organisation_id
    left join account a on a.email = i.email
    where l.token_hash = p_token_hash and l.purpose = p_purpose and p_purpose = 'invitation'
        and l.used_at is null and l.expires_at > clock_timestamp() and a.disabled_at is null and o.archived_at is null;
    if not found then
        raise exception 'no such link' using errcode = 'CK404';
    end if;
end
$$;
