-- What the functions about organisations share: who asks, with which rights, and the trace of what was done or refused;
-- and the links that an MSP gives to be opened without sign-in.

-- The personal token of a credential, while it lives; all null when the credential is none.
create function kernel.token_of(p_credential bytea) returns kernel.api_token
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
    select t from kernel.api_token t join kernel.account a on a.id = t.account_id
    where t.token_hash = p_credential and t.expires_at > clock_timestamp() and t.revoked_at is null and a.disabled_at is null
$$;

-- The account behind a live credential, session or personal token; CK401 otherwise.
create function kernel.caller_of(p_credential bytea) returns uuid
    language plpgsql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    return coalesce((token_of(p_credential)).account_id, (session_of(p_credential)).account_id);
end
$$;

-- Through what a credential comes, for the trail.
create function kernel.channel_of(p_credential bytea) returns text
    language sql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$ select case when (kernel.token_of(p_credential)).id is null then 'screen' else 'api' end $$;

-- The roles that a token of that scope carries. The rights over a federation hang on its roles, not on permissions: a scope that is
-- narrower than its person never administers one; it reads, as an agent does.
create function kernel.token_roles(p_roles text[], p_scope text[]) returns text[]
    language sql immutable parallel safe
    return case when p_scope is null then p_roles else array_replace(p_roles, 'FEDERATION_ADMIN', 'FEDERATION_AGENT') end;

-- The account of a live credential, its roles and rights in one organisation of any kind; CK404 when it is not a member.
-- A personal token counts in its own organisation alone, within its scope: elsewhere it is nobody.
create function kernel.member_of(p_credential bytea, p_organisation uuid, out account_id uuid, out roles text[], out permissions text[])
    language plpgsql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    token constant api_token := token_of(p_credential);
begin
    account_id := caller_of(p_credential);
    select m.roles, rights(rights_key(o.id, o.own_rights), m.roles) into roles, permissions
    from membership m join organisation o on o.id = m.organisation_id
    where m.account_id = member_of.account_id and m.organisation_id = p_organisation and o.archived_at is null
        and (token.id is null or token.organisation_id = p_organisation)
        and (clock_timestamp() at time zone o.time_zone)::date between m.valid_from and coalesce(m.valid_to, 'infinity');
    if roles is null then
        raise exception 'nothing here' using errcode = 'CK404';
    end if;
    if token.permissions is not null then
        roles := token_roles(roles, token.permissions);
        permissions := array(select p from unnest(permissions) p where p = any (token.permissions));
    end if;
end
$$;

-- Traces an act on an organisation where it belongs: the MSP's own trail, or the platform's.
create function kernel.trace(
    p_actor uuid, p_organisation uuid, p_action text, p_object_type text, p_object uuid, p_outcome text, p_through text, p_request_id text,
    p_detail jsonb) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    former constant text := coalesce(current_setting('kernel.context', true), '');
    nil constant uuid := '00000000-0000-0000-0000-000000000000';
begin
    if exists (select from organisation o where o.id = p_organisation and o.kind = 'MSP') then
        perform set_context(p_organisation, coalesce(p_actor, nil), interval '15 seconds');
        perform append_audit(p_organisation, p_action, p_object_type, p_object, p_outcome, p_through, p_request_id, p_detail);
        perform put_context(former);
    else
        perform append_platform_audit(p_action, p_outcome, p_actor, p_organisation, p_request_id,
            jsonb_strip_nulls(jsonb_build_object('object', p_object, 'detail', p_detail)));
    end if;
end
$$;

-- Traces a refused request, in a transaction of its own: no context is needed and none is left.
create function kernel.audit_refusal(
    p_credential bytea, p_msp uuid, p_action text, p_outcome text, p_through text, p_request_id text default null,
    p_detail jsonb default null) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    actor uuid;
begin
    select s.account_id into actor from session s where s.token_hash = p_credential;
    if actor is null then
        select t.account_id into actor from api_token t where t.token_hash = p_credential;
    end if;
    perform trace(actor, p_msp, p_action, null, null, p_outcome, p_through, p_request_id, p_detail);
end
$$;

-- A link of the MSP of the context, opened without sign-in: an answer to a notice, a room's QR code.
create function kernel.create_link(
    p_msp uuid, p_token_hash bytea, p_purpose text, p_subject uuid, p_expires_at timestamptz, p_single_use boolean) returns void
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    perform require_context(p_msp);
    if p_purpose in ('invitation', 'reset') then
        raise exception 'reserved purpose' using errcode = 'CK422';
    end if;
    insert into link (token_hash, organisation_id, purpose, subject_id, expires_at, single_use)
    values (p_token_hash, p_msp, p_purpose, p_subject, p_expires_at, p_single_use);
end
$$;

-- Marks a link as used, under the context that it opened: true the first time, or always when it may be used again.
create function kernel.use_link(p_token_hash bytea, p_purpose text) returns boolean
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    update link l set used_at = coalesce(l.used_at, clock_timestamp())
    where l.token_hash = p_token_hash and l.purpose = p_purpose and l.expires_at > clock_timestamp()
        and l.organisation_id = current_msp() and (l.used_at is null or not l.single_use);
    return found;
end
$$;

-- Withdraws the links of one subject of the MSP of the context; gives how many.
create function kernel.revoke_links(p_msp uuid, p_purpose text, p_subject uuid) returns integer
    language plpgsql security definer
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    withdrawn integer;
begin
    perform require_context(p_msp);
    delete from link l where l.organisation_id = p_msp and l.purpose = p_purpose and l.subject_id = p_subject
        and l.purpose not in ('invitation', 'reset');
    get diagnostics withdrawn = row_count;
    return withdrawn;
end
$$;

grant execute on function kernel.audit_refusal(bytea, uuid, text, text, text, text, jsonb), kernel.use_link(bytea, text)
    to collectif_server;
grant execute on function kernel.create_link(uuid, bytea, text, uuid, timestamptz, boolean), kernel.revoke_links(uuid, text, uuid)
    to collectif_server, collectif_worker;
