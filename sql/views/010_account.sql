-- What was used, from the sums of the account (functions/074_usage.sql) and
-- what is not summed up yet (086_reports.sql): exact at any moment. Days are
-- those of UTC. Views that show days or hours go through them one by one: so
-- it costs what is asked for, and no more, however long the account is.

-- ---- By outcome -------------------------------------------------------------

-- By hour or day, token, model and outcome. Rows may come in two parts, what is
-- summed up and what is not: add them.
create or replace view keywheel.report_outcomes as
select u.span, u.at, u.token_id, t.name as token, u.model, u.outcome::text,
	keywheel.outcome_class(u.outcome) as class, u.requests, u.from_cache,
	u.attempts, u.prompt as prompt_tokens, u.cached as cached_tokens,
	u.thought as thought_tokens, u.answer as answer_tokens,
	u.prompt + u.thought + u.answer as total_tokens
from (select * from keywheel.usage s where s.span <> 'minute'
	union all select * from keywheel.report_usage_tail()) u
left join keywheel.tokens t on t.token_id = u.token_id;

-- The same by key: that which answered, or was the last to be tried. A call is
-- what was asked of Gemini with the key and did not fail.
create or replace view keywheel.report_outcomes_keys as
select u.span, u.at, u.key_id, k.hint as key_hint, k.pool, k.project, u.model,
	u.outcome::text, keywheel.outcome_class(u.outcome) as class,
	u.requests, case when keywheel.is_call(u.outcome) then u.requests
		else 0 end as calls,
	u.prompt as prompt_tokens, u.cached as cached_tokens,
	u.thought as thought_tokens, u.answer as answer_tokens,
	u.prompt + u.thought + u.answer as total_tokens
from (select s.span, s.at, s.key_id, s.model, s.outcome, s.requests, s.prompt,
		s.cached, s.thought, s.answer
	from keywheel.key_usage s where s.span <> 'minute'
	union all select * from keywheel.report_key_tail()) u
left join keywheel.keys k on k.key_id = u.key_id;

-- Attempts that failed, by key, model and verdict; and what they had used all
-- the same, which no request has: it is the pool's cost.
create or replace view keywheel.report_failures as
select f.span, f.at, f.key_id, k.hint as key_hint, k.pool, k.project, f.model,
	f.verdict, f.attempts, f.prompt as prompt_tokens,
	f.cached as cached_tokens, f.thought as thought_tokens,
	f.answer as answer_tokens,
	f.prompt + f.thought + f.answer as total_tokens
from (select s.span, s.at, s.key_id, s.model, s.verdict, s.attempts, s.prompt,
		s.cached, s.thought, s.answer
	from keywheel.key_failures s where s.span <> 'minute'
	union all select * from keywheel.report_failures_tail()) f
left join keywheel.keys k on k.key_id = f.key_id;

-- How many answers took how long: the scale has eight steps to the doubling,
-- ms is the middle of a step, and total_us the exact sum of the times in it.
create or replace view keywheel.report_times as
select t.span, t.at, t.model, t.measure, t.step,
	round(keywheel.step_us(t.step) / 1000.0, 3) as ms, t.answers,
	t.total_us
from (select s.span, s.at, s.model, s.measure, s.step, s.requests as answers,
		s.total_us
	from keywheel.usage_times s where s.span <> 'minute'
	union all select * from keywheel.report_times_tail()) t;

-- ---- By token and model -----------------------------------------------------

-- By hour or day. The times are those of all answers of the model, whoever
-- asked.
create or replace view keywheel.report_usage as
select s.span, s.at, u.token_id, t.name as token, u.model, u.requests,
	u.answered, u.client_gone, u.refused, u.failed, u.attempts,
	u.prompt_tokens, u.cached_tokens, u.thought_tokens, u.answer_tokens,
	u.total_tokens, keywheel.step_ms(m.first_byte_p50) as first_byte_p50_ms,
	keywheel.step_ms(m.total_p50) as total_p50_ms, u.from_cache
from keywheel.report_spans() s
cross join lateral (
	select o.token_id, o.model, sum(o.requests)::bigint as requests,
		coalesce(sum(o.requests) filter (
			where o.class = 'answered'), 0)::bigint as answered,
		coalesce(sum(o.requests) filter (
			where o.outcome = 'client_gone'), 0)::bigint
			as client_gone,
		coalesce(sum(o.requests) filter (where o.class = 'client'
			and o.outcome <> 'client_gone'), 0)::bigint as refused,
		coalesce(sum(o.requests) filter (
			where o.class = 'failed'), 0)::bigint as failed,
		sum(o.attempts)::bigint as attempts,
		sum(o.prompt_tokens)::bigint as prompt_tokens,
		sum(o.cached_tokens)::bigint as cached_tokens,
		sum(o.thought_tokens)::bigint as thought_tokens,
		sum(o.answer_tokens)::bigint as answer_tokens,
		sum(o.total_tokens) as total_tokens,
		sum(o.from_cache)::bigint as from_cache
	from keywheel.report_outcomes o
	where o.span = s.span and o.at = s.at
	group by o.token_id, o.model) u
left join lateral (
	select p.model, min(p.step) filter (where p.measure = 'first_byte')
			as first_byte_p50,
		min(p.step) filter (where p.measure = 'total') as total_p50
	from (select r.model, r.measure, r.step,
			sum(r.answers::float8) over (
				partition by r.model, r.measure
				order by r.step) as upto,
			sum(r.answers::float8) over (
				partition by r.model, r.measure) as n
		from keywheel.report_times r
		where r.span = s.span and r.at = s.at) p
	where p.upto * 100 >= p.n * 50
	group by p.model) m on m.model = u.model
left join keywheel.tokens t on t.token_id = u.token_id;

create or replace view keywheel.report_usage_daily as
select (u.at at time zone 'UTC')::date as day, u.token, u.model, u.requests,
	u.answered, u.client_gone, u.refused, u.failed, u.attempts,
	u.prompt_tokens, u.cached_tokens, u.thought_tokens, u.answer_tokens,
	u.total_tokens, u.first_byte_p50_ms, u.total_p50_ms, u.from_cache,
	u.token_id
from keywheel.report_usage u
where u.span = 'day';

create or replace view keywheel.report_usage_hourly as
select u.at as hour, u.token, u.model, u.requests,
	u.answered, u.client_gone, u.refused, u.failed, u.attempts,
	u.prompt_tokens, u.cached_tokens, u.thought_tokens, u.answer_tokens,
	u.total_tokens, u.first_byte_p50_ms, u.total_p50_ms, u.from_cache,
	u.token_id
from keywheel.report_usage u
where u.span = 'hour';

-- ---- By key and project -----------------------------------------------------

-- By day, key and model. calls: what was asked of Gemini with the key; failed:
-- of them. The tokens are of what clients got; what failed calls had used is
-- apart.
create or replace view keywheel.report_usage_keys as
select (s.at at time zone 'UTC')::date as day, u.key_id, k.hint as key_hint,
	k.pool, k.project, u.model, u.calls, u.answered, u.client_gone,
	u.failed, u.prompt_tokens, u.cached_tokens, u.thought_tokens,
	u.answer_tokens, u.total_tokens, u.failed_prompt_tokens,
	u.failed_cached_tokens, u.failed_thought_tokens,
	u.failed_answer_tokens, u.failed_total_tokens
from keywheel.report_spans() s
cross join lateral (
	select p.key_id, p.model, sum(p.calls)::bigint as calls,
		sum(p.answered)::bigint as answered,
		sum(p.client_gone)::bigint as client_gone,
		sum(p.failed)::bigint as failed,
		sum(p.prompt)::bigint as prompt_tokens,
		sum(p.cached)::bigint as cached_tokens,
		sum(p.thought)::bigint as thought_tokens,
		sum(p.answer)::bigint as answer_tokens,
		sum(p.prompt + p.thought + p.answer)::bigint as total_tokens,
		sum(p.failed_prompt)::bigint as failed_prompt_tokens,
		sum(p.failed_cached)::bigint as failed_cached_tokens,
		sum(p.failed_thought)::bigint as failed_thought_tokens,
		sum(p.failed_answer)::bigint as failed_answer_tokens,
		sum(p.failed_prompt + p.failed_thought
			+ p.failed_answer)::bigint as failed_total_tokens
	from (select o.key_id, o.model, o.calls, case when o.class = 'answered'
				then o.requests else 0 end as answered,
			case when o.outcome = 'client_gone'
				then o.requests else 0 end as client_gone,
			0 as failed, o.prompt_tokens as prompt,
			o.cached_tokens as cached, o.thought_tokens as thought,
			o.answer_tokens as answer, 0 as failed_prompt,
			0 as failed_cached, 0 as failed_thought,
			0 as failed_answer
		from keywheel.report_outcomes_keys o
		where o.span = s.span and o.at = s.at
		union all
		select f.key_id, f.model, f.attempts, 0, 0, f.attempts, 0, 0,
			0, 0, f.prompt_tokens, f.cached_tokens,
			f.thought_tokens, f.answer_tokens
		from keywheel.report_failures f
		where f.span = s.span and f.at = s.at) p
	group by p.key_id, p.model) u
left join keywheel.keys k on k.key_id = u.key_id
where s.span = 'day';

-- By day, project and model: what Google's bill is by. project null: of keys
-- whose project is not known.
create or replace view keywheel.report_usage_projects as
select (s.at at time zone 'UTC')::date as day, u.project, u.model, u.keys,
	u.calls, u.answered, u.client_gone, u.failed, u.prompt_tokens,
	u.cached_tokens, u.thought_tokens, u.answer_tokens, u.total_tokens,
	u.failed_prompt_tokens, u.failed_cached_tokens,
	u.failed_thought_tokens, u.failed_answer_tokens, u.failed_total_tokens
from keywheel.report_spans() s
cross join lateral (
	select k.project, k.model, count(distinct k.key_id) as keys,
		sum(k.calls)::bigint as calls,
		sum(k.answered)::bigint as answered,
		sum(k.client_gone)::bigint as client_gone,
		sum(k.failed)::bigint as failed,
		sum(k.prompt_tokens)::bigint as prompt_tokens,
		sum(k.cached_tokens)::bigint as cached_tokens,
		sum(k.thought_tokens)::bigint as thought_tokens,
		sum(k.answer_tokens)::bigint as answer_tokens,
		sum(k.total_tokens)::bigint as total_tokens,
		sum(k.failed_prompt_tokens)::bigint as failed_prompt_tokens,
		sum(k.failed_cached_tokens)::bigint as failed_cached_tokens,
		sum(k.failed_thought_tokens)::bigint as failed_thought_tokens,
		sum(k.failed_answer_tokens)::bigint as failed_answer_tokens,
		sum(k.failed_total_tokens)::bigint as failed_total_tokens
	from keywheel.report_usage_keys k
	where k.day = (s.at at time zone 'UTC')::date
	group by k.project, k.model) u
where s.span = 'day';

-- ---- Errors and times -------------------------------------------------------

-- By hour or day and model. client: ended by the client or its request.
-- failed_share: of those that were not the client's fault. outcomes: of what
-- failed, how; verdicts: on attempts that failed, whether or not another one
-- answered.
create or replace view keywheel.report_error_rates as
select s.span, s.at, u.model, u.requests, u.answered, u.client, u.failed,
	round(u.failed::numeric / nullif(u.answered + u.failed, 0), 6)
		as failed_share,
	u.outcomes, u.failed_attempts, u.verdicts
from keywheel.report_spans() s
cross join lateral (
	select p.model, sum(p.answered + p.client + p.failed)::bigint
			as requests,
		sum(p.answered)::bigint as answered,
		sum(p.client)::bigint as client,
		sum(p.failed)::bigint as failed,
		coalesce(jsonb_object_agg(p.kind, p.failed)
			filter (where p.failed > 0), '{}') as outcomes,
		sum(p.attempts)::bigint as failed_attempts,
		coalesce(jsonb_object_agg(p.kind, p.attempts)
			filter (where p.attempts > 0), '{}') as verdicts
	from (select o.model, o.outcome as kind,
			coalesce(sum(o.requests) filter (
				where o.class = 'answered'), 0) as answered,
			coalesce(sum(o.requests) filter (
				where o.class = 'client'), 0) as client,
			coalesce(sum(o.requests) filter (
				where o.class = 'failed'), 0) as failed,
			0 as attempts
		from keywheel.report_outcomes o
		where o.span = s.span and o.at = s.at
		group by o.model, o.outcome
		union all
		select f.model, f.verdict, 0, 0, 0, sum(f.attempts)
		from keywheel.report_failures f
		where f.span = s.span and f.at = s.at
		group by f.model, f.verdict) p
	group by p.model) u;

-- By day and model, of what was answered. A percentile is the middle of the
-- step that it lies in: right to five percent; a mean is exact. own: what of
-- the total was ours; db: of that the database's.
create or replace view keywheel.report_latency as
select (s.at at time zone 'UTC')::date as day, u.model, u.answers,
	keywheel.step_ms(u.first_byte_p50) as first_byte_p50_ms,
	keywheel.step_ms(u.first_byte_p95) as first_byte_p95_ms,
	keywheel.step_ms(u.first_byte_p99) as first_byte_p99_ms,
	u.first_byte_mean_ms,
	keywheel.step_ms(u.total_p50) as total_p50_ms,
	keywheel.step_ms(u.total_p95) as total_p95_ms,
	keywheel.step_ms(u.total_p99) as total_p99_ms,
	u.total_mean_ms,
	round(keywheel.step_us(u.own_p50) / 1000.0, 3) as own_p50_ms,
	round(keywheel.step_us(u.own_p95) / 1000.0, 3) as own_p95_ms,
	round(keywheel.step_us(u.own_p99) / 1000.0, 3) as own_p99_ms,
	u.own_mean_ms,
	round(keywheel.step_us(u.db_p50) / 1000.0, 3) as db_p50_ms,
	round(keywheel.step_us(u.db_p95) / 1000.0, 3) as db_p95_ms,
	round(keywheel.step_us(u.db_p99) / 1000.0, 3) as db_p99_ms,
	u.db_mean_ms
from keywheel.report_spans() s
cross join lateral (
	select p.model, max(p.n) filter (
			where p.measure = 'total')::bigint as answers,
		min(p.step) filter (where p.measure = 'first_byte'
			and p.upto * 100 >= p.n * 50) as first_byte_p50,
		min(p.step) filter (where p.measure = 'first_byte'
			and p.upto * 100 >= p.n * 95) as first_byte_p95,
		min(p.step) filter (where p.measure = 'first_byte'
			and p.upto * 100 >= p.n * 99) as first_byte_p99,
		round(sum(p.total_us) filter (where p.measure = 'first_byte') / max(p.n)
			filter (where p.measure = 'first_byte')::numeric / 1000, 3)
			as first_byte_mean_ms,
		min(p.step) filter (where p.measure = 'total'
			and p.upto * 100 >= p.n * 50) as total_p50,
		min(p.step) filter (where p.measure = 'total'
			and p.upto * 100 >= p.n * 95) as total_p95,
		min(p.step) filter (where p.measure = 'total'
			and p.upto * 100 >= p.n * 99) as total_p99,
		round(sum(p.total_us) filter (where p.measure = 'total') / max(p.n)
			filter (where p.measure = 'total')::numeric / 1000, 3)
			as total_mean_ms,
		min(p.step) filter (where p.measure = 'own'
			and p.upto * 100 >= p.n * 50) as own_p50,
		min(p.step) filter (where p.measure = 'own'
			and p.upto * 100 >= p.n * 95) as own_p95,
		min(p.step) filter (where p.measure = 'own'
			and p.upto * 100 >= p.n * 99) as own_p99,
		round(sum(p.total_us) filter (where p.measure = 'own') / max(p.n)
			filter (where p.measure = 'own')::numeric / 1000, 3)
			as own_mean_ms,
		min(p.step) filter (where p.measure = 'db'
			and p.upto * 100 >= p.n * 50) as db_p50,
		min(p.step) filter (where p.measure = 'db'
			and p.upto * 100 >= p.n * 95) as db_p95,
		min(p.step) filter (where p.measure = 'db'
			and p.upto * 100 >= p.n * 99) as db_p99,
		round(sum(p.total_us) filter (where p.measure = 'db') / max(p.n)
			filter (where p.measure = 'db')::numeric / 1000, 3)
			as db_mean_ms
	from (select r.model, r.measure, r.step, r.total_us,
			sum(r.answers::float8) over (
				partition by r.model, r.measure
				order by r.step) as upto,
			sum(r.answers::float8) over (
				partition by r.model, r.measure) as n
		from keywheel.report_times r
		where r.span = s.span and r.at = s.at) p
	group by p.model) u
where s.span = 'day';
