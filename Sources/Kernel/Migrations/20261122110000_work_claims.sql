-- Claiming read and sorted the whole queue, so that a queue of n took n² steps; as SQL functions these were planned anew at each call.

-- Due work of the kinds, locked. Kinds come in the order of their oldest work; within one kind the index gives the order.
create or replace function kernel.claim_work(p_kinds text[], p_limit integer)
    returns table (id uuid, organisation_id uuid, kind text, ref_id uuid, key text, attempts integer, due_at timestamptz)
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    tried text;
    missing integer := p_limit;
    found_now integer;
begin
    for tried in
        select k.kind from unnest(p_kinds) k(kind)
        cross join lateral (
            select w.due_at from work w
            where w.state = 'pending' and w.kind = k.kind and w.due_at <= clock_timestamp() order by w.due_at limit 1) first
        order by first.due_at
    loop
        return query
            select w.id, w.organisation_id, w.kind, w.ref_id, w.key, w.attempts, w.due_at from work w
            where w.state = 'pending' and w.kind = tried and w.due_at <= clock_timestamp()
            order by w.due_at limit missing for update skip locked;
        get diagnostics found_now = row_count;
        missing := missing - found_now;
        exit when missing <= 0;
    end loop;
end
$$;

create or replace function kernel.finish_work(p_id uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update work w set state = 'done', done_at = clock_timestamp(), attempts = w.attempts + 1, last_error = null
    where w.id = p_id and w.state = 'pending';
end
$$;

create or replace function kernel.module_state(p_module text) returns text
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    msp constant uuid := current_msp();
begin
    if msp is null then
        return null;
    end if;
    if p_module = 'core' then
        return 'on';
    end if;
    return coalesce((select x.state from module_activation x where x.organisation_id = msp and x.module = p_module), 'off');
end
$$;
