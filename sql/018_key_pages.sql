-- What the pages of keys look for. Keys change seldom: an index of theirs costs
-- little. The rotation gets none: a pick must change no column that has one.

-- How many keys there are of a state, without reading them.
create index keys_by_state on keywheel.keys (state, pool, key_id);
