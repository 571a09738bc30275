-- Events, mails and the queue of work.
-- An event or a mail is written by the transaction that causes it, under its MSP; the queue itself holds no content,
-- only which MSP has what to do, so that the worker finds work without reading across tenants.

create table kernel.outbox (
    msp_id uuid not null,
    id uuid not null,
    event text not null check (event ~ '^[a-z][a-z0-9_]*(\.[a-z][a-z0-9_]*){1,4}$'),
    version integer not null check (version between 1 and 1000),
    payload jsonb not null,
    occurred_at timestamptz not null default now(),
    actor uuid not null,
    primary key (msp_id, id)
);
create index outbox_time on kernel.outbox (msp_id, occurred_at);
call kernel.protect('kernel.outbox', 'select', 'select, delete');
comment on table kernel.outbox is
    'tenant: Events published by modules, ids and codes only; sensitivity=internal; retention=ninety days';

create table kernel.delivery (
    msp_id uuid not null,
    event_id uuid not null,
    handler text not null check (handler ~ '^[a-z][a-z0-9_.:-]{1,119}$'),
    state text not null default 'pending' check (state in ('pending', 'done', 'dead')),
    attempts integer not null default 0,
    last_error text check (char_length(last_error) <= 120),
    done_at timestamptz,
    primary key (msp_id, event_id, handler),
    foreign key (msp_id, event_id) references kernel.outbox (msp_id, id) on delete cascade
);
call kernel.protect('kernel.delivery', 'select', 'select, update');
comment on table kernel.delivery is
    'tenant: What became of each event at each of its handlers; sensitivity=none; retention=ninety days';

create table kernel.mail (
    msp_id uuid not null,
    id uuid not null,
    dedupe_key text not null check (char_length(dedupe_key) between 1 and 200),
    recipient text not null check (recipient ~ '^[^@[:space:]]{1,64}@[^@[:space:]]{1,189}$'),
    subject text not null check (kernel.is_line(subject, 200)),
    -- Emptied once sent: a body may hold a signed link.
    text_body text check (kernel.is_text(text_body, 100000)),
    html_body text check (char_length(html_body) <= 400000),
    state text not null default 'pending' check (state in ('pending', 'sent', 'dead')),
    created_at timestamptz not null default now(),
    sent_at timestamptz,
    primary key (msp_id, id),
    unique (msp_id, dedupe_key)
);
create index mail_state on kernel.mail (msp_id, state, created_at);
call kernel.protect('kernel.mail', 'select', 'select, update');
comment on table kernel.mail is
    'tenant: Mails to send and sent; sensitivity=personal; retention=ninety days, body emptied once sent';

-- The same for mails that belong to no MSP: password resets, invitations of a federation.
create table kernel.platform_mail (
    id uuid primary key,
    dedupe_key text not null unique check (char_length(dedupe_key) between 1 and 200),
    recipient text not null check (recipient ~ '^[^@[:space:]]{1,64}@[^@[:space:]]{1,189}$'),
    subject text not null check (kernel.is_line(subject, 200)),
    text_body text check (kernel.is_text(text_body, 100000)),
    html_body text check (char_length(html_body) <= 400000),
    state text not null default 'pending' check (state in ('pending', 'sent', 'dead')),
    created_at timestamptz not null default now(),
    sent_at timestamptz
);
comment on table kernel.platform_mail is
    'platform: Mails that belong to no MSP; sensitivity=secret; retention=ninety days, body emptied once sent';

create table kernel.work (
    id uuid primary key default gen_random_uuid(),
    organisation_id uuid,
    kind text not null check (kind ~ '^[a-z][a-z0-9_.]{1,59}$'),
    ref_id uuid,
    key text not null check (char_length(key) between 1 and 300),
    due_at timestamptz not null default now(),
    attempts integer not null default 0,
    state text not null default 'pending' check (state in ('pending', 'done', 'dead')),
    -- A code, never a message: messages carry data.
    last_error text check (last_error ~ '^[A-Za-z0-9_.:-]{1,80}$'),
    done_at timestamptz,
    unique nulls not distinct (organisation_id, kind, key)
);
create index work_due on kernel.work (kind, due_at) where state = 'pending';
comment on table kernel.work is
    'platform: Queue of what the worker has to do for whom, without content; sensitivity=none; retention=ninety days';

-- Writes an event and one delivery per handler; nothing happens when this transaction rolls back.
create function kernel.publish_event(
    p_msp uuid, p_id uuid, p_event text, p_version integer, p_payload jsonb, p_handlers text[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
    insert into outbox (msp_id, id, event, version, payload, actor) values (p_msp, p_id, p_event, p_version, p_payload, current_account());
    insert into delivery (msp_id, event_id, handler) select distinct p_msp, p_id, h from unnest(p_handlers) h;
    insert into work (organisation_id, kind, ref_id, key) select distinct p_msp, 'event', p_id, p_id || ':' || h from unnest(p_handlers) h;
end
$$;

-- Writes a mail of the MSP of the context, once per dedupe key: true when it is new.
create function kernel.enqueue_mail(
    p_msp uuid, p_id uuid, p_dedupe_key text, p_recipient text, p_subject text, p_text text, p_html text,
    p_due_at timestamptz default now()) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
    insert into mail (msp_id, id, dedupe_key, recipient, subject, text_body, html_body)
    values (p_msp, p_id, p_dedupe_key, p_recipient, p_subject, p_text, p_html) on conflict (msp_id, dedupe_key) do nothing;
    if not found then
        return false;
    end if;
    insert into work (organisation_id, kind, ref_id, key, due_at) values (p_msp, 'mail', p_id, p_id::text, coalesce(p_due_at, now()));
    return true;
end
$$;

-- Writes a mail that holds a new secret link and gives the SHA-256 of its token, for the table of links. The token is made here and
-- goes into the mail alone: the server's role, which asks for the link, never learns it. Only functions of the owner call this.
--
-- '__LINK__' stands for the address: alone on its line in the text, as a link's address in the HTML. No other tag than those of a plain
-- letter is taken, so that opening the mail sends the token nowhere.
create function kernel.mail_link(p_recipient text, p_subject text, p_text text, p_html text, p_place text) returns bytea
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    letter constant text := '<!DOCTYPE html>|<html lang="fr">|<meta charset="utf-8">|<a href="__LINK__">|'
        '</?(head|title|body|p|small)>|</(html|a)>';
    -- Two random UUIDs carry 244 random bits; their digest is 43 characters in base 64 for URLs.
    token constant text := url_base64(sha256(uuid_send(gen_random_uuid()) || uuid_send(gen_random_uuid())));
    mail_id constant uuid := gen_random_uuid();
begin
    if p_place is null or p_place !~ '^https?://[A-Za-z0-9.:_\[\]-]+(/[A-Za-z0-9._-]+)+/$'
        or (select count(*) from regexp_matches(p_text, '__LINK__', 'g')) <> 1 or p_text !~ '(^|\n)__LINK__(\n|$)'
        or coalesce(regexp_replace(p_html, letter, '', 'g') ~ '[<>]|__LINK__', true) then
        raise exception 'not a letter with a link' using errcode = 'CK422';
    end if;
    insert into platform_mail (id, dedupe_key, recipient, subject, text_body, html_body)
    values (mail_id, mail_id::text, p_recipient, p_subject, replace(p_text, '__LINK__', p_place || token),
        replace(p_html, '__LINK__', p_place || token));
    insert into work (organisation_id, kind, ref_id, key) values (null, 'mail', mail_id, mail_id::text);
    return sha256(convert_to(token, 'UTF8'));
end
$$;

-- Plans a job of the MSP of the context, once per key: true when it is new.
create function kernel.enqueue_job(p_msp uuid, p_kind text, p_ref uuid, p_key text, p_due_at timestamptz default now()) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
    if p_kind in ('event', 'mail') then
        raise exception 'reserved kind of work' using errcode = 'CK422';
    end if;
    insert into work (organisation_id, kind, ref_id, key, due_at) values (p_msp, p_kind, p_ref, p_key, coalesce(p_due_at, now()))
    on conflict (organisation_id, kind, key) do nothing;
    return found;
end
$$;

-- Takes due work. The rows stay locked while the caller's transaction lasts, so a crash gives them back by itself.
create function kernel.claim_work(p_kinds text[], p_limit integer)
    returns table (id uuid, organisation_id uuid, kind text, ref_id uuid, key text, attempts integer, due_at timestamptz)
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select w.id, w.organisation_id, w.kind, w.ref_id, w.key, w.attempts, w.due_at
    from kernel.work w
    where w.state = 'pending' and w.due_at <= clock_timestamp() and w.kind = any (p_kinds)
    order by w.due_at limit p_limit for update skip locked
$$;

create function kernel.finish_work(p_id uuid) returns void
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    update kernel.work set state = 'done', done_at = clock_timestamp(), attempts = attempts + 1, last_error = null
    where id = p_id and state = 'pending'
$$;

-- Notes a failure: back in the queue for `p_next_due`, or dead at the tenth attempt; a mail waits for its server for two days
-- (sixty attempts, hourly after the first ones). Gives the new state.
create function kernel.fail_work(p_id uuid, p_code text, p_next_due timestamptz) returns text
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    update kernel.work
    set attempts = attempts + 1, due_at = p_next_due,
        state = case when attempts + 1 >= case kind when 'mail' then 60 else 10 end then 'dead' else 'pending' end,
        last_error = case when p_code ~ '^[A-Za-z0-9_.:-]{1,80}$' then p_code else 'error' end
    where id = p_id and state = 'pending'
    returning state
$$;

-- Due and dead work by kind, for health checks and metrics: counts only.
create function kernel.work_backlog() returns table (kind text, pending bigint, dead bigint, oldest_due_at timestamptz)
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select w.kind, count(*) filter (where w.state = 'pending'), count(*) filter (where w.state = 'dead'),
        min(w.due_at) filter (where w.state = 'pending')
    from kernel.work w where w.state <> 'done' group by w.kind
$$;

create function kernel.platform_mail_to_send(p_id uuid) returns table (recipient text, subject text, text_body text, html_body text)
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select m.recipient, m.subject, m.text_body, m.html_body from kernel.platform_mail m where m.id = p_id and m.state = 'pending'
$$;

-- Marks a platform mail 'sent' or 'dead' and empties its body.
create function kernel.platform_mail_done(p_id uuid, p_state text) returns void
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    update kernel.platform_mail
    set state = p_state, sent_at = case when p_state = 'sent' then clock_timestamp() end, text_body = null, html_body = null
    where id = p_id and state = 'pending'
$$;

grant execute on function
    kernel.publish_event(uuid, uuid, text, integer, jsonb, text[]),
    kernel.enqueue_mail(uuid, uuid, text, text, text, text, text, timestamptz),
    kernel.enqueue_job(uuid, text, uuid, text, timestamptz), kernel.work_backlog() to collectif_server, collectif_worker;
grant execute on function
    kernel.claim_work(text[], integer), kernel.finish_work(uuid), kernel.fail_work(uuid, text, timestamptz),
    kernel.platform_mail_to_send(uuid), kernel.platform_mail_done(uuid, text) to collectif_worker;
