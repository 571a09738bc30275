-- What the queue and the trails keep: a job has one line for each MSP, which moves on, in place of a line per run; done work stays for
-- hours; each retention has a purge of its own, in small bites, so that none waits for another.

-- Seconds between two runs of a job that comes back; null for work that is done once.
alter table kernel.work add column every_seconds integer check (every_seconds between 60 and 31622400);
comment on table kernel.work is
    'platform: Queue of what the worker has to do for whom, without content; sensitivity=none; retention=six hours once done, ninety days when it failed; msp=moves';

create index work_done on kernel.work (done_at) where state = 'done';
create index work_dead on kernel.work (due_at) where state = 'dead';
-- Few lines, so few that whoever plans reads them all.
create index work_recurring on kernel.work (key, organisation_id) where every_seconds is not null;
create index delivery_pending on kernel.delivery (msp_id, event_id) where state = 'pending';
create index platform_mail_age on kernel.platform_mail (created_at);
create index api_token_expiry on kernel.api_token (expires_at);
create index throttle_age on kernel.throttle (greatest(window_started_at, blocked_until));
create index platform_audit_time on kernel.platform_audit (at);

-- Tables whose lines change or go all day: a vacuum at one in a hundred, not at one in five.
alter table kernel.work set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02, fillfactor = 80);
alter table kernel.outbox set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table kernel.delivery set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table kernel.mail set (autovacuum_vacuum_scale_factor = 0.01, autovacuum_analyze_scale_factor = 0.02);
alter table kernel.platform_mail set (autovacuum_vacuum_scale_factor = 0.01);
alter table kernel.session set (autovacuum_vacuum_scale_factor = 0.01);
alter table kernel.throttle set (autovacuum_vacuum_scale_factor = 0.01);
alter table kernel.idempotency set (autovacuum_vacuum_scale_factor = 0.01);
alter table kernel.access_trace set (autovacuum_vacuum_scale_factor = 0.02);
alter table kernel.chain_head set (autovacuum_vacuum_scale_factor = 0.05, fillfactor = 50);

-- The next run of a job for one MSP: each has a second of its own within the first fifth of the interval, so that not all come at
-- once, and what runs once a day runs at night.
create function kernel.next_run(p_organisation uuid, p_key text, p_every integer) returns timestamptz
    language sql stable
    set search_path = pg_catalog, pg_temp
as $$
    select to_timestamp((floor((extract(epoch from clock_timestamp()) - o.own) / p_every) + 1) * p_every + o.own)
    from (select mod(abs(hashtext(p_organisation::text || p_key)::bigint), greatest(p_every / 5, 1)) as own) o
$$;

create or replace function kernel.finish_work(p_id uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update work w
    set state = case when w.every_seconds is null then 'done' else 'pending' end, done_at = clock_timestamp(), last_error = null,
        attempts = case when w.every_seconds is null then w.attempts + 1 else 0 end,
        due_at = case when w.every_seconds is null then w.due_at else next_run(w.organisation_id, w.key, w.every_seconds) end
    where w.id = p_id and w.state = 'pending';
end
$$;

-- Gives every MSP its line for each of these jobs, due at once, and takes lines of jobs that are no more away; what failed ten times is
-- tried again after its interval. `p_now` brings the jobs of that name forward: after a start, which may be one after a restore.
-- How many lines were new.
create function kernel.plan_jobs(p_jobs text[], p_every integer[], p_now text default null) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    made integer;
begin
    insert into work (organisation_id, kind, ref_id, key, every_seconds)
    select t.id, 'job', t.id, j.job || ':every', j.every
    from job_targets() t cross join unnest(p_jobs, p_every) j(job, every)
    where not exists (select from work w where w.organisation_id = t.id and w.kind = 'job' and w.key = j.job || ':every')
    on conflict (organisation_id, kind, key) do nothing;
    get diagnostics made = row_count;
    update work w set every_seconds = j.every from unnest(p_jobs, p_every) j(job, every)
    where w.every_seconds is not null and w.kind = 'job' and w.key = j.job || ':every' and w.every_seconds <> j.every;
    delete from work w
    where w.every_seconds is not null and (
        w.state = 'dead' and not split_part(w.key, ':', 1) = any (p_jobs)
        or not exists (select from job_targets() t where t.id = w.organisation_id));
    update work w set state = 'pending', attempts = 0, due_at = clock_timestamp()
    where w.every_seconds is not null and w.state <> 'pending'
        and coalesce(w.due_at, w.done_at) + w.every_seconds * interval '1 second' < clock_timestamp();
    update work w set due_at = clock_timestamp()
    where w.every_seconds is not null and w.state = 'pending' and w.key = p_now || ':every' and w.due_at > clock_timestamp();
    return made;
end
$$;

-- Plans again events and mails of the MSP of the context whose work was lost: the queue may have been committed elsewhere, or restored
-- from another moment. What is waiting or dead is left as it is. How many were planned.
create function kernel.plan_again(p_msp uuid, p_kind text, p_refs uuid[], p_keys text[]) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    made integer;
begin
    perform require_context(p_msp);
    if p_kind not in ('event', 'mail') then
        raise exception 'not a kind of work that can be lost' using errcode = 'CK422';
    end if;
    insert into work as w (organisation_id, kind, ref_id, key)
    select p_msp, p_kind, lost.ref, lost.key from unnest(p_refs, p_keys) lost(ref, key)
    on conflict (organisation_id, kind, key) do update set state = 'pending', due_at = clock_timestamp(), attempts = 0, done_at = null
        where w.state = 'done';
    get diagnostics made = row_count;
    return made;
end
$$;

-- Where each trail begins once its oldest entries are gone: number and hash of the last one that went, which the next one refers to.
alter table kernel.chain_head add column cut_seq bigint, add column cut_hash bytea;
create table kernel.platform_audit_cut (
    id integer primary key check (id = 1),
    seq bigint not null,
    hash bytea not null,
    at timestamptz not null
);
comment on table kernel.platform_audit_cut is
    'platform: Last entry of the platform''s trail that went after its twelve months; sensitivity=none; retention=life of the platform';

-- Takes entries of the MSP's trail older than twelve months away, with their details; the chain stays verifiable from there on, and
-- the act is itself traced. How many went: fewer than the limit when nothing more is due.
create function kernel.purge_audit(p_msp uuid, p_limit integer) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    horizon constant timestamptz := clock_timestamp() - interval '12 months';
    last record;
    gone integer;
begin
    perform require_context(p_msp);
    perform lock_chain(p_msp, 'audit');
    select x.seq, x.hash into last
    from (
        select e.seq, e.hash, bool_and(e.at < horizon) over (order by e.seq) as old
        from audit_entry e where e.msp_id = p_msp order by e.seq limit p_limit) x
    where x.old order by x.seq desc limit 1;
    if not found then
        return 0;
    end if;
    delete from audit_detail d where d.msp_id = p_msp and d.seq <= last.seq;
    delete from audit_entry e where e.msp_id = p_msp and e.seq <= last.seq;
    get diagnostics gone = row_count;
    update chain_head c set cut_seq = last.seq, cut_hash = last.hash where c.msp_id = p_msp and c.chain = 'audit';
    perform append_audit(p_msp, 'core.audit.purged', null, null, 'done', 'job', null,
        jsonb_build_object('until', last.seq, 'entries', gone));
    return gone;
end
$$;

create or replace function kernel.verify_audit(p_msp uuid) returns table (seq bigint, fault text)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    start_seq bigint := 0;
    start_hash bytea := sha256(convert_to('audit:' || p_msp, 'UTF8'));
begin
    perform require_context(p_msp);
    select coalesce(max(h.cut_seq), start_seq), coalesce((array_agg(h.cut_hash))[1], start_hash) into start_seq, start_hash
    from chain_head h where h.msp_id = p_msp and h.chain = 'audit';
    return query
    with chained as (
        select e.seq, e.previous, e.hash, e.detail_digest, audit_hash(e) as computed,
            lag(e.hash, 1, start_hash) over w as expected, lag(e.seq, 1, start_seq) over w as before
        from audit_entry e where e.msp_id = p_msp window w as (order by e.seq))
    select c.before + 1, 'missing' from chained c where c.seq <> c.before + 1
    union all select c.seq, 'altered' from chained c where c.hash <> c.computed
    union all select c.seq, 'unlinked' from chained c where c.previous <> c.expected and c.seq = c.before + 1
    union all select c.seq, 'detail' from chained c left join audit_detail d on d.msp_id = p_msp and d.seq = c.seq
        where c.detail_digest is not null and d.destroyed_at is null
            and c.detail_digest is distinct from sha256(d.salt || convert_to(d.detail::text, 'UTF8'))
    union all select h.seq, 'cut' from chain_head h
        where h.msp_id = p_msp and h.chain = 'audit' and h.seq > 0
            and not exists (select from audit_entry e where e.msp_id = p_msp and e.seq = h.seq and e.hash = h.hash)
    union all select max(e.seq), 'cut' from audit_entry e where e.msp_id = p_msp having max(e.seq) > coalesce(
        (select h.seq from chain_head h where h.msp_id = p_msp and h.chain = 'audit'), 0)
    order by 1, 2;
end
$$;

create or replace function kernel.verify_platform_audit() returns table (seq bigint, fault text)
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    with start as (
        select coalesce(c.seq, 0) as seq, coalesce(c.hash, sha256('platform'::bytea)) as hash
        from (values (1)) one(id) left join kernel.platform_audit_cut c on c.id = one.id),
    chained as (
        select e.seq, e.previous, e.hash, kernel.platform_audit_hash(e) as computed,
            coalesce(lag(e.hash) over w, s.hash) as expected, coalesce(lag(e.seq) over w, s.seq) as before
        from kernel.platform_audit e cross join start s window w as (order by e.seq))
    select c.before + 1, 'missing'::text from chained c where c.seq <> c.before + 1
    union all select c.seq, 'altered' from chained c where c.hash <> c.computed
    union all select c.seq, 'unlinked' from chained c where c.previous <> c.expected and c.seq = c.before + 1
$$;

-- Takes away at most `p_limit` lines of one platform table whose retention, as its comment says, is over. How many went.
create function kernel.purge_platform(p_table text, p_limit integer) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    moment constant timestamptz := clock_timestamp();
    last record;
    gone integer;
begin
    if p_table = 'session' then
        delete from session t where t.token_hash in (
            select x.token_hash from session x where x.expires_at < moment - interval '1 day' limit p_limit);
    elsif p_table = 'link' then
        delete from link t where t.token_hash in (
            select x.token_hash from link x where x.expires_at < moment - interval '30 days' limit p_limit);
    elsif p_table = 'throttle' then
        delete from throttle t where t.key_hash in (
            select x.key_hash from throttle x where greatest(x.window_started_at, x.blocked_until) < moment - interval '1 day' limit p_limit);
    elsif p_table = 'work' then
        delete from work t where t.id in (
            (select x.id from work x where x.state = 'done' and x.done_at < moment - interval '6 hours' and x.every_seconds is null
             limit p_limit)
            union all
            (select x.id from work x where x.state = 'dead' and x.due_at < moment - interval '90 days' and x.every_seconds is null
             limit p_limit));
    elsif p_table = 'platform_mail' then
        delete from platform_mail t where t.id in (
            select x.id from platform_mail x where x.created_at < moment - interval '90 days' limit p_limit);
    elsif p_table = 'organisation_answer' then
        delete from organisation_answer t where t.ctid = any (array(
            select x.ctid from organisation_answer x where x.created_at < moment - interval '1 day' limit p_limit));
    elsif p_table = 'kept_form' then
        delete from kept_form t where t.ctid = any (array(
            select x.ctid from kept_form x where x.kept_at < moment - interval '30 days' limit p_limit));
    elsif p_table = 'ended_session' then
        delete from ended_session t where t.token_hash in (
            select x.token_hash from ended_session x where x.ended_at < moment - interval '1 day' limit p_limit);
    elsif p_table = 'api_token' then
        delete from api_token t where t.id in (
            select x.id from api_token x where x.expires_at < moment - interval '1 year' limit p_limit);
    elsif p_table = 'invitation' then
        delete from invitation t where t.id in (
            select x.id from invitation x where x.expires_at < moment - interval '90 days' limit p_limit);
    elsif p_table = 'known_device' then
        delete from known_device t where t.ctid = any (array(
            select x.ctid from known_device x where x.last_used_at < moment - interval '13 months' limit p_limit));
    elsif p_table = 'access_trace' then
        delete from access_trace t where t.ctid = any (array(
            select x.ctid from access_trace x where x.minute < moment - interval '12 months' limit p_limit));
    elsif p_table = 'membership' then
        delete from membership t where t.id in (
            select x.id from membership x where x.valid_to < (moment - interval '5 years')::date limit p_limit);
    elsif p_table = 'account' then
        delete from account t where t.id in (
            select x.id from account x
            where coalesce(x.last_sign_in_at, x.created_at) < moment - interval '3 years'
                and not exists (select from membership m where m.account_id = x.id)
            limit p_limit);
    elsif p_table = 'platform_audit' then
        -- No entry may come while its predecessor is looked for.
        perform pg_advisory_xact_lock(hashtextextended('kernel.platform_audit', 0));
        select x.seq, x.hash into last
        from (
            select e.seq, e.hash, bool_and(e.at < moment - interval '12 months') over (order by e.seq) as old
            from platform_audit e order by e.seq limit p_limit) x
        where x.old and x.seq < (select max(e.seq) from platform_audit e) order by x.seq desc limit 1;
        if not found then
            return 0;
        end if;
        delete from platform_audit e where e.seq <= last.seq;
        get diagnostics gone = row_count;
        insert into platform_audit_cut as c (id, seq, hash, at) values (1, last.seq, last.hash, moment)
        on conflict (id) do update set seq = excluded.seq, hash = excluded.hash, at = excluded.at;
        return gone;
    else
        raise exception 'no retention is known for this table' using errcode = 'CK422';
    end if;
    get diagnostics gone = row_count;
    return gone;
end
$$;
comment on table kernel.account is
    'platform: One person who signs in; sensitivity=secret; retention=three years after the last sign-in, once no membership is left; msp=stays';
comment on table kernel.audit_entry is
    'tenant: Trail of every action and refusal; sensitivity=personal; retention=twelve months';
comment on table kernel.audit_detail is
    'tenant: Personal part of an audit entry, destructible; sensitivity=personal; retention=as audit_entry, or sooner on request';

grant delete on kernel.mail to collectif_worker;
drop function kernel.sweep_platform();
drop function kernel.sweep_kept_forms();
revoke execute on function kernel.job_targets() from collectif_worker;
revoke execute on function kernel.next_run(uuid, text, integer), kernel.plan_jobs(text[], integer[], text),
    kernel.plan_again(uuid, text, uuid[], text[]), kernel.purge_audit(uuid, integer), kernel.purge_platform(text, integer) from public;
grant execute on function kernel.plan_jobs(text[], integer[], text), kernel.plan_again(uuid, text, uuid[], text[]),
    kernel.purge_audit(uuid, integer), kernel.purge_platform(text, integer) to collectif_worker;
