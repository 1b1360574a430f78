// /openai/v1: Google's own OpenAI-compatible API, byte for byte.
import assert from "node:assert/strict";
import OpenAI from "openai";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { events } from "./lib/raw.mjs";
import { kw, test } from "./lib/shared.mjs";
import { upstream } from "./lib/upstream.mjs";

const CHAT = "/openai/v1/chat/completions";
const hello = [{ role: "user", content: "Hello" }];

function client(prefix = "/openai/v1") {
	return new OpenAI({ baseURL: kw.base + prefix, apiKey: kw.token,
		maxRetries: 0 });
}

const post = (body, more = {}) => kw.request({ method: "POST", path: CHAT,
	body: { model: MODEL, messages: hello, ...body }, ...more });

const SSE = { content_type: "text/event-stream" };
const chunk = (text, more = "") => `data: {"choices":[{"delta":{"content":` +
    `"${text}"},"index":0}],"object":"chat.completion.chunk"${more}}\n\n`;
const DONE = "data: [DONE]\n\n";

test("the SDK's chat, plain and streamed, with what others drop", async () => {
	for (const prefix of ["/openai/v1", "/v1beta/openai",
		"/gemini/v1beta/openai"]) {
		await kw.reset();
		const { chat } = client(prefix);
		const asked = { model: MODEL, messages: hello, seed: 7,
			max_completion_tokens: 50, parallel_tool_calls: false };
		const whole = await chat.completions.create(asked);
		assert.equal(whole.choices[0].message.content, "You said: Hello");
		const stream = await chat.completions.create({ ...asked,
			stream: true, stream_options: { include_usage: true } });
		let text = "";
		let usage;
		for await (const part of stream) {
			text += part.choices[0].delta.content;
			usage = part.usage ?? usage;
		}
		assert.equal(text, "You said: Hello");
		assert.equal(usage.total_tokens, 6);

		const [first, second] = await kw.fake.requests();
		assert.deepEqual(first.body, asked);
		assert.deepEqual(second.body, { ...asked, stream: true,
			stream_options: { include_usage: true } });
		for (const { headers, key, path } of [first, second]) {
			assert.equal(path, "/v1beta/openai/chat/completions");
			assert.equal(headers.authorization, `Bearer ${key}`);
			assert.ok(KEYS.includes(key));
			assert.equal(headers["x-goog-api-key"], undefined);
			assert.ok(!Object.keys(headers).some((name) =>
			    /^x-stainless|^openai-/.test(name)), Object.keys(headers));
		}
		const row = await kw.settledRow("route = 'pipe.chat'");
		assert.deepEqual([row.outcome, row.model, row.prompt_tokens,
			row.answer_tokens], ["complete", MODEL, 2, 4]);
	}
});

test("the SDK's embeddings, pictures and models", async () => {
	const api = client();
	const { data } = await api.embeddings.create(
	    { model: "gemini-embedding-001", input: ["a", "b"], dimensions: 8 });
	assert.deepEqual(data.map(({ embedding }) => embedding[7]), [0.5, 0.5]);
	const picture = await api.images.generate({ model: "imagen", prompt: "x",
		response_format: "b64_json" });
	assert.equal(picture.data[0].b64_json, "iVBORw0KGgo=");
	const names = [];
	for await (const { id } of api.models.list())
		names.push(id);
	assert.deepEqual(names, [`models/${MODEL}`]);
	assert.equal((await api.models.retrieve(`models/${MODEL}`)).owned_by,
	    "google");
	assert.deepEqual((await kw.fake.requests()).map(({ verb, path }) =>
	    `${verb} ${path.replace("/v1beta/openai/", "")}`),
	["POST embeddings", "POST images/generations", "GET models",
		`GET models/models/${MODEL}`]);
});

test("bytes go both ways as they are", async (t) => {
	const odd = ` {"model" : "models/${MODEL}","messages":[{"role":"user",` +
	    '"content":"\\u00e9 é"}], "seed":12345678901234567890.10,\n"x":1e400 }\r\n';
	const answer = `{ "choices" : [ ],"neu":1e400, "n":10.0,"usage":` +
	    '{"prompt_tokens":3,"completion_tokens":9,"total_tokens":12,' +
	    '"completion_tokens_details":{"reasoning_tokens":4}} }\n';
	const seen = await upstream(t, (response) => {
		response.setHeader("Content-Type", "application/json");
		response.setHeader("X-Gemini-Service-Tier", "flex");
		response.setHeader("Set-Cookie", "a=b");
		response.end(answer);
	});
	const whole = await kw.request({ method: "POST",
		path: `${CHAT}?a=%2F&key=${kw.token}&b=%20`, body: odd });
	assert.equal(whole.text, answer);
	assert.equal(whole.headers["x-gemini-service-tier"], "flex");
	assert.equal(whole.headers["set-cookie"], undefined);
	assert.equal(seen[0].body.toString(), odd);
	assert.equal(seen[0].url,
	    "/up/v1beta/openai/chat/completions?a=%2F&b=%20");
	const row = await kw.settledRow();
	assert.deepEqual([row.prompt_tokens, row.answer_tokens,
		row.thought_tokens], [3, 5, 4]);

	/* Any method, any type, any path below it. */
	await kw.reset();
	await kw.fake.script({ raw: "pcm bytes", content_type: "audio/pcm" });
	const bytes = Buffer.from([0, 255, 13, 10, 1]);
	for (const method of ["PUT", "PATCH", "DELETE", "POST"]) {
		const got = await kw.request({ method, path: "/openai/v1/a/b:c",
			body: bytes, headers: { "Content-Type": "audio/x-odd" } });
		assert.equal(got.text, "pcm bytes");
		assert.equal(got.headers["content-type"], "audio/pcm");
		const sent = (await kw.fake.requests()).at(-1);
		assert.deepEqual([sent.verb, sent.path, sent.body_bytes,
			sent.headers["content-type"]],
		[method, "/v1beta/openai/a/b:c", 5, "audio/x-odd"]);
	}
});

test("a stream's bytes, wherever they are cut, each event at once", async () => {
	const raw = `: hello\n\n${chunk("é")}data: {"choices":[]}\r\n\r\n${DONE}`;
	for (const chunk_bytes of [1, 7, 100000]) {
		await kw.fake.script({ raw, chunk_bytes, ...SSE });
		const answer = await post({ stream: true });
		assert.equal(answer.text, raw, `${chunk_bytes}`);
		assert.match(answer.headers["content-type"], /^text\/event-stream/);
	}
	await kw.fake.script({ silence_after_events: 2 });
	const open = kw.open({ method: "POST", path: CHAT,
		body: { model: MODEL, messages: hello, stream: true } });
	await open.when(({ text }) => events(text).length === 2);
	open.close();
});

test("a stream that breaks off is told, and has no [DONE]", async () => {
	for (const rule of [{ cut_after_events: 2 },
		{ raw: chunk("a") + chunk("b"), ...SSE }]) {
		await kw.fake.script(rule);
		const { text } = await post({ stream: true });
		const list = events(text);
		assert.equal(list.length, 3, text);
		assert.equal(list.at(-1).json.error.type, "server_error");
		assert.doesNotMatch(text, /\[DONE\]/);
		assert.equal((await kw.settledRow()).outcome, "truncated");
	}
	/* … and what breaks behind [DONE] is whole. */
	await kw.fake.script({ cut_after_events: 4 });
	const { text } = await post({ stream: true });
	assert.match(text, /data: \[DONE\]\n\n$/);
	assert.equal((await kw.settledRow()).outcome, "complete");
});

test("a key's fault goes to another key, before the first byte", async () => {
	await kw.fake.script(
	    { times: 1, do: { error: "api_key_invalid" } },
	    { times: 1, do: { error: "rate_minute" } });
	assert.equal((await post()).json.choices[0].message.content,
	    "You said: Hello");
	assert.equal((await kw.fake.requests()).length, 3);
	await kw.fake.script({ times: 1, do: { ...SSE, raw: `data: ${JSON.stringify(
	    [{ error: { code: 429, status: "RESOURCE_EXHAUSTED",
		message: "Resource has been exhausted" } }])}\n\n` } });
	const { text } = await post({ stream: true });
	assert.match(text, /data: \[DONE\]\n\n$/);
	assert.doesNotMatch(text, /error/);
	assert.equal((await kw.keyStates()).filter(({ state }) =>
	    state === "disabled").length, 1);
});

test("errors: Google's status and words, redacted, as OpenAI has them",
    async () => {
	const error = (code, status) => ({ status: code, body: [{ error: { code,
		status, message: `No ${KEYS[0]} of projects/4711` } }] });
	for (const [code, status, type] of [
		[400, "INVALID_ARGUMENT", "invalid_request_error"],
		[404, "NOT_FOUND", "invalid_request_error"],
		[409, "ABORTED", "invalid_request_error"],
		[422, "UNKNOWN", "invalid_request_error"]]) {
		await kw.fake.script(error(code, status));
		const answer = await post();
		assert.equal(answer.status, code);
		assert.deepEqual(Object.keys(answer.json), ["error"]);
		assert.deepEqual(Object.keys(answer.json.error).sort(),
		    ["code", "message", "param", "type"]);
		assert.equal(answer.json.error.type, type);
		assert.match(answer.json.error.message, /^No /);
		assert.doesNotMatch(answer.text, /AIza|4711/);
	}
	await kw.fake.script();
	const refused = await post({ top_k: 1 });
	assert.equal(refused.status, 400);
	assert.match(refused.json.error.message, /top_k/);

	/* What is the pool's matter is told as ever. */
	await kw.set({ MAX_RETRIES: 10 });
	await kw.fake.script({ error: "rate_day" });
	const { status, json } = await post();
	assert.deepEqual([status, json.error.code], [429, "insufficient_quota"]);
	await assert.rejects(client().chat.completions.create(
	    { model: MODEL, messages: hello }), OpenAI.RateLimitError);
});

test("who has no token, and what is no path", async () => {
	for (const token of [null, "sk-nobody"]) {
		const answer = await post({}, { token });
		assert.equal(answer.status, 401);
		assert.equal(answer.json.error.type, "invalid_request_error");
	}
	for (const path of ["", "/", "/..", "/a/../b", "/a/%2e%2e/b",
		"/a%2F..%2Fb", "/a%2F%2Fb", "/a//b", "/a%5cb", "/a%zz", "/%2e", "/a%3Fb",
		"/a%23b", "/caf%c3%a9", "/a%252e"]) {
		const answer = await kw.request({ path: `/openai/v1${path}` });
		assert.equal(answer.status, 404, path);
		assert.equal(answer.json.error.code, "unknown_url", path);
	}
	assert.equal((await kw.fake.requests()).length, 0);
});

test("what Google does not have is no model where none was named", async () => {
	const answer = await kw.request({ path: "/openai/v1/nothing" });
	assert.equal(answer.status, 404);
	assert.notEqual(answer.json.error.code, "model_not_found");
	assert.equal(answer.json.error.param, null);
});

test("FILTERED_MODELS are not served, however they are written", async () => {
	await kw.set({ FILTERED_MODELS: `["${MODEL}"]` });
	for (const body of [`{"model":"${MODEL}"}`, `{"model":"models/${MODEL}"}`,
		`{"mod\\u0065l":"g\\u0065mini-2.5-flash"}`,
		`{"model":"gemini-2.5-pro","model":"${MODEL}"}`,
		`{"a":{"model":"gemini-2.5-pro"},"model":"${MODEL}"}`]) {
		const answer = await kw.request({ method: "POST", path: CHAT, body });
		assert.equal(answer.status, 404, body);
		assert.equal(answer.json.error.code, "model_not_found");
	}
	assert.equal((await kw.fake.requests()).length, 0);
});

test("a body has the limit that all have", async () => {
	await kw.set({ MAX_BODY_MB: 1 });
	const answer = await post({ messages: [{ role: "user",
		content: "x".repeat(1100000) }] });
	assert.equal(answer.status, 413);
	assert.equal(answer.json.error.code, "request_too_large");
});
