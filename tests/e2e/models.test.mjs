// Lists of models, and models by names with suffixes.
import assert from "node:assert/strict";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const LIST = "/v1/models";
const NATIVE = "/v1beta/models";
const PRO = "gemini-2.5-pro";
const STALE = "x-keywheel-stale";
const hello = [{ role: "user", content: "Hello" }];

function client(options = {}) {
	return new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0, ...options });
}

function model(name, methods = ["generateContent"]) {
	return { name: `models/${name}`, supportedGenerationMethods: methods };
}

/** The list of each key, or of all. */
async function listed(models, key = "*") {
	await kw.fake.add({ key, method: "models", do: { body: { models } } });
}

/** The names; at the end there is always that of the model that draws. */
async function ids(path = LIST) {
	const answer = await kw.request({ path });
	assert.equal(answer.status, 200, answer.text);
	const names = answer.json.data.map(({ id }) => id);
	assert.equal(names.pop(), "gemini-3.1-flash-image-chat");
	return names;
}

/** Make what is stored an hour older. */
async function age() {
	await kw.sql.exec(`update keywheel.model_lists
	    set fetched_at = fetched_at - interval '1 hour'`);
}

async function asked() {
	return (await kw.fake.requests()).length;
}

// ---- lists -------------------------------------------------------------------

test("the SDK lists models, each followed by its names with suffixes", async () => {
	await kw.set({ SEARCH_MODELS: `["${MODEL}"]`, THINKING_MODELS: `["${MODEL}"]`,
		IMAGE_MODELS: '["gemini-3.1-flash-image"]',
		FILTERED_MODELS: `["${PRO}"]` });
	const list = [];
	for await (const { id, created } of client().models.list()) {
		assert.ok(Number.isInteger(created));
		list.push(id);
	}
	const at = list.indexOf(MODEL);
	assert.deepEqual(list.slice(at, at + 3),
	    [MODEL, `${MODEL}-search`, `${MODEL}-non-thinking`]);
	assert.ok(list.includes("gemini-3.1-flash-image-image"), list.join());
	assert.ok(list.includes("gemini-embedding-001"), list.join());
	assert.ok(!list.some((id) => id.startsWith(PRO)), list.join());
	assert.ok(!list.some((id) => id.endsWith("-fake-stream")), list.join());
	assert.equal(new Set(list).size, list.length);
});

test("the SDK retrieves a model by every name that it has", async () => {
	const { models } = client();
	for (const name of [MODEL, `${MODEL}-search`, `${MODEL}-non-thinking`,
		`${PRO}-fake-stream-search`, `models/${MODEL}-search`]) {
		const { id, object, owned_by, context_length } =
		    await models.retrieve(name);
		assert.deepEqual([id, object, owned_by, context_length],
		    [name.replace("models/", ""), "model", "google", 1048576]);
	}
	for (const name of ["zzz", "zzz-search", "zzz-non-thinking"])
		await assert.rejects(models.retrieve(name), OpenAI.NotFoundError);
});

test("a list is asked for once, and then for none of the three forms",
    async () => {
	await ids();
	assert.equal(await asked(), 1);
	for (const path of [LIST, "/hf/v1/models", NATIVE, `${LIST}/${MODEL}`,
		"/gemini/v1beta/models", `${LIST}/${PRO}-search`]) {
		const answer = await kw.request({ path });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.headers[STALE], undefined);
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.outcome, row.status, row.attempts],
		    ["complete", 200, 0]);
	}
	assert.equal(await asked(), 1);
});

test("a stored list is for those who have a token", async () => {
	await ids();
	for (const path of [LIST, NATIVE, `${LIST}/${MODEL}`])
		for (const token of [null, "sk-nobody"]) {
			const { status } = await kw.request({ path, token });
			assert.ok(status === 401 || (status === 400 && path === NATIVE),
			    `${path}: ${status}`);
		}
	assert.equal(await asked(), 1);
});

test("MODELS_CACHE_SECONDS=0 asks each time", async () => {
	await kw.set({ MODELS_CACHE_SECONDS: 0 });
	for (const path of [LIST, LIST, NATIVE])
		assert.equal((await kw.request({ path })).status, 200);
	assert.equal(await asked(), 3);
});

test("the lists of the keys become one", async () => {
	await kw.set({ MODELS_CACHE_SECONDS: 0 });
	await kw.useKeys(2);
	await listed([model("m-b"), model("m-a")], KEYS[0]);
	await listed([model("m-c"), model("m-b")], KEYS[1]);
	await until(async () => (await ids()).length === 3);
	assert.deepEqual(await ids(), ["m-a", "m-b", "m-c"]);
	const { json } = await kw.request({ path: NATIVE });
	assert.deepEqual(json.models.map(({ name }) => name),
	    ["models/m-a", "models/m-b", "models/m-c"]);
});

test("an old list is asked for again", async () => {
	await listed([model("old")]);
	assert.deepEqual(await ids(), ["old"]);
	await kw.fake.script();
	await listed([model("new")]);
	assert.deepEqual(await ids(), ["old"]);
	await age();
	assert.deepEqual(await ids(), ["new", "old"]);
	assert.deepEqual(await ids(), ["new", "old"]);
});

test("Gemini is away: the old list, and how old it is", async () => {
	await kw.set({ MAX_RETRIES: 0 });
	await ids();
	await age();
	await kw.fake.script({ error: "unavailable" });
	for (const path of [LIST, NATIVE, `${LIST}/${MODEL}-search`]) {
		await kw.sql.exec(
		    "update keywheel.model_lists set claimed_at = '-infinity'");
		const answer = await kw.request({ path });
		assert.equal(answer.status, 200, answer.text);
		assert.match(answer.text, new RegExp(MODEL));
		const seconds = Number(answer.headers[STALE]);
		assert.ok(seconds >= 3600 && seconds < 3700, answer.headers[STALE]);
		assert.match(answer.headers["content-type"], /^application\/json/);
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.outcome, row.status], ["complete", 200]);
		assert.equal(row.attempts, 1);
		assert.equal((await kw.failures(answer)).length, 1);
	}
	const { error } = await kw.sql.row("select error from keywheel.model_lists");
	assert.notEqual(error, "");

	/* Strangers and what never was are refused all the same. */
	assert.equal((await kw.request({ path: LIST, token: "x" })).status, 401);
	await kw.fake.script({ error: "not_found_model" });
	assert.equal((await kw.request({ path: `${LIST}/zzz` })).status, 404);
});

test("Gemini is silent: the old list, before any deadline", async () => {
	await ids();
	await age();
	await kw.fake.script({ silence: true });
	const answer = await kw.request({ path: LIST }, 50000);
	assert.equal(answer.status, 200, answer.text);
	assert.ok(Number(answer.headers[STALE]) >= 3600);
	for (const key of await kw.keyStates())
		assert.deepEqual([key.state, key.faults], ["active", 0]);
});

test("all keys rest: the old list", async () => {
	await ids();
	await age();
	await kw.fake.script({ error: "rate_day" });
	for (let i = 0; i < 2; i++) {
		await kw.sql.exec(
		    "update keywheel.model_lists set claimed_at = '-infinity'");
		const answer = await kw.request({ path: LIST });
		assert.equal(answer.status, 200, answer.text);
		assert.ok(Number(answer.headers[STALE]) >= 3600);
	}
});

test("Gemini is away and nothing is known: the error", async () => {
	await kw.set({ MAX_RETRIES: 0 });
	await kw.fake.script({ error: "unavailable" });
	const openai = await kw.request({ path: LIST });
	assert.equal(openai.status, 503, openai.text);
	assert.equal(openai.json.error.type, "server_error");
	const google = await kw.request({ path: NATIVE });
	assert.equal(google.json.error.status, "UNAVAILABLE", google.text);
});

test("one asks for a list that is old, the others go on with it", async () => {
	await ids();
	await age();
	await kw.fake.reset();
	await kw.fake.script({ first_delay_ms: 1500 });
	const slow = kw.request({ path: LIST });
	await until(async () => await asked() === 1);
	for (const path of [LIST, NATIVE]) {
		const answer = await kw.request({ path });
		assert.equal(answer.status, 200, answer.text);
		assert.ok(Number(answer.headers[STALE]) >= 3600);
	}
	assert.equal((await slow).headers[STALE], undefined);
	assert.equal(await asked(), 1);
});

test("a page that fails: another key begins with the first one", async () => {
	await kw.useKeys(2);
	const page = (name, next) => ({ method: "models", times: 1,
		do: { body: { models: [model(name)], nextPageToken: next } } });
	await kw.fake.script(page("a", "x"),
	    { method: "models", times: 1, do: { error: "internal" } },
	    page("b", "y"), page("c"));
	assert.deepEqual(await ids(), ["b", "c"]);
	assert.deepEqual((await kw.fake.requests()).map(({ query }) =>
	    new URLSearchParams(query).get("pageToken")), [null, "x", null, "y"]);
});

test("Gemini's list has pages of ours for those who want some", async () => {
	await listed(["c", "a", "b", "e", "d"].map((name) => model(name)));
	const page = async (query) =>
	    (await kw.request({ path: NATIVE + query })).json;
	const names = ({ models }) => models.map(({ name }) => name.slice(7)).join("");
	for (const query of ["", "?pageSize=0", "?pageSize=5", "?pageSize=99999"]) {
		const whole = await page(query);
		assert.equal(names(whole), "abcde", query);
		assert.ok(!("nextPageToken" in whole), query);
	}
	const first = await page("?pageSize=2");
	const second = await page(`?pageSize=2&pageToken=${first.nextPageToken}`);
	const third = await page(`?pageSize=2&pageToken=${second.nextPageToken}`);
	assert.deepEqual([first, second, third].map(names), ["ab", "cd", "e"]);
	assert.ok(!("nextPageToken" in third));
	for (const query of ["?pageSize=x", "?pageSize=-1", "?pageToken=a%2Fb",
		"?pageToken=a", `?pageToken=${first.nextPageToken}0`]) {
		const refused = await kw.request({ path: NATIVE + query });
		assert.equal(refused.status, 400, query);
		assert.equal(refused.json.error.status, "INVALID_ARGUMENT", query);
	}
	assert.equal(names(await page(
	    `?page_size=2&page_token=${first.nextPageToken}`)), "cd");
	assert.equal(await asked(), 1);
});

test("Gemini's list has 50 on a page, 1000 at most", async () => {
	await listed(Array.from({ length: 1010 }, (_, i) =>
	    model(`m-${String(i).padStart(4, "0")}`)));
	const size = async (query) =>
	    (await kw.request({ path: NATIVE + query })).json.models.length;
	assert.deepEqual([await size(""), await size("?pageSize=2000")],
	    [50, 1000]);
	const { models } = new GoogleGenAI({ apiKey: kw.token,
		httpOptions: { baseUrl: kw.base } });
	const seen = new Set();
	for await (const { name } of await models.list())
		seen.add(name);
	assert.equal(seen.size, 1010);
});

test("FILTERED_MODELS are not served, by no name and on no path", async () => {
	await kw.set({ FILTERED_MODELS: `["${MODEL}"]` });
	for (const name of [MODEL, `models/${MODEL}`, `${MODEL}-search`,
		`${MODEL}-fake-stream`]) {
		const answer = await kw.chat({ model: name });
		assert.equal(answer.status, 404, answer.text);
		const { code, param } = answer.json.error;
		assert.deepEqual([code, param], ["model_not_found", "model"]);
		assert.equal((await kw.request({ path: `${LIST}/${name}` })).status, 404);
	}
	assert.equal((await kw.native("generateContent")).json.error.status,
	    "NOT_FOUND");
	assert.equal((await kw.request({ path: `${NATIVE}/${MODEL}` })).status, 404);
	assert.equal(await asked(), 0);

	/* Nor does a responder go by what it was told before. */
	await kw.set({ FILTERED_MODELS: "[]" });
	for (let i = 0; i < 8; i++)
		assert.equal((await kw.chat()).status, 200);
	await kw.set({ FILTERED_MODELS: `["${MODEL}"]` });
	for (let i = 0; i < 8; i++)
		assert.equal((await kw.chat()).status, 404);
});

// ---- names with suffixes -----------------------------------------------------

const SENT = [
	[`${MODEL}-search`, MODEL, [{ googleSearch: {} }]],
	[`${MODEL}-non-thinking`, MODEL, undefined, { thinkingBudget: 0 }],
	[`${MODEL}-search-non-thinking`, MODEL, [{ googleSearch: {} }],
		{ thinkingBudget: 0 }],
	[`${PRO}-non-thinking-search`, PRO, [{ googleSearch: {} }],
		{ thinkingBudget: 128 }],
	["gemini-2.5-flash-image", "gemini-2.5-flash-image"],
	["zzz-search", "zzz-search"],
];

for (const [name, sent, tools, thinking] of SENT)
	test(`chat with ${name}`, async () => {
		await kw.set({ SHOW_THINKING_PROCESS: false });
		const answer = await client().chat.completions.create(
		    { model: name, messages: hello });
		assert.equal(answer.model, name);
		const { model: upstream, body } = await kw.fake.only();
		assert.equal(upstream, sent);
		assert.deepEqual(body.tools, tools);
		assert.deepEqual(body.generationConfig?.thinkingConfig, thinking);
		assert.equal((await kw.settledRow()).model, sent);
	});

test("a model that Gemini lists is no model with a suffix", async () => {
	await listed([model(MODEL), model(`${MODEL}-search`)]);
	await ids();
	await kw.chat({ model: `${MODEL}-search` });
	const { model: upstream, body } = (await kw.fake.requests()).at(-1);
	assert.equal(upstream, `${MODEL}-search`);
	assert.equal(body.tools, undefined);
});

test("a name that is none is Gemini's 404, and no key's fault", async () => {
	await kw.fake.script({ error: "not_found_model" });
	const answer = await kw.chat({ model: "zzz-search" });
	assert.equal(answer.status, 404, answer.text);
	assert.equal(answer.json.error.code, "model_not_found");
	for (const key of await kw.keyStates())
		assert.deepEqual([key.state, key.faults], ["active", 0]);
});

test("settings add tools, and budgets by the model's own name", async () => {
	await kw.set({ TOOLS_CODE_EXECUTION_ENABLED: true, URL_CONTEXT_ENABLED: true,
		THINKING_BUDGET_MAP: `{"${MODEL}": 24000}` });
	await kw.chat();
	await kw.chat({ model: `${MODEL}-search` });
	const [plain, search] = await kw.fake.requests();
	assert.deepEqual(plain.body.tools,
	    [{ urlContext: {} }, { codeExecution: {} }]);
	assert.deepEqual(search.body.tools,
	    [{ googleSearch: {} }, { urlContext: {} }]);
	for (const { body } of [plain, search])
		assert.equal(body.generationConfig.thinkingConfig.thinkingBudget, 24000);
});

// ---- what the settings put into the text -------------------------------------

const PAGES = "\n\n---\n**Sources:**\n- [zh.ch](https://example.com/a)";
const FOUND = { events: [{ candidates: [{ content: { role: "model",
	parts: [{ text: "Zürich ist schön." }] }, finishReason: "STOP", index: 0,
	groundingMetadata: {
		groundingChunks: [{ web: { uri: "https://example.com/a",
			title: "zh.ch" } }],
		groundingSupports: [{ segment: { endIndex: 7 },
			groundingChunkIndices: [0] }] } }] }] };

/** The message, of a whole answer and of a stream. */
async function both(body) {
	const whole = await client().chat.completions.create(
	    { messages: hello, ...body });
	const runner = client().chat.completions.stream({ messages: hello, ...body });
	const parts = {};
	for await (const { choices: [{ delta }] } of runner)
		for (const [name, value] of Object.entries(delta))
			parts[name] = typeof value === "string"
			    ? (parts[name] ?? "") + value : value;
	return [whole.choices[0].message, parts];
}

test("the pages found stand at the end, once", async () => {
	await kw.fake.script(FOUND);
	for (const message of await both({ model: `${MODEL}-search` })) {
		assert.equal(message.content, `Zürich ist schön.${PAGES}`);
		const [{ url_citation: cited }] = message.annotations;
		const { start_index, end_index } = cited;
		assert.equal(message.content.slice(start_index, end_index), "Zürich");
	}
	for (const message of await both({ model: MODEL, web_search_options: {} }))
		assert.equal(message.content, `Zürich ist schön.${PAGES}`);
});

test("… but not where nobody asked for them", async () => {
	await kw.fake.script(FOUND);
	for (const body of [{ model: MODEL }, { model: `${MODEL}-search`,
		response_format: { type: "json_object" } }])
		for (const message of await both(body))
			assert.equal(message.content, "Zürich ist schön.");
	await kw.set({ SHOW_SEARCH_LINK: false });
	for (const message of await both({ model: `${MODEL}-search` }))
		assert.equal(message.content, "Zürich ist schön.");
});

const THOUGHTS = { events: [{ candidates: [{ content: { role: "model", parts: [
	{ text: "Hm.", thought: true }, { text: "Hi" }] },
	finishReason: "STOP", index: 0 }],
	usageMetadata: { promptTokenCount: 1, candidatesTokenCount: 1,
		thoughtsTokenCount: 5, totalTokenCount: 7 } }] };

test("thoughts in tags", async () => {
	await kw.set({ THOUGHTS_AS_TAGS: true });
	await kw.fake.script(THOUGHTS);
	for (const message of await both({ model: MODEL })) {
		assert.equal(message.content, "<thought>Hm.</thought>Hi");
		assert.ok(!("reasoning_content" in message));
	}
});

test("thoughts that are not to be shown are dropped, and counted", async () => {
	await kw.set({ SHOW_THINKING_PROCESS: false, THOUGHTS_AS_TAGS: true });
	await kw.fake.script(THOUGHTS);
	for (const message of await both({ model: MODEL })) {
		assert.equal(message.content, "Hi");
		assert.ok(!("reasoning_content" in message));
	}
	const { usage } = await client().chat.completions.create(
	    { model: MODEL, messages: hello });
	assert.equal(usage.completion_tokens_details.reasoning_tokens, 5);
});

test("pictures as markdown", async () => {
	await kw.set({ IMAGES_AS_MARKDOWN: true,
		IMAGE_MODELS: '["gemini-2.0-flash-exp"]' });
	await kw.fake.script({ events: [{ candidates: [{ content: { role: "model",
		parts: [{ text: "Look:" }, { inlineData: { mimeType: "image/png",
			data: "iVBORw0KGgo=" } }] }, finishReason: "STOP" }] }] });
	const url = "data:image/png;base64,iVBORw0KGgo=";
	for (const message of await both({ model: "gemini-2.0-flash-exp-image" })) {
		assert.equal(message.content, `Look:\n\n![image](${url})\n\n`);
		assert.equal(message.images[0].image_url.url, url);
	}
	const [{ model: upstream, body }] = await kw.fake.requests();
	assert.equal(upstream, "gemini-2.0-flash-exp");
	assert.deepEqual(body.generationConfig.responseModalities,
	    ["TEXT", "IMAGE"]);
});
