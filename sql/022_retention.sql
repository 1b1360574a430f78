-- The account is kept for as long, and as large, as the settings say.

-- Functions that get a further argument; functions/ brings them back.
drop function if exists keywheel.clear_rows, keywheel.drop_day;
