-- The operator's reports: documented, stable, safe to grant. No secret is in
-- any of them.

-- Each request, newest first if you ask for it.
create or replace view keywheel.report_requests as
select r.started_at, r.request_id, t.name as token,
	r.key_id, k.hint as key_hint, r.model, r.route, r.streamed,
	r.outcome::text, r.status, r.attempts, r.prompt_tokens, r.cached_tokens,
	r.thought_tokens, r.answer_tokens,
	r.prompt_tokens + r.thought_tokens + r.answer_tokens as total_tokens,
	r.first_byte_ms, r.total_ms, r.detail,
	coalesce(r.from_cache, false) as from_cache
from keywheel.requests r
left join keywheel.tokens t using (token_id)
left join keywheel.keys k using (key_id);

-- A row for each day (UTC), token and model.
create or replace view keywheel.report_usage_daily as
select (r.started_at at time zone 'UTC')::date as day,
	t.name as token, r.model,
	count(*) as requests,
	count(*) filter (where r.outcome in ('complete', 'length', 'blocked'))
		as answered,
	count(*) filter (where r.outcome = 'client_gone') as client_gone,
	count(*) filter (where r.outcome in ('client_error', 'unauthorized'))
		as refused,
	count(*) filter (where r.outcome not in ('complete', 'length',
		'blocked', 'client_gone', 'client_error', 'unauthorized'))
		as failed,
	sum(r.attempts) as attempts,
	sum(r.prompt_tokens) as prompt_tokens,
	sum(r.cached_tokens) as cached_tokens,
	sum(r.thought_tokens) as thought_tokens,
	sum(r.answer_tokens) as answer_tokens,
	sum(r.prompt_tokens::bigint + r.thought_tokens + r.answer_tokens)
		as total_tokens,
	percentile_disc(0.5) within group (order by r.first_byte_ms)
		as first_byte_p50_ms,
	percentile_disc(0.5) within group (order by r.total_ms)
		as total_p50_ms,
	count(*) filter (where r.from_cache) as from_cache
from keywheel.requests r
left join keywheel.tokens t using (token_id)
group by 1, 2, 3;

-- Each key with its state and what it did in the last 24 hours.
create or replace view keywheel.report_keys as
select k.key_id, k.pool, k.hint, k.project, k.state, k.state_reason,
	k.state_at, coalesce(r.faults, 0) as faults, coalesce(r.uses, k.uses) as uses, r.last_used_at,
	(select max(c.until) from keywheel.key_cooldown c
		where c.scope in (k.scope, 'key/' || k.key_id)
			and c.until > now()) as rests_until,
	(select count(*) from keywheel.requests q
		where q.key_id = k.key_id
			and q.started_at > now() - interval '24 hours')
		as requests_24h,
	(select count(*) from keywheel.attempts a
		where a.key_id = k.key_id
			and a.started_at > now() - interval '24 hours')
		as failed_attempts_24h,
	k.origin, k.note, k.created_at, k.weight, k.reserve,
	array_to_string(k.models, ',') as models
from keywheel.keys k
left join keywheel.key_rotation r on r.key_id = k.key_id
where k.state <> 'removed';

-- What rests, until when and why. Model *: all models.
create or replace view keywheel.report_cooldowns as
select c.scope, c.model, c.since, c.until, c.reason, c.long_rest, c.strikes
from keywheel.key_cooldown c
where c.until > now();

-- Failed attempts, with upstream's (redacted) words.
create or replace view keywheel.report_errors as
select a.started_at, a.request_id, a.attempt, a.key_id, k.hint as key_hint,
	a.model, a.verdict, a.status, a.total_ms, a.evidence
from keywheel.attempts a
left join keywheel.keys k using (key_id);

-- What happened to the keys, and why.
create or replace view keywheel.report_key_events as
select e.at, e.key_id, k.hint as key_hint, e.event, e.model, e.until,
	e.cause, e.evidence
from keywheel.key_events e
left join keywheel.keys k using (key_id);

-- What projects may use of models, and have used. Kinds: requests and input
-- tokens, a minute and a day (rpm, tpm, rpd, tpd). Scope *: each that has no
-- limit of its own; those that use the model are there by name, too. at: since
-- when the limit is known.
create or replace view keywheel.report_limits as
select l.scope, l.model, l.kind, l.value, l.source,
	(select s.at from keywheel.limits s
		where s.model = l.model and s.kind = l.kind
			and s.scope in (l.scope, '*')
		order by s.scope = '*' limit 1) as at,
	l.used, l.resets_at
from keywheel.list_limits() l;

-- The tokens, and when they were last used.
create or replace view keywheel.report_tokens as
select t.token_id, t.name, t.hint, t.admin, t.origin, t.created_at,
	t.revoked_at,
	(select max(q.started_at) from keywheel.requests q
		where q.token_id = t.token_id
			and q.started_at > now() - interval '30 days')
		as last_used_at
from keywheel.tokens t;
