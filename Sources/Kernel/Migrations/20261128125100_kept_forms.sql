-- Forms typed and not yet sent: one mechanism for every form, in place of a table per MSP. A draft is its writer's alone, whatever the
-- page it belongs to, so that another device or a new sign-in finds it. The server seals what it keeps: SQL sees who and when.
create table kernel.kept_form (
    account_id uuid not null references kernel.account (id) on delete cascade,
    -- Made from the address and the unseen values of the form.
    form_key text not null check (form_key ~ '^[0-9a-z]{1,40}$'),
    sealed bytea not null check (octet_length(sealed) between 1 and 1500000),
    kept_at timestamptz not null default clock_timestamp(),
    primary key (account_id, form_key)
);
create index kept_form_age on kernel.kept_form (kept_at);
comment on table kernel.kept_form is
    'platform: Forms typed and not yet sent, sealed with the installation''s key, given back to their writer; sensitivity=personal; retention=thirty days';

-- Keeps a form for the person of a live session. `p_former` is the credential under which it was typed: when that was another
-- person's, or nobody's that is still known, nothing is kept and false comes back.
create function kernel.keep_form(p_credential bytea, p_key text, p_sealed bytea, p_former bytea default null) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    if p_former is not null
        and not exists (select from session s where s.token_hash = p_former and s.account_id = own.account_id) then
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

-- The person's own drafts among some keys.
create function kernel.kept_forms(p_credential bytea, p_keys text[]) returns table (form_key text, sealed bytea)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
declare
    own constant session := session_of(p_credential);
begin
    return query select k.form_key, k.sealed from kept_form k where k.account_id = own.account_id and k.form_key = any (p_keys);
end
$$;

-- Forgets some of the person's own drafts.
create function kernel.forget_forms(p_credential bytea, p_keys text[]) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    own constant session := session_of(p_credential);
begin
    delete from kept_form k where k.account_id = own.account_id and k.form_key = any (p_keys);
end
$$;

-- What the retention of drafts says; called with the sweep of the platform.
create function kernel.sweep_kept_forms() returns void
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
    delete from kernel.kept_form where kept_at < clock_timestamp() - interval '30 days';
$$;

revoke all on function kernel.keep_form(bytea, text, bytea, bytea), kernel.kept_forms(bytea, text[]),
    kernel.forget_forms(bytea, text[]), kernel.sweep_kept_forms() from public;
grant execute on function kernel.keep_form(bytea, text, bytea, bytea), kernel.kept_forms(bytea, text[]),
    kernel.forget_forms(bytea, text[]) to collectif_server;
grant execute on function kernel.sweep_kept_forms() to collectif_worker;

drop table kernel.draft;
