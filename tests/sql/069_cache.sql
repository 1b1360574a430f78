-- The response cache: who gets what, what is kept, and what goes first.

select test.add_token();
select keywheel.add_token('other', '\x02', '…othr', false, 'cli') \g /dev/null

create function test.look(p_hash bytea, p_admit bigint default 1,
	p_token bytea default '\x01', p_max_age bigint default null,
	out settings_version bigint, out token_id bigint, out answer bytea,
	out age_s bigint, out keep boolean)
language sql
as $$
	select l.settings_version, l.token_id, l.answer, l.age_s, l.keep
	from keywheel.cache_look(p_token,
		(select settings from keywheel.revision), p_hash, 60, p_admit,
		p_max_age) l;
$$;
-- An answer that takes so many bytes with its row, of 10,000 that there are.
create function test.keep(p_hash bytea, p_size integer,
	p_max bigint default 10000, p_token bigint default 1)
returns void
language sql
as $$
	select keywheel.cache_keep(p_hash, p_token, 'm',
		convert_to(repeat('x', p_size - 300), 'UTF8'), 60, p_max);
$$;
create function test.hit(p_hash bytea)
returns void
language sql
as $$
	select keywheel.cache_hit(gen_random_uuid(),
		(extract(epoch from now()) * 1000)::bigint, 1, 'm', 'r', false,
		'complete', 200, 1, 1, p_hash);
$$;
create function test.kept()
returns text
language sql
as $$
	select coalesce(string_agg(encode(hash, 'hex'), ' ' order by hash), '')
	from keywheel.cached_answers;
$$;
create function test.is_counted()
returns boolean
language sql
as $$
	select coalesce((select sum(size) from keywheel.cached_answers), 0)
		= coalesce((select bytes from keywheel.cache_state), 0);
$$;

-- Frequency.
select test.is(keep, false, 'asked for once') from test.look('\xa1', 2);
select test.is(keep, true, '… the second time it is to be kept')
from test.look('\xa1', 2);
select test.is(keep, false, 'another one') from test.look('\xa2', 3);
select test.is(keep, false, '… twice of three') from test.look('\xa2', 3);
update keywheel.cache_asked set until = now() - interval '1 second';
select test.is(keep, false, 'what was asked for too long ago does not count')
from test.look('\xa1', 2);
select test.is(times, 1, '… and begins anew') from keywheel.cache_asked
where hash = '\xa1';
select test.is(keep, true, 'all are to be kept') from test.look('\xa3');
select test.is(count(*), 0::bigint, '… and nothing is written for that')
from keywheel.cache_asked where hash = '\xa3';

-- Who gets it.
select test.keep('\xa1', 1000);
select test.is(encode(answer, 'escape'), repeat('x', 700), 'there it is')
from test.look('\xa1');
select test.is(count(*), 0::bigint, '… and not asked for any more')
from keywheel.cache_asked where hash = '\xa1';
select test.is(answer, null, 'another token gets nothing')
from test.look('\xa1', 1, '\x02');
select test.is(token_id, null, 'nobody gets nothing')
from test.look('\xa1', 1, '\x03');
select test.is(keep, null, '… and nothing is kept for him')
from test.look('\xa1', 1, '\x03');
select test.is(answer is null and keep is null, true,
	'by other settings it is not looked for')
from keywheel.cache_look('\x01', 0, '\xa1', 60, 1, null);
select test.keep('\xa4', 1000, 10000, null);
select test.is(answer is not null, true, 'one that is anybody''s')
from test.look('\xa4', 1, '\x02');
select keywheel.revoke_token('other') \g /dev/null
select test.is(token_id is null and answer is null, true,
	'… but of those whose token was revoked')
from test.look('\xa4', 1, '\x02');

-- Age.
update keywheel.cached_answers set stored_at = now() - interval '10 seconds';
select test.is(age_s, 10::bigint, 'its age') from test.look('\xa1');
select test.is(answer is null, true, 'too old for who asks')
from test.look('\xa1', 1, '\x01', 10);
select test.is(answer is null, true, '… any is')
from test.look('\xa1', 1, '\x01', 0);
select test.is(answer is not null, true, 'young enough')
from test.look('\xa1', 1, '\x01', 11);
update keywheel.cached_answers set expires_at = now() where hash = '\xa1';
select test.is(answer is null and keep, true, 'what has expired is not there')
from test.look('\xa1');

-- Room. What has expired goes first, then what is worth least for its size.
select test.keep('\xb1', 3000);
select test.keep('\xb2', 3000);
select test.is(test.kept(), 'a1 a4 b1 b2', 'there is room');
select test.keep('\xb3', 3000);
select test.is(test.kept(), 'a4 b1 b2 b3', 'what has expired goes first');
select test.ok(test.is_counted(), '… and is not counted any more');
select test.hit('\xb1');
select test.hit('\xb1');
select test.is(hits, 2::bigint, 'hits are counted')
from keywheel.cached_answers where hash = '\xb1';
select test.keep('\xb4', 3000);
select test.is(test.kept(), 'a4 b1 b3 b4', 'then what is worth least');
select test.keep('\xb5', 6000);
select test.is(test.kept(), 'a4 b1 b5',
	'a large one takes the place of others as large, that nobody asks for');
select test.ok(floor > 0 and test.is_counted(), '… their worth is the floor')
from keywheel.cache_state;
select test.keep('\xb6', 10001);
select test.is(test.kept(), 'a4 b1 b5', 'what is larger than all is not kept');
select test.keep('\xb1', 500);
select test.is(size, 500, 'a new answer takes the place of the old one')
from keywheel.cached_answers where hash = '\xb1';
select test.ok(test.is_counted(), '… also in the count');

-- The account.
select test.is(count(*), 2::bigint, 'each hit has its row')
from keywheel.report_requests
where from_cache and outcome = 'complete' and attempts = 0
	and total_tokens = 0 and key_id is null and token = 'bench';
select test.is(sum(from_cache), 2::numeric, '… and is counted by the day')
from keywheel.report_usage_daily;
select test.fails($$select keywheel.cache_hit(request_id,
	(extract(epoch from started_at) * 1000)::bigint, 1, 'm', 'r', false,
	'complete', 200, 1, 1, '\xb1') from keywheel.requests limit 1$$,
	'23505', 'a second report changes nothing');
select test.is(hits, 0::bigint, '… not the hits either')
from keywheel.cached_answers where hash = '\xb1';

-- Housekeeping.
update keywheel.cached_answers set expires_at = now() where hash = '\xb1';
insert into keywheel.cache_asked values
	('\xc1', 1, now() - interval '1 second'),
	('\xc2', 1, now() + interval '1 hour');
select keywheel.trim_cache(1000) \g /dev/null
select test.is(test.kept(), 'a4 b5', 'what has expired is forgotten');
select test.is(string_agg(encode(hash, 'hex'), ' '), 'c2',
	'… what was asked for, too')
from keywheel.cache_asked where hash in ('\xc1', '\xc2');
select keywheel.put_settings('{"RESPONSE_CACHE_MAX_MB": "0"}') \g /dev/null
select keywheel.trim_cache(1000) \g /dev/null
select test.is(test.kept(), '', 'and what a smaller ceiling has no room for');
select test.ok(test.is_counted(), '… and is counted so');
select test.is(keywheel.trim_cache(1000), 0, '… and that was all');

-- A ceiling that is lowered to a small part: in batches, each of one go.
insert into keywheel.cached_answers (hash, model, answer, size, expires_at,
	worth)
select sha256(i::text::bytea), 'm', '\x00', 1000, now() + interval '1 hour', i
from generate_series(1, 20000) i;
update keywheel.cache_state set bytes = 20000000, floor = 0;
select test.keep('\xb1', 1000);
select test.is(count(*), 19000::bigint,
	'who keeps one does not make room of more than a thousand')
from keywheel.cached_answers;
select test.ok(test.is_counted(), '… nor keeps it then');
select keywheel.put_settings('{"RESPONSE_CACHE_MAX_MB": "1"}') \g /dev/null
select test.is(keywheel.trim_cache(10000), 10000, 'the housekeeping does');
select test.is(keywheel.trim_cache(10000), 7952, '… to the end');
select test.is(sum(size) || ' ' || min(worth), '1048000 18953',
	'… and leaves what is worth most') from keywheel.cached_answers;
select test.is(floor, 18952::double precision, '… above the floor')
from keywheel.cache_state;
select test.ok(test.is_counted(), '… all of it counted');

-- After a crash of the database all of it is gone.
truncate keywheel.cached_answers, keywheel.cache_asked, keywheel.cache_state;
select test.is(keywheel.trim_cache(1000), 0, 'nothing to trim');
select test.hit('\xb1');
select test.is(keep, true, 'and it begins anew') from test.look('\xb1');
select test.keep('\xb1', 1000);
select test.ok(test.is_counted(), '… with the count');

-- A token's own word.
select test.is(keywheel.get_cache_tokens(), '{}', 'no token has its own word');
select settings as before from keywheel.revision \gset
select test.is(keywheel.set_token_cache('bench', true), true, 'one has');
select test.is(keywheel.get_cache_tokens(), '{"01": true}', '… for all');
select test.is(settings, :before + 1::bigint, '… from the next request on')
from keywheel.revision;
select keywheel.set_token_cache('bench', true) \g /dev/null
select test.is(settings, :before + 1::bigint, '… once is enough')
from keywheel.revision;
select test.is(keywheel.set_token_cache('other', true), false,
	'a revoked one has none');
select test.is(cache, 'on', 'the list says it') from keywheel.list_tokens()
where name = 'bench';
select keywheel.set_token_cache('bench', null) \g /dev/null
select test.is(keywheel.get_cache_tokens(), '{}', 'no word any more');
