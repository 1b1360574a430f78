-- What each of these keys did in the last minute, hour, 24 hours, and this month
-- (UTC): calls, how many of them failed, tokens.
create or replace function keywheel.key_counts(p_keys bigint[])
returns table (key_id bigint,
	minute_requests bigint, minute_failed bigint, minute_tokens bigint,
	hour_requests bigint, hour_failed bigint, hour_tokens bigint,
	day_requests bigint, day_failed bigint, day_tokens bigint,
	month_requests bigint, month_failed bigint, month_tokens bigint)
language sql stable security definer
set search_path = keywheel, pg_temp
as $$
	select p.key_id, n.*
	from unnest(p_keys) p (key_id)
	cross join lateral (
		select count(*) filter (where c.minute),
			count(*) filter (where c.minute and c.failed),
			coalesce(sum(c.tokens) filter (where c.minute), 0),
			count(*) filter (where c.hour),
			count(*) filter (where c.hour and c.failed),
			coalesce(sum(c.tokens) filter (where c.hour), 0),
			count(*) filter (where c.day),
			count(*) filter (where c.day and c.failed),
			coalesce(sum(c.tokens) filter (where c.day), 0),
			count(*) filter (where c.month),
			count(*) filter (where c.month and c.failed),
			coalesce(sum(c.tokens) filter (where c.month), 0)
		from (select r.outcome not in ('complete', 'length', 'blocked',
				'client_gone') as failed,
				r.prompt_tokens::bigint + r.thought_tokens
					+ r.answer_tokens as tokens,
				r.started_at > now() - interval '1 minute'
					as minute,
				r.started_at > now() - interval '1 hour' as hour,
				r.started_at > now() - interval '1 day' as day,
				r.started_at >= date_trunc('month', now(), 'UTC')
					as month
			from requests r where r.key_id = p.key_id
				and r.started_at > now() - interval '31 days') c
		) n;
$$;
