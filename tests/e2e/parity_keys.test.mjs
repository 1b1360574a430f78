// What gemini-balance did with keys and failures, and what ours does: the rows
// of the comparison that other files do not show (tests/golden/CASES.md).
import assert from "node:assert/strict";

import { KEYS, MODEL, freePort, nativeRequest } from "./lib/stack.mjs";
import { events } from "./lib/raw.mjs";
import { forgive } from "./lib/pools.mjs";
import { kw, test } from "./lib/shared.mjs";

async function unharmed() {
	for (const key of await kw.keyStates())
		assert.deepEqual([key.state, key.faults, key.rests_until],
		    ["active", 0, null], `key ${key.key_id}`);
}

const ASKS = [
	["chat", () => kw.chat()],
	["chat, streamed", () => kw.chat({ stream: true })],
	["responses", () => kw.request({ method: "POST", path: "/v1/responses",
		body: { model: MODEL, input: "Hi" } })],
	["native", () => kw.native("generateContent")],
	["native, streamed", () => kw.native("streamGenerateContent", {},
	    { query: "?alt=sse" })],
	["countTokens", () => kw.native("countTokens")],
];

// ---- A14, A15: 429 ---------------------------------------------------------

test("a 429 of all keys is a 429, streamed or not, and nobody is at fault",
    async () => {
	for (const [name, ask] of ASKS) {
		await kw.reset();
		await kw.set({ MAX_RETRIES: 10 });
		await kw.fake.script(
		    { error: "rate_minute", retry_delay: "31s" });
		const answer = await ask();
		assert.equal(answer.status, 429, `${name}: ${answer.text}`);
		const { error } = answer.json;
		assert.equal(typeof error.message, "string");
		assert.doesNotMatch(error.message, /[{}]|\\"/, "JSON in a text");
		const wait = Number(answer.headers["retry-after"]);
		assert.ok(wait >= 1 && wait <= 59, name);
		assert.deepEqual(Object.values(await kw.fake.counts()),
		    KEYS.map(() => 1), "each key was asked once");
		for (const key of await kw.keyStates())
			assert.deepEqual([key.state, key.faults], ["active", 0]);
		assert.ok((await kw.cooldowns()).every(({ model }) =>
		    model === MODEL));

		/* Another model has never heard of it. */
		await kw.fake.reset();
		const other = await kw.chat({ model: "gemini-2.5-pro" });
		assert.equal(other.status, 200);
	}
});

// ---- A17, A18: who may touch the keys --------------------------------------

test("its routes for keys are nobody's here, with or without a token",
    async () => {
	const junk = Array.from({ length: 8 }, (_, i) => `AIzaSyJUNK-${i}`);
	for (const path of ["/gemini/v1beta/reset-all-fail-counts",
		"/gemini/v1beta/verify-selected-keys",
		"/gemini/v1beta/reset-selected-fail-counts",
		`/gemini/v1beta/verify-key/${KEYS[0]}`,
		"/api/config/keys/add", "/api/keys/all"])
		for (const token of [null, kw.token])
			for (const method of ["POST", "GET"]) {
				const answer = await kw.request({ method, path, token,
					body: method === "POST"
					    ? { keys: junk, key_type: "all" } : undefined });
				assert.ok([401, 404, 405].includes(answer.status),
				    `${path}: ${answer.status}`);
				assert.doesNotMatch(answer.text, /AIza/);
			}
	assert.deepEqual(await kw.fake.requests(), []);
	await kw.set({ MODELS_CACHE_SECONDS: 0 });
	for (let i = 0; i < 8; i++)
		assert.equal(
		    (await kw.request({ path: "/v1/models" })).status, 200);
	for (const key of Object.keys(await kw.fake.counts()))
		assert.ok(KEYS.includes(key), "a key from nowhere");
	assert.equal((await kw.keyStates()).length, KEYS.length);
});

// ---- A19 to A21: the network -----------------------------------------------

test("a port that is closed: 502, a row of each attempt, no key is blamed",
    async () => {
	await kw.set({ BASE_URL: `http://127.0.0.1:${await freePort()}/v1beta`,
		MAX_FAILURES: 1 });
	for (const [name, ask] of ASKS) {
		const answer = await ask();
		assert.ok([500, 502].includes(answer.status), name);
		assert.equal(typeof answer.json.error.message, "string");
		const failures = await kw.failures(answer);
		assert.ok(failures.length >= 1, name);
		/* A20: no text where a status belongs. */
		for (const { status, verdict, evidence } of failures) {
			assert.equal(status, 0);
			assert.equal(verdict, "unreachable");
			assert.doesNotMatch(evidence ?? "", /AIza|AQ\./);
		}
	}
	await unharmed();
});

test("checking the keys while the network is away: each is said to fail",
    async () => {
	await kw.set({ BASE_URL: `http://127.0.0.1:${await freePort()}/v1beta` });
	const { status, out, err } = await kw.cli("check");
	assert.notEqual(status, 0);
	assert.doesNotMatch(out + err, /AIzaSyE2E|AQ\.Ab8RN6e2e/);
	await unharmed();
});

test("a stream that breaks (A22): an error, not an end", async () => {
	await kw.fake.script({ cut_after_events: 1 });
	const chat = await kw.chat({ stream: true });
	const list = events(chat.text);
	assert.ok(list.some(({ json }) => json?.error), chat.text);
	assert.ok(!list.some(({ data }) => data === "[DONE]"));
	const native = await kw.native("streamGenerateContent", {},
	    { query: "?alt=sse" });
	assert.ok(events(native.text).some(({ json }) => json?.error));
	await unharmed();
});

// ---- A23 to A26: settings --------------------------------------------------

test("all settings back to their defaults: it goes on", async () => {
	await kw.set({ MAX_RETRIES: 1, TIME_OUT: 9, SEARCH_MODELS: "[]" });
	const names = (await kw.cliJson("get")).map(({ name }) => name)
	    .filter((name) => !["BASE_URL", "API_KEYS", "VERTEX_API_KEYS",
		"PAID_KEY", "ALLOWED_TOKENS", "AUTH_TOKEN"].includes(name));
	const { status, err } = await kw.cli("unset", ...names);
	assert.equal(status, 0, err);
	for (const [name, ask] of ASKS)
		assert.equal((await ask()).status, 200, name);
});

test("an empty admin token opens nothing", async () => {
	const { status, err } = await kw.cli("set", "AUTH_TOKEN", "");
	assert.notEqual(status, 0);
	assert.ok(err.length > 0);
	for (const query of ["?key=", "?key", "?api_key=", "?$key="]) {
		const answer = await kw.request(
		    { path: `/v1beta/models${query}`, token: null });
		assert.equal(answer.status, 401, query);
	}
	assert.equal((await kw.request(nativeRequest("generateContent", {},
	    { query: "?key=", token: null }))).status, 401);
});

test("MAX_RETRIES=0 is one attempt, for all kinds of requests", async () => {
	await kw.set({ MAX_RETRIES: 0 });
	for (const [name, ask] of ASKS) {
		await kw.fake.reset();
		assert.equal((await ask()).status, 200, name);
		await kw.fake.script({ error: "internal" });
		const answer = await ask();
		assert.ok(answer.status >= 500, name);
		assert.equal((await kw.fake.requests()).length, 2, name);
	}
});

test("one setting alone may be changed, and a bad one changes nothing",
    async () => {
	assert.equal((await kw.cli("set", "TEST_MODEL", "x")).status, 0);
	assert.equal((await kw.cli("get", "TEST_MODEL")).out.trim(), "x");
	const bad = await kw.cli("set", "TEST_MODEL", "y", "MAX_RETRIES", "many");
	assert.notEqual(bad.status, 0);
	assert.equal((await kw.cli("get", "TEST_MODEL")).out.trim(), "x");
});

// ---- counting --------------------------------------------------------------

test("a client's mistake costs no key its turn, and none its name",
    async () => {
	for (let i = 0; i < KEYS.length; i++) {
		assert.equal((await kw.chat()).status, 200);
		for (const body of [{ messages: "x" }, { model: "a b" },
			{ temperature: "hot" }])
			assert.equal((await kw.chat(body)).status, 400);
	}
	assert.deepEqual(Object.values(await kw.fake.counts()),
	    KEYS.map(() => 1));
	await unharmed();
});

test("an unsupported model is one key's answer, and nobody's fault",
    async () => {
	await kw.set({ MAX_FAILURES: 1 });
	await kw.fake.script({ error: "not_found_model" });
	for (const [name, ask] of ASKS.slice(0, 4)) {
		const answer = await ask();
		assert.equal(answer.status, 404, `${name}: ${answer.text}`);
	}
	for (const key of await kw.keyStates())
		assert.deepEqual([key.state, key.faults], ["active", 0]);
});

test("keys that are disabled are asked by nobody, and that is a 503",
    async () => {
	await kw.useKeys(0);
	for (const [name, ask] of ASKS) {
		const answer = await ask();
		assert.equal(answer.status, 503, name);
		assert.ok(answer.json.error.message.length > 0);
	}
	assert.deepEqual(await kw.fake.requests(), []);
	await kw.useKeys(1);
	for (const [name, ask] of ASKS)
		assert.equal((await ask()).status, 200, name);
});

test("a success clears what was held against a key", async () => {
	await kw.useKeys(1);
	await kw.set({ MAX_FAILURES: 3, MAX_RETRIES: 0 });
	for (let i = 0; i < 6; i++) {
		await kw.fake.script({ error: "permission_denied" });
		assert.ok((await kw.chat()).status >= 429);
		assert.equal((await kw.key(KEYS[0])).state, "active", `${i}`);
		await forgive(kw);
		await kw.fake.script({ text: "Hi" });
		assert.equal((await kw.chat()).status, 200);
	}
	await forgive(kw);
	assert.equal((await kw.key(KEYS[0])).faults, 0);
});
