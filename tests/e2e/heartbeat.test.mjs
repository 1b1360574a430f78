// Signs of life while Gemini thinks: only in OpenAI's streams.
import assert from "node:assert/strict";
import OpenAI from "openai";

import { MODEL } from "./lib/stack.mjs";
import { events } from "./lib/raw.mjs";
import { kw, test } from "./lib/shared.mjs";

const hello = [{ role: "user", content: "Hello" }];

test("comments come while the answer does not, then the answer", async () => {
	await kw.set({ HEARTBEAT_AFTER: 1 });
	await kw.fake.script({ head_delay_ms: 3000 });
	const asked = performance.now();
	const answer = await kw.chat({ stream: true });
	assert.equal(answer.status, 200);
	const list = events(answer.text);
	const beats = list.filter(({ comment }) => comment === ": keep-alive");
	assert.ok(beats.length >= 2 && beats.length <= 3, `${beats.length} beats`);
	assert.ok(list.slice(0, beats.length).every(({ comment }) => comment));
	assert.ok(answer.headAt - asked >= 900 && answer.headAt - asked < 2500);
	const rest = list.slice(beats.length);
	assert.equal(rest.pop().data, "[DONE]");
	assert.equal(rest.map(({ json }) => json.choices[0].delta.content ?? "")
	    .join(""), "You said: Hello");
	const row = await kw.rowOf(answer);
	assert.equal(row.outcome, "complete");
	assert.ok(row.first_byte_ms >= 2900, "a beat is not the first byte");
});

test("before the status line has come from upstream as well", async () => {
	await kw.set({ HEARTBEAT_AFTER: 1 });
	await kw.fake.script({ first_delay_ms: 1600 });
	const answer = await kw.chat({ stream: true });
	assert.match(answer.text, /^: keep-alive\n\ndata: /);
	assert.ok(answer.text.endsWith("data: [DONE]\n\n"));
});

test("a failure behind a heartbeat is an error event", async () => {
	await kw.set({ HEARTBEAT_AFTER: 1, MAX_RETRIES: 0 });
	for (const [deed, code] of [
		[{ error: "internal" }, "upstream_error"],
		[{ error: "rate_day" }, "insufficient_quota"],
		[{ error: "bad_request" }, "invalid_argument"]]) {
		await kw.useKeys(1);
		await kw.fake.script({ ...deed, first_delay_ms: 1500 });
		const answer = await kw.chat({ stream: true });
		assert.equal(answer.status, 200);
		const list = events(answer.text);
		assert.equal(list[0].comment, ": keep-alive");
		const { error } = list.at(-1).json;
		assert.equal(error.code, code);
		assert.deepEqual(Object.keys(error).sort(),
		    ["code", "message", "param", "type"]);
		assert.doesNotMatch(answer.text, /\[DONE\]/);
		const row = await kw.rowOf(answer);
		assert.equal(row.status, 200);
		assert.ok(["upstream_error", "limited", "client_error"]
		    .includes(row.outcome));
	}
});

test("behind a heartbeat another key may still serve", async () => {
	await kw.set({ HEARTBEAT_AFTER: 1 });
	await kw.fake.script({ times: 1,
		do: { error: "internal", first_delay_ms: 1500 } });
	const answer = await kw.chat({ stream: true });
	const list = events(answer.text);
	assert.equal(list[0].comment, ": keep-alive");
	assert.equal(list.at(-1).data, "[DONE]");
	assert.doesNotMatch(answer.text, /"error"/);
	assert.equal((await kw.rowOf(answer)).attempts, 2);
});

test("none in plain answers and none on Gemini's paths", async () => {
	await kw.set({ HEARTBEAT_AFTER: 1 });
	await kw.fake.script({ head_delay_ms: 1600 });
	const [plain, sse, array] = await Promise.all([kw.chat(),
		kw.native("streamGenerateContent", {}, { query: "?alt=sse" }),
		kw.native("streamGenerateContent")]);
	assert.equal(plain.json.choices[0].finish_reason, "stop");
	assert.ok(events(sse.text).every(({ json }) => json.candidates));
	assert.ok(Array.isArray(array.json));
	for (const answer of [plain, sse, array])
		assert.doesNotMatch(answer.text, /keep-alive/);
});

test("the SDK reads over them", async () => {
	await kw.set({ HEARTBEAT_AFTER: 1 });
	await kw.fake.script({ head_delay_ms: 1600 });
	const client = new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0 });
	const answer = await client.chat.completions.stream(
	    { model: MODEL, messages: hello }).finalChatCompletion();
	assert.equal(answer.choices[0].message.content, "You said: Hello");
});
