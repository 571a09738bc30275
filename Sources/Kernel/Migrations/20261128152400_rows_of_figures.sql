-- A social-security number stands whole, or with gaps between its parts; a row of figures, a table of amounts, accounts and codes in groups
-- of four or five are none, though one place in ninety-seven of them has a right key. Only a text in which something is written as
-- people write it, in one piece, in its parts or digit by digit and nothing beside, is looked at place by place, as before.
create or replace function kernel.no_nir(p_text text) returns boolean
    language plpgsql immutable strict parallel safe
    set search_path = pg_catalog, pg_temp
as $$
declare
    gap constant text := U&'[ .\00A0\202F\2009]{0,2}';
    apart constant text := U&'[ .\00A0\202F\2009]{1,2}';
    -- In its parts, 1 85 05 78 006 084 36: its sex apart, or its key, or no gap at all.
    tail constant text := gap || '(?:[0-9]{2}|2' || gap || '[ABab])' || gap || '[0-9]{3}' || gap || '[0-9]{3}';
    parts constant text := '(?<![0-9])(?:[1-8]' || apart || '[0-9]{2}' || gap || '[0-9]{2}' || tail || gap || '[0-9]{2}|[1-8]' || gap || '[0-9]{2}'
        || gap || '[0-9]{2}' || tail || apart || '[0-9]{2}|[1-8][0-9]{4}(?:[0-9]{2}|2[ABab])[0-9]{8})(?![0-9])';
    -- Or digit by digit, fifteen of them and no more: a row of figures is longer.
    alone constant text := U&'(?:^|[^0-9 .\00A0\202F\2009]|[ .\00A0\202F\2009]{3})' || gap || '[1-8](?:' || apart || '[0-9]){4}' || apart
        || '(?:[0-9]' || apart || '[0-9]|2' || gap || '[ABab])(?:' || apart || '[0-9]){8}' || gap
        || U&'(?:$|[^0-9 .\00A0\202F\2009]|[ .\00A0\202F\2009]{3})';
    signs text;
    marks bytea;
    breaks bytea;
    digits bytea;
    places integer;
    holds boolean;
begin
    if p_text !~ '[1-8][^[:alpha:]]{4}' or p_text !~ parts and p_text !~ alone then
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
