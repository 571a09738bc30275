-- The mails of an MSP, seen and steered by who may: what waits is tried again or given up, what failed is put away.

-- Somebody has seen that it did not arrive, or gave it up: it asks for nothing any more.
alter table kernel.mail add column discarded_at timestamptz;

-- How the sending of mails of the MSP of the context stands: tries, the code of the last failure, when it is tried next.
create function kernel.mail_work(p_msp uuid, p_mails uuid[])
    returns table (mail_id uuid, attempts integer, last_error text, due_at timestamptz)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query select w.ref_id, w.attempts, w.last_error, case when w.state = 'pending' then w.due_at end
    from work w where w.organisation_id = p_msp and w.kind = 'mail' and w.key = any (p_mails::text[]);
end
$$;

-- True when a mail that failed before is due now.
create function kernel.retry_mail(p_msp uuid, p_credential bytea, p_mail uuid) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    member record;
begin
    perform require_context(p_msp);
    member := member_of(p_credential, p_msp);
    if not 'core.mail.manage' = any (member.permissions) then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    update work w set due_at = clock_timestamp()
    where w.organisation_id = p_msp and w.kind = 'mail' and w.key = p_mail::text and w.state = 'pending' and w.attempts > 0;
    return found;
end
$$;

-- Takes what waits to send a mail that failed before: true when there was some.
create function kernel.drop_mail_work(p_msp uuid, p_credential bytea, p_mail uuid) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    member record;
begin
    perform require_context(p_msp);
    member := member_of(p_credential, p_msp);
    if not 'core.mail.manage' = any (member.permissions) then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    delete from work w
    where w.organisation_id = p_msp and w.kind = 'mail' and w.key = p_mail::text
        and (w.state = 'dead' or w.state = 'pending' and w.attempts > 0);
    return found;
end
$$;

-- Notes that a mail was given up, or put away one that was: true when there was one to note.
-- p_waited: its line of the queue was taken in this transaction.
create function kernel.write_discarded(p_msp uuid, p_credential bytea, p_mail uuid, p_waited boolean) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    member record;
begin
    perform require_context(p_msp);
    member := member_of(p_credential, p_msp);
    if not 'core.mail.manage' = any (member.permissions) then
        raise exception 'permission missing' using errcode = 'CK403';
    end if;
    update mail m set state = 'dead', discarded_at = coalesce(m.discarded_at, clock_timestamp()), text_body = null, html_body = null,
        calendar = null
    where m.msp_id = p_msp and m.id = p_mail and (m.state = 'dead' or m.state = 'pending' and p_waited);
    return found;
end
$$;

-- Gives up a mail that failed before, or puts away one that was given up: true when it was still to be sent. Null where it is neither.
-- With the caller's rights: the line of the queue is the platform's, the mail the MSP's.
create function kernel.discard_mail(p_msp uuid, p_credential bytea, p_mail uuid) returns boolean
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    waited constant boolean := drop_mail_work(p_msp, p_credential, p_mail);
begin
    return case when write_discarded(p_msp, p_credential, p_mail, waited) then waited end;
end
$$;
revoke execute on function kernel.mail_work(uuid, uuid[]), kernel.retry_mail(uuid, bytea, uuid), kernel.discard_mail(uuid, bytea, uuid),
    kernel.drop_mail_work(uuid, bytea, uuid), kernel.write_discarded(uuid, bytea, uuid, boolean)
    from public;
grant execute on function kernel.mail_work(uuid, uuid[]), kernel.retry_mail(uuid, bytea, uuid), kernel.discard_mail(uuid, bytea, uuid),
    kernel.drop_mail_work(uuid, bytea, uuid), kernel.write_discarded(uuid, bytea, uuid, boolean)
    to collectif_server;
