// Embeddings: OpenAI's over Gemini's, and Google's own methods.
import assert from "node:assert/strict";
import { GoogleGenAI } from "@google/genai";
import OpenAI from "openai";

import { KEYS } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { VERTEX, addKeys } from "./lib/pools.mjs";

const MODEL = "gemini-embedding-001";
const LIMIT = `insert into keywheel.limits (scope, model, kind, value, source)
    values ('*', '${MODEL}', 'rpm', 1000, 'set')`;

function client(options = {}) {
	return new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0, ...options });
}

/** As curl would ask. */
const embed = (body, path = "/v1/embeddings") => kw.request(
    { method: "POST", path, body: { model: MODEL, input: "Hello", ...body } });

const length = (vector) => Math.hypot(...vector);
const texts = (n) => Array.from({ length: n }, (_, i) => `text ${i}`);

function near(a, b, what) {
	assert.equal(a.length, b.length, what);
	for (let i = 0; i < a.length; i++)
		assert.ok(Math.abs(a[i] - b[i]) < 1e-6, `${what}: ${i}`);
}

/** Base64 of float32, the least byte first. */
function decode(text) {
	const bytes = Buffer.from(text, "base64");
	return Array.from({ length: bytes.length / 4 },
	    (_, i) => bytes.readFloatLE(i * 4));
}

// ---- OpenAI's --------------------------------------------------------------

test("floats unless base64 is asked for, the same numbers", async () => {
	const answer = await embed();
	assert.equal(answer.status, 200, answer.text);
	const { object, data, model, usage } = answer.json;
	assert.deepEqual([object, model, usage],
	    ["list", MODEL, { prompt_tokens: 2, total_tokens: 2 }]);
	assert.deepEqual([data.length, data[0].object, data[0].index],
	    [1, "embedding", 0]);
	assert.equal(data[0].embedding.length, 3072);
	assert.ok(Math.abs(length(data[0].embedding) - 1) < 1e-5);

	const coded = await embed({ encoding_format: "base64" });
	const text = coded.json.data[0].embedding;
	assert.equal(text.length, 3072 * 4 * 4 / 3);
	assert.deepEqual(decode(text).map(Math.fround),
	    data[0].embedding.map(Math.fround));

	const [sent] = await kw.fake.requests();
	assert.ok(sent.path.endsWith(`/models/${MODEL}:embedContent`), sent.path);
	assert.deepEqual(sent.body, { model: `models/${MODEL}`,
		content: { parts: [{ text: "Hello" }] } });
	const row = await kw.rowOf(answer);
	assert.deepEqual([row.route, row.model, row.outcome, row.attempts,
		row.prompt_tokens, row.answer_tokens],
	["openai.embeddings", MODEL, "complete", 1, 2, 0]);
});

test("the openai client, which asks for base64 by itself", async () => {
	const input = ["one", "Grüße 🌍", "one"];
	for (const baseURL of [`${kw.base}/v1`, `${kw.base}/hf/v1`, kw.base]) {
		const api = client({ baseURL });
		const { data } = await api.embeddings.create({ model: MODEL, input });
		assert.deepEqual(data.map(({ index }) => index), [0, 1, 2]);
		assert.equal(data[0].embedding.length, 3072);
		assert.deepEqual(data[0].embedding, data[2].embedding);
		assert.notDeepEqual(data[0].embedding, data[1].embedding);
		const floats = await api.embeddings.create({ model: MODEL, input,
			encoding_format: "float" });
		near(floats.data[1].embedding, data[1].embedding, "forms");
	}
	const [sent] = await kw.fake.requests();
	assert.ok(sent.path.endsWith(":batchEmbedContents"), sent.path);
	assert.deepEqual(sent.body.requests.map(({ content }) =>
	    content.parts), input.map((text) => [{ text }]));
	for (const { model } of sent.body.requests)
		assert.equal(model, `models/${MODEL}`);
});

test("fewer dimensions are of length 1 again; task_type passes", async () => {
	for (const form of ["float", "base64"]) {
		const answer = await embed({ dimensions: 768.0, encoding_format: form,
			task_type: "RETRIEVAL_QUERY", input: ["a", "b"] });
		for (const { embedding } of answer.json.data) {
			const vector = form === "float" ? embedding : decode(embedding);
			assert.equal(vector.length, 768);
			assert.ok(Math.abs(length(vector) - 1) < 1e-5);
		}
		const sent = (await kw.fake.requests()).at(-1).body.requests;
		assert.deepEqual(sent.map((r) =>
		    [r.outputDimensionality, r.taskType]),
		Array(2).fill([768, "RETRIEVAL_QUERY"]));
	}
});

test("OpenAI's models, and none: EMBEDDING_MODEL, as wide", async () => {
	const widths = { "text-embedding-3-small": 1536,
		"text-embedding-3-large": 3072, "text-embedding-ada-002": 1536,
		"text-embedding-004": 768, "models/gemini-embedding-001": 3072 };
	for (const [model, width] of Object.entries(widths)) {
		const { json } = await embed({ model });
		assert.equal(json.model, model);
		assert.equal(json.data[0].embedding.length, width, model);
		assert.ok(Math.abs(length(json.data[0].embedding) - 1) < 1e-5);
	}
	assert.equal((await embed({ model: "text-embedding-3-small",
		dimensions: 10 })).json.data[0].embedding.length, 10);
	await kw.set({ EMBEDDING_MODEL: "gemini-embedding-2" });
	const { json } = await embed({ model: null });
	assert.equal(json.model, "gemini-embedding-2");
	await embed({ model: "text-embedding-3-small" });
	for (const sent of (await kw.fake.requests()).slice(-2))
		assert.equal(sent.model, "gemini-embedding-2");
});

test("more than a hundred: in parts, in order, with a key each", async () => {
	await kw.sql.exec(LIMIT);
	const input = texts(250);
	const answer = await embed({ input, dimensions: 8 });
	assert.equal(answer.status, 200, answer.text);
	const vectors = answer.json.data.map(({ embedding }) => embedding);
	assert.deepEqual(answer.json.data.map(({ index }) => index),
	    input.map((_, i) => i));
	const sent = await kw.fake.requests();
	assert.deepEqual(sent.map(({ body }) => body.requests.length),
	    [100, 100, 50]);
	assert.equal(new Set(sent.map(({ key }) => key)).size, 3);
	for (const i of [0, 99, 100, 199, 200, 249]) {
		const one = await embed({ input: input[i], dimensions: 8 });
		near(one.json.data[0].embedding, vectors[i], input[i]);
	}

	/* Google counts each input. */
	const row = await kw.rowOf(answer);
	assert.deepEqual([row.outcome, row.attempts, row.prompt_tokens],
	    ["complete", 3, answer.json.usage.prompt_tokens]);
	const counted = await kw.sql.rows(`select scope,
	    (select sum(n) from unnest(requests) n)::int as requests,
	    (select sum(n) from unnest(tokens) n)::int as tokens
	    from keywheel.ledger where model = '${MODEL}'`);
	const sum = (what) => counted.reduce((n, one) => n + one[what], 0);
	assert.equal(sum("requests"), 256);
	assert.equal(sum("tokens"), row.prompt_tokens + 6 * 2);
});

test("a part that fails is tried again with another key, alone", async () => {
	await kw.sql.exec(LIMIT);
	const input = texts(201);
	const want = (await embed({ input, dimensions: 4 })).json.data;
	await kw.fake.reset();
	await kw.fake.script({ method: "embedContent", times: 1,
		do: { error: "rate_minute", retry_delay: "17s" } });
	const answer = await embed({ input, dimensions: 4 });
	assert.deepEqual(answer.json.data, want);
	const sent = await kw.fake.requests();
	assert.deepEqual(sent.map(({ body }) => body.requests?.length ?? 1),
	    [100, 100, 1, 1]);
	assert.notEqual(sent[2].key, sent[3].key);
	const row = await kw.rowOf(answer);
	assert.deepEqual([row.outcome, row.attempts], ["complete", 4]);
	assert.deepEqual((await kw.failures(answer)).map(({ verdict, attempt }) =>
	    [verdict, attempt]), [["rate_minute", 3]]);
	assert.equal((await kw.cooldowns()).length, 1);
});

test("each part may be tried as often as a request; then all fails", async () => {
	await kw.set({ MAX_RETRIES: 1 });
	const fail = { method: "batchEmbedContents", times: 1,
		do: { error: "internal" } };
	const hold = { method: "batchEmbedContents", times: 1, do: {} };
	await kw.fake.script(fail, hold, fail);
	const input = texts(200);
	assert.equal((await embed({ input, dimensions: 4 })).status, 200);
	await kw.fake.script(
	    { ...hold, do: { own_tokens: true } }, fail, fail);
	const answer = await embed({ dimensions: 4,
		input: input.map((text) => `mark=half ${text}`) });
	assert.equal(answer.status, 502);
	assert.equal(answer.json.error.code, "upstream_error");

	/* What the first part took is in the account all the same. */
	const [{ told: [[prompt]] }] = await kw.fake.calls();
	const row = await kw.rowOf(answer);
	const failed = await kw.sql.exec(`select coalesce(sum((to_jsonb(a)
	    ->> 'prompt_tokens')::integer), 0) from keywheel.attempts a
	    where request_id = '${row.request_id}'`);
	assert.equal(row.prompt_tokens + Number(failed), prompt);
});

test("answers that are none go to another key", async () => {
	for (const raw of ["", "[]", "{\"embedding\":{}}", "{\"embedding\":",
		"{\"embedding\":{\"values\":[1e99]}}", "{\"embeddings\":[]}",
		"{\"embedding\":{\"values\":[]}}",
		"{\"embeddings\":[{\"values\":[1]},{\"values\":[2]}]}"]) {
		await kw.fake.script({ times: 1, do: { raw } });
		const { status, json } = await embed({ dimensions: 2 });
		assert.equal(status, 200, raw);
		assert.equal(json.data[0].embedding.length, 2);
	}
	await kw.fake.script({ raw: "{}" });
	const answer = await embed();
	assert.deepEqual([answer.status, answer.json.error.code],
	    [502, "upstream_error"]);
	for (const { state, faults } of await kw.keyStates())
		assert.deepEqual([state, faults], ["active", 0]);
});

test("what Gemini counts goes before the estimate", async () => {
	await kw.fake.script({ body: { embedding: { values: [0.25, -1e-7, 3] },
		usageMetadata: { promptTokenCount: 77 } } });
	const answer = await embed();
	assert.equal(answer.json.usage.prompt_tokens, 77);
	assert.deepEqual(answer.json.data[0].embedding.map(Math.fround),
	    [0.25, -1e-7, 3].map(Math.fround));
	assert.equal((await kw.rowOf(answer)).prompt_tokens, 77);
});

// [name, body, code, param]
const refused = [
	["no input", { input: null }, "missing_required_parameter", "input"],
	["an empty input", { input: "" }, "string_below_min_length", "input"],
	["an empty list", { input: [] }, "empty_array", "input"],
	["an empty text", { input: ["a", ""] }, "string_below_min_length",
		"input[1]"],
	["no text", { input: ["a", null] }, "invalid_type", "input[1]"],
	["an object", { input: { text: "a" } }, "invalid_type", "input"],
	["a list in a list", { input: [["a"]] }, "invalid_type", "input[0]"],
	["tokens", { input: [1, 2, 3] }, "unsupported_value", "input"],
	["many tokens", { input: Array(3000).fill(7) }, "unsupported_value",
		"input"],
	["lists of tokens", { input: [[1, 2], [3]] }, "unsupported_value",
		"input"],
	["too many", { input: texts(2049) }, "array_above_max_length", "input"],
	["a form", { encoding_format: "int8" }, "invalid_value",
		"encoding_format"],
	["no form", { encoding_format: 1 }, "invalid_type", "encoding_format"],
	["no dimensions", { dimensions: 0 }, "integer_below_min_value",
		"dimensions"],
	["dimensions", { dimensions: 1e6 }, "integer_above_max_value",
		"dimensions"],
	["a part of one", { dimensions: 1.5 }, "invalid_type", "dimensions"],
	["words for numbers", { dimensions: "8" }, "invalid_type", "dimensions"],
	["a task", { task_type: 7 }, "invalid_type", "task_type"],
	["no model", { model: 7 }, "invalid_type", "model"],
	["a path", { model: "../x" }, "invalid_value", "model"],
	["a NUL", { model: "x\0y" }, "invalid_value", "model"],
	["a filtered model", { model: "embedding-gecko-001" }, "model_not_found",
		"model"],
];

test("bad input is refused, each with its field", async () => {
	for (const [name, body, code, param] of refused) {
		const { status, json } = await embed(body);
		assert.deepEqual([status, json.error.code, json.error.param],
		    [code === "model_not_found" ? 404 : 400, code, param], name);
		if (name.includes("tokens"))
			assert.match(json.error.message,
			    /check_embedding_ctx_length=False/);
	}
	assert.deepEqual(await kw.fake.requests(), []);
	for (const [input, code] of [["{", "invalid_json"], ["[]", "invalid_json"]]) {
		const { status, json } = await kw.request({ method: "POST",
			path: "/v1/embeddings", body: Buffer.from(input) });
		assert.deepEqual([status, json.error.code], [400, code]);
	}
	await kw.set({ MAX_ANSWER_MB: 1 });
	const { json } = await embed({ input: texts(100) });
	assert.deepEqual([json.error.code, json.error.param],
	    ["array_above_max_length", "input"]);
	assert.match(json.error.message, /MAX_ANSWER_MB/);
	assert.equal((await embed({ input: texts(100), dimensions: 64 })).status,
	    200);
});

test("Gemini's refusals are the client's", async () => {
	const answer = await embed({ task_type: "NO_SUCH_TASK" });
	assert.deepEqual([answer.status, answer.json.error.code],
	    [400, "invalid_argument"]);
	assert.match(answer.json.error.message, /task_type/);
	await kw.fake.script({ error: "too_long" });
	const long = await embed();
	assert.deepEqual([long.json.error.code, long.json.error.param],
	    ["context_length_exceeded", "input"]);
	await kw.fake.script({ error: "not_found_model" });
	assert.equal((await embed()).json.error.code, "model_not_found");
});

// ---- Google's own ----------------------------------------------------------

const content = { parts: [{ text: "Hello" }] };

test("embedContent under every root: bytes as they are", async () => {
	await kw.set({ VERTEX_EXPRESS_BASE_URL:
	    `${kw.fake.url}/google/v1beta1/publishers/google` });
	await addKeys(kw, "vertex", VERTEX.slice(0, 1));
	const roots = { "/v1beta": "gemini", "/gemini/v1beta": "gemini",
		"/vertex-express/v1beta": "vertex",
		"/vertex-express/v1/publishers/google": "vertex" };
	const direct = await fetch(
	    `${kw.fake.url}/v1beta/models/${MODEL}:embedContent`, {
		    method: "POST", headers: { "x-goog-api-key": "k" },
		    body: JSON.stringify({ content }) });
	const bytes = await direct.text();
	for (const [prefix, api] of Object.entries(roots)) {
		await kw.fake.reset();
		const body = Buffer.from(JSON.stringify({ content }, null, 1));
		const answer = await kw.native("embedContent", body,
		    { model: MODEL, prefix });
		assert.equal(answer.text, bytes, prefix);
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.route, row.outcome],
		    [`${api}.embedContent`, "complete"]);
		assert.ok(row.prompt_tokens > 0);
		assert.equal((await kw.fake.only()).body_bytes, body.length);
	}
});

test("batchEmbedContents: each counts; a broken answer is no answer",
    async () => {
	await kw.sql.exec(LIMIT);
	const requests = texts(7).map((text) => ({ model: `models/${MODEL}`,
		content: { parts: [{ text }] }, outputDimensionality: 2 }));
	const ask = (body) => kw.native("batchEmbedContents",
	    Buffer.from(JSON.stringify(body)), { model: MODEL });
	await kw.fake.script({ times: 1, do: { raw: "{\"embeddings\":[" } });
	const answer = await ask({ requests });
	assert.equal(answer.json.embeddings.length, 7);
	assert.equal((await kw.rowOf(answer)).attempts, 2);
	const { n } = await kw.sql.row(`select max((select sum(n)
	    from unnest(requests) n))::int as n from keywheel.ledger`);
	assert.equal(n, 7);

	delete requests[3].model;
	const bad = await ask({ requests });
	assert.deepEqual([bad.status, bad.json.error.status],
	    [400, "INVALID_ARGUMENT"]);
	assert.match(bad.json.error.message, /model is not specified/);
	for (const { state, faults } of await kw.keyStates())
		assert.deepEqual([state, faults], ["active", 0]);
});

test("Google's own client", async () => {
	for (const prefix of ["", "/gemini"]) {
		const { models } = new GoogleGenAI({ apiKey: kw.token,
			httpOptions: { baseUrl: kw.base + prefix } });
		const { embeddings } = await models.embedContent({ model: MODEL,
			contents: ["one", "two"],
			config: { outputDimensionality: 5,
				taskType: "CLUSTERING" } });
		assert.deepEqual(embeddings.map(({ values }) => values.length),
		    [5, 5]);
	}
	assert.ok(KEYS.includes((await kw.fake.requests())[0].key));
});
