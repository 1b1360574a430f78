// No key is to be had: what the client is told, and when it may come again.
import assert from "node:assert/strict";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

/** Let each key of n rest, with a delay of its own in seconds. */
async function exhaust(delays, error = "rate_minute") {
	await kw.useKeys(delays.length);
	await kw.set({ MAX_RETRIES: 10 });
	const keys = await kw.sql.rows(`select key_id, hint from
	    keywheel.report_keys where state = 'active' order by key_id`);
	assert.equal(keys.length, delays.length);
	await kw.fake.script(...delays.map((s, i) => ({ key: KEYS[i],
		do: { error, retry_delay: `${s}s` } })));
	return kw.chat();
}

test("all keys rest: 429 with the true earliest time", async () => {
	const first = await exhaust([30, 9, 20]);
	const second = await kw.chat();
	for (const answer of [first, second]) {
		assert.equal(answer.status, 429, answer.text);
		const { error } = answer.json;
		assert.deepEqual([error.type, error.code],
		    ["requests", "rate_limit_exceeded"]);
		const wait = Number(answer.headers["retry-after"]);
		assert.ok(wait >= 8 && wait <= 10, `Retry-After: ${wait}`);
		assert.notEqual(answer.headers["x-should-retry"], "false");
	}
	/* The second one was not even tried. */
	assert.equal((await kw.fake.requests()).length, 3);
	const rows = [await kw.rowOf(first), await kw.rowOf(second)];
	assert.deepEqual(rows.map(({ outcome, attempts, status }) =>
	    [outcome, attempts, status]), [["limited", 3, 429], ["limited", 0, 429]]);
	assert.ok((await kw.keyStates()).slice(0, 3).every(({ state, faults }) =>
	    state === "active" && faults === 0));
});

test("a client that would leave sooner is not kept waiting for it", async () => {
	await exhaust([30, 9, 20]);
	await kw.set({ MAX_WAIT_SECONDS: 60 });
	const answer = await kw.chat({}, { headers: {
		"X-Stainless-Timeout": "3" } });
	assert.equal(answer.status, 429, answer.text);
	const wait = Number(answer.headers["retry-after"]);
	assert.ok(wait >= 8 && wait <= 10, `Retry-After: ${wait}`);
});

test("all keys rest: another model is served", async () => {
	await exhaust([30, 30]);
	await kw.fake.reset();
	assert.equal((await kw.chat({ model: "gemini-2.5-pro" })).status, 200);
	assert.equal((await kw.chat()).status, 429);
});

test("all keys rest: the promise of Retry-After is kept", async () => {
	const answer = await exhaust([1, 40]);
	await kw.fake.reset();
	const wait = Number(answer.headers["retry-after"]);
	assert.equal(wait, 2);
	await new Promise((resolve) => setTimeout(resolve, wait * 1000 + 50));
	assert.equal((await kw.chat()).status, 200);
});

test("Retry-After is capped at 59 s, and RETRY_AFTER_MAX lowers that",
    async () => {
	const answer = await exhaust([200, 250]);
	assert.equal(answer.status, 429);
	assert.equal(answer.headers["retry-after"], "59");
	const native = await kw.native("generateContent");
	assert.match(native.json.error.details[0].retryDelay, /^(199|20[01])s$/);
	await kw.set({ RETRY_AFTER_MAX: 7 });
	assert.equal((await kw.chat()).headers["retry-after"], "7");
});

test("the day's quota is gone: insufficient_quota, and do not retry", async () => {
	const first = await exhaust([4, 4, 4], "rate_day");
	const second = await kw.chat();
	const stream = await kw.chat({ stream: true });
	for (const answer of [first, second, stream]) {
		assert.equal(answer.status, 429);
		assert.deepEqual([answer.json.error.type, answer.json.error.code],
		    ["insufficient_quota", "insufficient_quota"]);
		assert.equal(answer.headers["x-should-retry"], "false");
		assert.equal(answer.headers["retry-after"], undefined);
	}
	const native = await kw.native("generateContent");
	assert.deepEqual([native.status, native.json.error.status],
	    [429, "RESOURCE_EXHAUSTED"]);
	assert.equal((await kw.fake.requests()).length, 3);
});

test("balances are used up: insufficient_quota", async () => {
	const answer = await exhaust([1, 1], "billing402");
	assert.equal(answer.status, 429, answer.text);
	assert.equal(answer.json.error.code, "insufficient_quota");
	assert.equal(answer.headers["x-should-retry"], "false");
});

test("the day for one key, the minute for another: the minute counts",
    async () => {
	await kw.useKeys(2);
	await kw.set({ MAX_RETRIES: 10 });
	await kw.fake.script({ times: 1, do: { error: "rate_day" } },
	    { times: 1, do: { error: "rate_minute", retry_delay: "11s" } });
	for (const answer of [await kw.chat(), await kw.chat()]) {
		assert.equal(answer.json.error.code, "rate_limit_exceeded");
		const wait = Number(answer.headers["retry-after"]);
		assert.ok(wait >= 10 && wait <= 12, `${wait}`);
	}
});

test("all keys dead: 503 no_upstream_key, and do not retry", async () => {
	const first = await exhaust([1, 1, 1], "api_key_invalid");
	const second = await kw.chat({ stream: true });
	for (const answer of [first, second]) {
		assert.equal(answer.status, 503, answer.text);
		assert.deepEqual([answer.json.error.type, answer.json.error.code],
		    ["server_error", "no_upstream_key"]);
		assert.equal(answer.headers["x-should-retry"], "false");
		assert.equal(answer.headers["retry-after"], undefined);
		assert.equal((await kw.rowOf(answer)).outcome, "no_key");
	}
	const native = await kw.native("generateContent");
	assert.deepEqual([native.status, native.json.error.status],
	    [503, "UNAVAILABLE"]);
	assert.equal((await kw.fake.requests()).length, 3);
	assert.equal((await kw.request({ path: "/health" })).json.keys_active, 0);
});

test("one key refused, with another that rests: when that one returns",
    async () => {
	await kw.useKeys(2);
	await kw.set({ MAX_RETRIES: 10 });
	await kw.fake.script({ times: 1, do: { error: "rate_minute",
		retry_delay: "20s" } }, { times: 1, do: { error: "leaked" } });
	const answer = await kw.chat();
	assert.equal(answer.status, 429, answer.text);
	const wait = Number(answer.headers["retry-after"]);
	assert.ok(wait >= 19 && wait <= 21, `${wait}`);
});

test("keys of mine come back by hand", async () => {
	await exhaust([60, 60]);
	await kw.fake.reset();
	assert.equal((await kw.chat()).status, 429);
	const { status, err } = await kw.cli("keys", "enable", "1");
	assert.equal(status, 0, err);
	await until(async () => (await kw.chat()).status === 200);
	const [{ model }] = await kw.cooldowns();
	assert.equal(model, MODEL);
});
