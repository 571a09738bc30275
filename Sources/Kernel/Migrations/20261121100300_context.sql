-- The signed context: which MSP and which account the current transaction works for.
--
-- kernel.context = msp|account|expiry|signature, set by SET LOCAL. The signature covers the start of the transaction too:
-- a copied value reads nothing in any other transaction. (The process id is left out: parallel workers have their own.)
-- It is sha256(key + sha256(key + text)), keyed inside and outside so that nothing can be appended to the text.
-- Where the check runs on another node (Citus), that node has a transaction of its own: bind_transaction is then false
-- and the expiry alone limits a copy.

create table kernel.signing_key (
    id integer primary key check (id = 1),
    key bytea not null check (octet_length(key) = 32),
    bind_transaction boolean not null default true
);
comment on table kernel.signing_key is
    'platform: Key that signs the context, never distributed, never readable; sensitivity=secret; retention=until replaced';
-- Six random UUIDs carry over 700 random bits; one digest of them is the key.
insert into kernel.signing_key (id, key)
select 1, sha256(string_agg(uuid_send(gen_random_uuid()), ''::bytea)) from generate_series(1, 6);

-- The context as read by the policies. NULL, hence no row, when it is absent, forged, expired or of another transaction.
-- Nothing of the value is converted before its signature holds, so that a forged one raises no error either.
create function kernel.current_msp() returns uuid
    language plpgsql stable security definer parallel safe
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    context constant text := current_setting('kernel.context', true);
    signature text;
begin
    if context is null or context = '' then
        return null;
    end if;
    select encode(sha256(k.key || sha256(k.key || convert_to(concat(left(context, -64),
        case when k.bind_transaction then extract(epoch from current_timestamp) end), 'UTF8'))), 'hex')
    into signature from signing_key k;
    if right(context, 64) = signature then
        if split_part(context, '|', 3)::numeric > extract(epoch from clock_timestamp()) then
            return left(context, 36)::uuid;
        end if;
    end if;
    return null;
end
$$;

-- The account of the context; the nil UUID for a link or a job; NULL without a valid context.
create function kernel.current_account() returns uuid
    language plpgsql stable security definer parallel safe
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    if kernel.current_msp() is null then
        return null;
    end if;
    return substr(current_setting('kernel.context', true), 38, 36)::uuid;
end
$$;

-- Sets the setting for the rest of the transaction: by a SET LOCAL command, the only form that Citus forwards to its nodes.
create function kernel.put_context(p_value text) returns void
    language plpgsql
as $$
begin
    execute pg_catalog.format('set local kernel.context = %L', p_value);
end
$$;

-- Signs and sets the context. Only other functions of the owner call it. kernel.enter does the same in its own body.
create function kernel.set_context(p_msp uuid, p_account uuid, p_lifetime interval) returns void
    language plpgsql
    set search_path = pg_catalog, kernel, pg_temp
as $$
declare
    body constant text := concat(p_msp, '|', p_account, '|', extract(epoch from clock_timestamp() + p_lifetime), '|');
begin
    perform put_context(concat(body, encode(sha256(k.key || sha256(k.key || convert_to(concat(body,
        case when k.bind_transaction then extract(epoch from current_timestamp) end), 'UTF8'))), 'hex')))
    from signing_key k;
end
$$;

grant execute on function kernel.current_msp(), kernel.current_account() to collectif_server, collectif_worker;

-- Refuses work for an MSP that is not the one of the context: an argument never opens another tenant.
create function kernel.require_context(p_msp uuid) returns void
    language plpgsql stable
    set search_path = pg_catalog, kernel, pg_temp
as $$
begin
    if p_msp is distinct from kernel.current_msp() or p_msp is null then
        raise exception 'no context for this MSP' using errcode = 'CK404';
    end if;
end
$$;
