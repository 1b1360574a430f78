-- Settings and tokens.

-- Settings: all at once, with a version.
select test.is(settings_version || ' ' || settings::text, '1 {}',
	'at first there are none') from keywheel.get_settings();
select test.is(keywheel.put_settings('{"A": "1", "B": "two"}'), 2::bigint,
	'two rows are put');
select test.is(settings_version || ' ' || settings::text,
	'2 {"A": "1", "B": "two"}', '… a new version')
from keywheel.get_settings();
select test.is(keywheel.put_settings('{"A": "1"}'), 0::bigint,
	'the same value changes nothing');
select test.is(settings_version, 2::bigint, '… and makes no version')
from keywheel.get_settings();
select test.is(keywheel.put_settings('{"A": "3", "B": null, "C": null}'),
	2::bigint, 'one changed, one taken away');
select test.is(settings_version || ' ' || settings::text, '3 {"A": "3"}',
	'… a new version') from keywheel.get_settings();
select test.is(keywheel.put_settings('{}'), 0::bigint, 'nothing to put');
select test.is(keywheel.put_settings('{"D": ""}'), 1::bigint,
	'an empty text is a value');

-- Every request sees the version.
select test.is(settings_version, 4::bigint, 'begin_request tells it')
from keywheel.begin_request(1, gen_random_uuid(), '\x00', 'gemini', 'm', 'r',
	false, 1000);
select test.is(settings_version, 4::bigint, 'check_token tells it')
from keywheel.check_token('\x00');
select test.is(settings_version || ' ' || schema_version || ' '
	|| keys_active || ' ' || keys_all, '4 '
	|| (select max(version) from keywheel.schema_migrations) || ' 0 0',
	'health tells it') from keywheel.health();

-- Tokens.
select test.is(result || ' ' || token_id, 'added 1', 'a new token')
from keywheel.add_token('ann', '\x01', '…ann1', false, 'cli');
select test.is(result || ' ' || token_id, 'known 1', 'the same again')
from keywheel.add_token('ann', '\x01', '…ann1', false, 'cli');
select test.is(result || ' ' || coalesce(token_id, 0), 'name_taken 0',
	'another token of that name')
from keywheel.add_token('ann', '\x02', '…ann2', false, 'cli');
select test.is(token_id || ' ' || admin, '1 false', 'it may call the API')
from keywheel.check_token('\x01');
select test.is(token_id, null::bigint, 'the one that was refused may not')
from keywheel.check_token('\x02');

-- One token for both roles.
select test.is(result, 'known', 'the same token as the administrator''s')
from keywheel.add_token('boss', '\x01', '…ann1', true, 'cli');
select test.is(token_id || ' ' || admin, '1 true', '… may do both')
from keywheel.check_token('\x01');
select test.is(result, 'known', 'added as a client''s again')
from keywheel.add_token('ann', '\x01', '…ann1', false, 'cli');
select test.is(admin, true, '… it stays the administrator''s')
from keywheel.check_token('\x01');

-- Revoke and restore.
select test.is(keywheel.revoke_token('ann'), true, 'revoked');
select test.is(keywheel.revoke_token('ann'), false, 'revoked already');
select test.is(keywheel.revoke_token('nobody'), false, 'nobody''s name');
select test.is(token_id, null::bigint, 'a revoked token is nobody''s')
from keywheel.check_token('\x01');
select test.is(answer, 'unauthorized', '… and gets no key')
from keywheel.begin_request(1, gen_random_uuid(), '\x01', 'gemini', 'm', 'r',
	false, 1000);
select test.is(result, 'added', 'its name is free')
from keywheel.add_token('ann', '\x03', '…ann3', false, 'cli');
select test.is(result, 'name_taken', 'it cannot come back under that name')
from keywheel.add_token('ann', '\x01', '…ann1', false, 'cli');
select test.is(result || ' ' || token_id, 'restored 1', 'under another it can')
from keywheel.add_token('anna', '\x01', '…ann1', false, 'env');
select test.is(name || ' ' || admin || ' ' || origin, 'anna false env',
	'… as what it is now')
from keywheel.list_tokens() where token_id = 1;

-- A load that names fewer.
select keywheel.add_token('env-' || i, decode('1' || i, 'hex'), 'h', i = 3,
	'env') from generate_series(1, 4) i \g /dev/null
select test.is(keywheel.revoke_tokens_except('env', false,
	array['\x11', '\x01']::bytea[]), 2::bigint,
	'clients'' tokens that are not named any more');
select test.is(string_agg(name, ' ' order by name), 'ann anna env-1 env-3',
	'… others stay') from keywheel.list_tokens() where revoked_at is null;
select test.is(count(*), 6::bigint, 'the list has the revoked ones, too')
from keywheel.list_tokens();
