-- A mail says from whom it comes, carries a calendar file, and tells what it is about, so that the module that wrote it learns whether
-- the mail server took it. It is submitted outside any transaction: the worker lends itself the work for a moment and renews that.

alter table kernel.mail
    add column from_name text check (kernel.is_line(from_name, 120)),
    add column reply_to text check (reply_to ~ '^[^@[:space:]]{1,64}@[^@[:space:]]{1,189}$'),
    -- A whole calendar file (RFC 5545). Emptied once sent, like the body.
    add column calendar text check (char_length(calendar) <= 100000),
    add column about_type text check (about_type ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,3}$'),
    add column about_id uuid,
    -- The mail server's answer to a refused mail: its codes, never its words, which hold addresses.
    add column reply text check (reply ~ '^[245][0-9]{2}( [245]\.[0-9]{1,3}\.[0-9]{1,3})?$'),
    add constraint mail_about check ((about_type is null) = (about_id is null));
comment on column kernel.mail.state is
    'pending: on its way; sent: accepted by the mail server; dead: refused by it (then reply says how) or given up after two days';

drop function kernel.enqueue_mail(uuid, uuid, text, text, text, text, text, timestamptz);

-- Writes a mail of the MSP of the context, once per dedupe key: true when it is new.
create function kernel.enqueue_mail(
    p_msp uuid, p_id uuid, p_dedupe_key text, p_recipient text, p_subject text, p_text text, p_html text,
    p_due_at timestamptz default now(), p_from_name text default null, p_reply_to text default null, p_calendar text default null,
    p_about_type text default null, p_about_id uuid default null) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
    insert into mail (msp_id, id, dedupe_key, recipient, subject, text_body, html_body, from_name, reply_to, calendar, about_type, about_id)
    values (p_msp, p_id, p_dedupe_key, p_recipient, p_subject, p_text, p_html, p_from_name, p_reply_to, p_calendar, p_about_type, p_about_id)
    on conflict (msp_id, dedupe_key) do nothing;
    if not found then
        return false;
    end if;
    insert into work (organisation_id, kind, ref_id, key, due_at) values (p_msp, 'mail', p_id, p_id::text, coalesce(p_due_at, now()));
    return true;
end
$$;

-- Keeps claimed work from others until a moment, so that it can be done outside the transaction that claimed it.
create function kernel.lend_work(p_id uuid, p_until timestamptz) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update work w set due_at = p_until where w.id = p_id and w.state = 'pending';
end
$$;

revoke execute on function
    kernel.enqueue_mail(uuid, uuid, text, text, text, text, text, timestamptz, text, text, text, text, uuid),
    kernel.lend_work(uuid, timestamptz) from public;
grant execute on function
    kernel.enqueue_mail(uuid, uuid, text, text, text, text, text, timestamptz, text, text, text, text, uuid)
    to collectif_server, collectif_worker;
grant execute on function kernel.lend_work(uuid, timestamptz) to collectif_worker;
