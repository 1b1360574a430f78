// OpenAI's own client from npm, as a user would write it.
import assert from "node:assert/strict";
import OpenAI from "openai";

import { MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const THINKER = "gemini-3.8-flash";
const hello = [{ role: "user", content: "Hello" }];

function client(options = {}) {
	return new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0, ...options });
}

test("create: an answer", async () => {
	const answer = await client().chat.completions.create(
	    { model: MODEL, messages: hello });
	assert.equal(answer.object, "chat.completion");
	assert.match(answer.id, /^chatcmpl-/);
	assert.equal(answer.model, MODEL);
	assert.ok(Math.abs(answer.created - Date.now() / 1000) < 60);
	assert.equal(answer.choices.length, 1);
	const [choice] = answer.choices;
	assert.equal(choice.index, 0);
	assert.equal(choice.finish_reason, "stop");
	assert.equal(choice.message.role, "assistant");
	assert.equal(choice.message.content, "You said: Hello");
	assert.equal(choice.message.refusal, null);
	assert.ok(!("tool_calls" in choice.message));
	assert.ok(!("reasoning_content" in choice.message));
	const { usage } = answer;
	assert.equal(usage.total_tokens,
	    usage.prompt_tokens + usage.completion_tokens);
	assert.match(answer._request_id, /^[0-9a-f-]{36}$/);
});

test("create under /hf/v1", async () => {
	const answer = await client({ baseURL: `${kw.base}/hf/v1` })
	    .chat.completions.create({ model: MODEL, messages: hello });
	assert.equal(answer.choices[0].message.content, "You said: Hello");
});

test("stream: for await", async () => {
	const stream = await client().chat.completions.create(
	    { model: MODEL, messages: hello, stream: true });
	const chunks = [];
	for await (const chunk of stream)
		chunks.push(chunk);
	assert.deepEqual(chunks[0].choices[0].delta,
	    { role: "assistant", content: "" });
	const text = chunks.map((c) => c.choices[0].delta.content ?? "").join("");
	assert.equal(text, "You said: Hello");
	assert.deepEqual(chunks.map((c) => c.choices[0].finish_reason)
	    .filter((reason) => reason !== null), ["stop"]);
	assert.deepEqual(chunks.at(-1).choices[0].delta, {});
	for (const chunk of chunks) {
		assert.equal(chunk.id, chunks[0].id);
		assert.equal(chunk.created, chunks[0].created);
		assert.equal(chunk.model, MODEL);
		assert.equal(chunk.object, "chat.completion.chunk");
		assert.ok(!("usage" in chunk), "nobody asked for usage");
	}
});

test("stream with include_usage: null, then the sums in a chunk of its own",
    async () => {
	const stream = await client().chat.completions.create({ model: THINKER,
		messages: hello, stream: true,
		stream_options: { include_usage: true } });
	const chunks = [];
	for await (const chunk of stream)
		chunks.push(chunk);
	const last = chunks.pop();
	assert.deepEqual(last.choices, []);
	assert.ok(chunks.every((chunk) => chunk.usage === null));
	const { tokens } = await kw.fake.books();
	assert.equal(last.usage.prompt_tokens, tokens.prompt);
	assert.equal(last.usage.completion_tokens, tokens.answer + tokens.thoughts);
	assert.equal(last.usage.completion_tokens_details.reasoning_tokens,
	    tokens.thoughts);
	assert.ok(tokens.thoughts > 0);
});

test(".stream(): the helper, with finalChatCompletion", async () => {
	const seen = [];
	const runner = client().chat.completions.stream(
	    { model: MODEL, messages: hello,
		stream_options: { include_usage: true } });
	runner.on("content", (delta) => seen.push(delta));
	const answer = await runner.finalChatCompletion();
	assert.equal(answer.choices[0].message.content, "You said: Hello");
	assert.equal(answer.choices[0].finish_reason, "stop");
	assert.equal(seen.join(""), "You said: Hello");
	assert.ok(answer.usage.total_tokens > 0);
});

test(".stream(): two function calls, each whole", async () => {
	await kw.fake.script({ events: [
		{ candidates: [{ content: { role: "model", parts: [
			{ text: "Let me look." },
			{ functionCall: { name: "weather", args: { city: "Zürich" } } }] } }] },
		{ candidates: [{ content: { role: "model", parts: [
			{ functionCall: { id: "fc-7", name: "time" } }] },
			finishReason: "STOP" }] }] });
	const runner = client().chat.completions.stream(
	    { model: MODEL, messages: hello });
	const done = [];
	runner.on("tool_calls.function.arguments.done", (call) => done.push(call));
	const { message, finish_reason } =
	    (await runner.finalChatCompletion()).choices[0];
	assert.equal(finish_reason, "tool_calls");
	assert.equal(message.content, "Let me look.");
	assert.deepEqual(message.tool_calls.map((call) =>
	    [call.type, call.function.name, JSON.parse(call.function.arguments)]),
	    [["function", "weather", { city: "Zürich" }], ["function", "time", {}]]);
	assert.match(message.tool_calls[0].id, /^call_.+/);
	assert.equal(message.tool_calls[1].id, "fc-7");
	assert.equal(done.length, 2);
});

test("plain: function calls", async () => {
	await kw.fake.script({ body: { candidates: [{ content: { parts: [
		{ functionCall: { name: "f", args: { a: 1 } } },
		{ functionCall: { name: "g", args: { b: [2] } } }] },
		finishReason: "STOP" }] } });
	const { choices } = await client().chat.completions.create(
	    { model: MODEL, messages: hello });
	assert.equal(choices[0].finish_reason, "tool_calls");
	assert.equal(choices[0].message.content, null);
	assert.deepEqual(choices[0].message.tool_calls.map((call) =>
	    [call.function.name, call.function.arguments]),
	    [["f", '{"a":1}'], ["g", '{"b":[2]}']]);
});

test("thoughts become reasoning_content, content keeps its order", async () => {
	await kw.fake.script({ events: [
		{ candidates: [{ content: { parts: [{ text: "Hm, ", thought: true },
			{ text: "A" }] } }] },
		{ candidates: [{ content: { parts: [{ text: "well.", thought: true },
			{ text: "B" }] }, finishReason: "STOP" }] }] });
	const stream = await client().chat.completions.create(
	    { model: THINKER, messages: hello, stream: true });
	let thoughts = "";
	let content = "";
	for await (const { choices: [{ delta }] } of stream) {
		assert.ok(!delta.reasoning_content || !delta.content);
		thoughts += delta.reasoning_content ?? "";
		content += delta.content ?? "";
	}
	assert.deepEqual([thoughts, content], ["Hm, well.", "AB"]);
	const { choices: [{ message }] } = await client().chat.completions.create(
	    { model: THINKER, messages: hello });
	assert.deepEqual([message.reasoning_content, message.content],
	    ["Hm, well.", "AB"]);
});

test("what Gemini is sent: system, developer, turns, scalars", async () => {
	await client().chat.completions.create({
		model: MODEL,
		messages: [
			{ role: "system", content: "Be brief." },
			{ role: "developer", content: [{ type: "text", text: "Be kind." }] },
			{ role: "user", content: "One" },
			{ role: "user", content: [{ type: "text", text: "Two" }] },
			{ role: "assistant", content: "Three" },
			{ role: "user", content: "Four" },
			{ role: "system", content: "Late" },
		],
		temperature: 0.5, top_p: 0.25, max_completion_tokens: 50,
		max_tokens: 5, stop: "END", seed: 2 ** 40 + 7, user: "someone",
		store: true,
	});
	const sent = await kw.fake.only();
	assert.equal(sent.model, MODEL);
	assert.equal(sent.headers["content-type"], "application/json");
	assert.equal(sent.headers.authorization, undefined);
	assert.ok(!Object.keys(sent.headers).some((name) =>
	    /^(x-stainless|openai|cookie|origin|x-forwarded)/.test(name)),
	    Object.keys(sent.headers).join());
	assert.deepEqual(sent.body.systemInstruction,
	    { parts: [{ text: "Be brief." }, { text: "Be kind." }] });
	assert.deepEqual(sent.body.contents, [
		{ role: "user", parts: [{ text: "One" }, { text: "Two" }] },
		{ role: "model", parts: [{ text: "Three" }] },
		{ role: "user", parts: [{ text: "Four" }, { text: "Late" }] },
	]);
	const config = sent.body.generationConfig;
	assert.deepEqual([config.temperature, config.topP, config.maxOutputTokens,
		config.stopSequences, config.seed], [0.5, 0.25, 50, ["END"], 7]);
	assert.deepEqual(Object.keys(sent.body).sort(),
	    ["contents", "generationConfig", "systemInstruction"]);
});

test("a prompt of only system messages becomes a user's turn", async () => {
	await client().chat.completions.create({ model: MODEL,
		messages: [{ role: "system", content: "Speak." }] });
	const { body } = await kw.fake.only();
	assert.deepEqual(body.contents,
	    [{ role: "user", parts: [{ text: "Speak." }] }]);
});

test("reasoning_effort becomes a budget or a level", async () => {
	await client().chat.completions.create({ model: "gemini-2.5-flash",
		messages: hello, reasoning_effort: "low" });
	await client().chat.completions.create({ model: THINKER,
		messages: hello, reasoning_effort: "high" });
	const [old, young] = (await kw.fake.requests())
	    .map(({ body }) => body.generationConfig.thinkingConfig);
	assert.equal(old.thinkingBudget, 1024);
	assert.match(young.thinkingLevel, /^high$/i);
	assert.equal(young.includeThoughts, true);
});

test("the name that was asked for is the name in the answer", async () => {
	const answer = await client().chat.completions.create(
	    { model: `models/${MODEL}`, messages: hello });
	assert.equal(answer.model, `models/${MODEL}`);
	assert.equal((await kw.fake.only()).model, MODEL);
});

test("models: list and retrieve", async () => {
	const list = [];
	for await (const model of client().models.list())
		list.push(model.id);
	assert.ok(list.includes(MODEL), list.join());
	assert.equal((await client().models.retrieve(`models/${MODEL}`)).id, MODEL);
	await assert.rejects(client().models.retrieve("a/../b"), OpenAI.NotFoundError);
});

test("large texts in and out are whole", async () => {
	const text = "Zürich € 🚲 ".repeat(40000);
	await kw.fake.script({ filler_bytes: 700000, text: "Start" });
	const answer = await client().chat.completions.create(
	    { model: MODEL, messages: [{ role: "user", content: text }] });
	assert.ok(answer.choices[0].message.content.length >= 700000);
	const { body_bytes } = await kw.fake.only();
	assert.ok(body_bytes > Buffer.byteLength(text));
});

// ---- errors, as the SDK maps them ------------------------------------------

const ERRORS = [
	["bad_request", OpenAI.BadRequestError, 400, "invalid_argument"],
	["too_long", OpenAI.BadRequestError, 400, "context_length_exceeded"],
	["not_found_model", OpenAI.NotFoundError, 404, "model_not_found"],
	["rate_minute", OpenAI.RateLimitError, 429, "rate_limit_exceeded"],
	["rate_day", OpenAI.RateLimitError, 429, "insufficient_quota"],
	["api_key_invalid", OpenAI.InternalServerError, 503, "no_upstream_key"],
	["internal", OpenAI.InternalServerError, 502, "upstream_error"],
	["deadline", OpenAI.InternalServerError, 504, "upstream_timeout"],
];

test("errors are the SDK's classes, with code and request id", async () => {
	for (const [error, type, status, code] of ERRORS) {
		await kw.reset();
		await kw.set({ MAX_RETRIES: 10 });
		await kw.fake.script({ error });
		for (const stream of [false, true]) {
			await assert.rejects(client().chat.completions.create(
			    { model: MODEL, messages: hello, stream }), (e) => {
				assert.ok(e instanceof type, `${error}: ${e.constructor.name}`);
				assert.deepEqual([e.status, e.code], [status, code], error);
				assert.match(e.requestID, /^[0-9a-f-]{36}$/);
				assert.doesNotMatch(e.message, /no body/);
				return true;
			});
		}
	}
});

test("a wrong key is an AuthenticationError", async () => {
	await assert.rejects(client({ apiKey: "sk-nobody" }).models.list(),
	    OpenAI.AuthenticationError);
});

test("the SDK retries what it is told to, after Retry-After", async () => {
	await kw.useKeys(1);
	await kw.fake.script({ times: 1,
		do: { error: "rate_minute", retry_delay: "0.2s" } });
	const started = Date.now();
	const answer = await client({ maxRetries: 2 }).chat.completions.create(
	    { model: MODEL, messages: hello });
	assert.equal(answer.choices[0].finish_reason, "stop");
	assert.ok(Date.now() - started >= 1000);
	assert.equal((await kw.fake.requests()).length, 2);
});

test("the SDK does not retry what cannot get better", async () => {
	await kw.useKeys(1);
	await kw.fake.script({ error: "rate_day" });
	let asked = 0;
	const counting = client({ maxRetries: 2, fetch: (...args) => {
		asked++;
		return fetch(...args);
	} });
	await assert.rejects(counting.chat.completions.create(
	    { model: MODEL, messages: hello }), OpenAI.RateLimitError);
	assert.equal(asked, 1);
});

test("a stream that breaks throws an APIError in the SDK", async () => {
	await kw.fake.script({ text_events: 5, cut_after_events: 2 });
	const stream = await client().chat.completions.create(
	    { model: MODEL, messages: hello, stream: true });
	let text = "";
	await assert.rejects(async () => {
		for await (const chunk of stream)
			text += chunk.choices[0].delta.content ?? "";
	}, (e) => e instanceof OpenAI.APIError && e.code === "upstream_error");
	assert.ok(text.length > 0);
});

test("controller.abort() ends the call upstream", async () => {
	await kw.fake.script({ silence: true });
	const controller = new AbortController();
	const call = client().chat.completions.create(
	    { model: MODEL, messages: hello }, { signal: controller.signal });
	const rejected = assert.rejects(call, OpenAI.APIUserAbortError);
	await until(async () => (await kw.fake.books()).open === 1);
	controller.abort();
	await rejected;
	await until(async () => (await kw.fake.books()).aborted === 1,
	    { timeout: 1500 });
});
