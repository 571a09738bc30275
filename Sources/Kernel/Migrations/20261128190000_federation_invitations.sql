-- What became of the letters that a federation sent to open its MSPs: only of its own invitations, never of those that an MSP sent. What
-- was typed is told to who may send again; its agents learn the state alone.
create function kernel.federation_invitations(p_credential bytea, p_federation uuid)
    returns table (id uuid, organisation_id uuid, first_name text, last_name text, email text, mail_state text, reply text, roles text[],
        mail_id uuid, subject text, attempts integer, last_error text, due_at timestamptz, created_at timestamptz, sent_at timestamptz)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    member constant record := member_of(p_credential, p_federation);
    administers constant boolean := 'FEDERATION_ADMIN' = any (member.roles);
begin
    if not member.roles && array['FEDERATION_ADMIN', 'FEDERATION_AGENT'] then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    return query select i.id, i.organisation_id, case when administers then i.first_name end, case when administers then i.last_name end,
        case when administers then i.email end, mail_fate(p.state, p.reply), case when administers then p.reply end, i.roles, p.id,
        p.subject, coalesce(w.attempts, 0), w.last_error, case when w.state = 'pending' then w.due_at end, p.created_at, p.sent_at
    from federation_member f
    join invitation i on i.organisation_id = f.organisation_id and i.owner_organisation_id = f.federation_id
    left join lateral (
        select p.* from link l join platform_mail p on p.link_hash = l.token_hash
        where l.purpose = 'invitation' and l.subject_id = i.id order by p.created_at desc, p.id desc limit 1) p on true
    left join work w on w.organisation_id is null and w.kind = 'mail' and w.key = p.id::text
    where f.federation_id = p_federation and f.state = 'ACTIVE';
end
$$;

-- Tries a letter of the federation again at once, or gives it up; by its administration. False where nothing waits any more: it is on its
-- way for the first time, or its fate is known.
create function kernel.steer_federation_mail(p_credential bytea, p_federation uuid, p_mail uuid, p_gives_up boolean) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    member constant record := member_of(p_credential, p_federation);
begin
    if not 'FEDERATION_ADMIN' = any (member.roles) then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    if not exists (select from federation_invitations(p_credential, p_federation) f where f.mail_id = p_mail) then
        raise exception 'nothing here' using errcode = 'CK404';
    end if;
    update work w set due_at = clock_timestamp()
    where w.organisation_id is null and w.kind = 'mail' and w.key = p_mail::text and w.state = 'pending' and w.attempts > 0;
    if not found then
        return false;
    end if;
    if p_gives_up then
        update platform_mail p set state = 'dead', text_body = null, html_body = null where p.id = p_mail and p.state = 'pending';
        delete from work w where w.organisation_id is null and w.kind = 'mail' and w.key = p_mail::text;
    end if;
    perform trace(member.account_id, p_federation, case when p_gives_up then 'core.mail.discard' else 'core.mail.retry' end, 'core.mail',
        p_mail, 'done', channel_of(p_credential), null, '{}');
    return true;
end
$$;
revoke execute on function kernel.federation_invitations(bytea, uuid), kernel.steer_federation_mail(bytea, uuid, uuid, boolean) from public;
grant execute on function kernel.federation_invitations(bytea, uuid), kernel.steer_federation_mail(bytea, uuid, uuid, boolean)
    to collectif_server;
