// Keys with billing: for what needs them, and as a last resort.
import assert from "node:assert/strict";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { kw, test as plainTest } from "./lib/shared.mjs";
import { PAID, addKeys, forgive, without } from "./lib/pools.mjs";
import { until } from "./lib/until.mjs";

const DEAR = "gemini-4-argon";

function test(name, fn, n = PAID.length) {
	plainTest(name, async (t) => {
		await addKeys(kw, "paid", PAID.slice(0, n));
		await fn(t);
	});
}

/** The pools of the keys that were asked, in order. */
const pools = async () => (await kw.fake.requests())
    .map(({ key }) => PAID.includes(key) ? "paid" : "gemini");

/** A rule for each key of the ordinary pool. */
const gemini = (deed) => KEYS.map((key) => ({ key, do: deed }));

// ---- what needs billing ----------------------------------------------------

test("models of PAID_MODELS have the paid keys, and no others", async () => {
	await kw.set({ PAID_MODELS: '["dear-*", "exact"]' });
	const asked = { "dear-1": "paid", "dear-": "paid", exact: "paid",
		dear: "gemini", "exact-1": "gemini", [MODEL]: "gemini" };
	for (const [model, pool] of Object.entries(asked))
		for (const ask of [() => kw.chat({ model }),
			() => kw.chat({ model, stream: true }),
			() => kw.native("generateContent", {}, { model }),
			() => kw.native("countTokens", {}, { model })]) {
			await kw.fake.reset();
			const answer = await ask();
			assert.equal(answer.status, 200, answer.text);
			assert.deepEqual(await pools(), [pool], model);
			const row = await kw.rowOf(answer);
			assert.equal(row.model, model);
			assert.equal(row.key_id > KEYS.length, pool === "paid");
		}
});

test("what is known to need billing is in the default", async () => {
	for (const model of [DEAR, `${DEAR}-preview`, "imagen-4", "veo-9"]) {
		await kw.fake.reset();
		await kw.native("generateContent", {}, { model });
		assert.deepEqual(await pools(), ["paid"], model);
	}
});

test("paid keys that rest are not replaced by free ones", async () => {
	await kw.fake.script({ do: { error: "rate_day" } });
	const answer = await kw.chat({ model: DEAR });
	assert.deepEqual([answer.status, answer.json.error.type],
	    [429, "insufficient_quota"]);
	assert.deepEqual(await pools(), ["paid", "paid"]);
	assert.equal((await kw.chat({ model: DEAR })).status, 429);
	assert.deepEqual(await pools(), ["paid", "paid"]);
	for (const key of await kw.keyStates())
		assert.ok(key.key_id > KEYS.length || key.rests_until === null);
});

plainTest("without a paid key such models go to the ordinary ones",
    async () => {
	for (const body of [{ model: DEAR }, { model: DEAR, stream: true }]) {
		const answer = await kw.chat(body);
		assert.equal(answer.status, 200, answer.text);
	}
	assert.deepEqual(await pools(), ["gemini", "gemini"]);
});

test("paid/ asks for a paid key for any model", async () => {
	const model = `paid/${MODEL}`;
	const client = new OpenAI({ apiKey: kw.token, maxRetries: 0,
		baseURL: `${kw.base}/v1` });
	const chat = await client.chat.completions.create(
	    { model, messages: [{ role: "user", content: "Hi" }] });
	assert.deepEqual([chat.model, chat.choices[0].message.content],
	    [model, "You said: Hi"]);
	const response = await client.responses.create({ model, input: "Hi" });
	assert.deepEqual([response.model, response.output_text],
	    [model, "You said: Hi"]);
	const ai = new GoogleGenAI({ apiKey: kw.token,
		httpOptions: { baseUrl: kw.base } });
	assert.equal((await ai.models.generateContent(
	    { model, contents: "Hi" })).text, "You said: Hi");
	assert.equal((await ai.models.get({ model })).name, `models/${MODEL}`);
	const [first, second] = await kw.fake.requests();
	assert.equal(first.path, `/v1beta/models/${MODEL}:streamGenerateContent`);
	assert.deepEqual(await pools(), ["paid", "paid", "paid", "gemini"]);
	assert.notEqual(first.key, second.key);
	const row = await kw.lastRow("route = 'openai.responses'");
	assert.equal(row.model, MODEL);
});

plainTest("paid/ without a paid key: it is said what is missing", async () => {
	for (const ask of [() => kw.chat({ model: `paid/${MODEL}` }),
		() => kw.native("generateContent", {},
		    { model: `paid%2F${MODEL}` })]) {
		const answer = await ask();
		assert.equal(answer.status, 503);
		assert.match(answer.json.error.message,
		    /no usable paid Gemini key.* keywheel keys add --pool paid/);
	}
	assert.deepEqual(await pools(), []);
});

// ---- the last resort -------------------------------------------------------

test("the last resort: only when it is set, and all others rest", async () => {
	await kw.set({ MAX_RETRIES: 10 });
	await kw.fake.script(...gemini({ error: "rate_minute" }));
	let answer = await kw.chat();
	assert.equal(answer.status, 429);
	assert.ok(!(await pools()).includes("paid"));

	await kw.set({ PAID_AS_LAST_RESORT: true });
	await forgive(kw);
	await kw.fake.script(
	    ...gemini({ error: "rate_minute" }).slice(1));
	for (let i = 0; i < 8; i++)
		assert.equal((await kw.chat()).status, 200);
	assert.ok(!(await pools()).includes("paid"), "one ordinary key is free");

	/* The last one falls within a request, which goes on. */
	await kw.fake.script(...gemini({ error: "rate_minute" }));
	answer = await kw.chat();
	assert.equal(answer.status, 200, answer.text);
	assert.equal((await pools()).at(-1), "paid");
	assert.ok((await kw.rowOf(answer)).key_id > KEYS.length);

	/* Now all rest from the start; the next one is another model's. */
	await kw.fake.reset();
	for (const ask of [() => kw.chat({ stream: true }),
		() => kw.native("generateContent"), () => kw.chat()])
		assert.equal((await ask()).status, 200);
	assert.deepEqual(await pools(), ["paid", "paid", "paid"]);
	await kw.chat({ model: "gemini-2.5-pro" });
	assert.equal((await pools()).at(-1), "gemini");
});

test("a change of that setting is in force at once", async () => {
	await kw.fake.script(...gemini({ error: "rate_minute" }));
	assert.equal((await kw.chat()).status, 429);
	for (const [last, status] of [[true, 200], [false, 429], [true, 200]]) {
		await kw.set({ PAID_AS_LAST_RESORT: last });
		assert.equal((await kw.chat()).status, status, `${last}`);
	}
});

test("when the paid keys rest too: the time of the first that returns",
    async () => {
	await kw.set({ PAID_AS_LAST_RESORT: true, MAX_RETRIES: 10 });
	await kw.fake.script(
	    ...gemini({ error: "rate_minute", retry_delay: "50s" }),
	    { do: { error: "rate_minute", retry_delay: "40s" } });
	const first = await kw.chat();
	assert.equal(first.status, 429);
	await kw.rowOf(first);
	const keys = await kw.keyStates();
	assert.ok(keys.every(({ rests_until }) => rests_until !== null));
	const answer = await kw.chat();
	assert.equal(answer.status, 429);
	assert.ok(Number(answer.headers["retry-after"]) > 0);
});

test("keys that are no more: the last resort serves", async () => {
	await kw.set({ PAID_AS_LAST_RESORT: true });
	await kw.fake.script(...gemini({ error: "api_key_invalid" }));
	for (let i = 0; i < 4; i++)
		/* The first has no more tries; others could serve. */
		assert.equal((await kw.chat()).status, i === 0 ? 429 : 200);
	await until(async () => (await kw.keyStates()).filter(
	    ({ state }) => state === "disabled").length === KEYS.length);
	assert.equal((await pools()).at(-1), "paid");
}, 1);

// ---- service_tier ----------------------------------------------------------

const sent = async () => (await kw.fake.only()).body.serviceTier;

test("flex and priority are Gemini's, with a paid key", async () => {
	for (const service_tier of ["flex", "priority"])
		for (const stream of [false, true]) {
			await kw.fake.reset();
			const answer = await kw.chat({ service_tier, stream });
			assert.equal(await sent(), service_tier);
			assert.deepEqual(await pools(), ["paid"]);
			assert.equal(
			    answer.headers["x-keywheel-adjusted"], undefined);
			if (!stream)
				assert.equal(answer.json.service_tier, service_tier);
		}
	await kw.fake.reset();
	const response = await kw.request({ method: "POST",
		path: "/v1/responses",
		body: { model: MODEL, input: "Hi", service_tier: "flex" } });
	assert.equal(response.json.service_tier, "flex");
	assert.equal(await sent(), "flex");
});

test("other tiers are everybody's", async () => {
	for (const service_tier of ["auto", "default", "scale", null]) {
		await kw.fake.reset();
		const answer = await kw.chat({ service_tier });
		assert.equal(await sent(), undefined);
		assert.deepEqual(await pools(), ["gemini"]);
		assert.equal(answer.json.service_tier, "default");
	}
});

plainTest("without a paid key the tier is left out, and that is told",
    async () => {
	const answer = await kw.chat(
	    { model: "gemini-3.8-flash", temperature: 1, service_tier: "flex" });
	assert.equal(answer.status, 200);
	assert.equal(await sent(), undefined);
	assert.equal(answer.headers["x-keywheel-adjusted"],
	    "temperature, service_tier");
	assert.equal(answer.json.service_tier, "default");
});

test("a paid key that fails gives way to an ordinary one, without a tier",
    async () => {
	await kw.fake.script({ key: PAID[0], do: { error: "rate_minute" } });
	const answer = await kw.chat({ service_tier: "priority" });
	assert.equal(answer.status, 200);
	assert.deepEqual(await pools(), ["paid", "gemini"]);
	const tiers = (await kw.fake.requests())
	    .map(({ body }) => body.serviceTier);
	assert.deepEqual(tiers, ["priority", undefined]);
	assert.equal(answer.json.service_tier, "default");
	assert.equal(answer.headers["x-keywheel-adjusted"], "service_tier");
}, 1);

test("all lanes of a fan are of one tier", async () => {
	for (const n of [2, 4]) {
		await kw.fake.reset();
		const answer = await kw.chat({ model: "gemini-3.8-flash", n,
			service_tier: "flex" });
		assert.equal(answer.status, 200, answer.text);
		const all = await kw.fake.requests();
		assert.equal(all.length, n);
		const tiers = new Set(all.map(({ body }) => body.serviceTier));
		assert.equal(tiers.size, 1);
		const billed = all.every(({ key }) => PAID.includes(key));
		assert.equal(tiers.has("flex"), billed);
		assert.equal(answer.json.service_tier, billed ? "flex" : "default");
	}
});

test("ordinary requests leave the paid keys alone", async () => {
	for (let i = 0; i < 10; i++)
		await kw.chat();
	await kw.request({ path: "/v1/models" });
	assert.deepEqual(Object.keys(without(await kw.fake.counts(), KEYS)), []);
});
