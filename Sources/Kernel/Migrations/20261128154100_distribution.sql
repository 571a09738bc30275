-- A tenant's table refers to tenants' tables alone: those of the platform may stand on another machine. An MSP is never deleted from
-- `organisation`, and its profile is made with it.
alter table kernel.msp_profile drop constraint msp_profile_msp_id_fkey;
