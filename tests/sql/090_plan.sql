-- A pick finds its row by the primary key, and requests theirs.

select test.add_keys(1, 1000);
select test.add_token();
select test.judge(key_id, '{"rest": "key", "rest_ms": 60000}')
from keywheel.keys where key_id % 4 = 0 \g /dev/null
analyze keywheel.key_rotation, keywheel.key_cooldown, keywheel.tokens;

create function test.plan(p_sql text)
returns text
language plpgsql
as $$
declare
	v_line text;
	v_plan text := '';
begin
	for v_line in execute 'explain (costs off) ' || p_sql loop
		v_plan := v_plan || v_line || E'\n';
	end loop;
	return v_plan;
end $$;

set plan_cache_mode = force_generic_plan;
prepare pick (text, integer, text, bigint[]) as
update keywheel.key_rotation r set uses = r.uses + 1,
	last_used_at = clock_timestamp()
where r.pool = $1 and r.slot = $2 and r.key_id <> all ($4)
	and (r.rests_until <= now()
		or not keywheel.is_resting(r.scope, r.key_id, $3))
returning r.key_id;
select test.ok(p ~ 'Index Scan using key_rotation_pkey' and p !~ 'Seq Scan',
	'a pick uses the primary key')
from test.plan('execute pick(''gemini'', 7, ''m'', ''{}'')') p;
reset plan_cache_mode;

-- What the functions really do, by this session's counters.
create function test.scans(p_table text)
returns bigint
language sql volatile
as $$
	select coalesce(sum(seq_scan), 0)::bigint from pg_stat_xact_user_tables
	where schemaname = 'keywheel' and relname = p_table;
$$;
begin;
select test.scans('key_rotation') as rotation \gset
select test.picks(200) \g /dev/null
select test.is(test.scans('key_rotation') - :rotation, 0::bigint,
	'200 picks, a quarter rests: no scan of the rotation');
select keywheel.begin_request(i, gen_random_uuid(), '\x01', 'gemini', 'm',
	'r', false, 60000) from generate_series(1, 20) i \g /dev/null
select test.is(test.scans('key_rotation') - :rotation, 0::bigint,
	'begin_request: no scan of the rotation');
commit;

-- Only columns without an index change at a pick.
select test.is(array_agg(indexrelid::regclass::text),
	array['keywheel.key_rotation_pkey'],
	'the rotation has no other index')
from pg_index where indrelid = 'keywheel.key_rotation'::regclass;

-- A lost lease's request is looked up by its id in every partition.
select test.ok(p !~ 'Seq Scan on requests_2', 'requests are found by id')
from (select test.plan('select from keywheel.requests where request_id = '
	'''00000000-0000-0000-0000-000000000001''') as p
	from (select set_config('enable_seqscan', 'off', true)) s) q;
