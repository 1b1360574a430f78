-- The reports say what the rows say, whatever of them has been summed up.

select test.add_keys(1, 2, '4711');
select test.add_keys(3, 4);
select test.add_token();
select keywheel.add_token('other', '\x02', '…othr', false, 'cli') \g /dev/null

-- Requests that began in the p_days before today's noon, one of which in three
-- had failed before.
create function test.add_requests(p_count integer, p_days double precision)
returns void
language sql
as $$
	with r as (
		insert into keywheel.requests (request_id, started_at, token_id,
			key_id, model, route, streamed, outcome, status,
			attempts, prompt_tokens, cached_tokens, thought_tokens,
			answer_tokens, first_byte_ms, total_ms, from_cache,
			own_us, db_us)
		select gen_random_uuid(), date_trunc('day', now(), 'UTC')
				+ interval '12 hours'
				- random() * p_days * interval '1 day',
			nullif(i % 3, 0), nullif(i % 5, 0), 'model-' || i % 2,
			'r', false, (enum_range(null::keywheel.outcome))
				[1 + (random() * 25)::integer % 13],
			200, 1 + i % 3, i, i / 2, i % 7, i % 11,
			nullif(i % 100, 0), i, nullif(i % 4 = 0, false),
			i * 7, nullif(i % 50 * 3, 0)
		from generate_series(1, p_count) i returning *)
	insert into keywheel.attempts (request_id, started_at, attempt, key_id,
		model, verdict, status, total_ms, prompt_tokens, answer_tokens)
	select r.request_id, r.started_at, 1, r.key_id, r.model,
		'verdict ' || r.prompt_tokens % 2, 503, 1, r.prompt_tokens, 3
	from r where r.prompt_tokens % 3 = 0;
$$;

-- ---- As the rows say it -----------------------------------------------------

create view test.daily as
select date_trunc('day', r.started_at, 'UTC') as at, t.name as token, r.model,
	count(*) as requests,
	count(*) filter (where r.outcome in ('complete', 'length', 'blocked'))
		as answered,
	count(*) filter (where r.outcome = 'client_gone') as client_gone,
	count(*) filter (where r.outcome in ('client_error', 'unauthorized'))
		as refused,
	count(*) filter (where r.outcome not in ('complete', 'length',
		'blocked', 'client_gone', 'client_error', 'unauthorized'))
		as failed,
	sum(r.attempts) as attempts, sum(r.prompt_tokens) as prompt_tokens,
	sum(r.cached_tokens) as cached_tokens,
	sum(r.thought_tokens) as thought_tokens,
	sum(r.answer_tokens) as answer_tokens,
	sum(r.prompt_tokens::bigint + r.thought_tokens + r.answer_tokens)
		as total_tokens,
	count(*) filter (where r.from_cache) as from_cache
from keywheel.requests r left join keywheel.tokens t using (token_id)
group by 1, 2, 3;
create view test.keys as
select p.day, p.key_id, k.hint as key_hint, k.project, p.model,
	sum(p.calls) as calls, sum(p.answered) as answered,
	sum(p.failed) as failed, sum(p.tokens) as total_tokens,
	sum(p.failed_tokens) as failed_total_tokens
from (select (r.started_at at time zone 'UTC')::date as day, r.key_id, r.model,
		keywheel.is_call(r.outcome)::integer as calls,
		(r.outcome in ('complete', 'length', 'blocked'))::integer
			as answered, 0 as failed,
		r.prompt_tokens + r.thought_tokens + r.answer_tokens as tokens,
		0 as failed_tokens
	from keywheel.requests r where r.key_id is not null
	union all
	select (a.started_at at time zone 'UTC')::date, a.key_id, a.model, 1, 0,
		1, 0, a.prompt_tokens + a.answer_tokens
	from keywheel.attempts a where a.key_id is not null) p
join keywheel.keys k using (key_id)
group by 1, 2, 3, 4, 5;
create view test.errors as
select r.at, r.model, r.requests, r.answered, r.failed, r.outcomes,
	coalesce(a.failed_attempts, 0) as failed_attempts,
	coalesce(a.verdicts, '{}') as verdicts
from (select o.at, o.model, sum(o.n) as requests, coalesce(sum(o.n) filter (
			where o.class = 'answered'), 0) as answered,
		coalesce(sum(o.n) filter (where o.class = 'failed'), 0) as failed,
		coalesce(jsonb_object_agg(o.outcome, o.n) filter (
			where o.class = 'failed'), '{}') as outcomes
	from (select date_trunc('day', q.started_at, 'UTC') as at, q.model,
			q.outcome, keywheel.outcome_class(q.outcome) as class,
			count(*) as n
		from keywheel.requests q group by 1, 2, 3) o
	group by 1, 2) r
left join (select f.at, f.model, sum(f.n) as failed_attempts,
		jsonb_object_agg(f.verdict, f.n) as verdicts
	from (select date_trunc('day', q.started_at, 'UTC') as at, q.model,
			q.verdict, count(*) as n
		from keywheel.attempts q where q.key_id is not null
		group by 1, 2, 3) f
	group by 1, 2) a on a.at = r.at and a.model = r.model;
create view test.latency as
select (r.started_at at time zone 'UTC')::date as day, r.model,
	count(*) as answers,
	keywheel.time_step(percentile_disc(0.5) within group (
		order by r.first_byte_ms)) as first_50,
	keywheel.time_step(percentile_disc(0.99) within group (
		order by r.first_byte_ms)) as first_99,
	keywheel.time_step(percentile_disc(0.95) within group (
		order by r.total_ms)) as total_95,
	keywheel.time_step_us(percentile_disc(0.5) within group (
		order by r.db_us)) as db_50,
	round(avg(r.own_us) / 1000, 3) as own_mean
from keywheel.requests r
where r.outcome in ('complete', 'length', 'blocked')
group by 1, 2;

-- ---- As the views say it ----------------------------------------------------

create view test.daily_shown as
select u.day::timestamp at time zone 'UTC' as at, u.token, u.model, u.requests,
	u.answered, u.client_gone, u.refused, u.failed, u.attempts,
	u.prompt_tokens, u.cached_tokens, u.thought_tokens, u.answer_tokens,
	u.total_tokens, u.from_cache
from keywheel.report_usage_daily u;
create view test.hours_shown as
select date_trunc('day', u.hour, 'UTC') as at, u.token, u.model,
	sum(u.requests)::bigint as requests, sum(u.answered)::bigint as answered,
	sum(u.client_gone)::bigint as client_gone,
	sum(u.refused)::bigint as refused, sum(u.failed)::bigint as failed,
	sum(u.attempts)::bigint as attempts,
	sum(u.prompt_tokens)::bigint as prompt_tokens,
	sum(u.cached_tokens)::bigint as cached_tokens,
	sum(u.thought_tokens)::bigint as thought_tokens,
	sum(u.answer_tokens)::bigint as answer_tokens,
	sum(u.total_tokens) as total_tokens,
	sum(u.from_cache)::bigint as from_cache
from keywheel.report_usage_hourly u group by 1, 2, 3;
create view test.keys_shown as
select u.day, u.key_id, u.key_hint, u.project, u.model, u.calls, u.answered,
	u.failed, u.total_tokens, u.failed_total_tokens
from keywheel.report_usage_keys u;
create view test.errors_shown as
select e.at, e.model, e.requests, e.answered, e.failed, e.outcomes,
	e.failed_attempts, e.verdicts
from keywheel.report_error_rates e where e.span = 'day';
create view test.latency_shown as
select l.day, l.model, l.answers,
	keywheel.time_step(l.first_byte_p50_ms) as first_50,
	keywheel.time_step(l.first_byte_p99_ms) as first_99,
	keywheel.time_step(l.total_p95_ms) as total_95,
	keywheel.time_step_us((l.db_p50_ms * 1000)::bigint) as db_50,
	l.own_mean_ms as own_mean
from keywheel.report_latency l;

-- The rows in which the two differ, of each.
create function test.differ(p_a text, p_b text)
returns bigint
language plpgsql
as $$
declare
	v_count bigint;
begin
	execute format('select count(*) from ((table test.%1$I except all
		table test.%2$I) union all (table test.%2$I except all
		table test.%1$I)) x', p_a, p_b) into v_count;
	return v_count;
end $$;
create function test.wrong()
returns text
language sql
as $$
	select test.differ('daily', 'daily_shown') || ' '
		|| test.differ('daily', 'hours_shown') || ' '
		|| test.differ('keys', 'keys_shown') || ' '
		|| test.differ('errors', 'errors_shown') || ' '
		|| test.differ('latency', 'latency_shown');
$$;

select test.is(test.wrong(), '0 0 0 0 0', 'nothing is nothing');
select test.add_requests(300, 4);
select test.ok(count(*) between 20 and 60, 'there is something')
from test.daily;
select test.is(test.wrong(), '0 0 0 0 0', 'nothing of it is summed up');
select test.is(s.more, true, 'some') from keywheel.sum_usage(100) s;
select test.is(test.wrong(), '0 0 0 0 0', '… is');
select test.is(s.more, false, 'all') from keywheel.sum_usage(1000) s;
select test.is(test.wrong(), '0 0 0 0 0', '… is');
select test.add_requests(30, 6);
select test.is(test.wrong(), '0 0 0 0 0', 'a day and an hour that are new');
update keywheel.usage set requests = requests + 1 where span = 'day';
update keywheel.key_failures set attempts = 0;
delete from keywheel.usage_times;
select test.ok(test.wrong() !~ '\m0\M.*\m0\M.*\m0\M',
	'what was spoiled shows');
select keywheel.recompute_usage();
select test.is(test.wrong(), '0 0 0 0 0', '… and is mended');

-- The others are sums of those.
select test.is(concat_ws(' ', sum(calls), sum(failed), sum(total_tokens),
		sum(failed_total_tokens)),
	(select concat_ws(' ', sum(calls), sum(failed), sum(total_tokens),
		sum(failed_total_tokens)) from test.keys),
	'projects are their keys')
from keywheel.report_usage_projects;
select test.is(array_agg(distinct keys || coalesce(' of ' || project, '')),
	'{2,"2 of 4711"}', '… keys without one are not any')
from keywheel.report_usage_projects where keys > 1;
select test.is(sum(requests_24h) || ' ' || sum(failed_attempts_24h),
	(select count(*) from keywheel.requests q
		where q.key_id is not null and q.started_at >= w.day) || ' '
	|| (select count(*) from keywheel.attempts a
		where a.key_id is not null and a.started_at >= w.day),
	'what keys did in a day')
from keywheel.report_keys, keywheel.usage_windows() w group by w.day;
select test.is(failed_share, round(failed::numeric / (answered + failed), 6),
	'a share is of what was not the client''s fault')
from keywheel.report_error_rates where failed > 0 order by at, span limit 1;
select test.is(count(*), 0::bigint, 'as the pages: what tokens used')
from (select u.span::text, u.at, u.token_id, u.model, sum(u.requests),
		sum(u.prompt), sum(u.answer)
	from keywheel.usage_now() u where u.span <> 'minute' group by 1, 2, 3, 4
	except all
	select u.span::text, u.at, u.token_id, u.model, sum(u.requests),
		sum(u.prompt_tokens), sum(u.answer_tokens)
	from keywheel.report_usage u group by 1, 2, 3, 4) x;

select test.is(concat_ws(' ', sum(requests), sum(answered), sum(failed),
		sum(prompt_tokens), sum(answer_tokens)),
	(select concat_ws(' ', d ->> 'requests', d ->> 'answered', d ->> 'failed',
			d ->> 'prompt', d ->> 'answer')
		from keywheel.dashboard_days(w.day) d), 'as the dashboard says it')
from keywheel.report_usage_daily u, (select date_trunc('day', now(), 'UTC')
	- interval '2 days' as day) w
where u.day >= (w.day at time zone 'UTC')::date group by w.day;

-- ---- Costs ------------------------------------------------------------------

-- A price of one model from today on, another one before.
insert into keywheel.prices (model, valid_from, currency, prompt, cached,
	answer)
values ('model-1', '2020-01-01', 'USD', 1, 0.1, 10),
	('model-1', (now() at time zone 'UTC')::date, 'EUR', 2, null, 10);
select test.is(array_agg(distinct currency || ' ' || (day
		= (now() at time zone 'UTC')::date) || ' ' || model),
	'{"EUR true model-1","USD false model-1"}',
	'the price of the day, in its currency')
from keywheel.report_cost_daily where currency is not null;
select test.is(sum(cost), (select sum((prompt_tokens - cached_tokens)
		+ cached_tokens * 0.1 + (thought_tokens + answer_tokens) * 10)
		/ 1000000 from keywheel.requests
	where model = 'model-1' and started_at
		< date_trunc('day', now(), 'UTC')), '… for what was used')
from keywheel.report_cost_daily where currency = 'USD';
select test.is(sum(cost), (select sum(prompt_tokens * 2
		+ (thought_tokens + answer_tokens) * 10) / 1000000.0
	from keywheel.requests
	where model = 'model-1' and key_id is not null and started_at
		>= date_trunc('day', now(), 'UTC')), '… by key')
from keywheel.report_cost_keys where currency = 'EUR';
select test.is(sum(failed_cost), (select sum(prompt_tokens
		+ answer_tokens * 10) / 1000000.0
	from keywheel.attempts
	where model = 'model-1' and key_id is not null
		and started_at < date_trunc('day', now(), 'UTC')),
	'… what failed apart')
from keywheel.report_cost_keys where currency = 'USD';
select test.ok(count(*) > 0 and count(cost) = 0 and sum(total_tokens) > 0,
	'without a price no cost, not 0')
from keywheel.report_cost_daily where model = 'model-0';
select test.is(sum(requests) || ' ' || sum(total_tokens),
	(select sum(requests) || ' ' || sum(total_tokens) from test.daily),
	'… and nothing is left out') from keywheel.report_cost_daily;
insert into keywheel.prices (model, valid_from, currency, prompt)
values ('model-0', '2020-01-01', 'USD', 1);
select test.ok(count(*) > 0 and count(cost) = 0,
	'… nor where a part has no price')
from keywheel.report_cost_daily where model = 'model-0' and answer_tokens > 0;

-- ---- What is left -----------------------------------------------------------

select keywheel.set_limit('*', 'q', 'rpd', 5) \g /dev/null
select keywheel.set_limit('key/3', 'q', 'rpm', 2) \g /dev/null
select keywheel.take_room('project/4711', 'q', 10) \g /dev/null
select test.is(array_agg(concat_ws(' ', scope, coalesce(project, '-'),
		coalesce(key_id::text, '-'), kind, allowed, used, remaining)
		order by scope),
	'{"key/3 - 3 rpm 2 0 2","project/4711 4711 - rpd 5 1 4"}',
	'what Google allows is left') from keywheel.report_quota_left;

select test.is(count(*), 0::bigint, 'no token has limits')
from keywheel.report_token_limits;
update keywheel.tokens set requests_per_minute = 3, tokens_per_day = 100,
	concurrent = 2, budget = 10, budget_currency = 'USD', shadow = true
where name = 'bench';
insert into keywheel.token_use (token_id, step, requests, tokens, day,
	day_tokens, month, month_cost, version)
select token_id, keywheel.quota_step(now()), array_fill(0::bigint, array[12])
		|| 5::bigint, array_fill(0::bigint, array[13]),
	keywheel.utc_day(now()), 40,
	date_trunc('month', now(), 'UTC') at time zone 'UTC', 2.5, version
from keywheel.tokens where name = 'bench';
select test.is(array_agg(concat_ws(' ', token, kind, allowed, used, remaining,
		currency, shadow, resets_at > now()) order by kind),
	array['bench budget 10 2.5 7.5 USD t t', 'bench concurrent 2 0 2 t',
		'bench requests_per_minute 3 5 0 t t',
		'bench tokens_per_day 100 40 60 t t'], 'what a token has left')
from keywheel.report_token_limits;
select test.is(jsonb_object_agg(l.kind, l.used),
	(select jsonb_object_agg(u.key, u.value::text::numeric)
		from keywheel.tokens t,
			jsonb_each_text(keywheel.token_limits_used(t)) u
		where t.name = 'bench' and u.key in ('budget', 'concurrent',
			'requests_per_minute', 'tokens_per_day')),
	'… as its page says it') from keywheel.report_token_limits l;
update keywheel.token_use set day = day - 1, month = month - 31;
select test.is(array_agg(kind || ' ' || used order by kind),
	'{"budget 0","concurrent 0","requests_per_minute 5","tokens_per_day 0"}',
	'… in a new day and month all') from keywheel.report_token_limits;
update keywheel.tokens set revoked_at = now() where name = 'bench';
select test.is(count(*), 0::bigint, '… revoked, it has none')
from keywheel.report_token_limits;

-- ---- What needs attention ---------------------------------------------------

truncate keywheel.requests, keywheel.attempts;
select keywheel.recompute_usage();
truncate keywheel.usage, keywheel.usage_all, keywheel.key_usage,
	keywheel.key_failures, keywheel.usage_times;
select test.is(count(*), 0::bigint, 'all is well')
from keywheel.report_attention;
select keywheel.set_key_state(1, 'disabled', 'invalid_key') \g /dev/null
select test.judge(2, '{"name": "rate_day", "rest": "key", "rest_ms": 60000,
	"long": true}');
update keywheel.key_cooldown set long_rest = true where scope = 'key/2';
select test.judge(4, '{"name": "rate_minute", "rest": "key",
	"rest_ms": 60000}');
insert into keywheel.attempts (request_id, started_at, attempt, key_id, model,
	verdict, status, total_ms)
select gen_random_uuid(), now(), 1, 3, 'm',
	case when i > 2 then 'internal' else 'idle' end, 503, 1
from generate_series(1, 5) i;
select test.is(array_agg(concat_ws(' ', key_id, key_hint, project, why, detail,
		model, calls_24h, failed_24h) order by key_id),
	array['1 …k001 4711 disabled invalid_key * 0 0',
		'2 …k002 4711 resting rate_day m 0 0',
		'3 …k003 failing internal * 5 5'],
	'disabled, resting for long, failing; a minute is nothing')
from keywheel.report_attention;
insert into keywheel.requests (request_id, started_at, token_id, key_id, model,
	route, streamed, outcome, status, attempts, prompt_tokens,
	cached_tokens, thought_tokens, answer_tokens, total_ms)
select gen_random_uuid(), now(), 1, 3, 'm', 'r', false, 'complete', 200, 1, 1,
	0, 0, 1, 1
from generate_series(1, 5);
select test.is(count(*), 0::bigint, '… half of its calls is not most')
from keywheel.report_attention where why = 'failing';

-- ---- How it is read ---------------------------------------------------------

create function test.plan(p_sql text)
returns text
language plpgsql
as $$
declare
	v_line text;
	v_plan text := '';
begin
	for v_line in execute 'explain (costs off) ' || p_sql loop
		v_plan := v_plan || v_line || E'\n';
	end loop;
	return v_plan;
end $$;
select test.ok(p !~ '\mon requests' and p ~ 'on usage'
	and p !~ 'on usage_times', 'from sums; of times only if asked for')
from test.plan('select day, sum(requests) from keywheel.report_usage_daily
	where day >= current_date - 30 group by day') p;
-- A filter goes to where the days come from.
set enable_seqscan = off;
select test.ok(p ~ 'Function Scan on report_spans[^\n]*\n\s+Filter:[^\n]*UTC'
	and p ~ 'usage_pkey on[^\n]*\n\s+Index Cond: \(\(span = [^\n]* AND \(at = ',
	'… only the days asked for')
from test.plan('select * from keywheel.report_usage_daily
	where day >= current_date - 30') p;
reset enable_seqscan;
