-- Rows for the tables that requests and the command line leave empty, as the
-- programs write them. A schema that does not have a table yet, or has it in
-- another form, has less: what fails is left out.
create function pg_temp.try(p_sql text) returns void
language plpgsql as $$
begin
	execute p_sql;
exception when others then
	raise notice '%: %', sqlerrm, left(p_sql, 60);
end $$;
select pg_temp.try(s) from unnest(array[
$q$insert into keywheel.key_cooldown (scope, model, until, reason, long_rest,
	strikes) values ('project/alpha', 'gemini-2.5-pro', 'infinity', 'rate_day',
	true, 1), ('key/3', '*', now() + interval '1 hour', 'rate_minute', false, 3)
	on conflict do nothing$q$,
$q$insert into keywheel.key_events (key_id, event, model, until, cause, evidence)
	values (3, 'rested', '*', now() + interval '1 hour', 'rate_minute',
	'Resource has been exhausted')$q$,
$q$insert into keywheel.requests (request_id, started_at, token_id, key_id, model,
	route, streamed, outcome, status, attempts, prompt_tokens, cached_tokens,
	thought_tokens, answer_tokens, first_byte_ms, total_ms, detail)
	select gen_random_uuid(), now() - i * interval '7 minutes', 1, 1 + i % 3,
		case i % 4 when 0 then 'gemini-2.5-pro' else 'gemini-2.5-flash' end,
		'chat', i % 2 = 0, (enum_range(null::keywheel.outcome))[1 + i % 13],
		200 + i, 1 + i % 3, 100 * i, i, 2 * i, 10 * i, nullif(i % 5, 0) * 30,
		1000 + i, case when i % 7 = 0 then 'It was refused.' else '' end
	from generate_series(1, 60) i$q$,
$q$insert into keywheel.attempts (request_id, started_at, attempt, key_id, model,
	verdict, status, total_ms, evidence)
	select request_id, started_at, 1, 1 + attempts % 3, model, 'rate_minute',
		429, 90, 'Resource has been exhausted'
	from keywheel.requests where attempts > 1$q$,
$q$insert into keywheel.model_quirks (model, quirk) values
	('gemini-2.5-pro', 'drop:thinkingBudget')$q$,
$q$insert into keywheel.signatures values (1, 'call_1', 1, 'key/1',
	'gemini-2.5-pro', 'c2lnbmF0dXJl', now() + interval '1 day')$q$,
$q$insert into keywheel.conversations values (1, '\x0102', 1, false,
	now() + interval '1 day')$q$,
$q$insert into keywheel.limits (scope, model, kind, value, source)
	values ('project/alpha', 'gemini-2.5-pro', 'rpm', 60, 'learned'),
	('*', 'gemini-2.5-flash', 'rpd', 100000, 'set')$q$,
$q$insert into keywheel.ledger (scope, model) values
	('project/alpha', 'gemini-2.5-pro') on conflict do nothing$q$,
$q$insert into keywheel.alarms (kind, subject, text) values ('storm',
	'gemini-2.5-pro', 'Most keys are refused.')$q$,
$q$insert into keywheel.signs values ('storm', 'gemini-2.5-pro', 'key/1', now(),
	now(), 2, 'rate_minute')$q$,
$q$insert into keywheel.storm_checks values ('gemini-2.5-pro', now())$q$,
$q$insert into keywheel.trials values ('gemini-2.5-pro', now())$q$,
$q$insert into keywheel.model_deadlines (model, size_class, streamed,
	first_byte_ms, samples, p50, p99)
	values ('gemini-2.5-pro', 1, true, 30000, 500, 900, 9000)$q$,
$q$insert into keywheel.proxies (proxy, name, strikes) values (repeat('ab', 16),
	'proxy.example:3128', 1)$q$,
$q$insert into keywheel.resources (name, scope, kind, key_id, token_id) values
	('files/abc', 'key/1', 'files', 1, 1)$q$,
$q$insert into keywheel.pictures (name_hash, type, size, complete, expires_at)
	values ('\x05', 'image/png', 3, true, 'infinity')$q$,
$q$insert into keywheel.picture_pieces select id, 0, '\x010203'
	from keywheel.pictures$q$,
$q$insert into keywheel.cached_answers (hash, model, answer, size, expires_at,
	worth) values ('\x09', 'gemini-2.5-pro', '\x00', 100, 'infinity', 1)$q$,
$q$insert into keywheel.cache_asked values ('\x0a', 1, 'infinity')$q$,
$q$insert into keywheel.clears (what, before, by, alive_until, ended_at)
	values ('logs', now(), 'root', now(), now())$q$,
$q$insert into keywheel.sessions (hash, token_id, ends_at, address, agent)
	values ('\x0b', 1, 'infinity', '192.0.2.1', 'Mozilla/5.0')$q$,
$q$insert into keywheel.sign_in_faults values ('192.0.2.0/24', 3, now(),
	'infinity')$q$,
$q$insert into keywheel.token_secrets (hash, token_id, hint, ends_at)
	values ('\x0c', 1, '…old', 'infinity')$q$,
$q$insert into keywheel.prices (model, valid_from, currency, prompt, answer)
	values ('gemini-2.5-pro', '2026-01-01', 'USD', 1.25, 10)$q$,
$q$insert into keywheel.tasks (kind, made_by, total) values ('verify', 'root',
	2)$q$,
$q$insert into keywheel.task_items (task_id, item) select task_id, 1
	from keywheel.tasks$q$,
$q$insert into keywheel.request_bodies select request_id, started_at, 2, '\x00'
	from keywheel.requests limit 1$q$,
$q$insert into keywheel.setting_history (version, by, source, name, secret)
	values (1, 'root', 'cli', 'MAX_RETRIES', false)$q$,
$q$insert into keywheel.token_use (token_id) values (1) on conflict do nothing$q$,
$q$insert into keywheel.alert_receivers (receiver, name, since)
	values ('ab', 'hooks.example', now())$q$,
$q$insert into keywheel.alert_messages (alarm_id, receiver, state)
	select alarm_id, 'ab', 'raised' from keywheel.alarms$q$,
$q$insert into keywheel.leases (responder, request_id, started_at, expires_at,
	token_id, key_id, model, route, streamed) values (77, gen_random_uuid(),
	now() - interval '2 hours', now() - interval '1 hour', 1, 1,
	'gemini-2.5-pro', 'chat', false)$q$
]) s;
