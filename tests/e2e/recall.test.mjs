// What is remembered from one request to the next: thought signatures by the
// id of their call, and the key that a conversation had.
import assert from "node:assert/strict";

import { kw, test } from "./lib/shared.mjs";

const THINKER = "gemini-3.8-flash";
const BYPASS = "skip_thought_signature_validator";
const tools = [{ type: "function", function: { name: "f",
	parameters: { type: "object", properties: { x: { type: "number" } } } } }];
const question = { role: "user", content: "What is f(1)?" };

const calls = { times: 1, do: { events: [{ candidates: [{ index: 0,
	finishReason: "STOP", content: { role: "model", parts: [
		{ functionCall: { name: "f", args: { x: 1 } },
			thoughtSignature: "c2ln" }] } }],
	usageMetadata: { promptTokenCount: 1, totalTokenCount: 1 } }] } };

const refuses = (message, times = 1) => ({ times, do: { status: 400, body: {
	error: { code: 400, message, status: "INVALID_ARGUMENT" } } } });

/** The history after a first turn, as a client that drops unknown fields has
 * it. */
async function firstTurn(more = {}) {
	const answer = await kw.chat({ model: THINKER, tools,
		messages: [question], ...more });
	assert.equal(answer.status, 200);
	const [{ id, type, function: f }] = answer.json.choices[0].message.tool_calls;
	await kw.rowOf(answer);
	return [question,
	    { role: "assistant", content: null, tool_calls: [{ id, type, function: f }] },
	    { role: "tool", tool_call_id: id, content: "2" }];
}

const second = (messages, more = {}, options = {}) =>
    kw.chat({ model: THINKER, tools, messages, ...more }, options);

const signatureOf = (request) =>
    request.body.contents[1].parts[0].thoughtSignature;

test("a signature that the client dropped comes back, with its key",
    async () => {
	await kw.fake.script(calls);
	const messages = await firstTurn();
	for (let i = 0; i < 5; i++)
		assert.equal((await second(messages)).status, 200);
	const [first, ...others] = await kw.fake.requests();
	for (const request of others) {
		assert.equal(signatureOf(request), "c2ln");
		assert.equal(request.key, first.key, "the conversation keeps its key");
	}
});

test("other requests rotate meanwhile", async () => {
	await kw.fake.script(calls);
	const messages = await firstTurn();
	await kw.fake.reset();
	const keys = new Set();
	for (let i = 0; i < 8; i++) {
		await second(messages);
		await kw.chat({ messages: [{ role: "user", content: `${i}` }] });
		keys.add((await kw.fake.requests()).at(-1).key);
	}
	assert.ok(keys.size >= 3, `plain requests had ${keys.size} keys`);
});

test("with another key the stand-in is sent", async () => {
	await kw.fake.script(calls);
	const messages = await firstTurn();
	const [{ key }] = await kw.fake.requests();
	const { key_id: id } = await kw.key(key);
	await kw.sql.exec(`select keywheel.set_key_state(${id}, 'disabled', 'e2e')`);
	assert.equal((await second(messages)).status, 200);
	const request = (await kw.fake.requests()).at(-1);
	assert.notEqual(request.key, key);
	assert.equal(signatureOf(request), BYPASS);
});

test("nothing is remembered if the operator wants it so", async () => {
	await kw.set({ SIGNATURE_HOURS: "0", CONVERSATION_AFFINITY: "false" });
	await kw.chat({ messages: [question] });
	await kw.fake.script(calls);
	const messages = await firstTurn();
	await second(messages);
	assert.equal(signatureOf((await kw.fake.requests()).at(-1)), BYPASS);
	const { n } = await kw.sql.row(`select (select count(*) from
	    keywheel.signatures) + (select count(*) from keywheel.conversations) n`);
	assert.equal(Number(n), 0);
});

test("another token knows nothing of it", async () => {
	await kw.fake.script(calls);
	const messages = await firstTurn();
	const { token } = await kw.cliJson("tokens", "add", "somebody-else");
	assert.equal((await second(messages, {}, { token })).status, 200);
	assert.equal(signatureOf((await kw.fake.requests()).at(-1)), BYPASS);
});

test("a conversation without tools keeps its key from its second turn on",
    async () => {
	const history = [question, { role: "assistant", content: "Two." },
	    { role: "user", content: "Sure?" }];
	for (let i = 0; i < 4; i++) {
		const answer = await kw.chat({ messages: history });
		await kw.rowOf(answer);
	}
	const keys = (await kw.fake.requests()).map((request) => request.key);
	assert.equal(new Set(keys).size, 1);
});

test("a signature that is refused: once more with the stand-in, and from then " +
    "on at once", async () => {
	await kw.fake.script(calls, refuses("Thought signature is not valid"));
	const messages = await firstTurn();
	const answer = await second(messages);
	assert.equal(answer.status, 200);
	await kw.rowOf(answer);
	const sent = await kw.fake.requests();
	assert.deepEqual(sent.slice(1).map(signatureOf), ["c2ln", BYPASS]);
	assert.equal(sent[1].key, sent[2].key);

	await kw.fake.reset();
	await second(messages);
	assert.equal(signatureOf(await kw.fake.only()), BYPASS);
});

test("a signature that is refused again is the client's error", async () => {
	await kw.fake.script(calls,
	    refuses("Corrupted thought signature", 9));
	const messages = await firstTurn();
	const answer = await second(messages);
	assert.equal(answer.status, 400);
	assert.equal((await kw.fake.requests()).length, 3);
	assert.equal(answer.json.error.code, "invalid_argument");
});

test("signatures are remembered of streams, and of the Responses API",
    async () => {
	await kw.fake.script(calls);
	const answer = await kw.request({ method: "POST", path: "/v1/responses",
		body: { model: THINKER, input: "What is f(1)?", stream: true,
			tools: [{ type: "function", name: "f",
				parameters: tools[0].function.parameters }] } });
	assert.equal(answer.status, 200);
	await kw.rowOf(answer);
	const [, id] = /"call_id":"([^"]+)"/.exec(answer.text);
	await second([question,
	    { role: "assistant", tool_calls: [{ id, type: "function",
		function: { name: "f", arguments: '{"x":1}' } }] },
	    { role: "tool", tool_call_id: id, content: "2" }]);
	assert.equal(signatureOf((await kw.fake.requests()).at(-1)), "c2ln");
});
