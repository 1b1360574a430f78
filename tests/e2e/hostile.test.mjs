// Bad input of every kind: a clear refusal in OpenAI's form, and no responder
// that dies, hangs or grows.
import assert from "node:assert/strict";

import { MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";

const user = (content) => ({ role: "user", content });

/* Each field, within a body that is good otherwise. */
const chatFields = ["model", "messages", "stream", "stream_options",
	"max_tokens", "max_completion_tokens", "temperature", "top_p", "top_k",
	"n", "stop", "seed", "presence_penalty", "frequency_penalty", "logprobs",
	"top_logprobs", "logit_bias", "response_format", "tools", "tool_choice",
	"parallel_tool_calls", "functions", "function_call", "reasoning_effort",
	"reasoning", "thinking", "modalities", "audio", "image_config",
	"web_search_options", "service_tier", "store", "metadata", "user",
	"google", "extra_body", "safety_settings", "prediction", "verbosity"];
const responsesFields = ["model", "input", "instructions", "stream",
	"max_output_tokens", "temperature", "top_p", "top_logprobs", "tools",
	"tool_choice", "parallel_tool_calls", "text", "reasoning", "include",
	"truncation", "metadata", "previous_response_id", "conversation",
	"background", "store", "prompt", "service_tier", "user"];
const values = ["0", "-1", "1.5", "1e400", "-0", "99999999999999999999", "true",
	"false", '""', '"x"', '"\\u0000"', '"\\ud800"', "[]", "{}", "[null]",
	"[[]]", "[{}]", '[""]', "[1]", '{"":1}', '{"type":1}', '{"type":"x"}',
	'{"type":"function"}', '[{"type":"function"}]',
	'[{"role":"user","content":[{"type":"image_url"}]}]',
	'[{"role":"tool","content":1}]', '[{"role":"assistant","tool_calls":{}}]',
	'{"format":{"type":"json_schema","schema":[]}}',
	'{"type":"json_schema","json_schema":{"schema":{"$ref":"#"}}}'];

function checkError(answer, what) {
	const { error } = answer.json ?? {};
	assert.ok(error, `${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
	assert.deepEqual(Object.keys(error).sort(),
	    ["code", "message", "param", "type"], what);
	assert.equal(typeof error.message, "string", what);
	assert.ok(error.message.length > 0 && error.message.length < 2000, what);
	assert.ok(!error.message.includes(kw.token), what);
}

/** It is served or refused; never our fault or Gemini's. */
async function survives(path, body, what) {
	const answer = await kw.request({ method: "POST", path, body });
	if (answer.status === 200)
		return answer;
	assert.ok([400, 404, 413].includes(answer.status),
	    `${what}: ${answer.status} ${answer.text.slice(0, 200)}`);
	checkError(answer, what);
	return answer;
}

/** No key is blamed for what a client does. */
async function checkKeys() {
	for (const key of await kw.keyStates()) {
		assert.equal(key.state, "active");
		assert.equal(Number(key.faults), 0);
	}
	assert.deepEqual(await kw.cooldowns(), []);
}

for (const [path, fields, rest] of [
	["/v1/chat/completions", chatFields,
	    { model: MODEL, messages: [user("Hi")] }],
	["/v1/responses", responsesFields, { model: MODEL, input: "Hi" }]])
	test(`${path}: every field with every kind of value`,
	    { timeout: 120000 }, async () => {
		for (const field of fields) {
			const { [field]: left, ...others } = rest;
			const begin = JSON.stringify(others).slice(0, -1);
			for (const value of values)
				await survives(path, Buffer.from(
				    `${begin},"${field}":${value}}`),
				    `${field}: ${value}`);
		}
		await checkKeys();
	});

const pile = (open, close, n) => open.repeat(n) + close.repeat(n);
const text2mb = "x".repeat(2 * 1024 * 1024);

/* Name, the body, and what the refusal says; null: it is served. */
const bodies = [
	["no JSON", "hello", { code: "invalid_json" }],
	["nothing", "", { code: "invalid_json" }],
	["a nesting bomb", pile('{"a":[', "]}", 100000), { code: "invalid_json" }],
	["invalid UTF-8", Buffer.from([0x7b, 0x22, 0xff, 0x22, 0x3a, 0x31, 0x7d]),
	    { code: "invalid_json" }],
	["a NUL byte", '{"model":"a\0b"}', { code: "invalid_json" }],
	["a name twice",
	    `{"model":"${MODEL}","messages":[],"model":"x"}`, { param: "model" }],
	["many values", `{"messages":[${"0,".repeat(600000)}0]}`,
	    { code: "invalid_json" }],
	["a message of 2 MB",
	    { model: MODEL, messages: [user(text2mb)] }, null],
	["a model's name of 2 MB",
	    { model: text2mb, messages: [user("Hi")] }, { param: "model" }],
	["a role of 2 MB", { model: MODEL, messages: [
		{ role: text2mb, content: "Hi" }] }, { param: "messages[0].role" }],
	["a number of 100,000 digits",
	    `{"model":"${MODEL}","messages":[{"role":"user","content":"Hi"}],` +
	    `"temperature":${"9".repeat(100000)}}`, { param: "temperature" }],
	["50,000 messages", { model: MODEL,
		messages: Array(50000).fill(user("Hi")) }, null],
	["20,000 tools", { model: MODEL, messages: [user("Hi")],
		tools: Array.from({ length: 20000 }, (_, i) => ({ type: "function",
			function: { name: `f${i}` } })) }, { param: "tools" }],
	["arguments that are no JSON", { model: MODEL, messages: [user("Hi"),
		{ role: "assistant", tool_calls: [{ id: "a", type: "function",
			function: { name: "f", arguments: pile("[", "", 50000) } }] },
		{ role: "tool", tool_call_id: "a", content: pile("{", "", 50000) }] },
	    null],
	["a schema that explodes", { model: MODEL, messages: [user("Hi")],
		response_format: { type: "json_schema", json_schema: { name: "x",
			schema: { $defs: Object.fromEntries(Array.from({ length: 40 },
			    (_, i) => [`d${i}`, { type: "object", properties: {
				a: { $ref: `#/$defs/d${i + 1}` },
				b: { $ref: `#/$defs/d${i + 1}` } } }])),
			$ref: "#/$defs/d0" } } } }, null],
	["base64 that is none", { model: MODEL, messages: [user([{
		type: "image_url",
		image_url: { url: "data:image/png;base64,***" } }])] },
	    { code: "invalid_base64" }],
	["a file of this machine", { model: MODEL, messages: [user([{
		type: "image_url", image_url: { url: "file:///etc/passwd" } }])] },
	    { param: "messages[0].content[0].image_url.url" }],
	["an address of this machine", { model: MODEL, messages: [user([{
		type: "image_url",
		image_url: { url: "http://127.0.0.1:1/x.png" } }])] },
	    { code: "invalid_image_url" }],
	["a model that climbs", { model: "../../x", messages: [user("Hi")] },
	    { param: "model" }],
];

for (const [name, body, expected] of bodies)
	test(`bad input: ${name}`, async () => {
		const sent = typeof body === "string" ? Buffer.from(body) : body;
		const answer = await survives("/v1/chat/completions", sent, name);
		await checkKeys();
		if (expected === null) {
			assert.equal(answer.status, 200, answer.text.slice(0, 300));
			return;
		}
		assert.equal(answer.status, 400, answer.text.slice(0, 300));
		for (const [member, value] of Object.entries(expected))
			assert.equal(answer.json.error[member], value,
			    JSON.stringify(answer.json.error).slice(0, 300));
		const row = await kw.rowOf(answer);
		assert.equal(row.outcome, "client_error");
		assert.equal((await kw.fake.requests()).length, 0);
	});
