-- What is typed in one tab outlives the session that another tab, another device or a new second factor ended: for a day it is still
-- known whose the session was, so that the same person, and nobody else, gets the form back after signing in again.
create table kernel.ended_session (
    token_hash bytea primary key,
    account_id uuid not null references kernel.account (id) on delete cascade,
    ended_at timestamptz not null default clock_timestamp()
);
create index ended_session_account on kernel.ended_session (account_id);
create index ended_session_age on kernel.ended_session (ended_at);
comment on table kernel.ended_session is
    'platform: Whose a session was that has ended, to give a form that was typed in it back to the same person. It opens nothing; sensitivity=personal; retention=one day';

create function kernel.session_ended() returns trigger
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    insert into ended_session (token_hash, account_id)
    select old.token_hash, a.id from account a where a.id = old.account_id
    on conflict (token_hash) do nothing;
    return null;
end
$$;
revoke execute on function kernel.session_ended() from public;
create trigger session_ended after delete on kernel.session for each row execute function kernel.session_ended();

create or replace function kernel.keep_form(p_credential bytea, p_key text, p_sealed bytea, p_former bytea default null) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    if p_former is not null
        and not exists (select from session s where s.token_hash = p_former and s.account_id = own.account_id)
        and not exists (select from ended_session e where e.token_hash = p_former and e.account_id = own.account_id) then
        return false;
    end if;
    -- One person's drafts stay few: the oldest make room.
    delete from kept_form k
    where k.account_id = own.account_id and k.form_key in (
        select o.form_key from kept_form o where o.account_id = own.account_id order by o.kept_at desc offset 99);
    insert into kept_form (account_id, form_key, sealed, kept_at) values (own.account_id, p_key, p_sealed, clock_timestamp())
    on conflict (account_id, form_key) do update set sealed = excluded.sealed, kept_at = excluded.kept_at;
    return true;
end
$$;

-- What the retention of drafts says; called with the sweep of the platform.
create or replace function kernel.sweep_kept_forms() returns void
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    delete from kernel.kept_form where kept_at < clock_timestamp() - interval '30 days';
    delete from kernel.ended_session where ended_at < clock_timestamp() - interval '1 day';
$$;
