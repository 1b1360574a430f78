-- What is remembered between requests: signatures and conversations, and the
-- key that is preferred for them.

select test.add_keys(1, 4);
select test.add_keys(5, 7, '4711');
select test.add_token();
select keywheel.add_token('other', '\x02', '…othe', false, 'cli') \g /dev/null

-- A request's first call, and its last.
create function pg_temp.begin(p_recall jsonb, p_model text default 'm',
	p_token bytea default '\x01', p_pool text default 'gemini')
returns record
language sql
as $$
	select b.answer, b.key_id, b.scope, b.recalled
	from keywheel.begin_request(1, gen_random_uuid(), p_token, p_pool,
		p_model, 'openai.chat', false, 60000, p_recall) b;
$$;
create function pg_temp.picked(p_recall jsonb, p_model text default 'm',
	p_token bytea default '\x01', p_pool text default 'gemini')
returns bigint
language sql
as $$
	select b.key_id
	from pg_temp.begin(p_recall, p_model, p_token, p_pool)
		b (answer text, key_id bigint, scope text, recalled jsonb);
$$;
create function pg_temp.recalled(p_recall jsonb, p_token bytea default '\x01')
returns jsonb
language sql
as $$
	select b.recalled from pg_temp.begin(p_recall, 'm', p_token)
		b (answer text, key_id bigint, scope text, recalled jsonb);
$$;
create function pg_temp.ended(p_key bigint, p_remember jsonb,
	p_token bigint default 1, p_model text default 'm')
returns void
language sql
as $$
	select keywheel.end_request(1, gen_random_uuid(),
		(extract(epoch from now()) * 1000)::bigint, p_token, p_key,
		p_model, 'openai.chat', true, 'complete', 200, 1, 1, 0, 0, 1,
		5, 9, '', null, null, p_remember);
$$;
-- Does the rotation give another key each time, as if nothing was asked for?
create function pg_temp.rotates(p_recall jsonb, p_token bytea default '\x01')
returns boolean
language sql
as $$
	select count(distinct pg_temp.picked(p_recall, 'm', p_token)) = 7
	from generate_series(1, 7);
$$;
create function pg_temp.drawn()
returns bigint
language plpgsql
as $$
declare
	v_drawn bigint;
begin
	execute format('select last_value from keywheel.cursor_%s',
		hashtext('m') & 31) into v_drawn;
	return v_drawn;
end $$;

-- Nothing is known yet.
select test.is(b.answer || ' ' || b.key_id || ' ' || b.scope || ' '
		|| coalesce(b.recalled::text, 'nothing'),
	'leased 1 key/1 nothing', 'a lease tells its scope; nothing is known')
from pg_temp.begin('{"conversation": "aa", "calls": ["c1"]}')
	b (answer text, key_id bigint, scope text, recalled jsonb);
select test.is(pg_temp.picked('{}'), 2::bigint, 'nothing is asked for');
select test.is(b.scope, 'project/4711', 'the scope of a project''s key')
from keywheel.retry_request(1, gen_random_uuid(), 'gemini', 'm',
	'{1,2,3,4}', null) b;

-- Null costs nothing: no table of memory is looked at.
create function pg_temp.looks()
returns bigint
language sql volatile
as $$
	select sum(coalesce(seq_scan, 0) + coalesce(idx_scan, 0)
		+ n_tup_ins)::bigint
	from pg_stat_xact_user_tables
	where schemaname = 'keywheel' and relname in ('signatures',
		'conversations', 'model_quirks', 'models', 'keys', 'settings');
$$;
begin;
select pg_temp.looks() as looks \gset
select pg_temp.picked(null) from generate_series(1, 10) \g /dev/null
select pg_temp.ended(1, null) from generate_series(1, 10) \g /dev/null
select test.is(pg_temp.looks() - :looks, 0::bigint,
	'without recall and remember nothing is looked at');
commit;

-- What was remembered comes back.
select pg_temp.ended(3, '{"conversation": "aa", "signatures": {"c1": "S1",
	"c2": "S2"}}');
select test.is(pg_temp.recalled('{"calls": ["c0", "c1", "c1", "c2"]}'),
	'{"signatures": {
	"c1": {"signature": "S1", "scope": "key/3", "model": "m"},
	"c2": {"signature": "S2", "scope": "key/3", "model": "m"}}}'::jsonb,
	'signatures come back with their scope and model');
select test.is(pg_temp.recalled('{"conversation": "aa"}'), null,
	'a conversation by itself tells nothing');
select test.is(count(*), 2::bigint, 'signatures are kept for 24 hours')
from keywheel.signatures where expires_at = now() + interval '24 hours'
	or expires_at between now() + interval '1439 minutes'
		and now() + interval '1440 minutes';

-- The key is preferred, and the cursor stays where it is.
select pg_temp.drawn() as drawn \gset
select uses from keywheel.key_rotation where key_id = 3 \gset
select test.is(array_agg(distinct pg_temp.picked('{"conversation": "AA"}')),
	'{3}', 'a conversation keeps its key')
from generate_series(1, 10);
select test.is(array_agg(distinct pg_temp.picked('{"calls": ["c1"]}')),
	'{3}', 'a call has the key it was signed with')
from generate_series(1, 10);
select test.is(pg_temp.drawn(), :drawn::bigint, '… without the cursor');
select test.is(uses - :uses, 20::bigint, '… and each is counted')
from keywheel.key_rotation where key_id = 3;
select test.ok(last_used_at > now() - interval '1 minute', '… with its time')
from keywheel.key_rotation where key_id = 3;
select test.is(key_id, 3::bigint, '… and the lease is on it')
from keywheel.leases where responder = 1;
insert into keywheel.settings (name, value)
values ('CONVERSATION_AFFINITY', 'false');
select test.ok(pg_temp.rotates('{"conversation": "aa", "calls": ["c1"]}'),
	'no preference, if the setting says so');
select test.is(pg_temp.recalled('{"calls": ["c1"]}')
	#>> '{signatures,c1,signature}', 'S1', '… but the signatures');
delete from keywheel.settings where name = 'CONVERSATION_AFFINITY';

-- Plain requests in between stay exactly even.
create temporary table before as
select key_id, uses from keywheel.key_rotation where pool = 'gemini';
do $$
begin
	for i in 1..70 loop
		perform pg_temp.picked('{"conversation": "aa"}');
		perform pg_temp.picked(null);
		perform pg_temp.picked('{"calls": ["c1"]}');
	end loop;
end $$;
select test.is(string_agg((r.uses - b.uses)::text, ' ' order by key_id),
	'10 10 150 10 10 10 10', 'plain requests in between stay even')
from keywheel.key_rotation r join before b using (key_id);

-- The newest known call goes before older ones and the conversation.
select pg_temp.ended(2, '{"signatures": {"c3": "S3"}}');
select test.is(pg_temp.picked('{"conversation": "aa",
	"calls": ["c1", "c3", "c9"]}'), 2::bigint, 'the newest known call''s key');
select test.is(pg_temp.picked('{"conversation": "aa",
	"calls": ["c3", "c1"]}'), 3::bigint, '… by the order of the calls');
select test.is(pg_temp.picked('{"conversation": "aa", "calls": ["c9"]}'),
	3::bigint, 'no call is known: the conversation''s key');

-- What is another token's, another pool's or too old is as good as none.
select test.ok(pg_temp.rotates('{"conversation": "aa", "calls": ["c1"]}',
	'\x02'), 'another token''s rows have no effect');
select test.is(pg_temp.recalled('{"conversation": "aa", "calls": ["c1"]}',
	'\x02'), null, '… and are not shown');
select test.is(b.answer || coalesce(b.recalled::text, ''), 'unauthorized',
	'a foreign token is told nothing')
from pg_temp.begin('{"calls": ["c1"]}', 'm', '\x03')
	b (answer text, key_id bigint, scope text, recalled jsonb);
select test.add_keys(91, 91, null, 'paid');
select test.is(pg_temp.picked('{"calls": ["c1"]}', 'm', '\x01', 'paid'),
	(select key_id from keywheel.keys where pool = 'paid'),
	'a key of another pool is not taken');
select pg_temp.ended(4, '{"conversation": "bb", "bypass": true,
	"signatures": {"old": "S"}}');
update keywheel.signatures set expires_at = now() - interval '1 second'
where call_id = 'old';
update keywheel.conversations set expires_at = now() - interval '1 second'
where hash = '\xbb';
select test.ok(pg_temp.rotates('{"conversation": "bb", "calls": ["old"]}'),
	'expired rows have no effect');
select test.is(pg_temp.recalled('{"conversation": "bb", "calls": ["old"]}'),
	null, '… and are not shown');

-- The key is not free: another one of its project, else the rotation.
select pg_temp.ended(5, '{"conversation": "cc", "signatures": {"p": "S"}}');
select test.is(pg_temp.picked('{"calls": ["p"]}'), 5::bigint,
	'that very key first');
select test.judge(5, '{"rest": "key", "rest_ms": 60000}');
select test.ok(bool_and(k in (6, 7)) and count(distinct k) = 2,
	'it rests: the others of its project, by turns')
from (select pg_temp.picked('{"calls": ["p"]}') as k
	from generate_series(1, 4)) s;
select test.is(pg_temp.picked('{"calls": ["p"]}', 'elsewhere'), 5::bigint,
	'… but not for another model');
select keywheel.set_key_state(5, 'disabled', 'test') \g /dev/null
select test.ok(pg_temp.picked('{"conversation": "cc"}') in (6, 7),
	'it is disabled: the others of its project');
select keywheel.set_key_state(5, 'active', 'test') \g /dev/null
select test.is(pg_temp.picked('{"conversation": "cc"}'), 5::bigint,
	'it is back');
select pg_temp.drawn() as drawn \gset
select test.judge(6, '{"rest": "project", "rest_ms": 60000}');
select test.is(array_agg(distinct k order by k), '{1,2,3,4}',
	'its project rests: the rotation')
from (select pg_temp.picked('{"calls": ["p"]}') as k
	from generate_series(1, 7)) s;
select test.ok(pg_temp.drawn() > :drawn, '… by the cursor');
select test.judge(3, '{"rest": "key", "rest_ms": 60000}');
select test.ok(not 3 = any (array_agg(k)), 'a key of no project rests')
from (select pg_temp.picked('{"conversation": "aa"}') as k
	from generate_series(1, 6)) s;
select test.pass(61000);

-- A second attempt goes by the rotation, and not to what has been tried.
select test.is(b.key_id, 3::bigint, 'the first attempt: the preferred key')
from pg_temp.begin('{"conversation": "aa"}')
	b (answer text, key_id bigint, scope text, recalled jsonb);
select test.ok(bool_and(k <> 3) and count(distinct k) > 2,
	'a second attempt: not that one')
from (select (keywheel.retry_request(1, (select request_id
	from keywheel.leases where responder = 1), 'gemini', 'm', '{3}', null))
	.key_id as k from generate_series(1, 7)) s;

-- A conversation goes on with the key that answered last; bypass stays.
select pg_temp.ended(1, '{"conversation": "aa"}');
select test.is(pg_temp.picked('{"conversation": "aa"}'), 1::bigint,
	'a conversation has moved');
select pg_temp.ended(1, '{"conversation": "aa", "bypass": true}');
select pg_temp.ended(2, '{"conversation": "aa", "bypass": false}');
select test.is(pg_temp.recalled('{"conversation": "aa"}'),
	'{"bypass": true}'::jsonb, 'bypass stays with a conversation');
select test.is(pg_temp.recalled('{"conversation": "aa", "calls": ["c1"]}')
	- 'signatures', '{"bypass": true}'::jsonb, '… beside signatures');
select pg_temp.ended(4, '{"conversation": "bb"}');
select test.is(pg_temp.recalled('{"conversation": "bb"}'), null,
	'… but not beyond its end');

-- A turn soon after the last one writes nothing; a later one lasts a day.
select ctid, expires_at as ends from keywheel.conversations
where hash = '\xaa' \gset
select pg_temp.ended(2, '{"conversation": "aa"}');
select test.is(ctid, :'ctid', 'a turn within the hour writes nothing')
from keywheel.conversations where hash = '\xaa';
update keywheel.conversations set expires_at = now() + interval '22 hours'
where hash = '\xaa';
select pg_temp.ended(2, '{"conversation": "aa"}');
select test.ok(expires_at >= :'ends', 'a later one keeps it for a day')
from keywheel.conversations where hash = '\xaa';

-- The same call again, by another key.
select pg_temp.ended(4, '{"signatures": {"c1": "S9"}}', 1, 'm2');
select test.is(pg_temp.recalled('{"calls": ["c1"]}'), '{"signatures": {"c1":
	{"signature": "S9", "scope": "key/4", "model": "m2"}}}'::jsonb,
	'a call that is signed anew');

-- Who has no token or no key leaves nothing; a second report neither.
select count(*) as n from keywheel.signatures \gset
select pg_temp.ended(null, '{"conversation": "dd", "signatures": {"n": "S"}}');
select pg_temp.ended(1, '{"conversation": "dd", "signatures": {"n": "S"}}',
	null);
select pg_temp.ended(1, '{}');
select test.fails($$select keywheel.end_request(1, r.request_id,
	(extract(epoch from r.started_at) * 1000)::bigint, 1, 1, 'm', 'r',
	true, 'complete', 200, 1, 1, 0, 0, 1, 5, 9, '', null, null,
	'{"conversation": "dd", "signatures": {"n": "S"}}')
	from (select * from keywheel.requests limit 1) r$$, '23505',
	'a second report');
select test.is(count(*), :n::bigint, '… nothing is kept')
from keywheel.signatures;
select test.is(count(*), 0::bigint, '… no conversation either')
from keywheel.conversations where hash = '\xdd';

-- Ceilings of a request.
select pg_temp.ended(1, jsonb_build_object('signatures',
	jsonb_object_agg('many-' || i, 'S')), 2)
from generate_series(1, 100) i;
select test.is(count(*), 64::bigint, 'at most 64 signatures of a request')
from keywheel.signatures where token_id = 2;
delete from keywheel.signatures where token_id = 2;
select pg_temp.ended(1, jsonb_build_object('signatures', jsonb_build_object(
	repeat('i', 256), 'S', repeat('i', 257), 'S', 'largest',
	repeat('S', 262144), 'larger', repeat('S', 262145), '', 'S', 'empty',
	'', 'null', null)), 2);
select test.is(array_agg(left(call_id, 7) order by call_id),
	'{iiiiiii,largest}', 'what is too long, or empty, is not kept')
from keywheel.signatures where token_id = 2;
select test.is(length(pg_temp.recalled('{"calls": ["largest"]}', '\x02')
	#>> '{signatures,largest,signature}'), 262144, 'the largest comes back');
insert into keywheel.signatures
select 2, 'call-' || i, 1, 'key/1', 'm', 'S', now() + interval '1 hour'
from generate_series(1, 100) i;
select test.is(count(*) || ' ' || ('call-36' = any (array_agg(k))) || ' '
		|| ('call-37' = any (array_agg(k))), '64 false true',
	'at most 64 calls are recalled, the newest')
from jsonb_object_keys(pg_temp.recalled((select jsonb_build_object('calls',
	jsonb_agg('call-' || i order by i)) from generate_series(1, 100) i),
	'\x02') -> 'signatures') k;

-- The setting says how long.
select keywheel.put_settings('{"SIGNATURE_HOURS": "2"}') \g /dev/null
select pg_temp.ended(1, '{"signatures": {"two": "S"}}');
select test.ok(expires_at between now() + interval '119 minutes'
	and now() + interval '2 hours', 'SIGNATURE_HOURS is in force')
from keywheel.signatures where call_id = 'two';
select keywheel.put_settings('{"SIGNATURE_HOURS": "0"}') \g /dev/null
select pg_temp.ended(1, '{"signatures": {"zero": "S"}}');
select test.is(count(*), 0::bigint, '0: none is kept')
from keywheel.signatures where call_id = 'zero';
select keywheel.put_settings('{"SIGNATURE_HOURS": "long"}') \g /dev/null
select pg_temp.ended(1, '{"signatures": {"odd": "S"}}');
select test.ok(expires_at > now() + interval '23 hours',
	'what is no number: the default')
from keywheel.signatures where call_id = 'odd';

-- The clean-up: first what has expired, of both.
create function pg_temp.maintain()
returns integer
language plpgsql
as $$
declare
	v_calls integer := 0;
begin
	update keywheel.revision set maintained_at = '-infinity';
	while keywheel.maintain() loop
		v_calls := v_calls + 1;
	end loop;
	return v_calls;
end $$;
truncate keywheel.signatures, keywheel.conversations;
insert into keywheel.signatures
select t, i::text, 1, 'key/1', 'm', 'S', now() + i * interval '1 second'
from generate_series(1, 2) t, generate_series(-10, 10) i;
insert into keywheel.conversations
select 1, int4send(i), 1, false, now() + i * interval '1 second'
from generate_series(-10, 10) i;
select test.is(pg_temp.maintain(), 1, 'the clean-up');
select test.is((select count(*) from keywheel.signatures) || ' '
	|| (select count(*) from keywheel.conversations), '20 10',
	'… has removed what has expired');

-- In batches; then what is too much of a token, then altogether, the oldest.
select test.is(keywheel.trim_memory('signatures', 100, 100, 3), 0,
	'nothing to trim');
select test.is(keywheel.trim_memory('signatures', 8, 100, 3), 3,
	'a batch of what one token has too many');
select test.is(keywheel.trim_memory('signatures', 8, 100, 3), 1,
	'… and the rest of it');
select test.is(string_agg(distinct n || ' from ' || m, ', '), '8 from 3',
	'… the oldest of each')
from (select count(*) as n, min(call_id::integer) as m
	from keywheel.signatures group by token_id) s;
insert into keywheel.signatures
select 3, i::text, 1, 'key/1', 'm', 'S', now() + i * interval '1 minute'
from generate_series(1, 4) i;
select test.is(keywheel.trim_memory('signatures', 8, 6, 100), 14,
	'what is too much altogether');
select test.is(string_agg(token_id || '/' || call_id, ' ' order by token_id,
	call_id), '1/10 2/10 3/1 3/2 3/3 3/4', '… the oldest of all')
from keywheel.signatures;
select test.is(keywheel.trim_memory('conversations', 7, 5, 100), 5,
	'conversations in the same way');

-- However many came: the clean-up goes on until the ceilings hold.
truncate keywheel.signatures;
insert into keywheel.signatures
select i % 5, i::text, 1, 'key/1', 'm', 'S', now() + i * interval '1 ms'
from generate_series(1000001, 1230000) i;
select test.is(pg_temp.maintain(), 3, '130,000 too many: three batches');
select test.is(count(*) || ' ' || min(call_id::integer), '100000 1130001',
	'… and the newest 100,000 are left')
from keywheel.signatures;
delete from keywheel.signatures;
insert into keywheel.signatures
select 1, i::text, 1, 'key/1', 'm', 'S', now() + i * interval '1 ms'
from generate_series(1000001, 1060000) i;
select test.is(pg_temp.maintain(), 1, '10,000 too many of one token');
select test.is(count(*), 50000::bigint, '… 50,000 of it are left')
from keywheel.signatures;
select test.is(array_agg(relpersistence::text), '{u,u}',
	'what may be lost is not logged')
from pg_class where oid in ('keywheel.signatures'::regclass,
	'keywheel.conversations'::regclass);
