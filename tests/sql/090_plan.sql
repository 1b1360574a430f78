-- A pick finds its row by the primary key, and requests theirs.

select test.add_keys(1, 1000);
select test.add_token();
select test.judge(key_id, '{"rest": "key", "rest_ms": 60000}')
from keywheel.keys where key_id % 4 = 0 \g /dev/null
analyze keywheel.key_slots, keywheel.key_rotation, keywheel.key_cooldown, keywheel.tokens;

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
prepare draw (text, integer, text, bigint[]) as
select r.key_id from keywheel.key_slots s
join keywheel.key_rotation r on r.key_id = s.key_id
where s.pool = $1 and s.slot = $2 and r.key_id <> all ($4)
	and (r.rests_until <= now()
		or not keywheel.is_resting(r.scope, r.key_id, $3));
select test.ok(p ~ 'Index Scan using key_slots_pkey'
	and p ~ 'Index Scan using key_rotation_pkey' and p !~ 'Seq Scan',
	'a draw finds slot and key by their primary keys')
from test.plan('execute draw(''gemini'', 7, ''m'', ''{}'')') p;
prepare pick (bigint, text, text) as
update keywheel.key_rotation r set uses = r.uses + 1,
	last_used_at = clock_timestamp()
where r.key_id = $1 and r.pool = $2
	and (r.rests_until <= now()
		or not keywheel.is_resting(r.scope, r.key_id, $3))
returning r.key_id;
select test.ok(p ~ 'Index Scan using key_rotation_pkey' and p !~ 'Seq Scan',
	'a pick uses the primary key')
from test.plan('execute pick(7, ''gemini'', ''m'')') p;
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
select test.is(array_agg(i.name order by i.name),
	'{keywheel.key_rotation_pkey}',
	'the rotation has no other index')
from (select indexrelid::regclass::text as name from pg_index
	where indrelid = 'keywheel.key_rotation'::regclass) i;
select test.is(array_agg(distinct a.attname::text order by a.attname::text),
	'{key_id}', '… and none holds what a pick changes')
from pg_index i
join pg_attribute a on a.attrelid = i.indrelid and a.attnum = any (i.indkey)
where i.indrelid = 'keywheel.key_rotation'::regclass;

-- What is remembered is found by its key, in full tables as in empty ones that
-- have just been made, and the preferred key by its own.
create function test.recall_plan()
returns text
language sql
as $$
	select test.plan('select k.signature from jsonb_array_elements_text('
		'''["call-7", "call-8", "none"]'') c (id) cross join lateral ('
		'select k.signature from keywheel.signatures k where '
		'k.token_id = 1 and k.call_id = c.id limit 1) k')
		|| test.plan('select key_id from keywheel.conversations '
		'where token_id = 1 and hash = ''\x07''');
$$;
select test.ok(p ~ 'Index Scan using signatures_pkey'
	and p ~ 'Index Scan using conversations_pkey' and p !~ 'Seq Scan',
	'empty tables: what is remembered is found by its key')
from test.recall_plan() p;
insert into keywheel.signatures
select i % 7, 'call-' || i, 1 + i % 1000, 'key/1', 'm', repeat('S', 300),
	now() + i * interval '1 second' from generate_series(1, 20000) i;
insert into keywheel.conversations
select 1, int4send(i), 1 + i % 1000, false, now() + i * interval '1 second'
from generate_series(1, 20000) i;
analyze keywheel.signatures, keywheel.conversations;
select test.ok(p ~ 'Index Scan using signatures_pkey'
	and p ~ 'Index Scan using conversations_pkey' and p !~ 'Seq Scan',
	'full tables, too') from test.recall_plan() p;
begin;
select test.scans('signatures') + test.scans('conversations')
	+ test.scans('key_rotation') + test.scans('keys') as scans \gset
select keywheel.begin_request(i, gen_random_uuid(), '\x01', 'gemini', 'm', 'r',
	false, 60000, jsonb_build_object('conversation',
		encode(int4send(i), 'hex'), 'calls', (select jsonb_agg('call-'
		|| (i + 7 * j)) from generate_series(1, 10) j)))
from generate_series(1, 20) i \g /dev/null
select test.is(test.scans('signatures') + test.scans('conversations')
	+ test.scans('key_rotation') + test.scans('keys') - :scans, 0::bigint,
	'begin_request: 20 requests recall, and prefer a key, without a scan');
commit;

-- The clean-up finds what has expired by its index.
select test.ok(p ~ 'Index Scan using signatures_by_end' and p !~ 'Seq Scan',
	'what has expired is found by its end')
from test.plan('select m.ctid from keywheel.signatures m where '
	'm.expires_at <= now() order by m.expires_at limit 50000 '
	'for update skip locked') p;

-- A lost lease's request is looked up by its id in every partition.
select test.ok(p !~ 'Seq Scan on requests_2', 'requests are found by id')
from (select test.plan('select from keywheel.requests where request_id = '
	'''00000000-0000-0000-0000-000000000001''') as p
	from (select set_config('enable_seqscan', 'off', true)) s) q;
