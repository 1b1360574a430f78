-- Many keys at once, what is known of them, and editing it.

create function pg_temp.given(p_from integer, p_to integer,
	p_more jsonb default '{}')
returns jsonb
language sql
as $$
	select jsonb_agg(jsonb_build_object('place', i,
		'hash', sha256(i::text::bytea), 'secret', '\x00'::bytea,
		'hint', '…' || i, 'pool', 'gemini') || p_more order by i)
	from generate_series(p_from, p_to) i;
$$;
-- A whole load, as C does it: what became of the keys.
create function pg_temp.load(p_keys jsonb, p_origin text default 'cli')
returns text
language plpgsql
as $$
declare
	v_new bigint[];
	v_said text;
begin
	select array_agg(a.key_id) filter (where a.result <> 'known'),
		(select string_agg(s.result || ' ' || s.n, ', ' order by s.result)
			from (select x.result, count(*) as n
				from unnest(array_agg(a.result)) x (result)
				group by 1) s)
	into v_new, v_said
	from keywheel.add_keys(p_keys, p_origin) a;
	perform keywheel.rotation_add_many(v_new);
	return v_said;
end $$;

-- Dry: what would be, and nothing is.
select test.is(string_agg(result || coalesce(key_id::text, '-'), ' '),
	'added- added-', 'what would become of them')
from keywheel.add_keys(pg_temp.given(1, 2), 'cli', true);
select test.is(count(*), 0::bigint, '… and nothing has') from keywheel.keys;
select test.is((select count(*) from keywheel.pools), 0::bigint,
	'… not even a pool');

-- New, known, both; places are told.
select test.is(pg_temp.load(pg_temp.given(1, 500)), 'added 500', '500 keys');
select test.ok(test.is_dense(), '… dense');
select test.is(pg_temp.load(pg_temp.given(400, 600)),
	'added 100, known 101', 'some of them are known');
select test.ok(test.is_dense(), '… dense');
select test.is(string_agg(a.place || a.result, ' ' order by a.place),
	'600known 601added', 'each by its place')
from keywheel.add_keys(pg_temp.given(600, 601), 'cli', true) a;
select test.is(count(*), 600::bigint, 'one event for each')
from keywheel.key_events where event = 'added' and cause = 'cli';
select test.picks(600);
select test.is(min(uses) || ' ' || max(uses), '1 1', 'each has its turn')
from keywheel.key_rotation;

-- What is said of them.
select test.is(pg_temp.load(pg_temp.given(700, 701, '{"project": "p-1",
	"weight": 5, "models": ["a", "b*"], "reserve": true, "note": "n",
	"pool": "paid"}')), 'added 2', 'with what is known of them');
select test.is(string_agg(format('%s %s %s %s %s %s %s', pool, project, scope,
	weight, models, reserve, note), '|' order by key_id),
	'paid p-1 project/p-1 5 {a,b*} t n|paid p-1 project/p-1 5 {a,b*} t n',
	'… it is kept')
from keywheel.keys where pool = 'paid';
select test.fails($$select * from keywheel.add_keys(pg_temp.given(702, 702,
	'{"weight": 101}'), 'cli')$$, '23514', 'a weight that is none');

-- Removed ones come back, where they are wanted now; what is not said stays.
select keywheel.set_key_state(key_id, 'removed', 'test')
from keywheel.keys where pool = 'paid' \g /dev/null
select test.is(pg_temp.load(pg_temp.given(700, 701, '{"weight": 2}'), 'env'),
	'restored 2', 'removed ones');
select test.is(string_agg(format('%s %s %s %s %s %s', pool, project, weight,
	origin, state, state_reason), '|' order by key_id),
	'gemini p-1 2 env active env|gemini p-1 2 env active env',
	'… go where they are wanted') from keywheel.keys where note = 'n';
select test.ok(test.is_dense(), '… dense');
select keywheel.set_key_state(1, 'disabled', 'test') \g /dev/null
select test.is(pg_temp.load(pg_temp.given(1, 1)), 'known 1',
	'a disabled key stays disabled');
select test.is(test.key_state(1), 'disabled', '… it does');

-- A key that comes while its project rests does not jump the rest.
insert into keywheel.key_cooldown (scope, model, until, reason)
values ('project/tired', 'm', now() + interval '1 minute', 'x');
select pg_temp.load(pg_temp.given(800, 800, '{"project": "tired"}'))
\g /dev/null
select test.ok(rests_until > now(), 'a key of a project that rests, rests')
from keywheel.key_rotation where scope = 'project/tired';

-- Many leave at once, and the slots stay dense.
do $$
begin
	perform setseed(0.25);
	for i in 1..60 loop
		perform keywheel.rotation_remove_many(array(
			select key_id from keywheel.key_rotation
			where random() < 0.3));
		update keywheel.keys k set state = case when exists (
			select from keywheel.key_rotation r
			where r.key_id = k.key_id) then 'active'
			else 'disabled' end;
		if not test.is_dense() then
			raise exception 'not dense after leaving %', i;
		end if;
		update keywheel.keys set state = 'active'
		where random() < 0.5 and state = 'disabled';
		perform keywheel.rotation_add_many(array(
			select key_id from keywheel.keys
			where state = 'active'));
		if not test.is_dense() then
			raise exception 'not dense after coming %', i;
		end if;
	end loop;
end $$;
select test.ok(test.is_dense(), 'many leave and come, 60 times: dense');
update keywheel.keys set state = 'active';
select keywheel.rotation_add_many(array(select key_id from keywheel.keys))
\g /dev/null
select test.ok(test.is_dense(), 'all together: dense');

-- Editing. The rotation follows; uses and faults stay.
update keywheel.key_rotation set uses = 7, faults = 2 where key_id = 10;
select test.is(string_agg(e::text, ' ' order by e), '10 11',
	'a project and a weight for two')
from keywheel.edit_keys('{10, 11, 99999}',
	'{"project": "p-2", "weight": 3}', 'test') e;
select test.is(string_agg(format('%s %s %s', r.scope, r.uses, r.faults), '|'
	order by r.key_id), 'project/p-2 7 2|project/p-2 1 0',
	'… the rotation knows')
from keywheel.key_rotation r where key_id in (10, 11);
select test.is(string_agg(cause || ' ' || evidence, '|'),
	'test project: p-2; weight: 3', '… and so does the history')
from keywheel.key_events where event = 'edited' and key_id = 10;
select test.is(count(*), 0::bigint, 'what is so already is no change')
from keywheel.edit_keys('{10, 11}', '{"weight": 3}', 'test');
select keywheel.edit_keys('{10}', '{"project": null, "models": ["a", "b*"],
	"reserve": true, "pool": "paid", "note": "mine"}', 'test') \g /dev/null
select test.is(format('%s %s %s %s %s %s', pool, project, models, reserve,
	weight, note), 'paid  {a,b*} t 3 mine', 'all the others')
from keywheel.keys where key_id = 10;
select test.is(pool || ' ' || scope || ' ' || uses, 'paid/reserve key/10 7',
	'… another pool, and no project')
from keywheel.key_rotation where key_id = 10;
select test.ok(test.is_dense(), '… dense');
select keywheel.edit_keys('{10}', '{"models": null, "note": null}', 'test')
\g /dev/null
select test.is(coalesce(models::text, '-') || note, '-', 'null takes away')
from keywheel.keys where key_id = 10;
select test.fails($$select keywheel.edit_keys('{10}', '{"weight": 0}', 'x')$$,
	'23514', 'a weight that is none');
select keywheel.set_key_state(12, 'disabled', 'test') \g /dev/null
select keywheel.edit_keys('{12}', '{"weight": 9}', 'test') \g /dev/null
select test.is(count(*), 0::bigint, 'a disabled key stays out')
from keywheel.key_rotation where key_id = 12;
select keywheel.set_key_state(13, 'removed', 'test') \g /dev/null
select test.is(count(*), 0::bigint, 'a removed one is no key any more')
from keywheel.edit_keys('{13}', '{"weight": 9}', 'test');
select test.is(array_agg(k), '{12, 14}', 'which there are')
from keywheel.find_keys('{12, 13, 14, 99999}') k;

-- Lists.
select test.is(string_agg(key_id::text, ' '), '10', 'by pool')
from keywheel.list_keys(null, 'paid');
select test.is(string_agg(key_id::text, ' '), '11', 'by project')
from keywheel.list_keys(null, null, 'p-2');
select test.is(string_agg(key_id::text, ' '), '12', 'disabled ones')
from keywheel.list_keys('disabled');
select test.is(string_agg(format('%s %s %s', project, until > now(),
	resting like 'm until 2%Z (x)'), '|'), 'tired t t', 'resting ones')
from keywheel.list_keys('resting', 'gemini');
select test.is((select count(*) from keywheel.list_keys('ready'))
	+ 1, (select count(*) from keywheel.list_keys('active')),
	'ready and resting are the active ones');
select test.is(format('%s %s %s', weight, models, reserve), '3  t',
	'what is known of them') from keywheel.list_keys(null, 'paid');
select test.is(string_agg(event, ' '), 'added edited edited edited',
	'the history of one') from keywheel.list_key_events(10);
select test.is(string_agg(event || ' ' || evidence, ' '),
	'edited models: none; note: none', '… the newest of it')
from keywheel.list_key_events(10, 1);

-- Limits, and alarms where there are none.
select keywheel.change_limit('*', 'm', 'rpm', 15) \g /dev/null
select keywheel.change_limit('*', 'm', 'rpm', 20) \g /dev/null
select test.is(string_agg(format('%s %s %s %s %s', scope, model, kind, value,
	source), '|'), '* m rpm 20 set', 'a limit')
from keywheel.list_limits();
insert into keywheel.ledger (scope, model, day, day_requests)
values ('project/p-2', 'm', keywheel.quota_day(now()), 7);
select keywheel.change_limit('*', 'm', 'rpd', 250) \g /dev/null
select test.is(string_agg(format('%s %s %s %s %s', scope, kind, value, used,
		resets_at is not null), '|' order by scope, kind),
	'* rpd 250 0 t|* rpm 20 0 f|project/p-2 rpd 250 7 t|'
		|| 'project/p-2 rpm 20 0 f',
	'… as the report shows it, with what is used')
from keywheel.report_limits where at is not null;
select keywheel.change_limit('*', 'm', 'rpd', null) \g /dev/null
select keywheel.change_limit('*', 'm', 'rpm', null) \g /dev/null
select test.is(count(*), 0::bigint, '… forgotten') from keywheel.list_limits();
select test.is(count(*), 0::bigint, 'no alarm') from keywheel.list_alarms();
