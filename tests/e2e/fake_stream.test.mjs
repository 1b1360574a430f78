// Fake streaming: the client gets a stream, Gemini is asked for a whole answer.
import assert from "node:assert/strict";
import OpenAI from "openai";

import { MODEL } from "./lib/stack.mjs";
import { events } from "./lib/raw.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const hello = [{ role: "user", content: "Hello" }];
const ON = { FAKE_STREAM_ENABLED: true };
const EACH_SECOND = { ...ON, FAKE_STREAM_EMPTY_DATA_INTERVAL_SECONDS: 1 };
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk";

function client(options = {}) {
	return new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0, ...options });
}

/* Which of Gemini's methods the last request came to. */
async function method() {
	return (await kw.fake.requests()).at(-1).method;
}

/* Events without the signs of life, which must be comments and lead. */
function split(answer) {
	assert.equal(answer.status, 200, answer.text);
	const list = events(answer.text);
	const beats = list.filter(({ comment }) => comment !== undefined);
	assert.ok(list.slice(0, beats.length).every(({ comment }) => comment),
	    answer.text);
	return { beats, list: list.slice(beats.length) };
}

function textOf(answer) {
	const { list } = split(answer);
	assert.equal(list.pop().data, "[DONE]", answer.text);
	return list.map(({ json }) => json.choices[0]?.delta.content ?? "").join("");
}

test("a whole answer is asked for, and streamed", async () => {
	await kw.set(ON);
	await kw.fake.script({ text: "one two three" });
	for (const path of ["/v1", "/hf/v1"]) {
		const answer = await kw.chat({ stream: true },
		    { path: `${path}/chat/completions` });
		assert.equal(answer.headers["content-type"],
		    "text/event-stream; charset=utf-8");
		assert.equal(textOf(answer), "one two three");
		assert.equal(await method(), "generateContent");
		const row = await kw.rowOf(answer);
		assert.equal(row.outcome, "complete");
		assert.ok(row.answer_tokens > 0);
	}
	const last = (await kw.fake.requests()).at(-1);
	assert.equal(last.query ?? "", "");
});

test("in force from the next request on; other forms stay as they are",
    async () => {
	await kw.chat({ stream: true });
	assert.equal(await method(), "streamGenerateContent");
	await kw.set(ON);
	await kw.chat({ stream: true });
	assert.equal(await method(), "generateContent");
	const native = await kw.native("streamGenerateContent", {},
	    { query: "?alt=sse" });
	assert.equal(await method(), "streamGenerateContent");
	assert.ok(events(native.text).length > 1);
	const plain = await kw.chat();
	assert.equal(plain.json.choices[0].message.content, "You said: Hello");
	await kw.set({ FAKE_STREAM_ENABLED: false });
	await kw.chat({ stream: true });
	assert.equal(await method(), "streamGenerateContent");
});

test("for listed models only", async () => {
	await kw.set({ FAKE_STREAM_MODELS: '["gemini-2.5-pro"]' });
	for (const [model, expected] of [
		["gemini-2.5-pro", "generateContent"],
		["models/gemini-2.5-pro", "generateContent"],
		["gemini-2.5-flash", "streamGenerateContent"]]) {
		const answer = await kw.chat({ stream: true, model });
		assert.equal(textOf(answer), "You said: Hello");
		assert.equal(await method(), expected, model);
	}
});

test("all parts, the finish reason, the usage", async () => {
	await kw.set(ON);
	await kw.fake.script({ body: { candidates: [{ content: { parts: [
		{ text: "Hm.", thought: true },
		{ text: "intro" },
		{ executableCode: { language: "PYTHON", code: "print(1)" } },
		{ codeExecutionResult: { outcome: "OUTCOME_OK", output: "1" } },
		{ text: "outro" },
		{ inlineData: { mimeType: "image/png", data: PNG } },
		{ functionCall: { name: "f", args: { x: 1 }, id: "c1" } },
		{ functionCall: { name: "g", args: {}, id: "c2" } }] },
		finishReason: "STOP" }],
	usageMetadata: { promptTokenCount: 3, candidatesTokenCount: 4,
		thoughtsTokenCount: 5, totalTokenCount: 12 } } });
	const stream = await client().chat.completions.create({ model: MODEL,
		messages: hello, stream: true,
		stream_options: { include_usage: true } });
	const chunks = [];
	for await (const chunk of stream)
		chunks.push(chunk);
	const usage = chunks.pop();
	assert.deepEqual(usage.choices, []);
	assert.equal(usage.usage.completion_tokens, 9);
	const deltas = chunks.map(({ choices }) => choices[0].delta);
	assert.deepEqual(deltas[0], { role: "assistant", content: "" });
	assert.equal(deltas.map((d) => d.reasoning_content ?? "").join(""), "Hm.");
	const content = deltas.map((d) => d.content ?? "").join("");
	assert.match(content, /^intro[^]*```python\nprint\(1\)\n```[^]*1[^]*outro$/);
	assert.deepEqual(deltas.flatMap((d) => d.images ?? [])
	    .map((image) => image.image_url.url),
	    [`data:image/png;base64,${PNG}`]);
	const calls = deltas.flatMap((d) => d.tool_calls ?? []);
	assert.deepEqual(calls.map((c) =>
	    [c.index, c.id, c.function.name, c.function.arguments]),
	    [[0, "c1", "f", '{"x":1}'], [1, "c2", "g", "{}"]]);
	assert.deepEqual(chunks.map(({ choices }) => choices[0].finish_reason)
	    .filter((reason) => reason), ["tool_calls"]);
});

test("other ends: length, a blocked prompt", async () => {
	await kw.set(ON);
	const reasons = async () => split(await kw.chat({ stream: true })).list
	    .flatMap(({ json }) => json?.choices ?? [])
	    .map((choice) => choice.finish_reason).filter((reason) => reason);
	await kw.fake.script({ body: { candidates: [{ content: { parts: [
		{ text: "cut" }] }, finishReason: "MAX_TOKENS" }] } });
	assert.deepEqual(await reasons(), ["length"]);
	await kw.fake.script({ body: {
		promptFeedback: { blockReason: "SAFETY" } } });
	assert.deepEqual(await reasons(), ["content_filter"]);
});

test("signs of life while Gemini works, then all of it", async () => {
	await kw.set(EACH_SECOND);
	for (const delay of ["first_delay_ms", "head_delay_ms"]) {
		await kw.fake.script({ text: "one two three", [delay]: 2700 });
		const asked = performance.now();
		const answer = await kw.chat({ stream: true });
		const { beats, list } = split(answer);
		assert.ok(beats.length >= 1, answer.text);
		assert.ok(answer.headAt - asked >= 900, "not before the interval");
		assert.equal(textOf(answer), "one two three");
		assert.equal(list.at(-1).data, "[DONE]");
		assert.ok((await kw.rowOf(answer)).first_byte_ms >= 2600);
	}
});

test("the first byte may take as long as the request", async () => {
	await kw.set({ ...EACH_SECOND, FIRST_BYTE_TIMEOUT: 1 });
	await kw.fake.script({ first_delay_ms: 2200 });
	assert.equal(textOf(await kw.chat({ stream: true })), "You said: Hello");
	assert.equal((await kw.fake.requests()).length, 1);

	await kw.set({ TIME_OUT: 2 });
	await kw.fake.script({ silence: true });
	const { list } = split(await kw.chat({ stream: true }));
	assert.ok(list.at(-1).json.error);
	assert.equal(list.length, 1);
});

test("signs of life while a retry waits", async () => {
	await kw.set(EACH_SECOND);
	await kw.fake.script({ times: 2, do: { error: "unavailable" } });
	const answer = await kw.chat({ stream: true });
	assert.ok(split(answer).beats.length >= 2, answer.text);
	assert.equal(textOf(answer), "You said: Hello");
	assert.equal((await kw.rowOf(answer)).attempts, 3);
});

test("a failure before the first sign of life has its status", async () => {
	await kw.set({ ...ON, MAX_RETRIES: 0 });
	await kw.fake.script({ error: "bad_request" });
	await assert.rejects(client().chat.completions.create(
	    { model: MODEL, messages: hello, stream: true }),
	    OpenAI.BadRequestError);
	for (const [error, status] of [["bad_request", 400],
		["not_found_model", 404], ["internal", 502], ["rate_day", 429]]) {
		await kw.useKeys(1);
		await kw.fake.script({ error });
		const answer = await kw.chat({ stream: true });
		assert.equal(answer.status, status, answer.text);
		assert.ok(answer.json.error.message);
		assert.equal(answer.headers["content-type"],
		    "application/json; charset=utf-8");
	}
});

test("… behind one is an error event", async () => {
	await kw.set({ ...EACH_SECOND, MAX_RETRIES: 0 });
	await kw.fake.script({ error: "bad_request", first_delay_ms: 1500 });
	const answer = await kw.chat({ stream: true });
	const { beats, list } = split(answer);
	assert.equal(beats.length, 1);
	assert.equal(list.length, 1);
	assert.equal(list[0].json.error.code, "invalid_argument");
	assert.doesNotMatch(answer.text, /\[DONE\]/);

	const stream = await client().chat.completions.create(
	    { model: MODEL, messages: hello, stream: true });
	await assert.rejects(async () => {
		for await (const chunk of stream)
			assert.fail(`a chunk came: ${JSON.stringify(chunk)}`);
	}, OpenAI.APIError);
});

const BROKEN = [
	["cut in its middle", { cut_after_bytes: 60 }],
	["without its finish reason", { no_finish: true }],
	["that is no JSON", { raw: "<html>" }],
	["that holds nothing", { body: { candidates: [] } }],
	["with a malformed call", { body: { candidates: [{
		finishReason: "MALFORMED_FUNCTION_CALL" }] } }],
	["that is an error", { body: { error: { code: 503, message: "Busy.",
		status: "UNAVAILABLE" } }, status: 200 }],
];
for (const [name, deed] of BROKEN)
	test(`an answer ${name} is asked for again`, async () => {
		await kw.set(ON);
		await kw.fake.script({ times: 1, do: deed }, { text: "good" });
		const answer = await kw.chat({ stream: true });
		assert.equal(textOf(answer), "good");
		const row = await kw.rowOf(answer);
		assert.equal(row.attempts, 2);
		assert.equal(row.outcome, "complete");
	});

test("large answers, up to the ceiling", async () => {
	await kw.set({ ...ON, MAX_ANSWER_MB: 4 });
	await kw.fake.script({ filler_bytes: 3 * 1024 * 1024 });
	const text = textOf(await kw.chat({ stream: true }));
	assert.equal(Buffer.byteLength(text), 3 * 1024 * 1024);

	await kw.set({ MAX_ANSWER_MB: 2, MAX_RETRIES: 0 });
	const answer = await kw.chat({ stream: true });
	assert.equal(answer.status, 502, answer.text.slice(0, 300));
	assert.ok(answer.json.error.message);
});

test("a client that leaves ends the call upstream", async () => {
	await kw.set(EACH_SECOND);
	await kw.fake.script({ silence: true });
	const control = new AbortController();
	const asked = client().chat.completions.create({ model: MODEL,
		messages: hello, stream: true }, { signal: control.signal });
	await until(async () => (await kw.fake.books()).open === 1);
	control.abort();
	await assert.rejects(asked, OpenAI.APIUserAbortError);
	await until(async () => (await kw.fake.books()).aborted === 1,
	    { timeout: 1500 });

	/* And behind a sign of life. */
	const connection = kw.openChat({ stream: true });
	await connection.when((answer) => answer.text.includes(":"));
	connection.close();
	await until(async () => (await kw.fake.books()).aborted === 2,
	    { timeout: 1500 });
	await until(async () => (await kw.sql.rows(`select * from
	    keywheel.report_requests where outcome = 'client_gone' and attempts = 1
	    and started_at > now() - interval '20 seconds'`)).length >= 2);
	assert.equal((await kw.fake.requests()).length, 2, "it was retried");
});

test("the SDK's stream helper reads over the signs of life", async () => {
	await kw.set(EACH_SECOND);
	await kw.fake.script({ first_delay_ms: 1500, text: "all of it" });
	const answer = await client().chat.completions.stream(
	    { model: MODEL, messages: hello }).finalChatCompletion();
	assert.equal(answer.choices[0].message.content, "all of it");
	assert.equal(answer.choices[0].finish_reason, "stop");
});
