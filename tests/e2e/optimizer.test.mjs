// The stream optimizer: bursts of text in small pieces, at an even pace.
import assert from "node:assert/strict";
import OpenAI from "openai";

import { MODEL } from "./lib/stack.mjs";
import { events } from "./lib/raw.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const hello = [{ role: "user", content: "Hello" }];
const FAST = { STREAM_OPTIMIZER_ENABLED: true,
	STREAM_MIN_DELAY: 0.001, STREAM_MAX_DELAY: 0.001 };
const CLUSTERS = ["a", "e\u0301", "\u{1F468}\u200D\u{1F469}\u200D\u{1F467}",
	"\u{1F1E9}\u{1F1EA}", "\u{1F1EB}\u{1F1F7}", "\u{1F44D}\u{1F3FD}", "\r\n",
	"\u1112\u1161\u11AB", "日", " ", "Z\u0337\u0321\u0489"];
const PNG = `data:image/png;base64,${"iVBORw0KGgo".repeat(200)}=`;

const client = () => new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
	maxRetries: 0 });
const part = (...parts) => ({ candidates: [{ content: { parts } }] });
const END = { candidates: [{ finishReason: "STOP" }] };

/* The deltas of a chat's stream, which must end well. */
async function deltas(body = {}, more) {
	const answer = await kw.chat({ stream: true, ...body }, more);
	assert.equal(answer.status, 200, answer.text);
	const list = events(answer.text);
	assert.equal(list.pop().data, "[DONE]", answer.text);
	return list.flatMap(({ json }) => json.choices.map(({ delta }) => delta));
}

const pieces = (list, name = "content") =>
    list.map((delta) => delta[name] ?? "").filter((text) => text !== "");

test("off, a text is one chunk for each of Gemini's events", async () => {
	await kw.fake.script({ text: "one two three", text_events: 1 });
	assert.deepEqual(pieces(await deltas()), ["one two three"]);
});

test("cut between clusters and nowhere else", async () => {
	await kw.set(FAST);
	for (const n of [1, 7, 30, 200]) {
		const all = Array.from({ length: n },
		    (_, i) => CLUSTERS[i * 7 % CLUSTERS.length]);
		await kw.fake.script({ events: [part({ text: all.join("") }), END] });
		const got = pieces(await deltas());
		assert.equal(got.join(""), all.join(""));
		const size = n >= 50 ? 5 : 1;
		assert.deepEqual(got, Array.from(
		    { length: Math.ceil(n / size) },
		    (_, i) => all.slice(i * size, (i + 1) * size).join("")));
	}
});

test("thoughts are texts; all the rest is left as it is", async () => {
	await kw.set(FAST);
	await kw.fake.script({ events: [
		part({ text: "abcd", thought: true }),
		part({ text: "efgh" },
		    { functionCall: { name: "f", args: { text: "long enough" },
			id: "c1" } },
		    { inlineData: { mimeType: "image/png", data: PNG.slice(22) } }),
		{ ...END, usageMetadata: { promptTokenCount: 3,
			candidatesTokenCount: 4, totalTokenCount: 7 } }] });
	const answer = await kw.chat({ stream: true,
		stream_options: { include_usage: true } });
	const list = events(answer.text);
	assert.equal(list.pop().data, "[DONE]");
	const usages = list.filter(({ json }) => json.usage);
	assert.equal(usages.length, 1);
	assert.equal(usages[0], list.pop());
	const chunks = list.map(({ json }) => json.choices[0]);
	const all = chunks.map(({ delta }) => delta);
	assert.deepEqual(pieces(all, "reasoning_content"), [..."abcd"]);
	assert.deepEqual(pieces(all), [..."efgh"]);
	assert.deepEqual(all.filter((d) => d.tool_calls).flatMap((d) => d.tool_calls),
	    [{ index: 0, id: "c1", type: "function", function: { name: "f",
		arguments: '{"text":"long enough"}' } }]);
	assert.deepEqual(all.filter((d) => d.images).flatMap((d) => d.images)
	    .map((image) => image.image_url.url), [PNG]);
	assert.equal(all.filter((d) => d.role).length, 1);
	assert.deepEqual(chunks.map((c) => c.finish_reason).filter((r) => r),
	    ["tool_calls"]);
});

test("a data: URL in a text is one piece", async () => {
	await kw.set(FAST);
	const half = PNG.length / 2;
	await kw.fake.script({ events: [
		part({ text: `a ![b](${PNG.slice(0, half)}` }),
		part({ text: `${PNG.slice(half)}) c` }), END] });
	const got = pieces(await deltas());
	assert.equal(got.join(""), `a ![b](${PNG}) c`);
	assert.deepEqual(got, ["a", " ", `![b](${PNG.slice(0, half)}`,
		`${PNG.slice(half)})`, " ", "c"]);
});

test("the SDK puts it together", async () => {
	await kw.set(FAST);
	const text = CLUSTERS.join("").repeat(20);
	await kw.fake.script({ text, text_events: 3 });
	let n = 0;
	const answer = await client().chat.completions.stream(
	    { model: MODEL, messages: hello })
	    .on("content", () => n++).finalChatCompletion();
	assert.equal(answer.choices[0].message.content, text);
	assert.ok(n > 20, `${n} pieces`);
});

test("sizes and delays are in force from the next request on", async () => {
	await kw.fake.script({ text: "abcdef", text_events: 1 });
	assert.equal(pieces(await deltas()).length, 1);

	/* Either way round; the last piece is not followed by a pause. */
	await kw.set({ STREAM_OPTIMIZER_ENABLED: true, STREAM_MIN_DELAY: 0.3,
		STREAM_MAX_DELAY: 0.01, STREAM_SHORT_TEXT_THRESHOLD: 10 });
	let answer = await kw.chat({ stream: true });
	const slow = (await kw.rowOf(answer)).total_ms;
	assert.ok(slow >= 5 * 300 - 20, `${slow} ms`);

	await kw.set({ STREAM_SHORT_TEXT_THRESHOLD: 1,
		STREAM_LONG_TEXT_THRESHOLD: 6, STREAM_CHUNK_SIZE: 4 });
	assert.deepEqual(pieces(await deltas()), ["abcd", "ef"]);

	await kw.set({ STREAM_OPTIMIZER_ENABLED: false });
	answer = await kw.chat({ stream: true });
	assert.equal((await kw.rowOf(answer)).outcome, "complete");
	assert.equal(pieces(await deltas()).length, 1);
});

test("the pieces come one by one", async () => {
	await kw.set({ ...FAST, STREAM_MIN_DELAY: 0.2, STREAM_MAX_DELAY: 0.2 });
	await kw.fake.script({ text: "abcd", text_events: 1 });
	const connection = kw.openChat({ stream: true });
	const early = await connection.when(({ text }) => text.includes('"b"'));
	assert.doesNotMatch(early.text, /"d"|\[DONE\]/);
	const answer = await connection.whole();
	assert.match(answer.text, /"d"[^]*\[DONE\]/);
});

test("pauses of ours are no silence of Gemini's", async () => {
	await kw.set({ ...FAST, STREAM_MIN_DELAY: 0.6, STREAM_MAX_DELAY: 0.6,
		IDLE_TIMEOUT: 1 });
	await kw.fake.script({ text: "abcdef", text_events: 2,
		event_delay_ms: 100 });
	assert.equal(pieces(await deltas()).join(""), "abcdef");
});

test("near the end of its time an answer is sent at once", async () => {
	await kw.set({ ...FAST, STREAM_MIN_DELAY: 1, STREAM_MAX_DELAY: 1,
		TIME_OUT: 5 });
	await kw.fake.script({ text: "abcdefghij", text_events: 2 });
	const answer = await kw.chat({ stream: true });
	assert.match(answer.text, /\[DONE\]\n\n$/);
	assert.doesNotMatch(answer.text, /"error"/);
	const row = await kw.rowOf(answer);
	assert.equal(row.outcome, "complete");
	assert.ok(row.total_ms < 8000, `${row.total_ms} ms and not 9 s`);
});

test("a client that leaves in the middle ends it", async () => {
	await kw.set({ ...FAST, STREAM_MIN_DELAY: 10, STREAM_MAX_DELAY: 10 });
	await kw.fake.script({ text: "abcdef", text_events: 3,
		silence_after_events: 1 });
	const connection = kw.openChat({ stream: true });
	await connection.when(({ text }) => text.includes('"a"'));
	connection.close();
	await until(async () => (await kw.fake.books()).aborted === 1,
	    { timeout: 1500 });
	const row = await until(async () => {
		const last = await kw.lastRow();
		return last?.outcome === "client_gone" && last;
	});
	assert.equal(row.status, 200);
	assert.equal(row.attempts, 1);
});

test("fake streams and Gemini's own paths are not paced", async () => {
	await kw.set(FAST);
	await kw.fake.script({ text: "one two three", text_events: 1 });
	const native = await kw.native("streamGenerateContent", {},
	    { query: "?alt=sse" });
	assert.deepEqual(events(native.text).flatMap(({ json }) =>
	    json.candidates[0].content?.parts ?? []).map(({ text }) => text)
	    .filter((text) => text), ["one two three"]);
	await kw.set({ FAKE_STREAM_ENABLED: true });
	assert.deepEqual(pieces(await deltas()), ["one two three"]);
	const plain = await kw.chat();
	assert.equal(plain.json.choices[0].message.content, "one two three");
});
