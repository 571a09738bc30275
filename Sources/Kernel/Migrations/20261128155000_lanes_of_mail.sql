-- A lane for mails that somebody waits for — a new password, an invitation, a code: they do not stand behind the reminders of the country.

create index work_urgent_mail on kernel.work (due_at) where state = 'pending' and kind = 'mail' and organisation_id is null;

create function kernel.claim_urgent_mail()
    returns table (id uuid, organisation_id uuid, kind text, ref_id uuid, key text, attempts integer, due_at timestamptz)
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select w.id, w.organisation_id, w.kind, w.ref_id, w.key, w.attempts, w.due_at
    from kernel.work w
    where w.state = 'pending' and w.kind = 'mail' and w.organisation_id is null and w.due_at <= clock_timestamp()
    order by w.due_at limit 1 for update skip locked
$$;
revoke all on function kernel.claim_urgent_mail() from public;
grant execute on function kernel.claim_urgent_mail() to collectif_worker;

-- A server that fell silent past the end of a mail may have taken it: three tries, hours apart, rather than sixty copies.
create or replace function kernel.fail_work(p_id uuid, p_code text, p_next_due timestamptz) returns text
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    update kernel.work
    set attempts = attempts + 1, due_at = p_next_due,
        state = case when attempts + 1 >= case when kind <> 'mail' then 10 when p_code = 'smtp_silent' then 3 else 60 end
            then 'dead' else 'pending' end,
        last_error = case when p_code ~ '^[A-Za-z0-9_.:-]{1,80}$' then p_code else 'error' end
    where id = p_id and state = 'pending'
    returning state
$$;

-- Recognises the installation's secret without holding it: another one opens no second factor any more.
create table kernel.secret_mark (
    only_one boolean primary key default true check (only_one),
    mark bytea not null check (octet_length(mark) = 32)
);
comment on table kernel.secret_mark is 'platform: Digest that tells whether the secret of the installation is the one it was set up with; sensitivity=none; retention=permanent';
revoke all on kernel.secret_mark from public;

-- True when the secret of this process is the installation's, or when none was noted yet.
create function kernel.is_own_secret(p_mark bytea) returns boolean
    language sql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select coalesce((select s.mark = p_mark from kernel.secret_mark s), true)
$$;
revoke all on function kernel.is_own_secret(bytea) from public;
grant execute on function kernel.is_own_secret(bytea) to collectif_server, collectif_worker;
