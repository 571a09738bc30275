-- What became of the mails of the platform: an invitation that the mail server refused is shown beside the person who waits for it, a link
-- or a notice about an account beside the member, to an organisation that may help with the account and to nobody else.

alter table kernel.platform_mail
    -- The link that the mail carries, when it carries one.
    add column link_hash bytea unique check (octet_length(link_hash) = 32),
    add column reply text check (reply ~ '^[245][0-9]{2}( [245]\.[0-9]{1,3}\.[0-9]{1,3})?$');
create index platform_mail_recipient on kernel.platform_mail (recipient, created_at);
comment on column kernel.platform_mail.state is
    'pending: on its way; sent: accepted by the mail server; dead: refused by it (then reply says how) or given up after two days';

create or replace function kernel.mail_link(p_recipient text, p_subject text, p_text text, p_html text, p_place text) returns bytea
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    letter constant text := '<!DOCTYPE html>|<html lang="fr">|<meta charset="utf-8">|<a href="__LINK__">|'
        '</?(head|title|body|p|small)>|</(html|a)>';
    -- Two random UUIDs carry 244 random bits; their digest is 43 characters in base 64 for URLs.
    token constant text := url_base64(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
    hash constant bytea := sha256(convert_to(token, 'UTF8'));
    mail_id constant uuid := gen_random_uuid();
    place constant text := (select a.url from public_address a) || substring(p_place from '/[a-z]+/$');
begin
    if place is null
        or (select count(*) from regexp_matches(p_text, '__LINK__', 'g')) <> 1 or p_text !~ '(^|\n)__LINK__(\n|$)'
        or coalesce(regexp_replace(p_html, letter, '', 'g') ~ '[<>]|__LINK__', true) then
        raise exception 'not a letter with a link' using errcode = 'CK422';
    end if;
    insert into platform_mail (id, dedupe_key, recipient, subject, text_body, html_body, link_hash)
    values (mail_id, mail_id::text, p_recipient, p_subject, replace(p_text, '__LINK__', place || token),
        replace(p_html, '__LINK__', place || token), hash);
    insert into work (organisation_id, kind, ref_id, key) values (null, 'mail', mail_id, mail_id::text);
    return hash;
end
$$;

drop function kernel.platform_mail_done(uuid, text);
-- Marks a platform mail 'sent' or 'dead', with the codes of a refusal, and empties its body.
create function kernel.platform_mail_done(p_id uuid, p_state text, p_reply text) returns void
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    update kernel.platform_mail
    set state = p_state, sent_at = case when p_state = 'sent' then clock_timestamp() end, reply = p_reply, text_body = null, html_body = null
    where id = p_id and state = 'pending'
$$;

-- The fate of a mail in the words of `MailState`.
create function kernel.mail_fate(p_state text, p_reply text) returns text
    language sql immutable
    set search_path = pg_catalog, pg_temp
as $$
    select case when p_state = 'pending' then 'QUEUED' when p_state = 'sent' then 'SENT' when p_reply is not null then 'REFUSED'
        when p_state = 'dead' then 'UNREACHABLE' end
$$;

drop function kernel.list_members(bytea, uuid);
create function kernel.list_members(p_credential bytea, p_msp uuid)
    returns table (membership_id uuid, account_id uuid, email text, first_name text, last_name text, roles text[],
        professional_id uuid, valid_from date, valid_to date, has_password boolean, has_totp boolean, disabled boolean,
        last_sign_in_at timestamptz, is_owned boolean, invited_at timestamptz, invitation_ends_at timestamptz, mail_state text)
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
            case when o.owned then a.last_sign_in_at end, o.owned, null::timestamptz, null::timestamptz,
            -- That a mail arrived, or is on its way, would tell what its person asks for: a failure alone is told.
            (select mail_fate(p.state, p.reply) from (
                select p.state, p.reply from platform_mail p
                where o.owned and p.recipient = a.email and p.state <> 'pending' order by p.created_at desc, p.id desc limit 1) p
             where p.state = 'dead')
        from membership m join account a on a.id = m.account_id
        cross join lateral (
            select (a.owner_organisation_id is not distinct from p_msp or a.id = member.account_id) as owned offset 0) o
        where m.organisation_id = p_msp
        union all
        select i.id, null, i.email, i.first_name, i.last_name, i.roles, i.professional_id, i.valid_from, i.valid_to, false, null, false,
            null, false, i.invited_at, i.expires_at,
            -- Of this invitation's own letter, whatever else the address was sent.
            (select mail_fate(p.state, p.reply) from link l join platform_mail p on p.link_hash = l.token_hash
             where l.purpose = 'invitation' and l.subject_id = i.id order by p.created_at desc limit 1)
        from invitation i where i.organisation_id = p_msp) x
    order by x.last_name collate kernel.french, x.first_name collate kernel.french, x.valid_from;
end
$$;

-- Invitations of the MSP of the context whose letter did not arrive.
create function kernel.refused_invitations(p_msp uuid) returns table (id uuid, shown_name text, invited_at timestamptz)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query select i.id, i.first_name || ' ' || i.last_name, i.invited_at
    from invitation i join link l on l.purpose = 'invitation' and l.subject_id = i.id join platform_mail p on p.link_hash = l.token_hash
    where i.organisation_id = p_msp and p.state = 'dead' and i.expires_at > clock_timestamp()
    order by i.invited_at, i.id limit 20;
end
$$;

revoke execute on function kernel.refused_invitations(uuid), kernel.platform_mail_done(uuid, text, text), kernel.mail_fate(text, text), kernel.list_members(bytea, uuid)
    from public;
grant execute on function kernel.platform_mail_done(uuid, text, text) to collectif_worker;
grant execute on function kernel.mail_fate(text, text) to collectif_server;
grant execute on function kernel.list_members(bytea, uuid), kernel.refused_invitations(uuid) to collectif_server;
