-- Who serves, which master key seals, what is sealed anew.

select keywheel.note_host('web1:/k', '1.0', 26, '{aa}');
select test.is(program || ' ' || schema || ' ' || keys::text, '1.0 26 {aa}',
	'a host says that it is there') from keywheel.hosts;
update keywheel.hosts set seen_at = now() - interval '20 seconds';
select keywheel.note_host('web1:/k', '1.0', 26, '{aa}');
select test.ok(seen_at < now(), 'not more often than once a minute')
from keywheel.hosts;
select keywheel.note_host('web1:/k', '1.0', 26, '{aa,bb}');
select test.is(keys::text, '{aa,bb}', '… but at once when its keys are others')
from keywheel.hosts;
select test.is((select count(*) from keywheel.list_hosts()), 1::bigint,
	'it is listed');
update keywheel.hosts set seen_at = now() - interval '16 minutes';
select test.is((select count(*) from keywheel.list_hosts()), 0::bigint,
	'… for a quarter of an hour');
insert into keywheel.hosts values ('gone:/k', '1.0', 26, '{aa}',
	now() - interval '25 hours');
select keywheel.note_host('web1:/k', '1.0', 26, '{aa,bb}');
select test.is((select count(*) from keywheel.hosts), 1::bigint,
	'who has not been here for a day is forgotten');

-- Programs from before this table: their responders have other numbers.
insert into keywheel.leases (responder, request_id, started_at, expires_at,
	model, route, streamed)
values (65536 + 32768 + 3, gen_random_uuid(), now(), now(), 'm', 'r', false);
select test.is((select string_agg(host, ',') from keywheel.list_hosts()),
	'web1:/k', 'responders of this version are known by their number');
insert into keywheel.leases (responder, request_id, started_at, expires_at,
	model, route, streamed)
values (65536 + 3, gen_random_uuid(), now(), now(), 'm', 'r', false);
select test.is((select string_agg(host, ',' order by host)
	from keywheel.list_hosts()), ',web1:/k', '… and older ones, too');

-- Which one seals.
select test.is(keywheel.sealing_key(), null, 'none was ever changed');
select test.is(keywheel.seal_with('bb'), true, 'another one seals');
select test.is(settings, 2::bigint, '… which everybody hears of')
from keywheel.revision;
select test.is(keywheel.seal_with('bb'), false, '… and does so already');
select test.is(sealing || ' ' || least_schema, 'bb 25', '/health tells it')
from keywheel.health();

-- Sealed anew: what is still as it was read.
insert into keywheel.keys (hash, secret, hint, origin)
select sha256(i::text::bytea), ('\x0' || i)::bytea, '…' || i, 'cli'
from generate_series(1, 5) i;
insert into keywheel.key_rotation (pool, key_id, scope, secret, hint)
select 'gemini', key_id, scope, secret, hint from keywheel.keys;
select test.is((select string_agg(place || '=' || encode(sealed, 'hex'), ' ')
	from keywheel.sealed_rows('keys', '2', 2)), '3=03 4=04',
	'keys, some at a time');
select test.is(keywheel.reseal('keys', '[
	{"place": "3", "old": "\\x03", "new": "\\xaa"},
	{"place": "4", "old": "\\x99", "new": "\\xbb"}]'), 1::bigint,
	'what has changed meanwhile stays');
select test.is(string_agg(encode(secret, 'hex'), ' ' order by key_id),
	'01 02 aa 04 05', '… and the others are there') from keywheel.keys;
select test.is((select copied || ' ' || left_over
	from keywheel.copy_secrets(4, 5)), '0 0', 'copies of the rotation: a range');
select test.is((select copied || ' ' || left_over
	from keywheel.copy_secrets(1, 5)), '1 0', '… that has one');
select test.is(string_agg(encode(secret, 'hex'), ' ' order by key_id),
	'01 02 aa 04 05', '… which is up to date') from keywheel.key_rotation;

insert into keywheel.request_bodies values
	('00000000-0000-7000-8000-000000000001', now(), 1, '\x01'),
	('00000000-0000-7000-8000-000000000002', now() - interval '9 years', 1,
		'\x02');
select test.is((select string_agg(right(place, 1) || '=' ||
	encode(sealed, 'hex'), ' ') from keywheel.sealed_rows('bodies', '', 9)),
	'1=01 2=02', 'bodies, of all days');
select test.is(keywheel.reseal('bodies', '[
	{"place": "00000000-0000-7000-8000-000000000002", "old": "\\x02",
	"new": "\\xcc"}]'), 1::bigint, '… sealed anew');
insert into keywheel.cached_answers (hash, model, answer, size, expires_at,
	worth)
values ('\x01', 'm', '\x0a', 1, 'infinity', 1),
	('\x02', 'm', '\x0b', 1, 'infinity', 1);
select test.is((select string_agg(place || '=' || encode(sealed, 'hex'), ' ')
	from keywheel.sealed_rows('answers', '01', 9)), '02=0b', 'answers');
select test.is(keywheel.reseal('answers',
	'[{"place": "02", "old": "\\x0b", "new": "\\xdd"}]'), 1::bigint,
	'… sealed anew');
insert into keywheel.key_drafts (draft_id, part, keys)
values ('00000000-0000-7000-8000-000000000003', 0,
	'[{"secret": "\\x01"}, {"secret": "\\x02"}]'),
	('00000000-0000-7000-8000-000000000003', 1, '[{"secret": "\\x03"}]');
select test.is((select string_agg(encode(sealed, 'hex'), ' ')
	from keywheel.sealed_rows('drafts', '', 1)), '01 02',
	'drafts, a part at a time');
select test.is((select string_agg(encode(sealed, 'hex'), ' ')
	from keywheel.sealed_rows('drafts',
		'00000000-0000-7000-8000-000000000003 0', 1)), '03',
	'… and the next');
select test.fails($$select keywheel.reseal('drafts', '[]')$$, '20000',
	'… which are never sealed anew');

-- Only the owner changes it.
select test.is(has_function_privilege('keywheel_app',
	'keywheel.note_host(text, text, bigint, text[])', 'execute'), true,
	'a responder may say that it is there');
select test.is(bool_or(has_function_privilege('keywheel_app', f, 'execute')),
	false, '… and neither read nor change what is sealed')
from unnest(array['keywheel.seal_with(text)', 'keywheel.reseal(text, jsonb)',
	'keywheel.sealed_rows(text, text, bigint)',
	'keywheel.copy_secrets(bigint, bigint)']) f;
