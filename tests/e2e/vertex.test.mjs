// Vertex AI in express mode: Google's native routes, and OpenAI's by the
// model's name.
import assert from "node:assert/strict";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { events } from "./lib/raw.mjs";
import { kw, test as plainTest } from "./lib/shared.mjs";
import { VERTEX, addKeys, forgive, without } from "./lib/pools.mjs";
import { until } from "./lib/until.mjs";

const BASE = "/google/v1beta1/publishers/google";
const NAME = `vertex/${MODEL}`;
const ROOTS = ["/vertex-express/v1beta", "/vertex-express/v1",
	"/vertex-express/v1beta1", "/vertex-express",
	"/vertex-express/v1beta/publishers/google",
	"/vertex-express/v1beta1/publishers/google",
	"/vertex-express/v1/publishers/google",
	"/vertex-express/publishers/google"];

/** With n keys in the pool. */
function test(name, fn, n = VERTEX.length) {
	plainTest(name, async (t) => {
		await kw.set({ VERTEX_EXPRESS_BASE_URL: kw.fake.url + BASE });
		await addKeys(kw, "vertex", VERTEX.slice(0, n));
		await fn(t);
	});
}

const vertex = (method, body, more = {}) =>
    kw.native(method, body, { prefix: ROOTS[0], ...more });

/** Nothing of a key is in an answer. */
function silent(answer) {
	for (const key of [...VERTEX, ...KEYS])
		assert.ok(!answer.text.includes(key.slice(-8)), answer.text);
}

async function unharmed() {
	const keys = (await kw.keyStates()).filter(
	    ({ key_id }) => key_id <= KEYS.length);
	for (const key of keys)
		assert.deepEqual([key.state, key.faults, key.rests_until],
		    ["active", 0, null], `key ${key.key_id}`);
	assert.deepEqual(without(await kw.fake.counts(), VERTEX), {});
}

// ---- the native routes -----------------------------------------------------

test("every root leads to Vertex's API, the key in a header", async () => {
	for (const prefix of ROOTS)
		for (const method of ["generateContent", "streamGenerateContent",
			"countTokens"]) {
			await kw.fake.reset();
			const answer = await kw.native(method, {},
			    { prefix, query: "?alt=sse" });
			assert.equal(answer.status, 200, `${prefix} ${answer.text}`);
			const sent = await kw.fake.only();
			assert.equal(sent.path, `${BASE}/models/${MODEL}:${method}`);
			assert.equal(sent.query, "alt=sse");
			assert.ok(VERTEX.includes(sent.headers["x-goog-api-key"]));
			assert.equal(sent.headers.authorization, undefined);
			const row = await kw.rowOf(answer);
			assert.deepEqual(
			    [row.route, row.model, row.outcome],
			    [`vertex.${method}`, NAME, "complete"]);
		}
});

test("answers and usage are those of Gemini", async () => {
	const answer = await vertex("generateContent", { text: "Grüße" });
	assert.equal(answer.json.candidates[0].content.parts[0].text,
	    "You said: Grüße");
	const row = await kw.rowOf(answer);
	assert.equal(row.prompt_tokens, answer.json.usageMetadata.promptTokenCount);
	const stream = await vertex("streamGenerateContent", {},
	    { query: "?alt=sse" });
	const parts = events(stream.text).map(({ json }) =>
	    json.candidates[0].content.parts[0].text);
	assert.equal(parts.join(""), "You said: Hello");
	assert.match(stream.text, /\r?\n\r?\n$/);
	const list = await vertex("streamGenerateContent");
	assert.ok(Array.isArray(list.json));
	assert.ok((await kw.rowOf(stream)).streamed);
});

test("the pool is used evenly, and no other", async () => {
	for (let i = 0; i < 6; i++)
		assert.equal((await vertex("generateContent")).status, 200);
	assert.deepEqual(await kw.fake.counts(),
	    Object.fromEntries(VERTEX.map((key) => [key, 2])));
	await unharmed();
});

test("Google's SDK in its Vertex mode", async () => {
	const ai = new GoogleGenAI({ vertexai: true, apiKey: kw.token,
		httpOptions: { baseUrl: `${kw.base}/vertex-express` } });
	const answer = await ai.models.generateContent(
	    { model: MODEL, contents: "Hi" });
	assert.equal(answer.text, "You said: Hi");
	let text = "";
	for await (const chunk of await ai.models.generateContentStream(
	    { model: MODEL, contents: "Hi" }))
		text += chunk.text;
	assert.equal(text, "You said: Hi");
	assert.equal((await ai.models.countTokens(
	    { model: MODEL, contents: "Hi" })).totalTokens, 1);
	for (const { path, key } of await kw.fake.requests()) {
		assert.ok(path.startsWith(BASE), path);
		assert.ok(VERTEX.includes(key));
	}
});

test("Google's SDK in its Gemini mode", async () => {
	const ai = new GoogleGenAI({ apiKey: kw.token,
		httpOptions: { baseUrl: `${kw.base}/vertex-express` } });
	const answer = await ai.models.generateContent(
	    { model: MODEL, contents: "Hi" });
	assert.equal(answer.text, "You said: Hi");
	let text = "";
	for await (const chunk of await ai.models.generateContentStream(
	    { model: MODEL, contents: "Hi" }))
		text += chunk.text;
	assert.equal(text, "You said: Hi");
	const names = [];
	for await (const model of await ai.models.list(
	    { config: { pageSize: 2 } }))
		names.push(model.name);
	assert.ok(names.includes(`models/${MODEL}`));
	assert.ok(names.length > 2);
	assert.equal((await ai.models.get({ model: MODEL })).name,
	    `models/${MODEL}`);
});

test("the list of models: those of Gemini that answer prompts", async () => {
	const all = (await kw.request({ path: "/v1beta/models" })).json.models;
	const generating = all.filter(({ supportedGenerationMethods }) =>
	    supportedGenerationMethods.includes("generateContent"));
	assert.ok(generating.length < all.length);
	for (const prefix of ROOTS) {
		const answer = await kw.request({ path: `${prefix}/models` });
		assert.deepEqual(answer.json.models, generating.map((model) =>
		    ({ ...model, supportedGenerationMethods:
			["generateContent", "countTokens"] })));
		assert.equal((await kw.rowOf(answer)).route, "vertex.models");
	}
	const page = await kw.request({ path: `${ROOTS[0]}/models?pageSize=1` });
	assert.equal(page.json.models.length, 1);
	assert.ok(page.json.nextPageToken);
	const one = await kw.request({ path: `${ROOTS[0]}/models/${MODEL}` });
	assert.equal(one.json.name, `models/${MODEL}`);
	assert.equal((await kw.rowOf(one)).route, "vertex.model");
});

test("the roots are like the others in all else", async () => {
	const head = await kw.request(
	    { method: "HEAD", path: `${ROOTS[0]}/models` });
	assert.deepEqual([head.status, head.text], [200, ""]);
	const preflight = await kw.request({ method: "OPTIONS", token: null,
		path: `${ROOTS[0]}/models/${MODEL}:generateContent`,
		headers: { Origin: "https://app.example",
			"Access-Control-Request-Method": "POST" } });
	assert.equal(preflight.status, 204);
	assert.ok(preflight.headers["access-control-allow-origin"]);
	for (const where of ["", "/v1beta/vertex", "/v2/models",
		"/v1beta/models/", "/v1beta/publishers/x/models"]) {
		const answer = await kw.request({ path: `/vertex-express${where}` });
		assert.deepEqual([answer.status, answer.json.error.status],
		    [404, "NOT_FOUND"], where);
	}
	const wrong = await kw.request(
	    { path: `${ROOTS[0]}/models/${MODEL}:generateContent` });
	assert.deepEqual([wrong.status, wrong.headers.allow], [405, "POST"]);
	const strange = await vertex("generateContent", {},
	    { token: "sk-none-of-ours" });
	assert.equal(strange.json.error.details[0].reason, "API_KEY_INVALID");
	for (const model of ["..", "%2e%2e", "a%2F..%2Fb", "a/b",
		"vertex/..", "paid/vertex/x"])
		assert.equal((await vertex("generateContent", {}, { model })).status,
		    404, model);
	assert.deepEqual(await kw.fake.requests().then((all) =>
	    all.filter(({ path }) => !path.endsWith("/models"))), []);
});

test("the token as everywhere: by header, bearer or query", async () => {
	for (const prefix of ROOTS)
		for (const what of [{ headers: { "x-goog-api-key": kw.token } },
			{ headers: { Authorization: `Bearer ${kw.token}` } },
			{ query: `?key=${kw.token}` }])
			assert.equal((await kw.native("countTokens", {},
			    { prefix, token: null, ...what })).status, 200);
	await kw.fake.reset();
	for (const prefix of ROOTS)
		for (const method of ["generateContent", "countTokens"]) {
			const none = await kw.native(method, {},
			    { prefix, token: null });
			assert.deepEqual([none.status, none.json.error.status],
			    [401, "UNAUTHENTICATED"]);
		}
	assert.deepEqual(await kw.fake.requests(), []);
});

test("the token in the query goes no further", async () => {
	const answer = await vertex("generateContent", {}, { token: null,
		query: `?key=${kw.token}&$alt=json` });
	assert.equal(answer.status, 200);
	assert.equal((await kw.fake.only()).query, "$alt=json");
});

test("a base URL may have any path, and slashes behind it", async () => {
	for (const base of ["/v1/publishers/google", "/a/b/v1beta1",
		"/v1beta1/publishers/google///"]) {
		await kw.fake.reset();
		await kw.set({ VERTEX_EXPRESS_BASE_URL: kw.fake.url + base });
		assert.equal((await vertex("countTokens")).status, 200);
		assert.equal((await kw.fake.only()).path,
		    `${base.replace(/\/+$/, "")}/models/${MODEL}:countTokens`);
	}
});

// ---- OpenAI's routes -------------------------------------------------------

test("a chat by the model's prefix", async () => {
	for (const prefix of ["vertex/", "vertex-express/", "models/vertex/",
		"vertex/google/"]) {
		await kw.fake.reset();
		const model = prefix + MODEL;
		const answer = await kw.chat({ model });
		assert.equal(answer.status, 200, answer.text);
		assert.equal(answer.json.model, model);
		assert.equal(answer.json.choices[0].message.content,
		    "You said: Hello");
		const sent = await kw.fake.only();
		assert.equal(sent.path,
		    `${BASE}/models/${MODEL}:streamGenerateContent`);
		assert.ok(VERTEX.includes(sent.key));
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.route, row.model], ["openai.chat", NAME]);
	}
	await unharmed();
});

test("OpenAI's SDK: chat and responses, whole and streamed", async () => {
	const client = new OpenAI({ apiKey: kw.token, maxRetries: 0,
		baseURL: `${kw.base}/v1` });
	const messages = [{ role: "user", content: "Hi" }];
	const whole = await client.chat.completions.create(
	    { model: NAME, messages });
	assert.equal(whole.choices[0].message.content, "You said: Hi");
	let text = "";
	for await (const chunk of await client.chat.completions.create(
	    { model: NAME, messages, stream: true })) {
		text += chunk.choices[0]?.delta.content ?? "";
		assert.equal(chunk.model, NAME);
	}
	assert.equal(text, "You said: Hi");
	const response = await client.responses.create(
	    { model: NAME, input: "Hi" });
	assert.deepEqual([response.output_text, response.model],
	    ["You said: Hi", NAME]);
	const stream = client.responses.stream({ model: NAME, input: "Hi" });
	assert.equal((await stream.finalResponse()).output_text, "You said: Hi");
	await unharmed();

	const listed = [];
	for await (const { id } of client.models.list())
		listed.push(id);
	assert.ok(listed.includes(NAME) && listed.includes(MODEL));
	assert.equal((await client.models.retrieve(NAME)).id, NAME);
});

test("Google's SDK by the model's prefix, as well", async () => {
	const ai = new GoogleGenAI({ apiKey: kw.token,
		httpOptions: { baseUrl: kw.base } });
	assert.equal((await ai.models.generateContent(
	    { model: NAME, contents: "Hi" })).text, "You said: Hi");
	const { path } = await kw.fake.only();
	assert.equal(path, `${BASE}/models/${MODEL}:generateContent`);
	const row = await kw.settledRow();
	assert.deepEqual([row.route, row.model],
	    ["gemini.generateContent", NAME]);
	assert.equal((await ai.models.get({ model: NAME })).name,
	    `models/${MODEL}`);
});

test("suffixes stand behind a prefix", async () => {
	const answer = await kw.chat({ model: `${NAME}-search-non-thinking` });
	assert.equal(answer.json.model, `${NAME}-search-non-thinking`);
	const { path, body } = await kw.fake.only();
	assert.equal(path, `${BASE}/models/${MODEL}:streamGenerateContent`);
	assert.deepEqual(body.tools, [{ googleSearch: {} }]);
	assert.equal(body.generationConfig.thinkingConfig.thinkingBudget, 0);

	await kw.fake.reset();
	const fake = await kw.chat(
	    { model: `${NAME}-fake-stream`, stream: true });
	assert.match(fake.text, /You said: Hello/);
	assert.equal((await kw.fake.only()).method, "generateContent");
});

test("what only Gemini's API knows is not sent", async () => {
	await kw.chat({ model: "vertex/gemini-3.8-flash", service_tier: "flex",
		web_search_options: {},
		tools: [{ type: "function", function: { name: "f" } }] });
	const { body } = await kw.fake.only();
	assert.deepEqual(body.tools.map((tool) => Object.keys(tool)),
	    [["functionDeclarations"]]);
	assert.equal(body.toolConfig?.includeServerSideToolInvocations, undefined);
	assert.equal(body.serviceTier, undefined);
});

test("what Vertex refuses is learned for Vertex alone", async () => {
	await kw.fake.script({ model: MODEL, times: 1, do: { status: 400, body: {
		error: { code: 400, status: "INVALID_ARGUMENT", message:
		    'Invalid JSON payload received. Unknown name "seed" at ' +
		    "'generation_config': Cannot find field." } } } });
	const answer = await kw.chat({ model: NAME, seed: 7 });
	assert.equal(answer.status, 200);
	assert.equal(answer.headers["x-keywheel-adjusted"], "seed");
	await kw.rowOf(answer);
	const config = async (model) => {
		await kw.fake.reset();
		await kw.chat({ model, seed: 7 });
		return (await kw.fake.only()).body.generationConfig?.seed;
	};
	assert.equal(await config(NAME), undefined);
	assert.equal(await config(MODEL), 7);
});

test("names are listed with the prefix while the pool has keys", async () => {
	const names = async () => (await kw.request({ path: "/v1/models" }))
	    .json.data.map(({ id }) => id);
	const all = await names();
	const own = all.filter((id) => !id.startsWith("vertex/"));
	const prefixed = all.filter((id) => id.startsWith("vertex/"));
	assert.ok(prefixed.includes(NAME));
	assert.ok(prefixed.includes(`${NAME}-search`));
	assert.ok(own.some((id) => id.includes("embedding")));
	assert.ok(!prefixed.some((id) => id.includes("embedding")));
	assert.ok(prefixed.every((id) => own.includes(id.slice(7))));

	await kw.set({ FILTERED_MODELS: JSON.stringify([NAME]) });
	assert.ok(!(await names()).includes(NAME));
	assert.ok((await names()).includes(MODEL));
	assert.equal((await kw.chat({ model: NAME })).status, 404);
	assert.equal((await vertex("generateContent")).status, 404);
	assert.equal((await kw.chat()).status, 200);
});

plainTest("without keys nothing is listed, and it is said why", async () => {
	const { json } = await kw.request({ path: "/v1/models" });
	assert.ok(json.data.length > 0);
	assert.ok(!json.data.some(({ id }) => id.startsWith("vertex/")));

	const chat = await kw.chat({ model: NAME });
	assert.deepEqual([chat.status, chat.json.error.code],
	    [503, "no_upstream_key"]);
	assert.match(chat.json.error.message,
	    /no usable Vertex key.* keywheel keys add --pool vertex/);
	assert.equal(chat.headers["x-should-retry"], "false");
	const native = await vertex("generateContent");
	assert.deepEqual([native.status, native.json.error.status],
	    [503, "UNAVAILABLE"]);
	assert.match(native.json.error.message, /no usable Vertex key/);
	const row = await kw.rowOf(native);
	assert.deepEqual([row.route, row.key_id, row.attempts],
	    ["vertex.generateContent", null, 0]);
	await kw.fake.reset();
	await unharmed();
});

// ---- failures --------------------------------------------------------------

test("a 403 (A16): another key serves, and Gemini's are untouched",
    async () => {
	for (const ask of [() => vertex("generateContent"),
		() => vertex("streamGenerateContent", {}, { query: "?alt=sse" }),
		() => kw.chat({ model: NAME }),
		() => kw.chat({ model: NAME, stream: true })]) {
		await forgive(kw);
		await kw.fake.reset();
		await kw.fake.script(
		    { times: 1, do: { error: "permission_denied" } });
		const answer = await ask();
		assert.equal(answer.status, 200, answer.text);
		silent(answer);
		const [first, second] = await kw.fake.requests();
		assert.notEqual(first.key, second.key);
		const row = await kw.rowOf(answer);
		assert.equal(row.attempts, 2);
		await unharmed();
	}
});

test("a 403 from all (A16, W1): mapped, and no key in the answer", async () => {
	const asks = [() => vertex("generateContent"),
		() => vertex("streamGenerateContent"),
		() => kw.chat({ model: NAME }),
		() => kw.chat({ model: NAME, stream: true })];
	for (const error of ["permission_denied", "api_key_invalid", "leaked",
		"service_disabled", "unauthenticated"])
		for (const ask of asks) {
			await forgive(kw);
			await kw.sql.exec(`select keywheel.set_key_state(key_id, 'active', 'e2e')
			    from keywheel.keys where pool = 'vertex'`);
			await kw.fake.script({ do: { error } });
			const answer = await ask();
			assert.ok([429, 502, 503].includes(answer.status),
			    `${error}: ${answer.status} ${answer.text}`);
			assert.equal(typeof answer.json.error.message, "string");
			silent(answer);
		}
	await unharmed();
}, 2);

test("a dead key leaves the pool, the others go on", async () => {
	const bad = VERTEX[1];
	await kw.fake.script({ key: bad, do: { error: "api_key_invalid" } });
	for (let i = 0; i < 6; i++)
		assert.equal((await vertex("generateContent")).status, 200);
	const counts = await kw.fake.counts();
	assert.equal(counts[bad], 1);
	const key = await until(async () => {
		const row = await kw.key(bad);
		return row.state === "disabled" && row;
	});
	assert.equal(key.state_reason, "invalid_key");
	await unharmed();
});

test("rests of Vertex's model are not Gemini's, nor the other way round",
    async () => {
	await kw.fake.script(
	    { key: VERTEX[0], do: { error: "rate_day" } });
	assert.equal((await vertex("generateContent")).status, 429);
	assert.equal((await kw.chat({ model: NAME })).status, 429);
	assert.equal((await kw.chat()).status, 200);

	await forgive(kw);
	await kw.fake.script({ do: { error: "not_found_model" } });
	assert.equal((await vertex("generateContent")).status, 404);
	await kw.fake.script({ text: "Hi" });
	assert.equal((await kw.chat()).status, 200);
}, 1);

test("Vertex's own ways: late counts, and no ids of calls", async () => {
	const event = (parts, more) => ({ candidates: [
	    { content: { role: "model", parts }, ...more }],
	    usageMetadata: { trafficType: "ON_DEMAND" }, modelVersion: MODEL,
	    createTime: "2026-10-01T00:00:00.000000Z", responseId: "r" });
	const last = event([{ functionCall: { name: "f", args: { a: 1 } } }],
	    { finishReason: "STOP", avgLogprobs: -0.5 });
	last.usageMetadata = { promptTokenCount: 5, candidatesTokenCount: 7,
		totalTokenCount: 12, trafficType: "ON_DEMAND" };
	await kw.fake.script({ events: [event([{ text: "Hi" }]), last] });
	const answer = await kw.chat({ model: NAME,
		tools: [{ type: "function", function: { name: "f" } }] });
	const { message } = answer.json.choices[0];
	assert.equal(message.content, "Hi");
	assert.match(message.tool_calls[0].id, /^call_/);
	assert.deepEqual([answer.json.usage.prompt_tokens,
		answer.json.usage.completion_tokens], [5, 7]);
	const native = await vertex("streamGenerateContent", {},
	    { query: "?alt=sse" });
	assert.deepEqual(events(native.text).at(-1).json, last);
	const row = await kw.rowOf(native);
	assert.deepEqual([row.prompt_tokens, row.answer_tokens], [5, 7]);
});

test("a model that Vertex does not have: 404, no project's name, and soon " +
    "nobody asks",
    async () => {
	const none = "gemini-none";
	await kw.fake.script({ do: { status: 404, body: { error: { code: 404,
		status: "NOT_FOUND", message: "Publisher Model `projects/" +
		"gen-lang-client-0123/locations/global/publishers/google/models/" +
		`${none}\` was not found or your project does not have access ` +
		"to it." } } } });
	for (const ask of [() => kw.chat({ model: `vertex/${none}` }),
		() => vertex("generateContent", {}, { model: none })]) {
		const answer = await ask();
		assert.equal(answer.status, 404);
		assert.match(answer.json.error.message,
		    /Publisher Model|does not know the model/);
		await kw.rowOf(answer);
		assert.doesNotMatch(answer.text, /gen-lang-client/);
		/* Two projects have said so. */
		assert.equal((await kw.fake.requests()).length, 2);
	}
	assert.ok((await kw.keyStates()).every(({ state, faults }) =>
	    faults === 0 && state !== "disabled" || state === "removed"));
	await kw.fake.script({ text: "Hi" });
	assert.equal((await kw.chat()).status, 200);
});

test("no capacity at Vertex: the next key, then a 503, and no key rests",
    async () => {
	await kw.fake.script({ do: { status: 429, body: { error: { code: 429,
		status: "RESOURCE_EXHAUSTED", message: "Resource exhausted. Please " +
		"try again later. Please refer to https://cloud.google.com/" +
		"vertex-ai/generative-ai/docs/error-code-429 for more details." } } } });
	const answer = await kw.chat({ model: NAME });
	assert.equal(answer.status, 503, answer.text);
	assert.ok(Number(answer.headers["retry-after"]) > 0);
	for (const { verdict } of await kw.failures(answer))
		assert.equal(verdict, "no_capacity");
	assert.ok((await kw.cooldowns()).every(({ scope }) => scope === "*"));
	await kw.fake.script({ text: "Hi" });
	assert.equal((await kw.chat()).status, 200);
	for (const key of await kw.keyStates())
		assert.ok(key.faults === 0 && key.state === "active");
});

test("a conversation keeps its key and its signatures, within the pool",
    async () => {
	const model = "vertex/gemini-3.8-flash";
	const tools = [{ type: "function", function: { name: "f" } }];
	const question = { role: "user", content: "What is f()?" };
	await kw.fake.script({ times: 1, do: { events: [{ candidates: [{
		finishReason: "STOP", content: { role: "model", parts: [
			{ functionCall: { name: "f", args: {} },
				thoughtSignature: "c2ln" }] } }] }] } });
	const first = await kw.chat({ model, tools, messages: [question] });
	await kw.rowOf(first);
	const [{ id, type, function: f }] =
	    first.json.choices[0].message.tool_calls;
	const messages = [question,
	    { role: "assistant", content: null,
		    tool_calls: [{ id, type, function: f }] },
	    { role: "tool", tool_call_id: id, content: "2" }];
	const next = async (name) => {
		assert.equal((await kw.chat({ model: name, tools, messages }))
		    .status, 200);
		const { key, body } = (await kw.fake.requests()).at(-1);
		return [key, body.contents[1].parts[0].thoughtSignature];
	};
	const [{ key }] = await kw.fake.requests();
	for (let i = 0; i < 4; i++)
		assert.deepEqual(await next(model), [key, "c2ln"]);

	/* Gemini's keys cannot do anything with it. */
	const [other, signature] = await next("gemini-3.8-flash");
	assert.ok(KEYS.includes(other));
	assert.equal(signature, "skip_thought_signature_validator");
});

test("several choices: lanes with keys of that pool", async () => {
	const answer = await kw.chat({ model: "vertex/gemini-3.8-flash", n: 3 });
	assert.equal(answer.json.choices.length, 3);
	const sent = await kw.fake.requests();
	assert.deepEqual(sent.map(({ key }) => key).sort(), [...VERTEX].sort());
	for (const { path } of sent)
		assert.ok(path.startsWith(BASE), path);
});
