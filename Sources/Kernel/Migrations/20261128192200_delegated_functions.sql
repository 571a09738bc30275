-- Functions that a database of several machines can carry out where the MSP's rows are (docs/module-authors/sql.md): one that writes a
-- tenant's rows takes `p_msp` first and touches rows of that MSP alone, written as `p_msp`; what is the platform's is a function of its own,
-- and who needs both calls both, with the caller's own rights.

-- Over the same bytes as before, each field by itself.
create function kernel.evidence_hash(
    p_msp uuid, p_id uuid, p_seq bigint, p_kind text, p_indicators text[], p_year integer, p_subject_type text, p_subject uuid, p_title text,
    p_occurred_at timestamptz, p_recorded_at timestamptz, p_actor uuid, p_actor_label text, p_exhibits jsonb, p_corrects bigint,
    p_previous bytea) returns bytea
    language sql immutable parallel safe
    return sha256(p_previous || convert_to(kernel.netstring(p_msp::text) || ',' || kernel.netstring(p_id::text) || ','
        || kernel.netstring(p_seq::text) || ',' || kernel.netstring(p_kind) || ',' || kernel.netstring(to_json(p_indicators)::text) || ','
        || kernel.netstring(p_year::text) || ',' || kernel.netstring(p_subject_type) || ',' || kernel.netstring(p_subject::text) || ','
        || kernel.netstring(p_title) || ',' || kernel.netstring(kernel.utc(p_occurred_at)) || ','
        || kernel.netstring(kernel.utc(p_recorded_at)) || ',' || kernel.netstring(p_actor::text) || ',' || kernel.netstring(p_actor_label)
        || ',' || kernel.netstring(p_exhibits::text) || ',' || kernel.netstring(p_corrects::text), 'UTF8'));

create or replace function kernel.append_evidence(
    p_msp uuid, p_id uuid, p_kind text, p_indicators text[], p_year integer, p_subject_type text, p_subject_id uuid, p_title text,
    p_occurred_at timestamptz, p_actor_label text, p_exhibits jsonb, p_corrects bigint default null) returns bigint
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    head record;
    moment timestamptz;
    actor constant uuid := current_account();
    indicators constant text[] := coalesce(p_indicators, '{}');
    exhibits constant jsonb := coalesce(p_exhibits, '[]');
    sealed bytea;
begin
    perform require_context(p_msp);
    head := lock_chain(p_msp, 'evidence');
    moment := clock_timestamp();
    sealed := evidence_hash(p_msp, p_id, head.seq + 1, p_kind, indicators, p_year, p_subject_type, p_subject_id, p_title, p_occurred_at,
        moment, actor, p_actor_label, exhibits, p_corrects, head.hash);
    insert into evidence (msp_id, id, seq, kind, indicators, year, subject_type, subject_id, title, occurred_at, recorded_at, actor_id,
        actor_label, exhibits, corrects, previous, hash)
    values (p_msp, p_id, head.seq + 1, p_kind, indicators, p_year, p_subject_type, p_subject_id, p_title, p_occurred_at, moment, actor,
        p_actor_label, exhibits, p_corrects, head.hash, sealed);
    update chain_head c set seq = head.seq + 1, hash = sealed where c.msp_id = p_msp and c.chain = 'evidence';
    return head.seq + 1;
end
$$;

create or replace function kernel.verify_evidence(p_msp uuid) returns table (seq bigint, fault text)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query
    with chained as (
        select e.seq, e.previous, e.hash,
            evidence_hash(e.msp_id, e.id, e.seq, e.kind, e.indicators, e.year, e.subject_type, e.subject_id, e.title, e.occurred_at,
                e.recorded_at, e.actor_id, e.actor_label, e.exhibits, e.corrects, e.previous) as computed,
            lag(e.hash, 1, sha256(convert_to('evidence:' || p_msp, 'UTF8'))) over w as expected, lag(e.seq, 1, 0::bigint) over w as before
        from evidence e where e.msp_id = p_msp window w as (order by e.seq))
    select c.before + 1, 'missing' from chained c where c.seq <> c.before + 1
    union all select c.seq, 'altered' from chained c where c.hash <> c.computed
    union all select c.seq, 'unlinked' from chained c where c.previous <> c.expected and c.seq = c.before + 1
    union all select h.seq, 'cut' from chain_head h
        where h.msp_id = p_msp and h.chain = 'evidence' and h.seq > 0
            and not exists (select from evidence e where e.msp_id = p_msp and e.seq = h.seq and e.hash = h.hash)
    union all select max(e.seq), 'cut' from evidence e where e.msp_id = p_msp having max(e.seq) > coalesce(
        (select h.seq from chain_head h where h.msp_id = p_msp and h.chain = 'evidence'), 0)
    order by 1, 2;
end
$$;
drop function kernel.evidence_hash(kernel.evidence);
drop function kernel.canonical(text[]);

-- The queue's lines of an event or a mail of the MSP of the context: the platform's part of both.
create function kernel.plan_work(p_msp uuid, p_kind text, p_ref uuid, p_keys text[], p_due_at timestamptz) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
    if p_kind not in ('event', 'mail') then
        raise exception 'a job is planned by its own function' using errcode = 'CK422';
    end if;
    insert into work (organisation_id, kind, ref_id, key, due_at)
    select distinct p_msp, p_kind, p_ref, k, coalesce(p_due_at, now()) from unnest(p_keys) k;
end
$$;

-- The MSP's part of an event: what happened, and to whom it is to be told.
create function kernel.write_event(
    p_msp uuid, p_id uuid, p_event text, p_version integer, p_payload jsonb, p_handlers text[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    handler text;
begin
    perform require_context(p_msp);
    insert into outbox (msp_id, id, event, version, payload, actor) values (p_msp, p_id, p_event, p_version, p_payload, current_account());
    foreach handler in array coalesce(p_handlers, '{}') loop
        insert into delivery (msp_id, event_id, handler) values (p_msp, p_id, handler) on conflict do nothing;
    end loop;
end
$$;

create or replace function kernel.publish_event(
    p_msp uuid, p_id uuid, p_event text, p_version integer, p_payload jsonb, p_handlers text[]) returns void
    language plpgsql security invoker
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform write_event(p_msp, p_id, p_event, p_version, p_payload, p_handlers);
    if cardinality(p_handlers) > 0 then
        perform plan_work(p_msp, 'event', p_id, array(select p_id || ':' || h from unnest(p_handlers) h), null);
    end if;
end
$$;

create function kernel.write_mail(
    p_msp uuid, p_id uuid, p_dedupe_key text, p_recipient text, p_subject text, p_text text, p_html text, p_from_name text, p_reply_to text,
    p_calendar text, p_about_type text, p_about_id uuid) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
    insert into mail (msp_id, id, dedupe_key, recipient, subject, text_body, html_body, from_name, reply_to, calendar, about_type, about_id)
    values (p_msp, p_id, p_dedupe_key, p_recipient, p_subject, p_text, p_html, p_from_name, p_reply_to, p_calendar, p_about_type, p_about_id)
    on conflict (msp_id, dedupe_key) do nothing;
    return found;
end
$$;

create or replace function kernel.enqueue_mail(
    p_msp uuid, p_id uuid, p_dedupe_key text, p_recipient text, p_subject text, p_text text, p_html text,
    p_due_at timestamptz default now(), p_from_name text default null, p_reply_to text default null, p_calendar text default null,
    p_about_type text default null, p_about_id uuid default null) returns boolean
    language plpgsql security invoker
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    if not write_mail(p_msp, p_id, p_dedupe_key, p_recipient, p_subject, p_text, p_html, p_from_name, p_reply_to, p_calendar, p_about_type,
        p_about_id) then
        return false;
    end if;
    perform plan_work(p_msp, 'mail', p_id, array[p_id::text], p_due_at);
    return true;
end
$$;

-- Times that another MSP may ask about are the platform's; whose they are, the MSP's own table says.
create function kernel.write_times(
    p_msp uuid, p_subject uuid, p_professionals uuid[], p_from timestamptz[], p_to timestamptz[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
    delete from noted_time where organisation_id = p_msp and subject_id = p_subject;
    insert into noted_time (organisation_id, subject_id, professional_id, from_at, to_at)
    select p_msp, p_subject, t.person, t.since, greatest(t.since, t.until)
    from unnest(p_professionals, p_from, p_to) t(person, since, until) where t.person is not null
    on conflict do nothing;
end
$$;

create or replace function kernel.note_times(
    p_msp uuid, p_subject uuid, p_professionals uuid[], p_from timestamptz[], p_to timestamptz[]) returns void
    language plpgsql security invoker
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant uuid[] := array(select p.id from professional p where p.msp_id = p_msp and p.id = any (p_professionals));
begin
    perform write_times(p_msp, p_subject,
        array(select case when x = any (own) then x end from unnest(p_professionals) with ordinality u(x, n) order by n), p_from, p_to);
end
$$;

-- Accounts that hold one of the roles in the MSP of the context today.
create function kernel.accounts_in_roles(p_msp uuid, p_roles text[]) returns uuid[]
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
    return array(
        select m.account_id from membership m join organisation o on o.id = m.organisation_id
        where m.organisation_id = p_msp and m.roles && p_roles
            and (clock_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity'));
end
$$;

create or replace function kernel.professionals_in_roles(p_msp uuid, p_roles text[]) returns table (id uuid)
    language plpgsql stable security invoker
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    accounts constant uuid[] := accounts_in_roles(p_msp, p_roles);
begin
    return query select p.id from professional p where p.msp_id = p_msp and p.archived_at is null and p.account_id = any (accounts);
end
$$;

-- Who by account held which of the roles in the MSP of the context, and from when to when.
create function kernel.roles_of_accounts(p_msp uuid, p_roles text[])
    returns table (account_id uuid, role text, from_on date, to_on date)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query
    with lines as (
        select m.account_id, m.valid_to, l.roles, l.from_on,
            lead(l.from_on) over (partition by l.membership_id order by l.from_on) as next_on,
            row_number() over (partition by m.account_id order by l.from_on, m.id) as rank
        from membership m join membership_roles l on l.membership_id = m.id
        where m.organisation_id = p_msp
    )
    select l.account_id, held.role, case when l.rank > 1 then l.from_on end, least(l.next_on - 1, l.valid_to)
    from lines l cross join unnest(l.roles) held(role)
    where held.role = any (p_roles);
end
$$;

create or replace function kernel.roles_of_team(p_msp uuid, p_roles text[])
    returns table (professional_id uuid, role text, from_on date, to_on date)
    language plpgsql stable security invoker
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    accounts uuid[];
    roles text[];
    since date[];
    until date[];
begin
    select array_agg(r.account_id), array_agg(r.role), array_agg(r.from_on), array_agg(r.to_on) into accounts, roles, since, until
    from roles_of_accounts(p_msp, p_roles) r;
    return query
    select p.id, h.role, h.from_on, h.to_on
    from professional p
    join unnest(accounts, roles, since, until) h(account_id, role, from_on, to_on) on h.account_id = p.account_id
    where p.msp_id = p_msp and (p.archived_at is null or p.left_on is not null);
end
$$;

-- Said by statement: default privileges do not reach other machines. Nobody but those named by a grant calls anything.
revoke execute on all functions in schema kernel from public;
revoke execute on all procedures in schema kernel from public;
grant execute on function
    kernel.plan_work(uuid, text, uuid, text[], timestamptz),
    kernel.write_event(uuid, uuid, text, integer, jsonb, text[]),
    kernel.write_mail(uuid, uuid, text, text, text, text, text, text, text, text, text, uuid),
    kernel.write_times(uuid, uuid, uuid[], timestamptz[], timestamptz[]),
    kernel.accounts_in_roles(uuid, text[]), kernel.roles_of_accounts(uuid, text[]) to collectif_server, collectif_worker;
