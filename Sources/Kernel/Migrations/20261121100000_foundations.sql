-- Ground of the house: the schema, text rules that every table shares, and the list of applied migrations.

create schema if not exists kernel;
comment on schema kernel is 'Tenants, people, access, ledgers, events and work: what every module stands on.';
grant usage on schema kernel to collectif_server, collectif_worker;

-- No function of this database is callable unless a migration says by whom.
alter default privileges revoke execute on functions from public;

create table if not exists kernel.schema_migration (
    module text not null,
    name text not null,
    checksum text not null,
    phase text not null default 'expand' check (phase in ('expand', 'data', 'contract')),
    applied_at timestamptz not null default now(),
    duration_ms integer not null,
    primary key (module, name)
);
comment on table kernel.schema_migration is
    'platform: Migrations applied to this database; sensitivity=none; retention=life of the database';
-- The server and the worker compare it with their own list before they start.
grant select on kernel.schema_migration to collectif_server, collectif_worker;

-- French order with numbers by value: « Salle 2 » before « Salle 10 ».
create collation kernel.french (provider = icu, locale = 'fr-u-kn-true', deterministic = true);

-- Base 64 with the alphabet for URLs, without padding.
create function kernel.url_base64(p_bytes bytea) returns text
    language sql immutable strict parallel safe
    return pg_catalog.translate(pg_catalog.encode(p_bytes, 'base64'), E'+/=\n', '-_');

-- Text as it is searched: lower case, no accent, ligatures opened, apostrophes and no-break spaces as spaces.
-- Capitals are in the map too, so that the result does not depend on the locale of the database.
create function kernel.fold(p_text text) returns text
    language sql immutable parallel safe
    return pg_catalog.translate(
        pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
            pg_catalog.lower(pg_catalog.normalize(p_text, 'NFC')), 'œ', 'oe'), 'æ', 'ae'), 'Œ', 'oe'), 'Æ', 'ae'),
        'àâäáãåçéèêëíìîïñóòôöõúùûüýÿÀÂÄÁÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŸ''’' || U&'\00A0\202F',
        'aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuyy    ');

-- False when a text holds a social-security number: 13 digits and a key of 2, key = 97 - (number mod 97),
-- Corsica written 2A (counted as 19) or 2B (18); spaces, no-break spaces and dots may stand between the digits.
create function kernel.no_nir(p_text text) returns boolean
    language plpgsql immutable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $$
declare
    gap constant text := U&'[ .\00A0\202F\2009]{0,2}';
    pattern constant text := '(?<![0-9])[1-8](?:' || gap || '[0-9]){4}' || gap || '(?:[0-9]' || gap || '[0-9]|2' || gap || '[ABab])(?:'
        || gap || '[0-9]){8}(?![0-9])';
    place integer := 1;
    digits text;
begin
    if p_text !~ '[1-8][^[:alpha:]]{4}' then
        return true;
    end if;
    loop
        place := regexp_instr(p_text, pattern, place);
        exit when place = 0;
        digits := upper(regexp_replace(regexp_substr(p_text, pattern, place), '[^0-9ABab]', '', 'g'));
        digits := replace(replace(digits, '2A', '19'), '2B', '18');
        if 97 - left(digits, 13)::bigint % 97 = right(digits, 2)::integer then
            return false;
        end if;
        place := place + 1;
    end loop;
    return true;
end
$$;

-- One line of text: bounded, not blank, no control or direction-changing character, no social-security number.
create function kernel.is_line(p_text text, p_max integer) returns boolean
    language sql immutable strict parallel safe
    return pg_catalog.char_length(p_text) between 1 and p_max and p_text ~ '[^[:space:]]'
        and p_text !~ U&'[\0001-\001F\007F-\009F\202A-\202E\2066-\2069]' and kernel.no_nir(p_text);

-- Several lines of text: as above, but line breaks and tabs are welcome and it may be empty.
create function kernel.is_text(p_text text, p_max integer) returns boolean
    language sql immutable strict parallel safe
    return pg_catalog.char_length(p_text) <= p_max
        and p_text !~ U&'[\0001-\0008\000B\000C\000E-\001F\007F-\009F\202A-\202E\2066-\2069]' and kernel.no_nir(p_text);

-- A code of a list: one of the list, or one that an MSP added, which then begins with X_.
create function kernel.is_code(p_code text, variadic p_list text[]) returns boolean
    language sql immutable strict parallel safe
    return p_code = any (p_list) or p_code ~ '^X_[A-Z0-9_]{1,38}$';

grant execute on function kernel.fold(text), kernel.no_nir(text), kernel.is_line(text, integer), kernel.is_text(text, integer),
    kernel.is_code(text, text[]) to collectif_server, collectif_worker;

-- What every tenant table needs, said once: forced row-level security, the one policy, the grants.
-- `p_server` and `p_worker` are lists of privileges ('select, insert'), or null for none.
create procedure kernel.protect(p_table regclass, p_server text, p_worker text default null)
    language plpgsql
    set search_path = pg_catalog, pg_temp
as $$
begin
    execute format('alter table %s enable row level security', p_table);
    execute format('alter table %s force row level security', p_table);
    execute format('create policy tenant on %s for all to public using (msp_id = kernel.current_msp()) '
        'with check (msp_id = kernel.current_msp())', p_table);
    if p_server is not null then
        execute format('grant %s on %s to collectif_server', p_server, p_table);
    end if;
    if p_worker is not null then
        execute format('grant %s on %s to collectif_worker', p_worker, p_table);
    end if;
end
$$;
