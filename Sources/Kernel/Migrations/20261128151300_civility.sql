-- A person's own title: what is said of the person agrees with it. Nobody is asked; without it both forms are shown.
alter table kernel.professional
    add column civility text check (civility in ('MME', 'M')),
    -- The profession as it is said of this person: the code, and the title behind it where it is known.
    add column said_profession text generated always as (profession || coalesce(':' || civility, '')) stored;
grant insert (civility), update (civility) on kernel.professional to collectif_server;
