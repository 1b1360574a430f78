-- A database as it is after weeks with many keys: :keys keys, :requests
-- requests of the last thirty days, every fourteenth of them failed.

insert into keywheel.keys (hash, secret, hint, project, origin)
select sha256(i::text::bytea), sha256(i::text::bytea),
	'…' || lpad(i::text, 4, '0'),
	case when i % 3 > 0 then 'project-' || i / 5 end, 'cli'
from generate_series(1, :keys) i;
select keywheel.place_keys(array(select key_id from keywheel.keys))
\g /dev/null
select count(keywheel.add_token('token ' || i, sha256(('t' || i)::bytea),
	'…' || i, false, 'cli'))
from generate_series(1, 50) i
\g /dev/null
select count(keywheel.ensure_partition(t,
	(now() at time zone 'UTC')::date - i))
from generate_series(1, 30) i, unnest(array['requests', 'attempts']) t
\g /dev/null
insert into keywheel.requests (request_id, started_at, token_id, key_id, model,
	route, streamed, outcome, status, attempts, prompt_tokens,
	cached_tokens, thought_tokens, answer_tokens, first_byte_ms, total_ms)
select gen_random_uuid(),
	now() - interval '30 days' * (1 - i::float8 / :requests),
	1 + (i * 7) % 50, 1 + (i * 31::bigint) % :keys,
	(array['gemini-2.5-flash', 'gemini-2.5-pro', 'gemini-2.5-flash-lite',
		'gemini-2.0-flash'])[1 + (i * 13) % 4],
	'openai.chat', i % 2 = 0,
	(case when i % 20 > 0 then 'complete' when i % 40 = 0
		then 'upstream_error' when i % 60 = 0 then 'limited'
		else 'client_gone' end)::keywheel.outcome,
	200, 1, (i * 17) % 5000, 0, (i * 11) % 900, (i * 19) % 1500,
	200 + (i * 37) % 3000, 1000 + (i * 41) % 20000
from generate_series(1, :requests) i;
insert into keywheel.attempts (request_id, started_at, attempt, key_id, model,
	verdict, status, total_ms)
select r.request_id, r.started_at, 1, r.key_id, r.model, 'overloaded', 503, 100
from keywheel.requests r where r.outcome in ('upstream_error', 'limited');
vacuum analyze;
