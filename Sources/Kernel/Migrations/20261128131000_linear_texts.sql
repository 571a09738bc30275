-- Checks and folds whose time grew with the square of the text: looking back from each place, and ordering long runs of combining marks.

-- Text as it is searched: lower case, no accent, ligatures opened, apostrophes and no-break spaces as spaces.
-- Capitals are in the map too, so that the result does not depend on the locale of the database.
-- Thirty signs in a row beyond Latin are no French word: they stay as they are, since composing such a run costs its square.
create or replace function kernel.fold(p_text text) returns text
    language sql immutable parallel safe
    return case when pg_catalog.octet_length(p_text) = pg_catalog.char_length(p_text)
        then pg_catalog.replace(pg_catalog.lower(p_text), '''', ' ')
        else pg_catalog.translate(
            pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(pg_catalog.replace(
                pg_catalog.lower(case when p_text ~ U&'[^\0001-\02FF\2000-\20CF]{30}' then p_text
                    else pg_catalog.normalize(p_text, 'NFC') end), 'œ', 'oe'), 'æ', 'ae'), 'Œ', 'oe'), 'Æ', 'ae'),
            'àâäáãåçéèêëíìîïñóòôöõúùûüýÿÀÂÄÁÃÅÇÉÈÊËÍÌÎÏÑÓÒÔÖÕÚÙÛÜÝŸ''’' || U&'\00A0\202F',
            'aaaaaaceeeeiiiinooooouuuuyyaaaaaaceeeeiiiinooooouuuuyy    ') end;

-- False when a text holds a social-security number: 13 digits and a key of 2, key = 97 - (number mod 97),
-- Corsica written 2A (counted as 19) or 2B (18); spaces, no-break spaces and dots may stand between the digits.
--
-- Nearly every text ends at the first two patterns, which only ask whether. Of what is left each sign becomes one byte that says how it
-- stands: a digit after a digit as itself, a digit after a gap or a break as k to t, a letter of Corsica, a break as '!'. A place is then
-- judged by looking at its fifteen bytes. A text of more than 2 000 places, one in 97 of which
-- holds by chance, is refused whole.
create or replace function kernel.no_nir(p_text text) returns boolean
    language plpgsql immutable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $$
declare
    gap constant text := U&'[ .\00A0\202F\2009]{0,2}';
    shape constant text := '(?<![0-9])[1-8](?:' || gap || '[0-9]){4}' || gap || '(?:[0-9]' || gap || '[0-9]|2' || gap || '[ABab])(?:'
        || gap || '[0-9]){8}(?![0-9])';
    signs text;
    marks bytea;
    breaks bytea;
    digits bytea;
    places integer;
    holds boolean;
begin
    if p_text !~ '[1-8][^[:alpha:]]{4}' or p_text !~ shape then
        return true;
    end if;
    select string_agg(m[1], '! ') into signs
    from regexp_matches(p_text, U&'[0-9ABab .\00A0\202F\2009]{4,}', 'g') m where length(m[1]) > 14;
    signs := replace(replace(replace(replace(replace(replace(signs, '.', ' '), U&'\00A0', ' '), U&'\202F', ' '), U&'\2009', ' '),
        'a', 'A'), 'b', 'B');
    -- Three gaps are a break; what follows a break or a letter begins a group.
    signs := replace(replace(replace(replace(replace(replace(signs, '   ', '! '), '  ', ' '), ' A', 'A'), ' B', 'B'), 'A ', 'A'), 'B ', 'B');
    signs := concat(' ', replace(replace(signs, 'A', 'A '), 'B', 'B '), '!');
    digits := convert_to(replace(replace(replace(replace(signs, ' ', ''), '!', '0'), 'A', '9'), 'B', '8'), 'UTF8');
    for digit in 0..9 loop
        signs := replace(signs, ' ' || digit, chr(107 + digit));
    end loop;
    signs := replace(signs, ' ', '');
    marks := convert_to(signs, 'UTF8');
    breaks := convert_to(replace(replace(signs, 'A', '!'), 'B', '!'), 'UTF8');
    select count(*), coalesce(bool_or(c.number / 100 % 97 + c.number % 100 = 97), false) into places, holds
    from (
        select case when case position('!'::bytea in substring(breaks from p.i + 1 for 15)) when 0 then true
                when 7 then get_byte(marks, p.i + 6) in (65, 66) and get_byte(marks, p.i + 5) in (50, 109)
                    and position('!'::bytea in substring(breaks from p.i + 8 for 8)) = 0
                else false end
            -- A letter was read as 9 or 8 after its 2: less ten, ten million times over, and the two digits of the key.
            then encode(substring(digits from p.i + 1 for 15), 'escape')::bigint
                - case when get_byte(marks, p.i + 6) between 65 and 66 then 1000000000 else 0 end end as number
        from (
            select i from generate_series(0, length(marks) - 16) i
            where get_byte(marks, i) >= 108 and get_byte(marks, i) < 116 and not get_byte(marks, i + 15) between 48 and 57
            limit 2001) p
        offset 0) c;
    return not holds and places <= 2000;
end
$$;
