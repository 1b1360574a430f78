// Several choices from a model that gives one at a time: a call for each, side
// by side, with OpenAI's own client.
import assert from "node:assert/strict";
import OpenAI from "openai";

import { events } from "./lib/raw.mjs";
import { KEYS } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const ONE_AT_A_TIME = "gemini-3.8-flash";
const hello = [{ role: "user", content: "Hello" }];

const openai = () => new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
	maxRetries: 0 });
const asked = (more = {}) =>
    ({ model: ONE_AT_A_TIME, messages: hello, n: 3, ...more });
const part = (parts, more = {}) => ({ candidates: [
	{ content: { role: "model", parts }, index: 0, ...more }] });
const STOP = { finishReason: "STOP" };

/** The calls upstream: none asks for several candidates. */
async function calls() {
	const all = await kw.fake.requests();
	for (const { body, method } of all) {
		assert.equal(body.generationConfig?.candidateCount, undefined);
		assert.equal(method, "streamGenerateContent");
		assert.deepEqual(body, all[0].body);
	}
	return all;
}

const keysOf = (all) => all.map(({ key }) => key);
const texts = ({ choices }) =>
    choices.map(({ message }) => message.content);

/** Each key of the first n answers with a text of its own. */
async function namedKeys(n, more = {}) {
	await kw.useKeys(n);
	await kw.fake.script(...KEYS.slice(0, n).map((key, i) =>
	    ({ key, do: { text: `text ${i}`, ...more } })));
}

/** The chunks of a stream, which must keep the order of each choice. */
function chunksOf(list, n) {
	assert.equal(new Set(list.map(({ id }) => id)).size, 1);
	const seen = Array.from({ length: n },
	    () => ({ text: "", opened: false, reason: null }));
	for (const { choices } of list)
		for (const { index, delta, finish_reason } of choices) {
			const choice = seen[index];
			assert.equal(choice.reason, null, "nothing after the end");
			assert.equal(choice.opened, !("role" in delta),
			    "the role comes first, once");
			choice.opened = true;
			choice.text += delta.content ?? "";
			choice.reason = finish_reason;
		}
	return seen;
}

test("three choices: three calls at once with three keys", async () => {
	await namedKeys(3, { first_delay_ms: 300 });
	const answer = await openai().chat.completions.create(asked());
	assert.deepEqual(answer.choices.map(({ index }) => index), [0, 1, 2]);
	assert.deepEqual(texts(answer).sort(), ["text 0", "text 1", "text 2"]);
	for (const { finish_reason } of answer.choices)
		assert.equal(finish_reason, "stop");

	const all = await calls();
	assert.equal(all.length, 3);
	assert.equal(new Set(keysOf(all)).size, 3);
	assert.equal((await kw.fake.books()).most_open, 3);
});

test("usage: the prompt once for the client, each time for the account",
    async () => {
	const { data: answer, response } =
	    await openai().chat.completions.create(asked()).withResponse();
	const { tokens } = await kw.fake.books();
	const { usage } = answer;
	assert.ok(tokens.thoughts > 0);
	assert.equal(usage.prompt_tokens, tokens.prompt / 3);
	assert.equal(usage.completion_tokens, tokens.answer + tokens.thoughts);
	assert.equal(usage.completion_tokens_details.reasoning_tokens,
	    tokens.thoughts);
	assert.equal(usage.total_tokens,
	    usage.prompt_tokens + usage.completion_tokens);

	const row = await kw.rowOf(response.headers.get("x-request-id"));
	assert.deepEqual([row.outcome, row.attempts, row.prompt_tokens,
		row.thought_tokens, row.answer_tokens],
	    ["complete", 1, tokens.prompt, tokens.thoughts, tokens.answer]);
});

test("a stream: roles, texts and ends of each, one usage, one [DONE]",
    async () => {
	await namedKeys(3, { text_events: 4, event_delay_ms: 20 });
	const answer = await kw.chat(asked({ stream: true,
		stream_options: { include_usage: true } }));
	assert.equal(answer.status, 200, answer.text);
	const list = events(answer.text);
	assert.equal(list.pop().data, "[DONE]");
	const last = list.pop().json;
	assert.deepEqual(last.choices, []);
	assert.ok(last.usage.completion_tokens > 0);
	assert.ok(list.every(({ json }) => json.usage === null));
	const seen = chunksOf(list.map(({ json }) => json), 3);
	assert.deepEqual(seen.map(({ text }) => text).sort(),
	    ["text 0", "text 1", "text 2"]);
	assert.deepEqual(seen.map(({ reason }) => reason),
	    ["stop", "stop", "stop"]);
	assert.equal((await calls()).length, 3);
});

test("the client's helper for streams puts the choices together", async () => {
	await namedKeys(3, { text_events: 3, event_delay_ms: 20 });
	const runner = openai().chat.completions.stream(asked());
	const answer = await runner.finalChatCompletion();
	assert.deepEqual(texts(answer).sort(), ["text 0", "text 1", "text 2"]);
});

test("calls of tools: each choice counts its own from 0", async () => {
	const call = (id) => ({ functionCall: { name: "f", args: { id }, id } });
	await kw.useKeys(2);
	await kw.fake.script(...KEYS.slice(0, 2).map((key, i) => ({ key,
		do: { events: [part([call(`a${i}`), call(`b${i}`)], STOP)] } })));
	const stream = await openai().chat.completions.create(
	    asked({ n: 2, stream: true, tools: [{ type: "function",
		    function: { name: "f", parameters: { type: "object",
			properties: { id: { type: "string" } } } } }] }));
	const seen = [[], []];
	for await (const { choices } of stream)
		for (const { index, delta } of choices)
			seen[index].push(...delta.tool_calls ?? []);
	for (const list of seen) {
		assert.deepEqual(list.map(({ index }) => index), [0, 1]);
		assert.equal(list[0].id[1], list[1].id[1], "of one call upstream");
	}
	assert.notEqual(seen[0][0].id, seen[1][0].id);
});

test("one prompt is blocked: that choice is filtered, the others stand",
    async () => {
	await namedKeys(3);
	await kw.fake.script({ times: 1,
		do: { events: [{ promptFeedback: { blockReason: "SAFETY" } }] } });
	const answer = await openai().chat.completions.create(asked());
	const reasons = answer.choices.map(({ finish_reason }) => finish_reason);
	assert.deepEqual(reasons.sort(), ["content_filter", "stop", "stop"]);
	const blocked = answer.choices.find(({ finish_reason }) =>
	    finish_reason === "content_filter");
	assert.match(blocked.message.refusal, /SAFETY/);
	assert.equal((await calls()).length, 3);
});

test("more choices than keys: they share them", async () => {
	for (const [keys, n] of [[1, 3], [5, 8]]) {
		await kw.reset();
		await kw.useKeys(keys);
		await kw.fake.script({ first_delay_ms: 300 });
		const answer = await openai().chat.completions.create(asked({ n }));
		assert.equal(answer.choices.length, n);
		const all = await calls();
		assert.equal(all.length, n);
		assert.equal(new Set(keysOf(all)).size, keys);
		assert.equal((await kw.fake.books()).most_open, n);
	}
});

test("a fake stream, and one at a pace, have all their choices", async () => {
	const settings = [{ FAKE_STREAM_ENABLED: "true" },
		{ STREAM_OPTIMIZER_ENABLED: "true", STREAM_CHUNK_SIZE: "1",
			STREAM_SHORT_TEXT_THRESHOLD: "1" }];
	for (const values of settings) {
		await kw.reset();
		await namedKeys(3, { text_events: 2 });
		await kw.set(values);
		const answer = await kw.chat(asked({ stream: true }));
		const list = events(answer.text);
		assert.equal(list.pop().data, "[DONE]", answer.text);
		const seen = chunksOf(list.map(({ json }) => json), 3);
		assert.deepEqual(seen.map(({ text }) => text).sort(),
		    ["text 0", "text 1", "text 2"]);
		assert.ok(seen.every(({ reason }) => reason === "stop"));
		assert.equal(new Set(keysOf(await kw.fake.requests())).size, 3);
	}
});

test("one key is at its limit: all begin anew without it", async () => {
	for (const stream of [false, true]) {
		await kw.reset();
		await namedKeys(3);
		await kw.fake.script({ key: KEYS[1], do: { error: "rate_minute" } });
		const answer = await kw.chat(asked({ stream }));
		assert.equal(answer.status, 200, answer.text);
		assert.equal((await kw.fake.counts())[KEYS[1]], 1);
		const row = await kw.rowOf(answer);
		assert.deepEqual([row.outcome, row.attempts], ["complete", 2]);

		const failed = await kw.failures(answer);
		const { key_id } = await kw.key(KEYS[1]);
		assert.deepEqual(failed.map((f) => [f.key_id, f.verdict]),
		    [[key_id, "rate_minute"]]);
		const rests = await kw.cooldowns();
		assert.equal(rests.length, 1, "only that key rests");
		await calls();
		if (!stream)
			assert.equal(answer.json.choices.length, 3);
	}
});

test("all keys are at their limit: 429", async () => {
	await kw.fake.script({ error: "rate_minute" });
	const error = await openai().chat.completions.create(asked())
	    .catch((reason) => reason);
	assert.ok(error instanceof OpenAI.RateLimitError);
	assert.equal((await kw.rowOf(error.requestID)).outcome, "limited");
});

test("one call breaks in the middle: an error, and the others are broken off",
    async () => {
	await kw.useKeys(3);
	await kw.fake.script(
	    { key: KEYS[1], do: { text: "one two three", text_events: 3,
		    event_delay_ms: 700, cut_after_events: 2 } },
	    { text: "one two three", text_events: 3, silence_after_events: 1 });
	const { data: stream, response } = await openai().chat.completions.create(
	    asked({ stream: true })).withResponse();
	const chunks = [];
	await assert.rejects(async () => {
		for await (const chunk of stream)
			chunks.push(chunk);
	}, (error) => error instanceof OpenAI.APIError &&
	    error.code === "upstream_error");
	const seen = chunksOf(chunks, 3);
	assert.ok(seen.every(({ opened, reason }) => opened && reason === null));
	await until(async () => {
		const { open, aborted } = await kw.fake.books();
		return open === 0 && aborted === 2;
	}, { what: "the end of the other calls" });
	assert.equal((await calls()).length, 3, "no retry");
	const row = await kw.rowOf(response.headers.get("x-request-id"));
	assert.equal(row.outcome, "truncated");
	assert.equal(row.key_id, (await kw.key(KEYS[1])).key_id);
});

test("one call is empty: all are asked again", async () => {
	await kw.fake.script({ times: 1, do: { events: [
		{ candidates: [{ finishReason: "MALFORMED_FUNCTION_CALL" }] }] } });
	const answer = await kw.chat(asked());
	assert.equal(answer.status, 200, answer.text);
	assert.deepEqual(texts(answer.json), Array(3).fill("You said: Hello"));
	assert.equal((await kw.rowOf(answer)).attempts, 2);
	assert.deepEqual(await kw.cooldowns(), []);
});

test("the client leaves: all calls end, no key is blamed", async () => {
	const deeds = [[false, { silence: true }],
		[true, { text_events: 3, silence_after_events: 1 }]];
	for (const [stream, deed] of deeds) {
		await kw.reset();
		await kw.fake.script(deed);
		const { now } = await kw.sql.row(
		    "select date_trunc('milliseconds', now()) as now");
		const abort = new AbortController();
		const answer = openai().chat.completions.create(
		    asked({ stream }), { signal: abort.signal });
		answer.catch(() => {});
		await until(async () => (await kw.fake.books()).open === 3,
		    { what: "three calls upstream" });
		if (stream)
			await (await answer)[Symbol.asyncIterator]().next();
		abort.abort();
		await until(async () => {
			const { open, aborted } = await kw.fake.books();
			return open === 0 && aborted === 3;
		}, { what: "the end of the calls upstream" });
		const row = await until(() => kw.lastRow(
		    `outcome = 'client_gone' and started_at >= '${now}'`));
		assert.equal(row.attempts, 1);
		assert.ok((await kw.keyStates()).every(({ faults }) => faults === 0));
		assert.deepEqual(await kw.cooldowns(), []);
	}
});

test("a model that can is asked once, with candidateCount", async () => {
	await kw.fake.script({ events: [{ candidates: [0, 1].map((index) =>
	    ({ index, content: { parts: [{ text: `text ${index}` }] }, ...STOP })) }] });
	const answer = await openai().chat.completions.create(
	    asked({ model: "gemini-2.5-flash", n: 2 }));
	assert.deepEqual(texts(answer), ["text 0", "text 1"]);
	const { body } = await kw.fake.only();
	assert.equal(body.generationConfig.candidateCount, 2);
});

test("… and is called for each when it turns out that it cannot", async () => {
	await kw.fake.script({ times: 1, do: { status: 400, body: { error: {
		code: 400, status: "INVALID_ARGUMENT",
		message: "Multiple candidates is not enabled for this model" } } } });
	/* It is remembered: a model that no other test asks. */
	const answer = await kw.chat(asked({ model: "gemini-2.5-flash-lite" }));
	assert.equal(answer.status, 200, answer.text);
	assert.equal(answer.json.choices.length, 3);
	const [first, ...rest] = await kw.fake.requests();
	assert.equal(first.body.generationConfig.candidateCount, 3);
	assert.equal(rest.length, 3);
	for (const { body } of rest)
		assert.equal(body.generationConfig?.candidateCount, undefined);
});

test("limits count each call, also those that share a key", async () => {
	await kw.useKeys(1);
	await kw.cli("limits", "set", "key/1", ONE_AT_A_TIME, "rpm=5");
	assert.equal((await kw.chat(asked())).status, 200);
	const used = async () => (await kw.cliJson("limits"))[0].used;
	await until(async () => await used() === 3, { what: "three are used" });
	assert.equal((await kw.chat(asked())).status, 200);
	await until(async () => await used() === 6);
	assert.equal((await kw.chat(asked())).status, 429);
	assert.deepEqual(Object.values(await kw.fake.counts()), [6]);
});
