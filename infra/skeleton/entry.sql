-- The first table of the module: its own columns; those that every record has come with the call.
create schema «id»;
grant usage on schema «id» to collectif_server, collectif_worker;

call kernel.tenant_table('«id».entry', $$
    title text not null check (kernel.is_line(title, 120)),
    day date,
    note text check (kernel.is_text(note, 2000))
$$, 'tenant: What an entry is; sensitivity=internal; retention=five years');
create index entry_title on «id».entry (msp_id, title, id);
