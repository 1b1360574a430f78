// The response cache: what is given again, to whom, and what never is.
import assert from "node:assert/strict";
import OpenAI from "openai";

import { MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const ON = { RESPONSE_CACHE_MODELS: "gemini-2.5-*", RESPONSE_CACHE_ADMIT: 1 };
const messages = [{ role: "user", content: "Hello" }];

const client = (options = {}) => new OpenAI({ baseURL: `${kw.base}/v1`,
	apiKey: kw.token, maxRetries: 0, ...options });

const asked = async () => (await kw.fake.requests()).length;

const word = (answer) => answer.headers["x-keywheel-cache"];

/** Nothing is kept before the request is accounted for. */
async function chat(body = {}, more = {}) {
	const answer = await kw.chat({ temperature: 0, ...body }, more);
	assert.equal(answer.status, more.status ?? 200, answer.text);
	await until(() => kw.isIdle(), { what: "the account" });
	return answer;
}

async function native(method, body = {}, more = {}) {
	const answer = await kw.native(method,
	    { generationConfig: { temperature: 0 }, ...body }, more);
	assert.equal(answer.status, 200, answer.text);
	await until(() => kw.isIdle(), { what: "the account" });
	return answer;
}

const kept = async () => Number(await kw.sql.exec(
    "select count(*) from keywheel.cached_answers"));

test("off: nothing is asked, said or kept", async () => {
	for (let i = 0; i < 2; i++)
		assert.equal(word(await chat()), undefined);
	assert.equal(await asked(), 2);
	assert.equal(await kept(), 0);
	assert.equal(await kw.sql.exec(
	    "select count(*) from keywheel.cache_asked"), "0");
});

test("create with openai: the third time without Gemini", async () => {
	await kw.set({ ...ON, RESPONSE_CACHE_ADMIT: 2 });
	const answers = [];
	const words = [];
	for (let i = 0; i < 3; i++) {
		const { data, response } = await client().chat.completions.create(
		    { model: MODEL, messages, temperature: 0 }).withResponse();
		answers.push(data);
		words.push(response.headers.get("x-keywheel-cache"));
		await until(() => kw.isIdle(), { what: "the account" });
	}
	assert.deepEqual(words, ["miss", "miss", "hit"]);
	assert.equal(await asked(), 2);
	const [, before, hit] = answers;
	assert.notEqual(hit.id, before.id);
	assert.deepEqual({ ...hit, id: 0, created: 0, _request_id: 0 },
	    { ...before, id: 0, created: 0, _request_id: 0 });
	assert.notEqual(hit._request_id, before._request_id);
	const row = await kw.rowOf(hit._request_id);
	assert.deepEqual([row.outcome, row.status, row.from_cache, row.attempts,
		row.total_tokens, row.key_id, row.token === null],
	    ["complete", 200, true, 0, 0, null, false]);
	assert.equal((await kw.rowOf(before._request_id)).from_cache, false);
});

test("stream with openai: the same events, with an id of its own",
    async () => {
	await kw.set(ON);
	const streams = [];
	for (let i = 0; i < 2; i++) {
		const stream = await client().chat.completions.create({ model: MODEL,
			messages, temperature: 0, stream: true,
			stream_options: { include_usage: true } });
		const chunks = [];
		for await (const chunk of stream)
			chunks.push(chunk);
		streams.push(chunks);
		await until(() => kw.isIdle(), { what: "the account" });
	}
	assert.equal(await asked(), 1);
	const [first, again] = streams;
	assert.ok(again.length > 3);
	assert.notEqual(again[0].id, first[0].id);
	const plain = (chunks) => chunks.map((c) => ({ ...c, id: 0, created: 0 }));
	assert.deepEqual(plain(again), plain(first));
	assert.equal(new Set(again.map((c) => c.id)).size, 1);
	assert.equal((await kw.lastRow()).from_cache, true);

	/* A plain request is another one. */
	assert.equal(word(await chat()), "miss");
});

test("native: whole and streamed, byte for byte", async () => {
	await kw.set(ON);
	for (const [method, query] of [["generateContent", ""],
		["streamGenerateContent", ""],
		["streamGenerateContent", "?alt=sse"]]) {
		const first = await native(method, {}, { query });
		assert.equal(word(first), "miss");
		/* The same, written otherwise. */
		const again = await kw.request({ method: "POST",
			path: `/v1beta/models/${MODEL}:${method}${query}`,
			headers: { "Content-Type": "application/json" },
			body: Buffer.from(`{"generationConfig": {"temperature":0},
			    "contents": [{"role":"user","parts":[{"text":"Hello"}]}]}`) });
		assert.equal(word(again), "hit", `${method}${query}`);
		assert.equal(again.text, first.text);
		assert.equal(again.headers["content-type"],
		    first.headers["content-type"]);
		assert.match(again.headers.age, /^\d+$/);
		const row = await kw.rowOf(again);
		assert.deepEqual([row.from_cache, row.attempts, row.streamed],
		    [true, 0, method.startsWith("stream")]);
	}
	assert.equal(await asked(), 3);
});

test("responses, with a seed that only chats know", async () => {
	await kw.set(ON);
	const ask = async (body) => {
		const answer = await kw.request({ method: "POST",
			path: "/v1/responses",
			body: { model: MODEL, input: "Hello", temperature: 0, ...body } });
		await until(() => kw.isIdle(), { what: "the account" });
		return answer;
	};
	const first = await ask({});
	const again = await ask({});
	assert.deepEqual([word(first), word(again)], ["miss", "hit"]);
	assert.notEqual(JSON.parse(again.text).id, JSON.parse(first.text).id);
	assert.equal(JSON.parse(again.text).output[0].content[0].text,
	    "You said: Hello");
	for (const body of [{ store: true }, { temperature: 1 }])
		for (let i = 0; i < 2; i++)
			assert.equal(word(await ask(body)), undefined);
});

test("embeddings: all of them are the same each time", async () => {
	await kw.set({ RESPONSE_CACHE_MODELS: "*", RESPONSE_CACHE_ADMIT: 1 });
	const ask = async (body) => {
		const answer = await kw.request({ method: "POST",
			path: "/v1/embeddings",
			body: { model: "gemini-embedding-001", input: "Hello", ...body } });
		assert.equal(answer.status, 200, answer.text);
		await until(() => kw.isIdle(), { what: "the account" });
		return answer;
	};
	const first = await ask();
	const again = await ask();
	assert.deepEqual([word(first), word(again)], ["miss", "hit"]);
	assert.equal(again.text, first.text);
	assert.equal(word(await ask({ dimensions: 256 })), "miss");
	assert.equal(word(await ask({ input: ["Hello", "you"] })), "miss");
	assert.equal(word(await ask({ input: ["Hello", "you"] })), "hit");
	assert.equal(await asked(), 3);
});

test("what is not the same each time is none for the cache", async () => {
	await kw.set(ON);
	const parameters = { type: "object", properties: {} };
	for (const body of [
		{ temperature: 0.1 }, { temperature: null }, { n: 2 },
		{ store: true }, { web_search_options: {} },
		{ model: `${MODEL}-search` }, { model: "gemini-3.8-flash" },
		{ tools: [{ googleSearch: {} }] },
		{ modalities: ["text", "image"] },
		{ messages: [{ role: "user", content: [{ type: "image_url",
			image_url: { url: "https://youtu.be/x" } }] }] },
		{ extra_body: { google: { cached_content: "cachedContents/x" } } },
	]) {
		for (let i = 0; i < 2; i++) {
			const answer = await kw.chat({ temperature: 0, ...body });
			assert.equal(word(answer), undefined, JSON.stringify(body));
		}
	}
	for (const body of [{ generationConfig: {} },
		{ tools: [{ google_search: {} }] }, { tools: [{ codeExecution: {} }] },
		{ tools: [{ urlContext: {} }] }, { cachedContent: "cachedContents/x" },
		{ generation_config: { temperature: 0, candidateCount: 2 },
			generationConfig: undefined },
		{ contents: [{ role: "user", parts: [{ file_data:
			{ file_uri: "files/x" } }] }] }]) {
		const answer = await kw.native("generateContent",
		    { generationConfig: { seed: 1 }, ...body });
		assert.equal(word(answer), undefined, JSON.stringify(body));
	}
	assert.equal(await kept(), 0);

	/* But a function of the client's does not look around; a seed will do. */
	for (const want of ["miss", "hit"])
		assert.equal(word(await chat({ temperature: 1, seed: 7, tools: [
			{ type: "function", function: { name: "f", parameters } }] })),
		want);
});

test("only complete answers are kept", async () => {
	await kw.set({ ...ON, MAX_RETRIES: 0 });
	const candidate = (parts, finishReason) => ({ candidates: [
		{ index: 0, content: { role: "model", parts }, finishReason }] });
	for (const [what, status] of [
		[{ events: [candidate([{ text: "Hel" }], "MAX_TOKENS")] }, 200],
		[{ events: [candidate([{ text: "x" }], "SAFETY")] }, 200],
		[{ events: [{ promptFeedback: { blockReason: "SAFETY" } }] }, 200],
		[{ events: [candidate([], "STOP")] }, 200],
		[{ error: "internal" }, 502],
		[{ no_finish: true }, 502],
		[{ events: [candidate([{ functionCall: { name: "f", args: {} },
			thoughtSignature: "c2ln" }], "STOP")] }, 200],
		[{ events: [candidate([{ inlineData: { mimeType: "image/png",
			data: "aGk=" } }], "STOP")] }, 200],
	]) {
		await kw.fake.script(what);
		const answer = await kw.chat({ temperature: 0 });
		await until(() => kw.isIdle(), { what: "the account" });
		assert.equal(answer.status, status, JSON.stringify(what) + answer.text);
		assert.equal(await kept(), 0, JSON.stringify(what));
	}
});

test("a retry's answer is kept, without what failed before", async () => {
	await kw.set(ON);
	await kw.fake.script({ times: 1, do: { error: "unavailable" } });
	assert.equal(word(await chat()), "miss");
	await kw.fake.script({ error: "unavailable" });
	const hit = await chat();
	assert.equal(word(hit), "hit");
	assert.equal(JSON.parse(hit.text).choices[0].message.content,
	    "You said: Hello");
});

test("Cache-Control of the client", async () => {
	await kw.set(ON);
	const ask = async (value) => word(await chat({},
	    { headers: { "Cache-Control": value } }));
	assert.equal(await ask("no-store"), undefined);
	assert.equal(await kept(), 0);
	assert.equal(await ask("no-cache"), "miss");
	assert.equal(await ask("max-age=60"), "hit");
	assert.equal(await ask("no-transform, max-age=0"), "miss");
	assert.equal(await ask("no-transform"), "hit");
	assert.equal(await ask("no-store"), undefined);
	assert.equal(await asked(), 4);
});

test("each token its own, unless they share; a revoked one gets nothing",
    async () => {
	await kw.set(ON);
	const { token } = await kw.cliJson("tokens", "add", "other");
	assert.equal(word(await chat()), "miss");
	assert.equal(word(await chat({}, { token })), "miss");
	assert.equal(word(await chat({}, { token })), "hit");
	await kw.set({ RESPONSE_CACHE_SHARED: true });
	assert.equal(word(await chat({ text: "Both" }, { token })), "miss");
	assert.equal(word(await chat({ text: "Both" })), "hit");
	await kw.cli("tokens", "revoke", "other");
	const refused = await chat({ text: "Both" }, { token, status: 401 });
	assert.equal(word(refused), undefined);
	assert.equal((await kw.rowOf(refused)).outcome, "unauthorized");
});

test("a token's own word goes before the model's", async () => {
	const { token } = await kw.cliJson("tokens", "add", "eager");
	const set = (when) => kw.cli("tokens", "set", "eager", "--cache", when);
	const { err } = await set("perhaps");
	assert.match(err, /on, off or models/);
	assert.equal((await set("on")).status, 0);
	await kw.set({ RESPONSE_CACHE_ADMIT: 1 });
	assert.equal(word(await chat()), undefined);
	assert.equal(word(await chat({}, { token })), "miss");
	assert.equal(word(await chat({}, { token })), "hit");
	await kw.set(ON);
	await set("off");
	assert.equal(word(await chat({}, { token })), undefined);
	assert.equal(word(await chat()), "miss");
	const [row] = (await kw.cliJson("tokens", "list"))
	    .filter(({ name }) => name === "eager");
	assert.equal(row.cache, "off");
	assert.match((await set("models")).out, /eager/);
	assert.equal(word(await chat({}, { token })), "hit");
	assert.notEqual((await kw.cli("tokens", "set", "nobody", "--cache",
	    "on")).status, 0);
	await kw.cli("tokens", "revoke", "eager");
});

test("another setting is another answer; a filtered model is none",
    async () => {
	await kw.set(ON);
	assert.equal(word(await chat()), "miss");
	await kw.set({ SHOW_THINKING_PROCESS: false });
	assert.equal(word(await chat()), "miss");
	await kw.set({ SHOW_THINKING_PROCESS: true, MAX_RETRIES: 1 });
	assert.equal(word(await chat()), "hit");
	await kw.set({ FILTERED_MODELS: MODEL });
	await chat({}, { status: 404 });
});

test("ceilings and age", async () => {
	await kw.set({ ...ON, RESPONSE_CACHE_MAX_ANSWER_KB: 2 });
	await kw.fake.script({ filler_bytes: 4096 });
	await chat({ text: "large" });
	assert.equal(await kept(), 0);
	await kw.set({ RESPONSE_CACHE_MAX_ANSWER_KB: 256 });
	await chat({ text: "large" });
	assert.equal(await kept(), 1);
	/* Nothing of it can be read. */
	assert.equal(await kw.sql.exec(`select count(*) from
	    keywheel.cached_answers where position('said'::bytea in answer) > 0`),
	"0");
	await kw.sql.exec("update keywheel.cached_answers set expires_at = now()");
	assert.equal(word(await chat({ text: "large" })), "miss");
	/* An answer that was tampered with is none. */
	await kw.sql.exec(`update keywheel.cached_answers
	    set answer = set_byte(answer, 40, get_byte(answer, 40) # 1)`);
	const again = await chat({ text: "large" });
	assert.equal(word(again), "miss");
});
