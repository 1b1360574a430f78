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
	coalesce(r.from_cache, false) as from_cache,
	r.token_id, k.pool, k.project, r.shadow_limit, r.client_id,
	round(r.own_us / 1000.0, 3) as own_ms,
	round(r.db_us / 1000.0, 3) as db_ms
from keywheel.requests r
left join keywheel.tokens t using (token_id)
left join keywheel.keys k using (key_id);

-- Each key with its state and what it did in the last 24 hours, the present one
-- the last, as its page says it.
create or replace view keywheel.report_keys as
select k.key_id, k.pool, k.hint, k.project, k.state, k.state_reason,
	k.state_at, coalesce(r.faults, 0) as faults, coalesce(r.uses, k.uses) as uses, r.last_used_at,
	(select max(c.until) from keywheel.key_cooldown c
		where c.scope in (k.scope, 'key/' || k.key_id)
			and c.until > now()) as rests_until,
	(select coalesce(sum(o.requests), 0)::bigint
		from keywheel.report_outcomes_keys o, keywheel.usage_windows() w
		where o.key_id = k.key_id and o.span = 'hour' and o.at >= w.day)
		as requests_24h,
	(select coalesce(sum(f.attempts), 0)::bigint
		from keywheel.report_failures f, keywheel.usage_windows() w
		where f.key_id = k.key_id and f.span = 'hour' and f.at >= w.day)
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
	a.model, a.verdict, a.status, a.total_ms, a.evidence,
	k.pool, k.project, a.prompt_tokens, a.cached_tokens, a.thought_tokens,
	a.answer_tokens
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

-- The tokens, and when they were last used, as their pages say it.
create or replace view keywheel.report_tokens as
select t.token_id, t.name, t.hint, t.admin, t.origin, t.created_at,
	t.revoked_at, u.at as last_used_at,
	keywheel.token_state(t.revoked_at, t.disabled_at, t.expires_at) as state,
	t.expires_at, t.note, array_to_string(t.models, ',') as models,
	array_to_string(t.addresses, ',') as addresses
from keywheel.tokens t
left join keywheel.report_tokens_used() u using (token_id);
