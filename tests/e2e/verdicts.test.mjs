// What each answer of Google's does to keys, and to the client.
import assert from "node:assert/strict";

import { KEYS, MODEL, freePort } from "./lib/stack.mjs";
import { events } from "./lib/raw.mjs";
import { kw, test } from "./lib/shared.mjs";
import { crowd, until } from "./lib/until.mjs";

const OTHER_MODEL = "gemini-2.5-pro";
const ASKS = [
	["chat", () => kw.chat()],
	["stream", () => kw.chat({ stream: true })],
	["native", () => kw.native("generateContent")],
	["native SSE", () => kw.native("streamGenerateContent", {},
	    { query: "?alt=sse" })],
	["countTokens", () => kw.native("countTokens")],
	["models", () => kw.request({ path: "/v1/models" })],
];

/** Ask until the bad key has been met; every answer must be good. */
async function meet(bad, ask = () => kw.chat()) {
	for (let i = 0; i < 3 * KEYS.length; i++) {
		const answer = await ask();
		assert.equal(answer.status, 200, answer.text);
		if ((await kw.fake.counts())[bad])
			return answer;
	}
	throw new Error("the key was never used");
}

async function times(key) {
	return (await kw.fake.counts())[key] ?? 0;
}

function unharmed(keys) {
	for (const key of keys)
		assert.deepEqual([key.state, key.faults, key.rests_until],
		    ["active", 0, null], `key ${key.key_id}`);
}

// ---- the key is done for ---------------------------------------------------

const DEADLY = [
	["api_key_invalid", "invalid_key"],
	["api_key_expired", "invalid_key"],
	["leaked", "leaked_key"],
	["suspended", "project_suspended"],
	["project_denied", "project_suspended"],
	["service_disabled", "not_enabled"],
];

for (const [error, verdict] of DEADLY)
	test(`${error}: another key serves, this one is never used again`,
	    async () => {
		const bad = KEYS[1];
		await kw.fake.script({ key: bad, do: { error } });
		const answer = await meet(bad);
		assert.equal(answer.json.choices[0].message.content, "You said: Hello");
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.outcome, row.attempts], ["complete", 2]);
		assert.notEqual(row.key_id, 2);
		const [failure] = await kw.failures(answer);
		assert.deepEqual([failure.key_id, failure.verdict], [2, verdict]);
		assert.ok(failure.status >= 400);

		const key = await kw.key(bad);
		assert.deepEqual([key.state, key.state_reason], ["disabled", verdict]);
		await crowd(20, 4, () => kw.chat());
		assert.equal(await times(bad), 1);
		unharmed((await kw.keyStates()).filter(({ key_id }) => key_id !== 2));
		const [event] = await kw.sql.rows(`select * from
		    keywheel.report_key_events where key_id = 2 and event = 'disabled'
		    order by at desc limit 1`);
		assert.equal(event.cause, verdict);
	});

test("a dead key is found by every kind of request", async () => {
	for (const [name, ask] of ASKS) {
		await kw.reset();
		await kw.set({ MODELS_CACHE_SECONDS: 0 });
		await kw.fake.script({ key: KEYS[2], do: { error: "api_key_invalid" } });
		await meet(KEYS[2], ask);
		await until(async () =>
		    (await kw.key(KEYS[2])).state === "disabled", { what: name });
	}
});

test("suspended takes all keys of the project with it", async () => {
	await kw.sql.exec(`update keywheel.keys set project = '4711'
	    where key_id in (1, 4)`);
	try {
		await kw.fake.script({ key: KEYS[0], do: { error: "suspended" } });
		await meet(KEYS[0]);
		const states = (await kw.keyStates()).map(({ state }) => state);
		assert.deepEqual(states,
		    ["disabled", "active", "active", "disabled", "active"]);
	} finally {
		await kw.sql.exec("update keywheel.keys set project = null");
	}
});

test("unauthenticated: disabled after two in a row", async () => {
	const bad = KEYS[0];
	await kw.fake.script({ key: bad, do: { error: "unauthenticated" } });
	await meet(bad);
	let key = await until(async () => {
		const found = await kw.key(bad);
		return found.faults === 1 && found;
	});
	assert.equal(key.state, "active");
	for (let i = 0; i < 10 && await times(bad) < 2; i++)
		assert.equal((await kw.chat()).status, 200);
	key = await kw.key(bad);
	assert.deepEqual([key.state, key.state_reason],
	    ["disabled", "unauthenticated"]);
});

test("unauthenticated once, then a success: nothing is held against the key",
    async () => {
	const key = KEYS[0];
	await kw.fake.script({ key, times: 1, do: { error: "unauthenticated" } });
	await meet(key);
	await crowd(15, 1, () => kw.chat());
	await until(async () => (await kw.key(key)).faults === 0);
	await kw.fake.script({ key, times: 1, do: { error: "unauthenticated" } });
	await crowd(10, 1, () => kw.chat());
	assert.equal((await kw.key(key)).state, "active");
});

test("permission_denied: ten minutes for that model", async () => {
	const bad = KEYS[3];
	await kw.fake.script({ key: bad, do: { error: "permission_denied" } });
	await meet(bad);
	const [rest] = await kw.cooldowns();
	assert.deepEqual([rest.scope, rest.model, rest.reason],
	    ["key/4", MODEL, "forbidden"]);
	const seconds = (Date.parse(rest.until) - Date.now()) / 1000;
	assert.ok(seconds > 580 && seconds <= 600, `${seconds} s`);
	await crowd(10, 1, () => kw.chat());
	assert.equal(await times(bad), 1);
	assert.equal((await kw.key(bad)).state, "active");
});

test("permission_denied again and again: MAX_FAILURES disables the key",
    async () => {
	for (const most of [2, 3]) {
		await kw.reset();
		await kw.useKeys(2);
		await kw.set({ MAX_FAILURES: most });
		await kw.fake.script({ key: KEYS[0],
			do: { error: "permission_denied" } });
		for (let i = 1; i <= most; i++) {
			await meet(KEYS[0]);
			const { state, faults } = await kw.key(KEYS[0]);
			assert.equal(state, i < most ? "active" : "disabled",
			    `${i} of ${most}`);
			assert.ok(i === most || faults === i);
			/* As if the rest were over. */
			await kw.sql.exec(`delete from keywheel.key_cooldown;
			    update keywheel.key_rotation set rests_until = now()`);
			await kw.fake.reset();
			await kw.fake.script({ key: KEYS[0],
				do: { error: "permission_denied" } });
		}
	}
});

// ---- the key rests ---------------------------------------------------------

test("rate_minute: the key rests for that model only, then returns", async () => {
	const bad = KEYS[1];
	await kw.fake.script({ key: bad, model: MODEL, times: 1,
		do: { error: "rate_minute", retry_delay: "1s" } });
	const answer = await meet(bad);
	const { verdict, status } = (await kw.failures(answer))[0];
	assert.deepEqual([verdict, status], ["rate_minute", 429]);
	const [rest] = await kw.cooldowns();
	assert.deepEqual([rest.scope, rest.model, rest.reason, rest.long_rest],
	    ["key/2", MODEL, "rate_minute", false]);
	const ms = Date.parse(rest.until) - Date.parse(rest.since);
	assert.ok(ms >= 1900 && ms <= 2100, `${ms} ms for a delay of 1 s`);

	/* Another model still uses it. */
	await crowd(10, 1, () => kw.chat({ model: OTHER_MODEL }));
	const book = (await kw.fake.books()).keys[bad];
	assert.deepEqual(book.by_model, { [MODEL]: 1, [OTHER_MODEL]: 2 });

	/* It comes back by itself. */
	await until(async () => {
		await kw.chat();
		return (await kw.fake.books()).keys[bad].by_model[MODEL] >= 2;
	}, { every: 100 });
	assert.ok(Date.now() >= Date.parse(rest.until) - 20);
});

test("rate_minute with a project: all its keys rest", async () => {
	await kw.sql.exec(`update keywheel.keys set project = 'p' where key_id < 3;
	    update keywheel.key_rotation r set scope = k.scope
	    from keywheel.keys k where k.key_id = r.key_id`);
	try {
		await kw.fake.script({ key: KEYS[0],
			do: { error: "rate_minute", retry_delay: "30s" } });
		await meet(KEYS[0]);
		const before = await times(KEYS[1]);
		await crowd(9, 1, () => kw.chat());
		assert.equal(await times(KEYS[0]), 1);
		assert.equal(await times(KEYS[1]), before);
	} finally {
		await kw.sql.exec(`update keywheel.keys set project = null;
		    update keywheel.key_rotation r set scope = k.scope
		    from keywheel.keys k where k.key_id = r.key_id`);
	}
});

test("rate_day: until midnight Pacific, whatever RetryInfo says", async () => {
	const bad = KEYS[0];
	await kw.fake.script({ key: bad, do: { error: "rate_day" } });
	await meet(bad);
	const [rest] = await kw.cooldowns();
	assert.deepEqual([rest.scope, rest.model, rest.reason, rest.long_rest],
	    ["key/1", MODEL, "rate_day", true]);
	const clock = new Intl.DateTimeFormat("en-GB", { hour: "2-digit",
		minute: "2-digit", timeZone: "America/Los_Angeles" })
	    .format(new Date(rest.until));
	assert.match(clock, /^(00|24):0[2-5]$/);
	const hours = (Date.parse(rest.until) - Date.now()) / 3600000;
	assert.ok(hours > 0 && hours < 25.2, `${hours} h`);
});

test("rate_zero: the project has nothing of this model, a day's rest",
    async () => {
	const bad = KEYS[0];
	await kw.fake.script({ key: bad, do: { error: "rate_zero" } });
	await meet(bad);
	const [rest] = await kw.cooldowns();
	assert.deepEqual([rest.reason, rest.model, rest.long_rest],
	    ["not_offered", MODEL, true]);
	const hours = (Date.parse(rest.until) - Date.now()) / 3600000;
	assert.ok(hours > 23.9 && hours <= 24, `${hours} h`);
	assert.equal((await kw.key(bad)).state, "active");
});

test("rate_plain: ten seconds, twice as long the next time", async () => {
	const bad = KEYS[0];
	await kw.fake.script({ key: bad, do: { error: "rate_plain" } });
	await meet(bad);
	const first = (await kw.cooldowns())[0];
	assert.equal(first.reason, "rate_unknown");
	assert.equal(Math.round((Date.parse(first.until) -
	    Date.parse(first.since)) / 1000), 10);
	/* As if it were over. */
	await kw.sql.exec(`update keywheel.key_cooldown
		set until = now() - interval '1 second';
	    update keywheel.key_rotation set rests_until = now()`);
	await kw.fake.reset();
	await kw.fake.script({ key: bad, do: { error: "rate_plain" } });
	await meet(bad);
	const second = (await kw.cooldowns())[0];
	const seconds = (Date.parse(second.until) - Date.now()) / 1000;
	assert.ok(seconds > 18 && seconds <= 20, `${seconds} s`);
});

test("billing402: the key rests for all models, an hour", async () => {
	const bad = KEYS[0];
	await kw.fake.script({ key: bad, do: { error: "billing402" } });
	await meet(bad);
	const [rest] = await kw.cooldowns();
	assert.deepEqual([rest.model, rest.reason, rest.long_rest],
	    ["*", "no_balance", true]);
	const minutes = (Date.parse(rest.until) - Date.now()) / 60000;
	assert.ok(minutes > 59 && minutes <= 60, `${minutes} min`);
	await crowd(10, 2, (i) => kw.chat({ model: i % 2 ? MODEL : OTHER_MODEL }));
	assert.equal(await times(bad), 1);
});

test("rate_tokens and spending_cap rest as well", async () => {
	for (const [error, reason, model] of [
		["rate_tokens", "rate_tokens", MODEL],
		["spending_cap", "spending_cap", "*"]]) {
		await kw.reset();
		await kw.fake.script({ key: KEYS[4], do: { error } });
		await meet(KEYS[4]);
		const [rest] = await kw.cooldowns();
		assert.deepEqual([rest.scope, rest.model, rest.reason],
		    ["key/5", model, reason]);
	}
});

// ---- nobody is to blame ----------------------------------------------------

test("500: once more on another key, and no key is blamed", async () => {
	await kw.fake.script({ times: 1, do: { error: "internal" } });
	const answer = await kw.chat();
	assert.equal(answer.status, 200, answer.text);
	const [first, second] = await kw.fake.requests();
	assert.notEqual(first.key, second.key);
	unharmed(await kw.keyStates());
	await kw.fake.script({ error: "internal" });
	await kw.fake.reset();
	await kw.fake.script({ error: "internal" });
	const failed = await kw.chat();
	assert.equal(failed.status, 502);
	assert.equal(failed.json.error.code, "upstream_error");
	assert.equal((await kw.fake.requests()).length, 2);
	assert.equal((await kw.rowOf(failed)).outcome, "upstream_error");
	unharmed(await kw.keyStates());
});

test("503: again after a second, on another key; no key is blamed", async () => {
	await kw.fake.script({ times: 1, do: { error: "unavailable" } });
	const started = Date.now();
	const answer = await kw.chat();
	assert.equal(answer.status, 200, answer.text);
	assert.ok(Date.now() - started >= 750, `${Date.now() - started} ms`);
	const [first, second] = await kw.fake.requests();
	assert.notEqual(first.key, second.key);
	const [failure] = await kw.failures(answer);
	assert.deepEqual([failure.verdict, failure.status], ["overloaded", 503]);
	unharmed(await kw.keyStates());
	assert.deepEqual(await kw.cooldowns(), []);
});

test("503 that stays: upstream_overloaded with a Retry-After", async () => {
	await kw.set({ MAX_RETRIES: 0 });
	await kw.fake.script({ error: "unavailable" });
	const chat = await kw.chat();
	assert.equal(chat.status, 503);
	assert.equal(chat.json.error.code, "upstream_overloaded");
	assert.equal(chat.headers["retry-after"], "5");
	const native = await kw.native("generateContent");
	assert.deepEqual([native.status, native.json.error.status],
	    [503, "UNAVAILABLE"]);
	unharmed(await kw.keyStates());
});

test("capacity: the model's trouble, not the key's", async () => {
	await kw.fake.script({ times: 1, do: { error: "capacity" } });
	const answer = await kw.chat();
	assert.equal(answer.status, 200, answer.text);
	assert.equal((await kw.failures(answer))[0].verdict, "no_capacity");
	unharmed(await kw.keyStates());
	await kw.set({ MAX_RETRIES: 0 });
	await kw.fake.script({ error: "capacity" });
	const failed = await kw.chat();
	assert.equal(failed.status, 503);
	assert.equal(failed.json.error.code, "upstream_overloaded");
	unharmed(await kw.keyStates());
});

test("deadline: once more, then 504", async () => {
	await kw.fake.script({ error: "deadline" });
	const answer = await kw.chat();
	assert.equal(answer.status, 504);
	assert.equal(answer.json.error.code, "upstream_timeout");
	assert.equal((await kw.fake.requests()).length, 2);
	unharmed(await kw.keyStates());
});

test("bad_request: the client's, told at once; one call and no blame",
    async () => {
	for (const [name, ask] of ASKS.slice(0, 4)) {
		await kw.reset();
		await kw.fake.script({ error: "bad_request" });
		const answer = await ask();
		assert.equal(answer.status, 400, name);
		assert.match(answer.text, /Request contains an invalid argument/);
		assert.equal((await kw.fake.requests()).length, 1, name);
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.outcome, row.status, row.attempts],
		    ["client_error", 400, 1]);
		unharmed(await kw.keyStates());
	}
});

test("too_long: context_length_exceeded", async () => {
	await kw.fake.script({ error: "too_long" });
	const chat = await kw.chat();
	assert.equal(chat.status, 400);
	assert.deepEqual([chat.json.error.code, chat.json.error.param],
	    ["context_length_exceeded", "messages"]);
	assert.match(chat.json.error.message, /1190214/);
	assert.equal((await kw.fake.requests()).length, 1);
	const native = await kw.native("generateContent");
	assert.equal(native.json.error.status, "INVALID_ARGUMENT");
	unharmed(await kw.keyStates());
});

test("not_found_model: 404 after at most one other key, and no blame",
    async () => {
	await kw.fake.script({ error: "not_found_model" });
	const chat = await kw.chat({ model: "gemini-9-none" });
	assert.equal(chat.status, 404);
	assert.deepEqual([chat.json.error.code, chat.json.error.param],
	    ["model_not_found", "model"]);
	assert.ok((await kw.fake.requests()).length <= 2);
	assert.equal((await kw.rowOf(chat)).outcome, "client_error");
	unharmed(await kw.keyStates());
});

test("connection refused: 502 (Google's dialect: 500) after one more try; no key is blamed", async () => {
	const port = await freePort();
	await kw.set({ BASE_URL: `http://127.0.0.1:${port}/v1beta` });
	for (const [name, ask] of ASKS) {
		const answer = await ask();
		const status = /native|count/.test(name) ? 500 : 502;
		assert.equal(answer.status, status, `${name}: ${answer.text}`);
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.outcome, row.attempts], ["upstream_error", 2], name);
		const failures = await kw.failures(answer);
		assert.deepEqual(failures.map(({ verdict, status }) =>
		    [verdict, status]), [["unreachable", 0], ["unreachable", 0]]);
	}
	unharmed(await kw.keyStates());
	await kw.set({ BASE_URL: `${kw.fake.url}/v1beta` });
	assert.equal((await kw.chat()).status, 200);
});

test("closed without an answer: once more, no key is blamed", async () => {
	for (const reset of [false, true]) {
		await kw.fake.script({ times: 1, do: { close: true, reset } });
		const answer = await kw.chat();
		assert.equal(answer.status, 200, answer.text);
		await kw.fake.script({ close: true, reset });
		const failed = await kw.chat();
		assert.equal(failed.status, 502);
		assert.equal((await kw.rowOf(failed)).outcome, "upstream_error");
	}
	unharmed(await kw.keyStates());
});

test("an upstream that talks no HTTP or no JSON is a 502, or Google's 500", async () => {
	for (const deed of [{ raw: "<html>hello</html>", content_type: "text/html" },
		{ status: 502, raw: "<html>502 Bad Gateway</html>",
		    content_type: "text/html" },
		{ status: 302, raw: "", headers: { Location: "http://127.0.0.1:1/" } }]) {
		await kw.reset();
		await kw.fake.script(deed);
		for (const [status, ask] of [[502, () => kw.chat()],
			[500, () => kw.native("generateContent")]]) {
			const answer = await ask();
			assert.equal(answer.status, status, `${deed.raw}: ${answer.text}`);
			assert.doesNotMatch(answer.text, /<html>/);
		}
		unharmed(await kw.keyStates());
	}
});

test("silence: FIRST_BYTE_TIMEOUT, a second key, then 504", async () => {
	await kw.set({ FIRST_BYTE_TIMEOUT: 2, MAX_RETRIES: 1 });
	await kw.fake.script({ silence: true });
	const started = Date.now();
	const [chat, stream] = await Promise.all(
	    [kw.chat(), kw.chat({ stream: true })]);
	const seconds = (Date.now() - started) / 1000;
	assert.ok(seconds >= 3.8 && seconds < 6, `${seconds} s`);
	for (const answer of [chat, stream]) {
		assert.equal(answer.status, 504, answer.text);
		assert.equal(answer.json.error.code, "upstream_timeout");
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.outcome, row.attempts],
		    ["timeout_first_byte", 2]);
	}
	unharmed(await kw.keyStates());
});

test("TIME_OUT is the limit over all attempts, SDK headers may lower it",
    async () => {
	await kw.fake.script({ silence: true });
	await kw.set({ TIME_OUT: 2 });
	const ours = kw.native("generateContent");
	const theirs = kw.chat({}, { headers: { "x-stainless-timeout": "1" } });
	const started = Date.now();
	assert.equal((await theirs).status, 504);
	assert.ok(Date.now() - started < 1900);
	assert.equal((await ours).status, 504);
	assert.ok(Date.now() - started >= 1900);
	assert.ok(Date.now() - started < 4000);
	unharmed(await kw.keyStates());
});

// ---- the way of a retry ----------------------------------------------------

test("a setting is in force for the next request, in every responder",
    async () => {
	await crowd(64, 16, () => kw.chat());
	await kw.fake.script({ error: "deadline" });
	for (const retries of [0, 1, 0]) {
		await kw.set({ MAX_RETRIES: retries });
		const answers = await crowd(48, 16, () => kw.chat());
		const rows = await Promise.all(answers.map((a) =>
		    kw.rowOf(a, "attempts")));
		assert.deepEqual([...new Set(rows.map(({ attempts }) => attempts))],
		    [retries + 1]);
	}
});

test("MAX_RETRIES is the number of other keys that are tried", async () => {
	for (const retries of [0, 1, 3, 10]) {
		await kw.reset();
		await kw.set({ MAX_RETRIES: retries });
		await kw.fake.script({ error: "rate_minute", retry_delay: "30s" });
		const answer = await kw.chat();
		assert.equal(answer.status, 429);
		const keys = (await kw.fake.requests()).map(({ key }) => key);
		const expected = Math.min(retries + 1, KEYS.length);
		assert.equal(keys.length, expected, `MAX_RETRIES=${retries}`);
		assert.equal(new Set(keys).size, expected, "a key was tried twice");
		assert.equal((await kw.rowOf(answer)).attempts, expected);
	}
});

test("a retry takes another key, whatever others have drawn meanwhile",
    async () => {
	await kw.useKeys(2);
	await kw.fake.script({ times: 1,
		do: { error: "internal", first_delay_ms: 500 } });
	const slow = kw.openChat();
	await until(async () => (await kw.fake.books()).open === 1);
	assert.equal((await kw.chat()).status, 200);
	assert.equal((await slow.whole()).status, 200);
	slow.close();
	const [first, between, second] = (await kw.fake.requests())
	    .map(({ key }) => key);
	assert.notEqual(between, first, "the rotation is not what it should be");
	assert.notEqual(second, first);
});

test("three dead keys in the way: the fourth serves", async () => {
	await kw.useKeys(4);
	await kw.fake.script(
	    { key: KEYS[0], do: { error: "api_key_invalid" } },
	    { key: KEYS[1], do: { error: "leaked" } },
	    { key: KEYS[2], do: { error: "rate_day" } });
	for (let i = 0; i < 4; i++)
		assert.equal((await kw.chat()).status, 200);
	const counts = await kw.fake.counts();
	assert.deepEqual([counts[KEYS[0]], counts[KEYS[1]], counts[KEYS[2]],
		counts[KEYS[3]]], [1, 1, 1, 4]);
});

test("an error as the first event of a 200 stream goes to another key",
    async () => {
	for (const [name, ask] of [ASKS[0], ASKS[1], ASKS[3],
		["array", () => kw.native("streamGenerateContent")]]) {
		await kw.reset();
		await kw.fake.script({ times: 1, do: { error: "rate_minute",
			retry_delay: "30s", error_event_at: 1 } });
		const answer = await ask();
		assert.equal(answer.status, 200, `${name}: ${answer.text}`);
		assert.doesNotMatch(answer.text, /"error"/);
		const [first, second] = await kw.fake.requests();
		assert.notEqual(first.key, second.key);
		assert.deepEqual((await kw.cooldowns()).map(({ reason }) => reason),
		    ["rate_minute"], name);
	}
});

test("a retry sends the same request again", async () => {
	await kw.fake.script({ times: 2, do: { error: "internal" } });
	await kw.set({ MAX_RETRIES: 3 });
	await kw.chat({ messages: [{ role: "system", content: "Brief." },
		{ role: "user", content: "Weather?" },
		{ role: "assistant", content: "Where? \u20ac" },
		{ role: "user", content: "Z\u00fcrich" }], temperature: 0.1 });
	const sent = await kw.fake.requests();
	assert.ok(sent.length >= 2);
	for (const { body, body_bytes } of sent) {
		assert.deepEqual(body, sent[0].body);
		assert.equal(body_bytes, sent[0].body_bytes);
	}
	await kw.reset();
	await kw.fake.script({ times: 1, do: { error: "rate_minute" } });
	const text = "x".repeat(3 << 20);
	assert.equal((await kw.chat({ text })).status, 200);
	const [first, second] = await kw.fake.requests();
	assert.ok(first.body_bytes > text.length);
	assert.equal(first.body_bytes, second.body_bytes);
});

test("a stream that was retried shows nothing of the first attempt", async () => {
	await kw.fake.script({ times: 1, do: { text: "WRONG", text_events: 1,
		cut_after_bytes: 25 } });
	const answer = await kw.chat({ stream: true });
	assert.doesNotMatch(answer.text, /WRONG/);
	assert.equal(events(answer.text).filter(({ json }) =>
	    json?.choices[0]?.delta.role).length, 1);
});
