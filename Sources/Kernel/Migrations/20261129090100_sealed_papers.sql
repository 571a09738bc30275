-- A job too may seal a paper of an object: its copy stands where those of people stand.
grant insert, update on kernel.record_file to collectif_worker;
