// The account: one row a request, whatever became of it.
import assert from "node:assert/strict";

import { fcgi } from "./lib/fcgi.mjs";
import { KEYS, MODEL } from "./lib/stack.mjs";
import { Sql } from "./lib/sql.mjs";
import { kw, test } from "./lib/shared.mjs";
import { crowd, until } from "./lib/until.mjs";

const THINKER = "gemini-3.8-flash";
const COUNTS = "requests, answered, client_gone, refused, failed, attempts, " +
    "prompt_tokens, cached_tokens, thought_tokens, answer_tokens, total_tokens";

test("tokens: what Google counted, part by part", async () => {
	const usageMetadata = { promptTokenCount: 100, cachedContentTokenCount: 40,
		toolUsePromptTokenCount: 7, thoughtsTokenCount: 30,
		candidatesTokenCount: 20, totalTokenCount: 157 };
	await kw.fake.script({ body: { candidates: [{ content: { parts: [
		{ text: "A" }] }, finishReason: "STOP" }], usageMetadata } });
	for (const answer of [await kw.chat(), await kw.chat({ stream: true }),
		await kw.native("generateContent")]) {
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.prompt_tokens, row.cached_tokens,
			row.thought_tokens, row.answer_tokens, row.total_tokens],
		    [107, 40, 30, 20, 157], row.route);
	}
});

test("the sums agree with upstream's own books", async () => {
	const since = await kw.sql.exec("select clock_timestamp()");
	await crowd(40, 8, (i) => i % 4 === 0
	    ? kw.native("generateContent", { text: `Number ${i}` }, { model: THINKER })
	    : i % 4 === 1
	    ? kw.native("streamGenerateContent", {}, { query: "?alt=sse" })
	    : kw.chat({ model: THINKER, text: "x".repeat(i), stream: i % 4 === 2 }));
	await until(() => kw.isIdle());
	const { tokens, keys } = await kw.fake.books();
	const row = await kw.sql.row(`select count(*) as n,
	    sum(prompt_tokens) as prompt, sum(answer_tokens) as answer,
	    sum(thought_tokens) as thoughts from keywheel.report_requests
	    where started_at >= '${since}' and outcome = 'complete'`);
	assert.deepEqual(row, { n: 40, ...tokens });
	const byKey = await kw.sql.rows(`select key_hint, count(*) as n
	    from keywheel.report_requests where started_at >= '${since}'
	    group by 1 order by 1`);
	assert.deepEqual(byKey.map(({ n }) => n).sort(),
	    Object.values(keys).map(({ total }) => total).sort());
});

test("times, route, model and token are in the row", async () => {
	await kw.fake.script({ first_delay_ms: 300, text_events: 4,
		event_delay_ms: 100 });
	for (const [answer, route, streamed] of [
		[await kw.chat({ stream: true }), "openai.chat", true],
		[await kw.chat(), "openai.chat", false],
		[await kw.native("streamGenerateContent", {}, { query: "?alt=sse" }),
		    "gemini.streamGenerateContent", true]]) {
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.route, row.streamed, row.model, row.attempts,
			row.status], [route, streamed, MODEL, 1, 200]);
		assert.match(row.token, /^env-/);
		assert.ok(row.key_id >= 1 && row.key_id <= 5);
		assert.ok(row.first_byte_ms >= 290, `${row.first_byte_ms}`);
		assert.ok(row.total_ms >= 590, `${row.total_ms}`);
		if (streamed)
			assert.ok(row.total_ms - row.first_byte_ms >= 250);
		assert.ok(row.total_ms < 3000);
		assert.ok(Math.abs(Date.parse(row.started_at) - Date.now()) < 60000);
	}
});

test("a row for each way to end", async () => {
	const stop = (reason) => ({ candidates: [{ content: { parts: [
		{ text: "A" }] }, finishReason: reason }] });
	const ends = [
		["complete", 200, { text: "A" }, {}],
		["length", 200, { events: [stop("MAX_TOKENS")] }, {}],
		["blocked", 200, { events: [stop("SAFETY")] }, {}],
		["client_error", 400, { error: "bad_request" }, {}],
		["client_error", 400, {}, { temperature: 9 }],
		["limited", 429, { error: "rate_minute" }, {}],
		["no_key", 503, { error: "api_key_invalid" }, {}],
		["upstream_error", 502, { error: "internal" }, {}],
		["timeout_first_byte", 504, { silence: true }, {}],
		["timeout_idle", 200, { text_events: 4, silence_after_events: 2 },
			{ stream: true }],
		["truncated", 200, { text_events: 4, cut_after_events: 2 },
			{ stream: true }],
		["truncated", 502, { text_events: 4, cut_after_bytes: 50 }, {}],
	];
	for (const [outcome, status, deed, body] of ends) {
		await kw.reset();
		await kw.set({ MAX_RETRIES: 0, FIRST_BYTE_TIMEOUT: 1, IDLE_TIMEOUT: 1 });
		await kw.useKeys(1);
		await kw.fake.script(deed);
		const answer = await kw.chat(body);
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.outcome, row.status], [outcome, status]);
		assert.equal(answer.status, status, outcome);
		const good = ["complete", "length", "blocked"].includes(outcome);
		assert.equal(row.detail === "", good, `${outcome}: "${row.detail}"`);
		assert.equal((await kw.failures(answer)).length,
		    good || body.temperature ? 0 : 1, outcome);
	}
	const wrong = await kw.chat({}, { token: "sk-wrong" });
	assert.equal((await kw.rowOf(wrong)).outcome, "unauthorized");
});

test("the status in the row is the one that the client saw", async () => {
	await kw.set({ MAX_RETRIES: 0 });
	for (const error of ["internal", "bad_request", "rate_day", "deadline",
		"not_found_model"]) {
		await kw.fake.script({ error });
		for (const ask of [() => kw.chat(), () => kw.native("countTokens"),
			() => kw.native("generateContent", {}, { token: "sk-wrong" })]) {
			const answer = await ask();
			assert.ok(answer.status >= 400);
			assert.equal((await kw.rowOf(answer)).status, answer.status,
			    `${error}: ${answer.text}`);
		}
	}
});

test("report_usage_daily adds up", async () => {
	await kw.chat({ model: THINKER });
	await kw.chat({ temperature: 9 });
	await kw.fake.script({ error: "internal" });
	await kw.chat();
	await until(() => kw.isIdle());
	/* The sums know rows that others have deleted: those are for neither. */
	await kw.sql.exec(`delete from keywheel.usage_gaps;
	    select keywheel.recompute_usage()`);
	const daily = await kw.sql.rows(`select ${COUNTS.split(", ").map((name) =>
	    `sum(${name}) as ${name}`).join(", ")} from keywheel.report_usage_daily`);
	const rows = await kw.sql.rows(`select count(*) as requests,
	    count(*) filter (where outcome in ('complete', 'length', 'blocked'))
		as answered,
	    count(*) filter (where outcome = 'client_gone') as client_gone,
	    count(*) filter (where outcome in ('client_error', 'unauthorized'))
		as refused,
	    count(*) filter (where outcome in ('limited', 'no_key',
		'upstream_error', 'timeout_first_byte', 'timeout_idle', 'truncated',
		'internal_error')) as failed,
	    sum(attempts) as attempts, sum(prompt_tokens) as prompt_tokens,
	    sum(cached_tokens) as cached_tokens,
	    sum(thought_tokens) as thought_tokens,
	    sum(answer_tokens) as answer_tokens, sum(total_tokens) as total_tokens
	    from keywheel.report_requests`);
	assert.deepEqual(daily, rows);
	assert.ok(rows[0].failed >= 1 && rows[0].refused >= 1);
	const { n } = await kw.sql.row(`select count(*) as n
	    from keywheel.report_usage_daily
	    where day = (now() at time zone 'UTC')::date and model = '${THINKER}'`);
	assert.ok(n >= 1);
});

test("failed attempts are in report_errors, without secrets", async () => {
	await kw.set({ MAX_RETRIES: 10 });
	await kw.fake.script({ key: KEYS[0], do: { error: "suspended" } },
	    { key: KEYS[1], do: { error: "service_disabled" } },
	    { error: "rate_minute", retry_delay: "30s" });
	const answer = await kw.chat();
	const failures = await kw.failures(answer);
	assert.equal(failures.length, 5);
	assert.deepEqual(failures.map(({ attempt }) => attempt), [1, 2, 3, 4, 5]);
	for (const failure of failures) {
		assert.ok(failure.status >= 400);
		assert.ok(failure.evidence.length > 10);
		assert.equal(failure.model, MODEL);
		assert.doesNotMatch(JSON.stringify(failure),
		    /AIza|AQ\.|api_key:A|projects\/\d|project \d/);
	}
	const all = await kw.sql.exec(`select json_agg(q) from (
	    select to_jsonb(e) from keywheel.report_errors e union all
	    select to_jsonb(e) from keywheel.report_key_events e union all
	    select to_jsonb(k) from keywheel.report_keys k union all
	    select to_jsonb(r) from keywheel.report_requests r union all
	    select to_jsonb(t) from keywheel.report_tokens t) q`);
	for (const secret of [...KEYS, kw.token, kw.adminToken])
		assert.ok(!all.includes(secret), "a secret is in a view");
});

test("keys are sealed and tokens hashed in the tables", async () => {
	const dump = await kw.sql.exec(`select
	    (select string_agg(encode(secret, 'escape'), ' ') from keywheel.keys) ||
	    (select string_agg(encode(hash, 'escape'), ' ') from keywheel.tokens) ||
	    (select string_agg(value, ' ') from keywheel.settings)`);
	for (const secret of [...KEYS, kw.token, kw.adminToken])
		assert.ok(!dump.includes(secret));
});

test("the report role sees the reports and nothing else", async () => {
	const report = new Sql(kw.state, "keywheel_report");
	for (const view of ["requests", "usage_daily", "keys", "cooldowns", "errors",
		"key_events", "tokens"])
		await report.exec(`select count(*) from keywheel.report_${view}`);
	for (const query of ["select * from keywheel.keys",
		"select * from keywheel.requests", "select * from keywheel.settings",
		"select keywheel.list_keys()",
		"update keywheel.report_requests set token = ''"])
		await assert.rejects(report.exec(query), /permission denied|cannot/);
	const app = new Sql(kw.state, "keywheel_app");
	for (const query of ["select * from keywheel.keys",
		"delete from keywheel.requests", "select * from keywheel.tokens"])
		await assert.rejects(app.exec(query), /permission denied/);
});

const own = async (answer) => kw.sql.row(`select own_us, db_us, client_id,
    total_ms, prompt_tokens, answer_tokens from keywheel.requests
    where request_id = '${(await kw.rowOf(answer)).request_id}'`);

test("what of the time was ours, and the client's own id", async () => {
	await kw.fake.script({ first_delay_ms: 700 });
	const slow = await own(await kw.chat());
	assert.ok(slow.own_us < slow.total_ms * 1000 - 400000,
	    `${slow.own_us} us of ${slow.total_ms} ms`);
	await kw.fake.reset();
	for (const [headers, id] of [
		[{ "x-request-id": "client:1/a" }, "client:1/a"],
		[{ "x-request-id": "two words", "x-client-request-id": "b-2" }, "b-2"],
		[{ "x-request-id": "<\"quoted\">" }, ""],
		[{ "x-request-id": "c".repeat(128) }, "c".repeat(128)],
		[{ "x-request-id": "c".repeat(129) }, ""]]) {
		const row = await own(await kw.chat({}, { headers }));
		assert.equal(row.client_id, id);
		assert.ok(row.db_us > 0 && row.own_us > row.db_us);
	}
	for (const answer of [await kw.request({ path: "/v1/models" }),
		await kw.chat({}, { token: "sk-wrong" }),
		await kw.chat({ temperature: 9 })]) {
		const row = await own(answer);
		assert.ok(row.own_us > 0 && row.db_us > 0);
	}
});

test("what failed attempts had used is told apart", async () => {
	const usageMetadata = { promptTokenCount: 100, thoughtsTokenCount: 30,
		totalTokenCount: 130 };
	await kw.fake.script({ times: 1, do: { body: { candidates: [
		{ finishReason: "OTHER" }], usageMetadata } } }, { text: "A" });
	const answer = await kw.chat();
	const costs = async () => kw.sql.rows(`select prompt_tokens, thought_tokens,
	    answer_tokens from keywheel.attempts
	    where request_id = '${answer.headers["x-request-id"]}'`);
	assert.ok((await own(answer)).prompt_tokens < 100);
	const cost = { prompt_tokens: 100, thought_tokens: 30, answer_tokens: 0 };
	assert.deepEqual(await costs(), [cost]);

	/* Nobody got anything of the last one either. */
	await kw.set({ MAX_RETRIES: 0 });
	await kw.fake.script({ body: { candidates: [{ finishReason: "OTHER" }],
		usageMetadata } });
	const none = await kw.chat();
	assert.notEqual(none.status, 200);
	assert.equal((await own(none)).prompt_tokens, 0);
	const { sum } = await kw.sql.row(`select sum(prompt) from
	    keywheel.key_failures_now() where span = 'day'`);
	assert.ok(sum >= 200);
});

test("what is no text, or too much, does not cost the row", async () => {
	/* Some web servers refuse such a path. */
	for (const model of ["a%FFb", "a%00b", "a%ED%A0%80b", "x".repeat(3000)]) {
		const path = `/v1beta/models/${model}:generateContent`;
		const answer = await fcgi(kw, { REQUEST_METHOD: "POST",
			REQUEST_URI: path, HTTP_X_GOOG_API_KEY: kw.token,
			CONTENT_TYPE: "application/json" },
		'{"contents": [{"parts": [{"text": "A"}]}]}');
		assert.equal((await kw.rowOf(answer)).status, answer.status, model);
	}
	const most = 9007199254740991;
	await kw.fake.script({ body: { candidates: [{ content: { parts: [
		{ text: "A" }] }, finishReason: "STOP" }], usageMetadata: {
		promptTokenCount: most, candidatesTokenCount: 5 } } });
	const row = await kw.rowOf(await kw.chat());
	assert.deepEqual([row.prompt_tokens, row.answer_tokens], [700000000, 5]);
});
