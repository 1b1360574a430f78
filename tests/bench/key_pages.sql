-- So many keys (:keys), a million requests and 300,000 failed attempts of the
-- last three days, as they may come together in years. For tests/bench/key_pages.
insert into keywheel.pools (pool) values ('gemini'), ('vertex'), ('paid')
on conflict do nothing;
insert into keywheel.keys (pool, hash, secret, hint, project, state,
	state_reason, origin, note)
select case when i % 50 = 0 then 'vertex' when i % 51 = 0 then 'paid'
		else 'gemini' end,
	sha256(i::text::bytea), sha256(i::text::bytea)
		|| sha256(i::text::bytea),
	'…' || left(md5(i::text), 4),
	case when i % 3 = 0 then 'project-' || i / 30 end,
	case when i % 20 = 0 then 'disabled' when i % 97 = 0 then 'removed'
		else 'active' end,
	case when i % 20 = 0 then 'invalid_key' else '' end, 'page',
	case when i % 10 = 0 then 'bought from somebody, batch ' || i / 1000
		else '' end
from generate_series(1, :keys) i;
insert into keywheel.key_rotation (pool, key_id, scope, secret, hint, uses,
	last_used_at, faults)
select pool, key_id, scope, secret, hint, random() * 1000,
	now() - random() * interval '2 days',
	case when random() < 0.02 then 1 + random() * 5 else 0 end
from keywheel.keys where state = 'active';

-- A sixth of them rests for two models.
insert into keywheel.key_cooldown (scope, model, until, reason)
select scope, m, now() + interval '1 day', 'rate_day'
from (select distinct scope from keywheel.keys
	where key_id % 30 < 5 and state = 'active') s,
	unnest('{gemini-2.5-pro,gemini-2.5-flash}'::text[]) m;
update keywheel.key_rotation r set
	rests_until = keywheel.rests_until(r.scope, r.key_id);

do $$ begin
	perform keywheel.ensure_partition(t, d::date)
	from unnest('{requests,attempts}'::text[]) t,
		generate_series((now() at time zone 'UTC')::date - 3,
			(now() at time zone 'UTC')::date + 1, interval '1 day') d;
end $$;
insert into keywheel.requests (request_id, started_at, token_id, key_id, model,
	route, streamed, outcome, status, attempts, prompt_tokens,
	cached_tokens, thought_tokens, answer_tokens, first_byte_ms, total_ms)
select gen_random_uuid(), now() - interval '3 days' * (1 - i / 1000000.0), 1,
	1 + floor(random() * :keys), 'gemini-2.5-'
		|| (array['pro', 'flash', 'flash-lite'])[1 + i % 3],
	'openai.chat', false, (case when i % 20 = 0 then 'upstream_error'
		else 'complete' end)::keywheel.outcome,
	case when i % 20 = 0 then 502 else 200 end, 1, 1000, 0, 100, 500, 300,
	2000
from generate_series(1, 1000000) i;
insert into keywheel.attempts (request_id, started_at, attempt, key_id, model,
	verdict, status, total_ms, evidence)
select gen_random_uuid(), now() - interval '3 days' * (1 - i / 300000.0), 1,
	1 + floor(power(random(), 3) * :keys), 'gemini-2.5-pro', 'rate_minute',
	(array[429, 429, 429, 429, 503, 500, 403, 400])[1 + i % 8], 300,
	'Quota exceeded for a metric'
from generate_series(1, 300000) i;
insert into keywheel.key_events (at, key_id, event, model, until, cause,
	evidence)
select now() - random() * interval '9 days', 1 + floor(random() * :keys),
	'rested', 'gemini-2.5-pro', now(), 'rate_minute', 'Quota exceeded'
from generate_series(1, 500000);
