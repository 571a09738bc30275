-- The halves of years of the ledgers are made ahead and dropped behind; within one that is partly past its retention, rows go in bites as
-- before.

create or replace function kernel.purge_platform(p_table text, p_limit integer) returns integer
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
        -- By key: a place on a page is one of each partition.
        delete from access_trace t
        using (select x.minute, x.address, x.credential_id, x.organisation_id, x.route, x.outcome
            from access_trace x where x.minute < moment - interval '12 months' order by x.minute limit p_limit) o
        where t.minute = o.minute and t.address = o.address and t.credential_id = o.credential_id
            and t.organisation_id = o.organisation_id and t.route = o.route and t.outcome = o.outcome
            and t.minute < moment - interval '12 months';
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
        delete from platform_audit e where e.seq <= last.seq and e.at < moment - interval '12 months';
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

-- As before; whatever goes is past the horizon, so that only what lies before it is looked at.
create or replace function kernel.purge_audit(p_msp uuid, p_limit integer) returns integer
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
    delete from audit_detail d where d.msp_id = p_msp and d.seq <= last.seq and d.at < horizon;
    delete from audit_entry e where e.msp_id = p_msp and e.seq <= last.seq and e.at < horizon;
    get diagnostics gone = row_count;
    update chain_head c set cut_seq = last.seq, cut_hash = last.hash where c.msp_id = p_msp and c.chain = 'audit';
    perform append_audit(p_msp, 'core.audit.purged', null, null, 'done', 'job', null,
        jsonb_build_object('until', last.seq, 'entries', gone));
    return gone;
end
$$;

-- Half years of a table that has them, with the moment at which each ends; `…_rest` has none.
create function kernel.halves_of(p_parent regclass) returns table (part regclass, half integer, ends_at timestamptz)
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select c.oid::regclass, h.half, kernel.half_begins(h.half + 1)
    from pg_inherits i join pg_class c on c.oid = i.inhrelid
    cross join lateral (
        select substring(c.relname from '_([0-9]{4})_[12]$')::integer * 2
            + substring(c.relname from '_[0-9]{4}_([12])$')::integer - 1 as half) h
    where i.inhparent = p_parent
$$;

-- Rows of any MSP in a half year of the trail. An MSP that is closed has no job that purges: its rows go here.
create function kernel.holds_rows(p_part regclass) returns boolean
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    o record;
    holds boolean;
    any_left boolean := false;
begin
    for o in select x.id, x.archived_at is not null as is_closed from organisation x where x.kind = 'MSP' order by x.id loop
        perform transfer_begin(o.id);
        execute format('select exists (select from %s e where e.msp_id = $1)', p_part) into holds using o.id;
        if holds and o.is_closed then
            perform purge_audit(o.id, 5000);
            execute format('select exists (select from %s e where e.msp_id = $1)', p_part) into holds using o.id;
        end if;
        any_left := any_left or holds;
    end loop;
    perform put_context('');
    return any_left;
end
$$;

-- Keeps the years of one ledger ('audit': the trails of the MSPs with their details): makes the halves from a year ago to the next one,
-- and drops each that ended a year ago. One of the trails is dropped once no MSP has a row in it: bites have taken them, entry by entry, and
-- each trail says so itself. What was made and dropped. A lock that is not free within a second is for the next hour.
create function kernel.keep_years(p_ledger text) returns table (made integer, dropped text[])
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp set lock_timeout = '1s'
as $$
declare
    horizon constant timestamptz := clock_timestamp() - interval '12 months';
    -- What refers to others first.
    tables constant regclass[] := case
        when p_ledger = 'audit' then array['kernel.audit_detail', 'kernel.audit_entry']::regclass[]
        when p_ledger = 'platform_audit' then array['kernel.platform_audit']::regclass[]
        when p_ledger = 'access_trace' then array['kernel.access_trace']::regclass[] end;
    t regclass;
    y record;
    part regclass;
    last record;
begin
    if tables is null then
        raise exception 'no ledger of this name has years' using errcode = 'CK422';
    end if;
    made := 0;
    dropped := '{}';
    for y in select x.part, x.half, x.ends_at from halves_of(tables[cardinality(tables)]) x where x.ends_at <= horizon order by x.half loop
        if p_ledger = 'audit' then
            continue when holds_rows(y.part);
        elsif p_ledger = 'platform_audit' then
            -- No entry may come while its predecessor is looked for; the last one of all stays, for the next to follow it.
            perform pg_advisory_xact_lock(hashtextextended('kernel.platform_audit', 0));
            select e.seq, e.hash into last from platform_audit e where e.at < y.ends_at order by e.seq desc limit 1;
            continue when last.seq is not null and not exists (select from platform_audit e where e.seq > last.seq);
            if last.seq is not null then
                delete from platform_audit e where e.seq <= last.seq and e.at >= y.ends_at;
                insert into platform_audit_cut as c (id, seq, hash, at) values (1, last.seq, last.hash, clock_timestamp())
                on conflict (id) do update set seq = excluded.seq, hash = excluded.hash, at = excluded.at;
            end if;
        end if;
        foreach t in array tables loop
            for part in select x.part from halves_of(t) x where x.half = y.half loop
                dropped := dropped || part::text;
                execute format('alter table %s detach partition %s', t, part);
                execute format('drop table %s', part);
            end loop;
        end loop;
    end loop;
    foreach t in array tables loop
        made := made + add_years(t, horizon);
    end loop;
    return next;
end
$$;

-- How far ahead each ledger has its years, and what lies in none: for the figures and the doctor.
create function kernel.ledger_years() returns table (ledger text, until timestamptz, rest_bytes bigint)
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select c.relname::text, max(y.ends_at), coalesce(sum(pg_relation_size(y.part)) filter (where y.half is null), 0)::bigint
    from pg_class c cross join lateral kernel.halves_of(c.oid::regclass) y
    where c.relkind = 'p' and not c.relispartition and c.relnamespace = 'kernel'::regnamespace
    group by c.relname
$$;

revoke all on function kernel.halves_of(regclass), kernel.holds_rows(regclass), kernel.keep_years(text), kernel.ledger_years() from public;
grant execute on function kernel.keep_years(text) to collectif_worker;
grant execute on function kernel.ledger_years() to collectif_server, collectif_worker;
