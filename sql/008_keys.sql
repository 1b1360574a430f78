-- The list of keys shows more than it did: functions/042_keys.sql brings its
-- new form.
drop function if exists keywheel.list_keys();
