-- The standing columns of a table of an MSP, in one call: key, revision, who and when, row-level security, rights and comment. `p_columns`
-- are its own columns and constraints, as in `create table`; a table of lines has no `archived_at` and is deleted from.
create procedure kernel.tenant_table(
    p_table text, p_columns text, p_comment text, p_archives boolean default true, p_server text default 'select, insert, update',
    p_worker text default 'select'
)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    if p_comment !~ '^tenant: [^;]+; sensitivity=[^;]+; retention=[^;]+' then
        raise exception 'the comment of % says what it is, its sensitivity and its retention', p_table using errcode = 'invalid_parameter_value';
    end if;
    execute format(
        'create table %s (msp_id uuid not null, id uuid not null, %s, created_at timestamptz not null default now(), created_by uuid, '
            'updated_at timestamptz, updated_by uuid, %s revision integer not null default 1, primary key (msp_id, id))',
        p_table, p_columns, case when p_archives then 'archived_at timestamptz,' else '' end);
    call kernel.protect(p_table::regclass, p_server, p_worker);
    execute format('comment on table %s is %L', p_table, p_comment);
end
$$;
revoke all on procedure kernel.tenant_table(text, text, text, boolean, text, text) from public;
comment on procedure kernel.tenant_table(text, text, text, boolean, text, text) is
    'Makes a table of an MSP with its standing columns, row-level security, rights and comment; for migrations';
