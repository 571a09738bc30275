-- What an address, a session or a token touched: acts are the MSP's own rows, refusals and readings the platform's. Each is read by itself,
-- the acts with the caller's own rights.

create function kernel.accesses_touched(p_msp uuid, p_address text, p_credential uuid, p_from timestamptz, p_to timestamptz)
    returns table (at timestamptz, kind text, account_id uuid, credential_id uuid, address text, action text, object_type text,
        object_id uuid, outcome text, times integer)
    language plpgsql stable security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    perform require_context(p_msp);
    return query
    select t.last_at, 'access', t.account_id, nullif(t.credential_id, '00000000-0000-0000-0000-000000000000'), nullif(t.address, ''), t.route,
        null::text, null::uuid, t.outcome, t.times
    from access_trace t
    where t.organisation_id = p_msp and (p_address is null or t.address = p_address)
        and (p_credential is null or t.credential_id = p_credential)
        and num_nonnulls(p_address, p_credential) > 0 and t.minute >= p_from - interval '1 minute' and t.minute < p_to
    order by 1 desc
    limit 5000;
end
$$;

-- Acts first, then accesses: whoever asks puts them in order.
create or replace function kernel.touched(p_msp uuid, p_address text, p_credential uuid, p_from timestamptz, p_to timestamptz)
    returns table (at timestamptz, kind text, account_id uuid, credential_id uuid, address text, action text, object_type text,
        object_id uuid, outcome text, times integer)
    language plpgsql stable security invoker
    set search_path = pg_catalog, kernel, pg_temp
as $$
#variable_conflict use_column
begin
    return query
    select e.at, 'act', e.actor_id, e.credential_id, e.address, e.action, e.object_type, e.object_id, e.outcome, 1
    from audit_entry e
    where e.msp_id = p_msp and (p_address is null or e.address = p_address) and (p_credential is null or e.credential_id = p_credential)
        and num_nonnulls(p_address, p_credential) > 0 and e.at >= p_from and e.at < p_to and e.action <> 'core.access.refused'
    order by 1 desc
    limit 5000;
    return query select * from accesses_touched(p_msp, p_address, p_credential, p_from, p_to);
end
$$;

revoke all on function kernel.accesses_touched(uuid, text, uuid, timestamptz, timestamptz) from public;
grant execute on function kernel.accesses_touched(uuid, text, uuid, timestamptz, timestamptz) to collectif_server;
