-- What is left, and what needs attention.

-- What each project (or key, where its project is not known) has left of what
-- Google allows it of a model.
create or replace view keywheel.report_quota_left as
select l.scope, case when starts_with(l.scope, 'project/')
		then substr(l.scope, 9) end as project,
	case when l.scope ~ '^key/[0-9]+$'
		then substr(l.scope, 5)::bigint end as key_id,
	l.model, l.kind, l.value as allowed, l.used,
	greatest(0, l.value - l.used) as remaining, l.resets_at, l.source
from keywheel.list_limits() l
where l.scope <> '*';

-- What each token that is not revoked has left of its limits; those without a
-- limit are not in it.
create or replace view keywheel.report_token_limits as
select t.name as token, u.kind, u.allowed, u.used,
	greatest(0, u.allowed - u.used) as remaining, u.resets_at, u.currency,
	t.shadow, t.token_id
from keywheel.report_token_use() u
join keywheel.tokens t using (token_id);

-- Keys that need attention, and why: disabled (out of use until somebody or a
-- probe says otherwise), resting (for all models, or until the day's quota
-- or a balance comes back), failing (in the last 24 hours more of its calls
-- failed than not, and five at least). detail: the verdict.
create or replace view keywheel.report_attention as
select k.key_id, k.hint as key_hint, k.pool, k.project, w.why, w.detail,
	w.model, w.since, w.until, coalesce(c.calls, 0) as calls_24h,
	coalesce(c.failed, 0) as failed_24h, k.note
from keywheel.keys k
left join (
	select p.key_id, sum(p.calls)::bigint as calls,
		sum(p.failed)::bigint as failed
	from (select o.key_id, o.calls, 0 as failed
		from keywheel.report_outcomes_keys o, keywheel.usage_windows() w
		where o.span = 'hour' and o.at >= w.day
		union all
		select f.key_id, f.attempts, f.attempts
		from keywheel.report_failures f, keywheel.usage_windows() w
		where f.span = 'hour' and f.at >= w.day) p
	group by p.key_id) c on c.key_id = k.key_id
cross join lateral (
	select 'disabled' as why, k.state_reason as detail, '*' as model,
		k.state_at as since, null::timestamptz as until
	where k.state = 'disabled'
	union all
	select 'resting', r.reason, r.model, r.since, r.until
	from keywheel.key_cooldown r
	where k.state = 'active' and r.until > now()
		and r.scope in (k.scope, 'key/' || k.key_id)
		and (r.model = '*' or r.long_rest)
	union all
	select 'failing', (select f.verdict
			from keywheel.report_failures f,
				keywheel.usage_windows() d
			where f.key_id = k.key_id and f.span = 'hour'
				and f.at >= d.day
			group by f.verdict
			order by sum(f.attempts) desc, f.verdict limit 1),
		'*', null, null
	where k.state = 'active' and c.failed >= 5 and c.failed * 2 > c.calls) w
where k.state <> 'removed';
