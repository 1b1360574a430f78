// Misspelt paths: URL_NORMALIZATION_ENABLED, and what is said without it.
import assert from "node:assert/strict";
import OpenAI from "openai";

import { MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";

const EMBED = "gemini-embedding-001";
const chat = { model: MODEL, messages: [{ role: "user", content: "Hello" }] };
const contents = { contents: [{ parts: [{ text: "Hello" }] }] };
const content = { content: { parts: [{ text: "Hello" }] } };

// [verb, path, body, where it leads, the route in the account]
const rows = [
	["POST", "/v1/v1/chat/completions", chat, "/v1/chat/completions",
		"openai.chat"],
	["POST", "/api/v1/chat/completions", chat, "/v1/chat/completions",
		"openai.chat"],
	["POST", "/v1/chat/completions/chat/completions", chat,
		"/v1/chat/completions", "openai.chat"],
	["POST", "//V1/Chat//Completions/", chat, "/v1/chat/completions",
		"openai.chat"],
	["POST", "/v1/chat/completions/embeddings",
		{ model: EMBED, input: "a" }, "/v1/embeddings",
		"openai.embeddings"],
	["POST", `/openai/v1/models/${MODEL}:generateContent`, contents,
		`/v1beta/models/${MODEL}:generateContent`, "gemini.generateContent"],
	["POST", `/openai/v1beta/models/${MODEL}:generateContent`, contents,
		`/v1beta/models/${MODEL}:generateContent`,
		"gemini.generateContent"],
	["POST", `/v1beta/v1beta/models/${MODEL}:countTokens`, contents,
		`/v1beta/models/${MODEL}:countTokens`, "gemini.countTokens"],
	["POST", `/v1/chat/completions/models/${EMBED}:embedContent`, content,
		`/v1beta/models/${EMBED}:embedContent`, "gemini.embedContent"],
	["POST", `/vertex/v1/models/${MODEL}:foo/${MODEL}/chat`, chat,
		"/v1/chat/completions", "openai.chat"],
	["GET", "/v1/v1/models", undefined, "/v1/models", "openai.models"],
];

test("on: each is the operation that it names", async () => {
	await kw.set({ URL_NORMALIZATION_ENABLED: "true" });
	for (const [method, path, body, , route] of rows) {
		const answer = await kw.request({ method, path, body });
		assert.equal(answer.status, 200, `${path} ${answer.text}`);
		assert.equal((await kw.rowOf(answer)).route, route, path);
	}
	const sent = (await kw.fake.requests()).map(({ path }) => path);
	for (const method of ["countTokens", "embedContent"])
		assert.ok(sent.some((path) => path.endsWith(`:${method}`)), method);
});

test("on: as clients send it, streams and queries too", async () => {
	await kw.set({ URL_NORMALIZATION_ENABLED: "true" });
	const api = new OpenAI({ apiKey: kw.token, maxRetries: 0,
		baseURL: `${kw.base}/v1/chat/completions/` });
	let text = "";
	for await (const chunk of await api.chat.completions.create(
	    { ...chat, stream: true }))
		text += chunk.choices[0]?.delta?.content ?? "";
	assert.equal(text, "You said: Hello");
	const answer = await kw.native("streamGenerateContent", {},
	    { prefix: "/v1beta/v1beta", query: `?key=${kw.token}&alt=sse`,
		    token: null });
	assert.equal(answer.status, 200, answer.text);
	assert.equal((await kw.fake.requests()).at(-1).query, "alt=sse");
});

test("off: a 404 that says the right path, in its dialect", async () => {
	for (const [method, path, body, right] of rows) {
		const { status, json } = await kw.request({ method, path, body });
		assert.equal(status, 404, path);
		assert.ok(json.error.message.endsWith(`${method} ${right}.`),
		    json.error.message);
		if (right.startsWith("/v1beta"))
			assert.equal(json.error.status, "NOT_FOUND");
		else
			assert.equal(json.error.code, "unknown_url");
	}
	assert.deepEqual(await kw.fake.requests(), []);
});

test("the setting in force counts, in every responder", async () => {
	for (const on of ["true", "false", "true", "false"]) {
		await kw.set({ URL_NORMALIZATION_ENABLED: on });
		const answers = await Promise.all(Array.from({ length: 12 }, () =>
		    kw.chat({}, { path: "/v1/v1/chat/completions" })));
		for (const { status } of answers)
			assert.equal(status, on === "true" ? 200 : 404);
	}
});

test("on: what names nothing, or is no request of ours, stays so", async () => {
	await kw.set({ URL_NORMALIZATION_ENABLED: "true" });
	const status = async (method, path, more) =>
	    (await kw.request({ method, path, ...more })).status;
	assert.equal(await status("GET", "/favicon.ico"), 404);
	assert.equal(await status("POST", "/v1/nothing", { body: chat }), 404);
	assert.equal(await status("GET", "/v1/chat/completions"), 405);
	assert.equal(await status("GET", "/v1/v1/chat/completions"), 404);
	assert.equal(await status("POST", "/v1/v1/chat/completions",
	    { body: chat, token: null }), 401);
	assert.equal(await status("POST", "/v1/v1/chat/completions",
	    { body: chat, token: "sk-wrong" }), 401);
	assert.equal(await status("POST",
	    "/v1/v1beta/models/%2e%2e:generateContent", { body: contents }), 404);
	assert.deepEqual(await kw.fake.requests(), []);
});
