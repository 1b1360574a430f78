-- Changing settings: who did it, the history, what was expected, the page.

select test.is(keywheel.put_settings('{"A": "1", "S": "secret"}', 'ann', 'page',
	'{A}'), 2::bigint, 'two are put');
select test.is(string_agg(concat_ws(' ', version, by, source, name, secret,
		coalesce(old_value, '-'), coalesce(new_value, '-')), ', '
		order by name),
	'2 ann page A f - 1, 2 ann page S t - -',
	'the history has both, without the secret')
from keywheel.setting_history;
select test.is(keywheel.put_settings('{"A": "1"}', 'bob', 'cli', '{A}'),
	0::bigint, 'the same again');
select test.is(count(*), 2::bigint, '… is no change')
from keywheel.setting_history;
select test.is(keywheel.put_settings('{"A": null, "S": "other", "N": null}',
	'bob', 'cli', '{A,N}'), 2::bigint, 'one goes, one changes');
select test.is(string_agg(concat_ws(' ', by, source, name,
		coalesce(old_value, '-'), coalesce(new_value, '-')), ', '
		order by name),
	'bob cli A 1 -, bob cli S - -', '… and both are told')
from keywheel.setting_history where version = 3;
select test.is(keywheel.put_settings('{"B": "x"}'), 1::bigint,
	'without a word on who');
select test.is(concat_ws('|', by, source, secret, coalesce(new_value, '-')),
	'|sql|t|-', '… no value is kept')
from keywheel.setting_history where name = 'B';

-- What was expected.
select test.is(keywheel.put_settings('{"A": "2", "C": "3"}', 'eve', 'page',
	'{A,C}', '{"A": "1"}'), -1::bigint, 'it is not that any more');
select test.is(settings ->> 'A', null, '… nothing has changed')
from keywheel.get_settings();
select test.is(keywheel.put_settings('{"A": "2", "C": "3"}', 'eve', 'page',
	'{A,C}', '{"A": null, "C": null}'), 2::bigint, 'it is as expected');
select test.is(keywheel.put_settings('{"A": "3"}', 'eve', 'page', '{A}',
	'{"A": null}'), -1::bigint, 'there is one, and none was expected');
select test.is(keywheel.put_settings('{"A": "3"}', 'eve', 'page', '{A}',
	'{"A": "2"}'), 1::bigint, 'others may have changed');

-- What pages show.
select test.is(d -> 'settings', '{"A": "3", "B": "x", "C": "3", "S": "other"}',
	'what is stored') from keywheel.setting_page() d;
select test.is((d ->> 'version')::bigint, 6::bigint, 'its version')
from keywheel.setting_page() d;
select test.is((d -> 'last' -> 'S') - 'at', '{"by": "bob", "source": "cli"}',
	'who changed it last') from keywheel.setting_page() d;
select test.is(d -> 'models', '[]', 'no models') from keywheel.setting_page() d;

select test.is(string_agg(c ->> 'name', '' order by n), 'ACAB',
	'the newest changes first')
from keywheel.setting_changes('', 0, 4) d,
	jsonb_array_elements(d -> 'changes') with ordinality e(c, n);
select test.is(d -> 'more', 'true', '… and there are more')
from keywheel.setting_changes('', 0, 4) d;
select test.is(string_agg(c ->> 'id', ' ' order by n), '4 3 2 1',
	'those before that') from keywheel.setting_changes('', 5, 4) d,
	jsonb_array_elements(d -> 'changes') with ordinality e(c, n);
select test.is(d -> 'more', 'false', '… are the last')
from keywheel.setting_changes('', 5, 4) d;
select test.is(jsonb_array_length(d -> 'changes'), 2, 'by name, in any case')
from keywheel.setting_changes('s', 0, 9) d;
select test.is(d, '{"more": false, "changes": []}', 'a % is a %')
from keywheel.setting_changes('%', 0, 9) d;
select test.is(d - 'at', '{"id": 8, "by": "eve", "source": "page", "name": "A",
	"secret": false, "old_value": "2", "new_value": "3", "value": "3"}',
	'one of them') from keywheel.setting_change(8) d;
select test.is(keywheel.setting_change(99), null::jsonb, 'there is none');

-- It does not grow without end.
insert into keywheel.setting_history (version, by, source, name, secret)
select 1, '', 'sql', 'X', true from generate_series(1, 6000);
select keywheel.put_settings('{"A": "4"}', 'eve', 'page', '{A}') \g /dev/null
select test.is(count(*), 5000::bigint, 'the newest 5000 are kept')
from keywheel.setting_history;
select keywheel.put_settings(jsonb_build_object('BIG' || i,
	repeat('x', 1000000)), 'eve', 'page', array['BIG' || i])
from generate_series(1, 10) i \g /dev/null
select test.is(count(*), 8::bigint, '… and no more than 8 MB')
from keywheel.setting_history;
select keywheel.put_settings(jsonb_build_object('HUGE',
	repeat('x', 10000000)), 'eve', 'page', '{HUGE}') \g /dev/null
select test.is(string_agg(name, ' '), 'HUGE', '… but the last one always is')
from keywheel.setting_history;
