// Streamed answers, chunk by chunk, and what happens when they break.
import assert from "node:assert/strict";

import { MODEL } from "./lib/stack.mjs";
import { events } from "./lib/raw.mjs";
import { kw, test } from "./lib/shared.mjs";

const SSE = { query: "?alt=sse" };
const part = (text, more = {}) =>
    ({ candidates: [{ content: { role: "model", parts: [{ text }] }, ...more }] });
const STOP = { finishReason: "STOP" };

/** The events of a chat stream: they must end in [DONE]. */
function chunks(answer) {
	assert.equal(answer.status, 200, answer.text);
	const list = events(answer.text);
	assert.equal(list.pop().data, "[DONE]");
	for (const { json } of list)
		assert.ok(Array.isArray(json.choices), answer.text);
	return list.map(({ json }) => json);
}

/** Those of a stream that broke: the last is an error, there is no [DONE]. */
function broken(answer) {
	assert.equal(answer.status, 200, answer.text);
	assert.doesNotMatch(answer.text, /\[DONE\]/);
	const list = events(answer.text);
	const { error } = list.pop().json;
	assert.ok(error, answer.text);
	return { error, list };
}

const textOf = (list) => list.map(({ choices }) =>
    choices[0]?.delta.content ?? "").join("");

test("the headers of a stream", async () => {
	await kw.fake.script({ text_events: 3, event_delay_ms: 100 });
	const answer = await kw.chat({ stream: true });
	assert.equal(answer.headers["content-type"],
	    "text/event-stream; charset=utf-8");
	assert.equal(answer.headers["cache-control"], "no-cache");
	assert.equal(answer.headers["x-accel-buffering"], "no");
	assert.equal(answer.headers["content-length"], undefined);
	assert.equal(answer.headers["content-encoding"], undefined);
	assert.ok(answer.complete);
});

test("events arrive one by one, as they come", async () => {
	await kw.fake.script({ text_events: 8, event_delay_ms: 150 });
	const asks = [
		["chat", () => kw.chat({ stream: true })],
		["SSE", () => kw.native("streamGenerateContent", {}, SSE)],
		["array", () => kw.native("streamGenerateContent")],
	];
	for (const [name, ask] of asks) {
		const { pieces } = await ask();
		const times = pieces.map(({ at }) => at);
		const gaps = times.slice(1).map((at, i) => at - times[i])
		    .filter((gap) => gap > 50);
		assert.ok(gaps.length >= 6, `${name}: ${gaps.length} gaps`);
		assert.ok(times.at(-1) - times[0] >= 7 * 150 * 0.8, name);
		assert.ok(Math.max(...gaps) < 700, `${name}: ${Math.max(...gaps)} ms`);
	}
});

test("the status waits for Gemini's first event", async () => {
	await kw.fake.script({ head_delay_ms: 700 });
	const open = kw.openChat({ stream: true });
	const asked = performance.now();
	const answer = await open.whole();
	assert.ok(answer.headAt - asked >= 600, `${answer.headAt - asked} ms`);
	chunks(answer);
});

test("role first, one finish chunk of its own, then usage, then [DONE]",
    async () => {
	const list = chunks(await kw.chat({ stream: true, model: "gemini-3.8-flash",
		stream_options: { include_usage: true } }));
	assert.deepEqual(list[0].choices, [{ index: 0, finish_reason: null,
		logprobs: null, delta: { role: "assistant", content: "" } }]);
	assert.ok(list.slice(1).every((chunk) =>
	    chunk.choices.every(({ delta }) => !("role" in delta))));
	const usage = list.pop();
	assert.deepEqual(usage.choices, []);
	assert.equal(usage.usage.total_tokens,
	    usage.usage.prompt_tokens + usage.usage.completion_tokens);
	const finish = list.pop();
	assert.deepEqual([finish.choices[0].delta, finish.choices[0].finish_reason],
	    [{}, "stop"]);
	assert.ok(list.every(({ choices }) => choices[0].finish_reason === null));
	assert.equal(new Set(list.map(({ id }) => id)).size, 1);
});

test("texts and JSON may be cut anywhere", async () => {
	const text = "Zürich, 日本, 🚲🚲; \"quotes\" \\ and\nlines\t… done";
	for (const chunk_bytes of [1, 3, 7])
		for (const text_events of [1, 5]) {
			await kw.fake.script({ text, chunk_bytes, text_events });
			const list = chunks(await kw.chat({ stream: true }));
			assert.equal(textOf(list), text);
			const plain = await kw.chat();
			assert.equal(plain.json.choices[0].message.content, text);
		}
});

test("a surrogate pair that is split over two events is joined", async () => {
	await kw.fake.script({ content_type: "text/event-stream",
		raw: 'data: {"candidates":[{"content":{"parts":[{"text":"a\\ud83d"}]}}]}' +
		    '\n\ndata: {"candidates":[{"content":{"parts":[{"text":"\\udeb2b"}]},' +
		    '"finishReason":"STOP"}]}\n\n' });
	assert.equal(textOf(chunks(await kw.chat({ stream: true }))), "a🚲b");
});

test("events without text make no chunks", async () => {
	await kw.fake.script({ events: [
		{ candidates: [{ content: { role: "model" } }] },
		part(""), part("A"), { candidates: [{ content: { parts: [] } }] },
		part("B"), { candidates: [{ finishReason: "STOP" }] }] });
	const list = chunks(await kw.chat({ stream: true }));
	assert.deepEqual(list.map(({ choices }) => choices[0].delta),
	    [{ role: "assistant", content: "" }, { content: "A" }, { content: "B" },
		{}]);
});

test("usage behind the finish reason counts, and nothing comes twice",
    async () => {
	await kw.fake.script({ events: [part("A", STOP),
		{ usageMetadata: { promptTokenCount: 5, candidatesTokenCount: 2,
		    thoughtsTokenCount: 3, cachedContentTokenCount: 4,
		    totalTokenCount: 10 } }] });
	const answer = await kw.chat({ stream: true,
		stream_options: { include_usage: true } });
	const list = chunks(answer);
	const { usage } = list.pop();
	assert.deepEqual([usage.prompt_tokens, usage.completion_tokens,
		usage.total_tokens, usage.prompt_tokens_details.cached_tokens,
		usage.completion_tokens_details.reasoning_tokens], [5, 5, 10, 4, 3]);
	assert.equal(textOf(list), "A");
	const row = await kw.rowOf(answer);
	assert.deepEqual([row.prompt_tokens, row.cached_tokens, row.thought_tokens,
		row.answer_tokens, row.total_tokens], [5, 4, 3, 2, 10]);
});

// ---- finish reasons --------------------------------------------------------

const FINISHES = [
	["STOP", part("A", STOP), "stop", "complete"],
	["MAX_TOKENS", part("A", { finishReason: "MAX_TOKENS" }), "length", "length"],
	["SAFETY", part("A", { finishReason: "SAFETY" }), "content_filter", "blocked"],
	["RECITATION", part("A", { finishReason: "RECITATION" }),
		"content_filter", "blocked"],
	["an unknown reason", part("A", { finishReason: "NEWLY_INVENTED" }),
		"stop", "complete"],
];

test("finish reasons, plain and streamed", async () => {
	for (const [name, event, reason, outcome] of FINISHES) {
		await kw.fake.script({ events: [event] });
		const plain = await kw.chat();
		assert.equal(plain.status, 200, name);
		assert.equal(plain.json.choices[0].finish_reason, reason, name);
		assert.equal(plain.json.choices[0].message.content, "A");
		assert.equal((await kw.rowOf(plain)).outcome, outcome);
		const streamed = await kw.chat({ stream: true });
		const list = chunks(streamed);
		assert.equal(list.at(-1).choices[0].finish_reason, reason, name);
		assert.equal(textOf(list), "A");
		assert.equal((await kw.rowOf(streamed)).outcome, outcome);
	}
	assert.ok((await kw.keyStates()).every((key) => key.faults === 0));
});

test("MAX_TOKENS that thoughts have used up: an empty answer, not a fault",
    async () => {
	await kw.fake.script({ events: [{ candidates: [{ finishReason: "MAX_TOKENS" }],
		usageMetadata: { promptTokenCount: 5, thoughtsTokenCount: 100,
		    totalTokenCount: 105 } }] });
	const plain = await kw.chat();
	assert.equal(plain.status, 200, plain.text);
	const { choices: [choice], usage } = plain.json;
	assert.deepEqual([choice.message.content, choice.finish_reason],
	    ["", "length"]);
	assert.deepEqual([usage.completion_tokens,
		usage.completion_tokens_details.reasoning_tokens], [100, 100]);
	const list = chunks(await kw.chat({ stream: true }));
	assert.equal(list.at(-1).choices[0].finish_reason, "length");
	assert.equal((await kw.fake.requests()).length, 2);
});

test("a blocked prompt: refusal and content_filter, and no retry", async () => {
	await kw.fake.script({ events: [
		{ promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
			usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 } }] });
	const plain = await kw.chat();
	assert.equal(plain.status, 200);
	const { choices: [choice], usage } = plain.json;
	assert.deepEqual([choice.message.content, choice.finish_reason],
	    ["", "content_filter"]);
	assert.match(choice.message.refusal, /PROHIBITED_CONTENT/);
	assert.equal(usage.prompt_tokens, 9);
	const streamed = await kw.chat({ stream: true });
	const list = chunks(streamed);
	assert.equal(list.at(-1).choices[0].finish_reason, "content_filter");
	assert.equal((await kw.fake.requests()).length, 2);
	assert.equal((await kw.rowOf(plain)).outcome, "blocked");
	assert.equal((await kw.rowOf(streamed)).outcome, "blocked");
	assert.deepEqual(await kw.cooldowns(), []);
});

// ---- answers that fail before anything was shown ---------------------------

const HICCUPS = [
	["no candidates", { events: [{ usageMetadata: { promptTokenCount: 1 } }] }],
	["MALFORMED_FUNCTION_CALL",
		{ events: [{ candidates: [{ finishReason: "MALFORMED_FUNCTION_CALL" }] }] }],
	["an empty body", { raw: "", content_type: "text/event-stream" }],
	["garbage", { raw: "data: {]\n\n", content_type: "text/event-stream" }],
	["cut in the first event", { text_events: 1, cut_after_bytes: 30 }],
	["an error as the first event", { error_event_at: 1 }],
];

test("an empty or broken first answer is asked again", async () => {
	for (const [name, deed] of HICCUPS)
		for (const stream of [false, true]) {
			await kw.reset();
			await kw.fake.script({ times: 1, do: deed });
			const answer = await kw.chat({ stream });
			assert.equal(answer.status, 200, `${name}: ${answer.text}`);
			const text = stream ? textOf(chunks(answer))
			    : answer.json.choices[0].message.content;
			assert.equal(text, "You said: Hello", name);
			assert.equal((await kw.fake.requests()).length, 2, name);
			const row = await kw.rowOf(answer);
			assert.deepEqual([row.outcome, row.attempts], ["complete", 2], name);
			assert.equal((await kw.failures(answer)).length, 1);
			assert.deepEqual(await kw.cooldowns(), [], name);
		}
});

test("an answer that stays empty is a 502", async () => {
	for (const [name, deed] of HICCUPS.slice(0, 4)) {
		await kw.reset();
		await kw.fake.script(deed);
		const answer = await kw.chat();
		assert.equal(answer.status, 502, `${name}: ${answer.text}`);
		assert.equal(answer.json.error.type, "server_error");
		const row = await kw.rowOf(answer);
		assert.ok(["upstream_error", "truncated"].includes(row.outcome), name);
		assert.ok(row.attempts >= 2, name);
		assert.ok((await kw.keyStates()).every((key) =>
		    key.state === "active" && key.faults === 0), name);
	}
});

test("a plain answer that was cut goes to another key", async () => {
	for (const deed of [{ cut_after_bytes: 200 },
		{ cut_after_bytes: 200, reset: true }]) {
		await kw.reset();
		await kw.fake.script({ times: 1, do: deed });
		for (const ask of [() => kw.chat(), () => kw.native("generateContent")]) {
			await kw.fake.script({ times: 1, do: deed });
			const answer = await ask();
			assert.equal(answer.status, 200, answer.text);
			const row = await kw.rowOf(answer);
			assert.deepEqual([row.outcome, row.attempts], ["complete", 2]);
		}
		const keys = (await kw.fake.requests()).map(({ key }) => key);
		assert.notEqual(keys[0], keys[1]);
		assert.notEqual(keys[2], keys[3]);
	}
});

// ---- streams that break in the middle --------------------------------------

const BREAKS = [
	["cut between events", { text_events: 5, cut_after_events: 3 }, 3],
	["cut by a reset", { text_events: 5, cut_after_events: 3, reset: true }, 3],
	["the end without a finish reason", { text_events: 5, no_finish: true }, 5],
];

test("a truncated stream ends in an error event without [DONE]", async () => {
	for (const [name, deed] of BREAKS) {
		await kw.reset();
		await kw.fake.script({ text: "one two three four five", ...deed });
		const answer = await kw.chat({ stream: true });
		const { error, list } = broken(answer);
		assert.deepEqual(Object.keys(error).sort(),
		    ["code", "message", "param", "type"]);
		assert.deepEqual([error.type, error.code],
		    ["server_error", "upstream_error"], name);
		assert.ok(list.every(({ json }) =>
		    json.choices[0].finish_reason === null), name);
		assert.ok(textOf(list.map(({ json }) => json)).length > 0, name);
		assert.equal((await kw.fake.requests()).length, 1, `${name}: no retry`);
		const row = await kw.rowOf(answer);
		assert.equal(row.outcome, "truncated", name);
		assert.ok((await kw.keyStates()).every((key) => key.faults === 0));
	}
});

test("cut in the middle of an event: no half event, then the error", async () => {
	const raw = `data: ${JSON.stringify(part("A"))}\n\n` +
	    `data: ${JSON.stringify(part("B", STOP))}`.slice(0, 60);
	await kw.fake.script({ raw, content_type: "text/event-stream" });
	const chat = await kw.chat({ stream: true });
	const { list } = broken(chat);
	assert.equal(textOf(list.map(({ json }) => json)), "A");
	const native = await kw.native("streamGenerateContent", {}, SSE);
	const all = events(native.text);
	assert.equal(all.length, 2, native.text);
	assert.deepEqual(all[0].json, part("A"));
	assert.ok(all[1].json.error.code >= 500);
});

test("native SSE: an error event of Google's form, and a blank line", async () => {
	for (const [name, deed] of BREAKS) {
		await kw.reset();
		await kw.fake.script({ text: "one two three four five", ...deed });
		const answer = await kw.native("streamGenerateContent", {}, SSE);
		assert.equal(answer.status, 200);
		const list = events(answer.text);
		const { error } = list.pop().json;
		assert.ok(error.code >= 500 && error.code <= 599, name);
		assert.equal(typeof error.status, "string");
		assert.ok(!list.some((e) => e.cut));
		assert.equal((await kw.rowOf(answer)).outcome, "truncated", name);
	}
});

test("native array: still valid JSON, with an error as its last element",
    async () => {
	for (const [name, deed] of BREAKS.concat([
		["in the middle of an event", { text_events: 2, cut_after_bytes: 420 }]])) {
		await kw.reset();
		await kw.fake.script({ text: "one two three four five", ...deed });
		const answer = await kw.native("streamGenerateContent");
		assert.equal(answer.status, 200, `${name}: ${answer.text}`);
		const list = answer.json;
		assert.ok(Array.isArray(list) && list.length >= 2, `${name} ${answer.text}`);
		assert.ok(list.at(-1).error.code >= 500, name);
		assert.ok(list.slice(0, -1).every((e) => e.candidates), name);
		assert.equal((await kw.rowOf(answer)).outcome, "truncated", name);
	}
});

test("an error as a later event: an error frame, and no retry", async () => {
	const rule = { text_events: 5, error_event_at: 4 };
	await kw.fake.script(rule);
	const chat = await kw.chat({ stream: true });
	const { error, list } = broken(chat);
	assert.deepEqual([error.type, error.code],
	    ["server_error", "upstream_overloaded"]);
	assert.ok(textOf(list.map(({ json }) => json)).length > 0);
	const sse = await kw.native("streamGenerateContent", {}, SSE);
	assert.equal(events(sse.text).at(-1).json.error.code, 503);
	const array = await kw.native("streamGenerateContent");
	assert.equal(array.json.at(-1).error.code, 503);
	assert.equal((await kw.fake.requests()).length, 3);
	const row = await kw.rowOf(chat);
	assert.deepEqual([row.outcome, row.attempts, row.status],
	    ["upstream_error", 1, 200]);
});

test("a rate limit as a later event lets the key rest all the same", async () => {
	await kw.fake.script({ text_events: 5, error: "rate_minute",
		retry_delay: "30s", error_event_at: 3 });
	const answer = await kw.chat({ stream: true });
	const { error } = broken(answer);
	assert.equal(error.code, "rate_limit_exceeded");
	await kw.rowOf(answer);
	const [rest] = await kw.cooldowns();
	assert.equal(rest?.reason, "rate_minute");
	assert.equal(rest.model, MODEL);
});

test("a stream that falls silent in the middle is ended", async () => {
	await kw.set({ IDLE_TIMEOUT: 1 });
	await kw.fake.script({ text_events: 5, silence_after_events: 2 });
	for (const ask of [() => kw.chat({ stream: true }),
		() => kw.native("streamGenerateContent", {}, SSE)]) {
		const answer = await ask();
		assert.equal(answer.status, 200);
		const last = events(answer.text).at(-1);
		assert.ok(last.json.error, answer.text);
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.outcome, row.attempts], ["timeout_idle", 1]);
	}
	assert.ok((await kw.keyStates()).every((key) => key.faults === 0));
});

test("the error of a refused stream may stand in an array", async () => {
	for (const form of [SSE, {}]) {
		await kw.reset();
		await kw.fake.script({ times: 1,
			do: { error: "rate_minute", error_array: true, retry_delay: "30s" } });
		const answer = await kw.native("streamGenerateContent", {}, form);
		assert.equal(answer.status, 200, answer.text);
		assert.deepEqual((await kw.cooldowns()).map(({ reason }) => reason),
		    ["rate_minute"]);
	}
});
