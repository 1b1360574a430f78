// A stack that looks as if some people had used it for a month: for whoever
// walks over the pages or takes pictures of them.
import { visitor } from "./pages.mjs";
import { kw } from "./shared.mjs";
import { until } from "./until.mjs";

const KEYS = `
    select keywheel.add_key(case when i > 34 then 'paid' else 'gemini' end,
	sha256(('demo' || i)::bytea), ''::bytea,
	'…' || substr(translate(encode(sha256(i::text::bytea), 'base64'),
	    '+/', '-_'), 2, 4),
	case when i % 3 > 0 then (array['chat-frontends', 'research-lab',
	    'night-batch', 'family'])[1 + i / 3 % 4] || '-' || 4711 + i / 12 end,
	'page')
    from generate_series(1, 38) i;
    update keywheel.keys set created_at = now() - interval '1 day'
	    * (40 - key_id % 33), note = case key_id % 7
	    when 1 then 'from the account of the lab'
	    when 4 then 'Lena’s, shared with the family' else '' end;
    select keywheel.set_key_state(9, 'disabled', 'invalid_key');
    select keywheel.set_key_state(14, 'disabled', 'cli');
    select keywheel.set_key_state(23, 'disabled', 'suspended');
    update keywheel.key_rotation set faults = key_id % 5,
	uses = 1000 + key_id * 7919 % 3571, last_used_at = now()
	    - (key_id * 37 % 400) * interval '1 second'
    where key_id % 4 > 0;
    select keywheel.apply_verdict('gemini-2.5-pro', jsonb_build_object(
	'key', k, 'name', 'rate_day', 'rest', 'key', 'rest_ms', 20000000))
    from unnest(array[3, 11, 12, 28]) k;
    select keywheel.apply_verdict('gemini-2.5-flash', jsonb_build_object(
	'key', k, 'name', 'rate_minute', 'rest', 'key', 'rest_ms', 40000))
    from unnest(array[6, 19]) k`;

const TOKENS = `
    insert into keywheel.tokens (name, hash, hint, admin, origin, note,
	created_at, expires_at, models, requests_per_minute,
	tokens_per_day, disabled_at)
    values
    ('sillytavern', '\\x01', 'sk-…9f3a', false, 'page', 'Lena', now()
	- interval '29 days', null, null, null, null, null),
    ('cherry-studio', '\\x02', 'sk-…77c1', false, 'page', 'the living room',
	now() - interval '25 days', null, array['gemini-2.5-*'], 30, 2000000,
	null),
    ('nightly-summaries', '\\x03', 'sk-…d20e', false, 'cli', '', now()
	- interval '20 days', now() + interval '90 days', null, null, null,
	null),
    ('guest', '\\x04', 'sk-…0b18', false, 'page', 'for the weekend', now()
	- interval '9 days', now() - interval '2 days', null, 5, null, null),
    ('old-laptop', '\\x05', 'sk-…e4e4', false, 'page', '', now()
	- interval '28 days', null, null, null, null, now() - interval '3 days')`;

/* Days have an evening and a night; the last hour has something in it. */
const REQUESTS = `
    with at as (
	select i, now() - case when i < 150 then i * interval '23 seconds'
	    else (i - 148) * interval '11 minutes 7 seconds' end as at
	from generate_series(1, 3900) i
    ), shaped as (
	select i, at, i * 7919 % 997 as dice from at
	where i < 150 or i * 31 % 24 > abs(extract(hour from at) - 14)
    )
    insert into keywheel.requests (request_id, started_at, token_id, key_id,
	model, route, streamed, outcome, status, attempts, prompt_tokens,
	cached_tokens, thought_tokens, answer_tokens, first_byte_ms, total_ms,
	detail)
    select gen_random_uuid(), at,
	coalesce((select token_id from keywheel.tokens where name = (array[
	    'sillytavern', 'cherry-studio', 'nightly-summaries', 'sillytavern',
	    'guest'])[1 + dice % 5]), 1),
	1 + dice * 13 % 40,
	(array['gemini-2.5-flash', 'gemini-2.5-flash', 'gemini-2.5-pro',
	    'gemini-2.5-flash', 'gemini-3-pro-preview',
	    'gemini-2.5-flash-lite'])[1 + dice % 6],
	(array['openai.chat', 'openai.chat', 'gemini.stream'])[1 + dice % 3],
	dice % 4 > 0,
	case when dice % 41 = 0 then 'limited' when dice % 53 = 0 then
	    'upstream_error' when dice % 67 = 0 then 'client_gone'
	    when dice % 89 = 0 then 'blocked' else 'complete' end
	    ::keywheel.outcome,
	case when dice % 41 = 0 then 429 when dice % 53 = 0 then 503
	    else 200 end, 1 + (dice % 17 = 0)::int,
	400 + dice * 11, dice % 3 * 100, dice * 7 % 500, 80 + dice * 5 % 900,
	350 + dice * 3, 1200 + dice * 17,
	case when dice % 41 = 0 then 'You exceeded your current quota, please '
	    'check your plan and billing details.' when dice % 53 = 0 then
	    'The model is overloaded. Please try again later.' else '' end
    from shaped;
    insert into keywheel.attempts (request_id, started_at, attempt, key_id,
	model, verdict, status, total_ms, evidence, error)
    select request_id, started_at, n, 1 + (key_id + n) % 40, model,
	case when status = 503 then 'overloaded' else 'rate_minute' end,
	case when status = 503 then 503 else 429 end, 140 + key_id * 7,
	case when status = 503 then 'The model is overloaded. Please try again '
	    'later.' else 'Quota exceeded for quota metric '
	    '''Generate Content API requests per minute''' end, null
    from keywheel.requests, generate_series(1, attempts) n
    where attempts > 1 or status >= 400;
    select keywheel.sum_usage(100000)`;

const OTHERS = `
    insert into keywheel.sessions (hash, token_id, created_at, seen_at, ends_at,
	address, agent)
    select '\\x01', token_id, now() - interval '4 days', now()
	- interval '9 minutes', now() + interval '9 days', '192.0.2.24',
	'Mozilla/5.0 (iPhone; CPU iPhone OS 18_1 like Mac OS X) '
	'AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.1 Mobile Safari'
    from keywheel.tokens where admin limit 1;
    insert into keywheel.resources (name, scope, kind, key_id, token_id,
	expires_at, created_at, facts)
    select 'files/' || substr(md5(i::text), 1, 12), k.scope, 'files', k.key_id,
	(select token_id from keywheel.tokens where name = 'sillytavern'),
	now() + (48 - i) * interval '1 hour', now() - i * interval '1 hour',
	jsonb_build_object('displayName', (array['minutes-of-the-meeting.pdf',
	    'holiday.mp4', 'whiteboard.png', 'interview-03.mp3'])[1 + i % 4],
	    'mimeType', (array['application/pdf', 'video/mp4', 'image/png',
	    'audio/mpeg'])[1 + i % 4], 'sizeBytes', (81920 * i * i)::text,
	    'state', 'ACTIVE')
    from generate_series(1, 7) i join keywheel.keys k on k.key_id = 1 + i % 4;
    insert into keywheel.job_runs (name, claim, by, started_at, ended_at, ok,
	message)
    select 'recheck', gen_random_uuid(), 'gateway 4211', now() - i
	* interval '1 hour', now() - i * interval '59 minutes 57 seconds',
	i <> 5, case i when 5 then 'Google did not answer in 30 seconds'
	    else '3 keys were checked, 1 works again' end
    from generate_series(1, 9) i;
    update keywheel.jobs set last_started = now() - interval '1 hour',
	last_ended = now() - interval '59 minutes', last_ok = true, runs = 9,
	last_message = '3 keys were checked, 1 works again',
	next_at = now() + interval '20 minutes' where name = 'recheck';
    update keywheel.jobs set next_at = now() + interval '2 hours'
    where next_at < now() + interval '1 minute';
    select keywheel.raise_alarm('leaked_key', 'key 23',
	'Google says the key has leaked, and has disabled it')`;

/* Nothing is asked through them. */
const PROXIES = ["http://user:password@proxy.lan:3128",
	"socks5://vps.example:1080"];

/* Nobody is told anything: the jobs do not run. */
const WEBHOOKS = ["slack https://hooks.slack.com/services/T000/B000/demo",
	"feishu https://open.feishu.cn/open-apis/bot/v2/hook/demo secret=demo"];

/** Receivers of alerts, the second of which takes nothing, and alarms. */
async function tell() {
	await kw.set({ ALERT_WEBHOOKS: JSON.stringify(WEBHOOKS) });
	const { text } = await visitor.get("/alerts");
	const [one, two] = [...text.matchAll(/name="receiver" value="(\w+)"/g)]
	    .map(([, id]) => id);
	await kw.sql.exec(`
	    insert into keywheel.alarms (kind, subject, text, since, ended_at,
		times)
	    values ('pool_low', 'vertex', '1 of 12 keys of the pool vertex can be '
		'used: 3 are disabled, 8 rest for long (gemini-2.5-pro)',
		now() - interval '26 hours', now() - interval '22 hours', 1),
		('storm', 'gemini-2.5-flash', 'No key of several projects is '
		'answered: The model is overloaded',
		now() - interval '3 hours', now() - interval '2 hours', 7);
	    insert into keywheel.alert_receivers (receiver, name, since, sent_at,
		failures, failing_since, error)
	    values ('${one}', 'slack https://hooks.slack.com/…', now()
		- interval '9 days', now() - interval '2 hours', 0, null, ''),
		('${two}', 'feishu https://open.feishu.cn/…', now()
		- interval '9 days', null, 3, now() - interval '9 minutes',
		'it did not take it: status 200, code 19021: sign match fail');
	    insert into keywheel.alert_messages (alarm_id, receiver, state, sent_at,
		tries, error)
	    select a.alarm_id, r.receiver, s.state, case r.receiver
		when '${one}' then case s.state when 'raised' then a.since
		else a.ended_at end + interval '1 minute' end, 3, r.error
	    from keywheel.alarms a cross join keywheel.alert_receivers r
	    cross join (values ('raised'), ('ended')) s (state)
	    where s.state = 'raised' or a.ended_at is not null`);
}

/** Keys in all states, tokens, a month of requests, files, runs of jobs,
 * proxies, changed settings, tasks; what the addresses of the pages need:
 * { request, failed, task, asked, token, change }. */
export async function furnish() {
	await kw.sql.exec(KEYS);
	await kw.sql.exec(TOKENS);
	await kw.sql.exec(REQUESTS);
	for (const job of ["models", "pictures", "deadlines", "trim"])
		await kw.cli("jobs", "run", job);
	await kw.sql.exec(OTHERS);
	await kw.set({ MAX_RETRIES: 5, ERROR_LOG_RECORD_REQUEST_BODY: true,
		SEARCH_MODELS: JSON.stringify(["gemini-2.5-flash",
			"gemini-2.5-pro"]) });
	await kw.cli("clear", "cache");
	const ask = async (text, ...rules) => {
		await kw.fake.script(...rules);
		return (await kw.chat({ text })).headers["x-request-id"];
	};
	const failed = await ask("Draw me a sheep.", { error: "bad_request" });
	const request = await ask("What is the capital of Peru?",
	    { times: 2, do: { error: "rate_minute" } });
	await until(() => kw.isIdle(), { what: "the account" });
	await kw.set({ PROXIES: JSON.stringify(PROXIES) });
	await tell();
	const chosen = [1, 2, 3, 4].map((key) => ["key", String(key)]);
	const choose = async (action) => (await visitor.post("/keys/do",
	    [["action", action], ...chosen], { from: "/keys" })).headers.location;
	const task = await choose("reset");
	await visitor.post(task, { do: "begin" });
	const tasks = await kw.sql.rows(
	    "select task_id from keywheel.tasks order by task_id");
	return { request, failed, asked: await choose("delete"),
		task: `/tasks/${tasks[0].task_id}`,
		token: await kw.sql.exec(`select token_id from keywheel.tokens
		    where name = 'cherry-studio'`),
		change: await kw.sql.exec(`select max(change_id)
		    from keywheel.setting_history where name = 'MAX_RETRIES'`) };
}
