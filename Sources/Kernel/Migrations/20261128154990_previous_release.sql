-- Functions that the release before still calls while this one migrates under it (docs/operator/upgrade.md). They go with the next
-- release, when infra/release/previous names a commit that no longer calls them.

-- Its namesakes are told apart at the next change of the team by this release: it does not send the French names of professions.
create function kernel.mark_namesakes(p_msp uuid) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
end
$$;

create function kernel.platform_mail_done(p_id uuid, p_state text) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform platform_mail_done(p_id, p_state, null);
end
$$;

-- This release purges each retention by a job of its own; one sweep less until the old worker ends costs nothing.
create function kernel.sweep_platform() returns void
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as 'select';

create function kernel.sweep_kept_forms() returns void
    language sql security definer
    set search_path = pg_catalog, kernel, pg_temp
as 'select';

revoke all on function kernel.mark_namesakes(uuid), kernel.platform_mail_done(uuid, text), kernel.sweep_platform(),
    kernel.sweep_kept_forms() from public;
grant execute on function kernel.mark_namesakes(uuid) to collectif_server, collectif_worker;
grant execute on function kernel.platform_mail_done(uuid, text), kernel.sweep_platform(), kernel.sweep_kept_forms() to collectif_worker;

-- Two tables were described anew since 20261128153000 said what becomes of their rows when an MSP leaves.
do $$
declare
    declared record;
begin
    for declared in select * from (values ('work', 'moves'), ('account', 'stays')) d (name, fate) loop
        execute format('comment on table kernel.%I is %L', declared.name,
            regexp_replace(obj_description(format('kernel.%I', declared.name)::regclass, 'pg_class'), '; msp=[a-z]+$', '')
                || '; msp=' || declared.fate);
    end loop;
end
$$;
