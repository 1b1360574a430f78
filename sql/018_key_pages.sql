-- What the pages of keys look for. Keys change seldom: their indexes cost
-- little. The rotation gets none: a pick must change no column that has one.

-- How many keys there are of a state, without reading them; and which ones
-- share a scope's rests.
create index keys_by_state on keywheel.keys (state, pool, key_id);
create index keys_by_scope on keywheel.keys (scope);
