-- What the comments of the tables promise: traces of access go after twelve months, known browsers thirteen months after their last use,
-- tokens a year after their end, invitations ninety days after theirs. An opened session is named by its own entry.

create index access_trace_minute on kernel.access_trace (minute);

create or replace function kernel.sweep_platform() returns void
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    delete from kernel.session where expires_at < clock_timestamp() - interval '1 day';
    delete from kernel.link where expires_at < clock_timestamp() - interval '30 days';
    delete from kernel.throttle where greatest(window_started_at, blocked_until) < clock_timestamp() - interval '1 day';
    delete from kernel.work where state = 'done' and done_at < clock_timestamp() - interval '90 days';
    delete from kernel.platform_mail where created_at < clock_timestamp() - interval '90 days';
    delete from kernel.organisation_answer where created_at < clock_timestamp() - interval '1 day';
    delete from kernel.access_trace where minute < clock_timestamp() - interval '12 months';
    delete from kernel.known_device where last_used_at < clock_timestamp() - interval '13 months';
    delete from kernel.api_token where expires_at < clock_timestamp() - interval '1 year';
    delete from kernel.invitation where expires_at < clock_timestamp() - interval '90 days';
$$;

-- As before; its entry carries the session that it opens.
create or replace function kernel.open_session(p_email text, p_proof bytea, p_token_hash bytea, p_mfa boolean, p_client text)
    returns uuid
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    opened uuid;
    target uuid;
    due timestamptz;
begin
    update account a set last_sign_in_at = clock_timestamp(),
        factor_due_at = case when factor_wanted(a.id) then coalesce(a.factor_due_at, clock_timestamp() + interval '14 days') end
    where a.email = lower(p_email) and a.disabled_at is null and proves(a.password_hash, p_proof)
    returning a.id, a.factor_due_at into target, due;
    if target is null then
        raise exception 'no such account and password' using errcode = 'CK401';
    end if;
    if due <= clock_timestamp() then
        raise exception 'a second factor comes first' using errcode = 'CK403';
    end if;
    delete from session s where s.account_id = target and s.expires_at < clock_timestamp() - interval '1 day';
    insert into session (token_hash, account_id, created_at, last_seen_at, expires_at, mfa, client)
    values (p_token_hash, target, clock_timestamp(), clock_timestamp(), clock_timestamp() + interval '10 hours', p_mfa,
        left(p_client, 200))
    returning id into opened;
    perform set_config('kernel.origin', concat((origin()).address, '|', opened), true);
    perform append_platform_audit('core.sign_in', 'done', target, null, null, jsonb_build_object('session', opened, 'mfa', p_mfa));
    return opened;
end
$$;
