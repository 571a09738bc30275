-- What people say of the deadlines that records declare, and how far each MSP was told of them by mail.

create table kernel.deadline_mark (
    msp_id uuid not null,
    -- The record's id and the deadline's name, as declared.
    record text not null check (record ~ '^[a-z][a-z0-9_.]{1,59}$'),
    object_id uuid not null,
    deadline text not null check (deadline ~ '^[a-z][a-z0-9_]{0,39}$'),
    -- The day that it was said of: when the record's field moves, the mark counts for nothing.
    due_on date not null,
    put_off_to date check (put_off_to > due_on),
    done_on date,
    reason text check (kernel.is_line(reason, 300)),
    created_at timestamptz not null default now(),
    created_by uuid,
    updated_at timestamptz,
    updated_by uuid,
    primary key (msp_id, record, object_id, deadline, due_on)
);
create index deadline_mark_deadline on kernel.deadline_mark (msp_id, record, deadline, object_id);
call kernel.protect('kernel.deadline_mark', 'select, insert, update', 'select');
comment on table kernel.deadline_mark is
    'tenant: Deadlines of records said done or put off, with the reason; sensitivity=internal; retention=as the record that it is about';

create table kernel.deadline_round (
    msp_id uuid not null,
    -- The last day, on the clocks of the MSP, of which its people were told.
    told_on date not null,
    primary key (msp_id)
);
call kernel.protect('kernel.deadline_round', null, 'select, insert, update');
comment on table kernel.deadline_round is
    'tenant: Last day of the daily mail of deadlines; sensitivity=none; retention=life of the MSP';

-- Whom the daily mail may reach in the MSP of the context: members of today, their address and what they may do here.
create function kernel.people_to_tell(p_msp uuid)
    returns table (account_id uuid, first_name text, email text, permissions text[])
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query
    select a.id, a.first_name, a.email, g.permissions
    from organisation o
    join membership m on m.organisation_id = o.id
    join account a on a.id = m.account_id
    join role_grant g on g.roles = m.roles and g.organisation_id = rights_key(p_msp, o.own_rights)
    where o.id = p_msp and o.archived_at is null and a.disabled_at is null and m.valid_from <= (now() at time zone o.time_zone)::date
        and (m.valid_to is null or m.valid_to >= (now() at time zone o.time_zone)::date)
    order by a.id;
end
$$;
revoke all on function kernel.people_to_tell(uuid) from public;
grant execute on function kernel.people_to_tell(uuid) to collectif_worker;
