-- Who is in a group: lines under the group like any others, each with an id and a revision of its own.
-- The default serves servers of the release before, which give no id; this one always does.
alter table kernel.team_group_member
    add column id uuid not null default gen_random_uuid(),
    add column revision integer not null default 1,
    add column updated_at timestamptz,
    add column updated_by uuid,
    add unique (msp_id, id);
