// Tools, through OpenAI's own client: what Gemini is asked, what the client's
// functions get, and how the conversation goes on.
import assert from "node:assert/strict";
import OpenAI from "openai";

import { MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { Sql } from "./lib/sql.mjs";
import { until } from "./lib/until.mjs";

const THINKER = "gemini-3.8-flash";
const BYPASS = "skip_thought_signature_validator";
const question = [{ role: "user", content: "Is it warmer in Rome or in Oslo?" }];

const schema = { type: "object", properties: { city: { type: "string" } },
	required: ["city"] };
const weather = { type: "function", function: { name: "weather",
	description: "The weather of a city", parameters: schema } };

function client() {
	return new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0 });
}

/** An answer of Gemini's: events that hold these parts. */
function says(...events) {
	return { times: 1, do: { events: events.map((parts, i) => ({
		candidates: [{ content: { role: "model", parts },
			...(i === events.length - 1 ? { finishReason: "STOP" } : {}),
		}],
		usageMetadata: { promptTokenCount: 1, totalTokenCount: 1 } })) } };
}

function call(name, args, more = {}) {
	const { thoughtSignature, ...inside } = more;
	return { functionCall: { name, args, ...inside },
		...(thoughtSignature ? { thoughtSignature } : {}) };
}

/** The bodies that Gemini got. */
async function asked() {
	return (await kw.fake.requests()).map(({ body }) => body);
}

async function collect(stream) {
	const calls = [];
	let text = "";
	let reason;
	for await (const { choices: [choice] } of stream) {
		if (choice === undefined)
			continue;
		text += choice.delta.content ?? "";
		for (const { index, ...delta } of choice.delta.tool_calls ?? []) {
			assert.equal(calls[index], undefined, "a call is one delta");
			calls[index] = delta;
		}
		reason = choice.finish_reason ?? reason;
	}
	return { text, calls, reason };
}

// ---- conversations of two turns --------------------------------------------

const twoCalls = says([call("weather", { city: "Rome" },
    { id: "fc-1", thoughtSignature: "c2ln" }),
call("weather", { city: "Oslo" }, { id: "fc-2" })]);

const results = [
	{ role: "tool", tool_call_id: "fc-2", content: '{"celsius":4}' },
	{ role: "tool", tool_call_id: "fc-1", content: "sunny, 21.50 degrees" },
];

// The second request, as Gemini must get it.
const secondTurn = [
	{ role: "user", parts: [{ text: question[0].content }] },
	{ role: "model", parts: [
		{ functionCall: { id: "fc-1", name: "weather",
			args: { city: "Rome" } }, thoughtSignature: "c2ln" },
		{ functionCall: { id: "fc-2", name: "weather",
			args: { city: "Oslo" } } }] },
	{ role: "user", parts: [
		{ functionResponse: { id: "fc-1", name: "weather",
			response: { output: "sunny, 21.50 degrees" } } },
		{ functionResponse: { id: "fc-2", name: "weather",
			response: { celsius: 4 } } }] },
];

test("two turns: calls, results in another order, an answer", async () => {
	await kw.fake.script(twoCalls, says([{ text: "In Rome." }]));
	const request = { model: THINKER, tools: [weather] };
	const first = await client().chat.completions.create(
	    { ...request, messages: question });
	const { message, finish_reason } = first.choices[0];
	assert.equal(finish_reason, "tool_calls");
	assert.equal(message.content, null);
	assert.deepEqual(message.tool_calls.map((c) =>
	    [c.id, c.type, c.function.name, c.function.arguments]), [
		["fc-1", "function", "weather", '{"city":"Rome"}'],
		["fc-2", "function", "weather", '{"city":"Oslo"}']]);

	const second = await client().chat.completions.create({ ...request,
		messages: [...question, message, ...results] });
	assert.equal(second.choices[0].message.content, "In Rome.");
	assert.equal(second.choices[0].finish_reason, "stop");

	const bodies = await asked();
	assert.deepEqual(bodies[0].tools, [{ functionDeclarations: [
		{ name: "weather", description: "The weather of a city",
			parametersJsonSchema: schema }] }]);
	assert.ok(!("toolConfig" in bodies[0]));
	assert.deepEqual(bodies[1].contents, secondTurn);
	assert.deepEqual(bodies[1].tools, bodies[0].tools);
});

test("two turns, streamed", async () => {
	await kw.fake.script(
	    says([{ text: "Let me " }], [{ text: "look." },
		call("weather", { city: "Rome" },
		    { id: "fc-1", thoughtSignature: "c2ln" })],
	    [call("weather", { city: "Oslo" }, { id: "fc-2" })]),
	    says([{ text: "In " }], [{ text: "Rome." }]));
	const request = { model: THINKER, tools: [weather], stream: true };
	const first = await collect(await client().chat.completions.create(
	    { ...request, messages: question }));
	assert.equal(first.reason, "tool_calls");
	assert.equal(first.text, "Let me look.");
	assert.deepEqual(first.calls, [
		{ id: "fc-1", type: "function", function: { name: "weather",
			arguments: '{"city":"Rome"}' }, extra_content:
			{ google: { thought_signature: "c2ln" } } },
		{ id: "fc-2", type: "function", function: { name: "weather",
			arguments: '{"city":"Oslo"}' } }]);

	const second = await collect(await client().chat.completions.create({
		...request, messages: [...question, { role: "assistant",
			content: first.text, tool_calls: first.calls }, ...results] }));
	assert.equal(second.text, "In Rome.");
	assert.equal(second.reason, "stop");

	const contents = structuredClone(secondTurn);
	contents[1].parts.unshift({ text: "Let me look." });
	assert.deepEqual((await asked())[1].contents, contents);
});

test("a call whose signature was lost on the way is let pass", async () => {
	const messages = [...question, { role: "assistant", tool_calls: [
		{ id: "a", type: "function",
			function: { name: "weather", arguments: "" } },
		{ id: "b", type: "function",
			function: { name: "weather", arguments: "" } }] },
	{ role: "tool", tool_call_id: "a", content: "1" },
	{ role: "tool", tool_call_id: "b", content: "2" }];
	for (const model of [THINKER, MODEL])
		await client().chat.completions.create({ model, messages,
			tools: [weather] });
	const signatures = (await asked()).map(({ contents }) =>
	    contents[1].parts.map((part) => part.thoughtSignature));
	assert.deepEqual(signatures,
	    [[BYPASS, undefined], [undefined, undefined]]);
});

test("no number of arguments or results changes on its way", async () => {
	const text = '{"n":12345678901234567890123,"x":1.10}';
	await kw.fake.script({ raw: `data: {"candidates":[{"content":{"parts":[` +
	    `{"functionCall":{"id":"a","name":"weather","args":${text}}}]},` +
	    `"finishReason":"STOP"}]}\n\n`, content_type: "text/event-stream" });
	const { choices } = await client().chat.completions.create(
	    { model: MODEL, messages: question, tools: [weather] });
	const { message } = choices[0];
	assert.equal(message.tool_calls[0].function.arguments, text);

	/* The fake reads numbers as others do; that nothing of them was lost
	 * shows in the size of what it got. */
	await kw.fake.reset();
	for (const json of ["{}", text]) {
		message.tool_calls[0].function.arguments = json;
		await client().chat.completions.create({ model: MODEL,
			messages: [...question, message,
				{ role: "tool", tool_call_id: "a", content: json }] });
	}
	const [empty, full] = await kw.fake.requests();
	assert.equal(full.body_bytes - empty.body_bytes,
	    2 * (text.length - "{}".length));
});

// ---- the helpers ------------------------------------------------------------

// A tool for runTools, and the arguments it was called with.
function runnable(seen) {
	return { type: "function", function: { ...weather.function,
		parse: JSON.parse,
		function: ({ city }) => {
			seen.push(city);
			return { celsius: city === "Rome" ? 21 : 4 };
		} } };
}

for (const stream of [false, true])
	test(`runTools${stream ? ", streamed" : ""}: parallel calls`, async () => {
		await kw.fake.script(twoCalls, says([{ text: "In Rome." }]));
		const seen = [];
		const runner = client().chat.completions.runTools({ model: THINKER,
			messages: question, tools: [runnable(seen)], stream });
		assert.equal(await runner.finalContent(), "In Rome.");
		assert.deepEqual(seen, ["Rome", "Oslo"]);

		/* This helper sends no signature back: it was remembered. */
		const contents = structuredClone(secondTurn);
		contents[2].parts[0].functionResponse.response = { celsius: 21 };
		const bodies = await asked();
		assert.equal(bodies.length, 2);
		assert.deepEqual(bodies[1].contents, contents);
	});

test("the next turn does not wait for the account of the last one", async () => {
	await kw.fake.script(twoCalls, says([{ text: "In Rome." }]));
	const other = new Sql(kw.state);
	await other.exec(
	    "begin; lock table keywheel.requests in share mode");
	const runner = client().chat.completions.runTools({ model: THINKER,
		messages: question, tools: [runnable([])] });
	assert.equal(await runner.finalContent(), "In Rome.");
	const [, { contents }] = await asked();
	assert.equal(contents[1].parts[0].thoughtSignature, "c2ln");
	await other.exec("rollback");
});

test("runTools: a chain of calls without ids", async () => {
	await kw.fake.script(says([call("weather", { city: "Rome" })]),
	    says([call("weather", { city: "Oslo" })]),
	    says([{ text: "In Rome." }]));
	const seen = [];
	const runner = client().chat.completions.runTools({ model: MODEL,
		messages: question, tools: [runnable(seen)] });
	assert.equal(await runner.finalContent(), "In Rome.");
	assert.deepEqual(seen, ["Rome", "Oslo"]);

	const { contents } = (await asked())[2];
	assert.deepEqual(contents.map(({ role }) => role),
	    ["user", "model", "user", "model", "user"]);
	const ids = contents.map(({ parts: [part] }) =>
	    (part.functionCall ?? part.functionResponse)?.id);
	assert.match(ids[1], /^call_\w{24}$/);
	assert.match(ids[3], /^call_\w{24}$/);
	assert.equal(ids[2], ids[1]);
	assert.equal(ids[4], ids[3]);
	assert.notEqual(ids[1], ids[3]);
});

test("runTools: a name that Gemini does not take", async () => {
	await kw.fake.script(says([call("_3d_render", { city: "Rome" })]),
	    says([{ text: "Done." }]));
	const seen = [];
	const tool = runnable(seen);
	tool.function.name = "3d_render";
	const runner = client().chat.completions.runTools({ model: MODEL,
		messages: question, tools: [tool], tool_choice: "required" });
	assert.equal(await runner.finalContent(), "Done.");
	assert.deepEqual(seen, ["Rome"]);

	const [first, second] = await asked();
	assert.equal(first.tools[0].functionDeclarations[0].name, "_3d_render");
	assert.deepEqual(first.toolConfig,
	    { functionCallingConfig: { mode: "ANY" } });
	assert.equal(second.contents[1].parts[0].functionCall.name, "_3d_render");
	assert.equal(second.contents[2].parts[0].functionResponse.name,
	    "_3d_render");
});

test(".stream(): one call of two with parallel_tool_calls: false", async () => {
	await kw.fake.script(twoCalls);
	const runner = client().chat.completions.stream({ model: THINKER,
		messages: question, tools: [weather], parallel_tool_calls: false });
	const done = [];
	runner.on("tool_calls.function.arguments.done", (c) => done.push(c));
	const { message } = (await runner.finalChatCompletion()).choices[0];
	assert.deepEqual(message.tool_calls.map(({ id }) => id), ["fc-1"]);
	assert.deepEqual(done.map((c) => c.arguments), ['{"city":"Rome"}']);
});

// ---- other forms ------------------------------------------------------------

test("a custom tool, there and back", async () => {
	await kw.fake.script(says([call("my_shell", { input: "ls -l\n" },
	    { id: "fc-1" })]), says([{ text: "Empty." }]));
	const request = { model: MODEL, tools: [{ type: "custom",
		custom: { name: "my shell", description: "Runs it" } }],
	tool_choice: { type: "custom", custom: { name: "my shell" } } };
	const { choices } = await client().chat.completions.create(
	    { ...request, messages: question });
	const { message, finish_reason } = choices[0];
	assert.equal(finish_reason, "tool_calls");
	assert.deepEqual(message.tool_calls, [{ id: "fc-1", type: "custom",
		custom: { name: "my shell", input: "ls -l\n" } }]);
	await client().chat.completions.create({ ...request, tool_choice: "auto",
		messages: [...question, message, { role: "tool",
			tool_call_id: "fc-1", content: "total 0" }] });

	const [first, second] = await asked();
	assert.deepEqual(first.tools[0].functionDeclarations, [
		{ name: "my_shell", description: "Runs it", parametersJsonSchema:
			{ type: "object", properties: { input: { type: "string" } },
				required: ["input"] } }]);
	assert.deepEqual(first.toolConfig.functionCallingConfig,
	    { mode: "ANY", allowedFunctionNames: ["my_shell"] });
	assert.deepEqual(second.contents.slice(1), [
		{ role: "model", parts: [{ functionCall: { id: "fc-1",
			name: "my_shell", args: { input: "ls -l\n" } } }] },
		{ role: "user", parts: [{ functionResponse: { id: "fc-1",
			name: "my_shell", response: { output: "total 0" } } }] }]);
});

test("a custom tool, streamed", async () => {
	await kw.fake.script(says([call("shell", { input: "ls" },
	    { id: "fc-1" })]));
	const { calls, reason } = await collect(
	    await client().chat.completions.create({ model: MODEL, stream: true,
		messages: question,
		tools: [{ type: "custom", custom: { name: "shell" } }] }));
	assert.equal(reason, "tool_calls");
	assert.deepEqual(calls, [{ id: "fc-1", type: "custom",
		custom: { name: "shell", input: "ls" } }]);
});

test("functions and function_call, the older form", async () => {
	await kw.fake.script(says([call("_3f", { a: 1 }, { id: "fc-1" }),
		call("g", {})]), says([{ text: "Fine." }]));
	const request = { model: MODEL, function_call: { name: "3f" },
		functions: [{ name: "3f", parameters: schema }, { name: "g" }] };
	const { choices } = await client().chat.completions.create(
	    { ...request, messages: question });
	const { message, finish_reason } = choices[0];
	assert.equal(finish_reason, "function_call");
	assert.deepEqual(message.function_call,
	    { name: "3f", arguments: '{"a":1}' });
	assert.ok(!("tool_calls" in message));
	await client().chat.completions.create({ ...request,
		function_call: "auto", messages: [...question, message,
			{ role: "function", name: "3f", content: "ok" }] });

	const [first, second] = await asked();
	assert.deepEqual(first.toolConfig.functionCallingConfig,
	    { mode: "ANY", allowedFunctionNames: ["_3f"] });
	assert.deepEqual(second.contents.slice(1), [
		{ role: "model", parts: [{ functionCall:
			{ name: "_3f", args: { a: 1 } } }] },
		{ role: "user", parts: [{ functionResponse:
			{ name: "_3f", response: { output: "ok" } } }] }]);
});

test("Gemini's own tools, beside functions where the model can", async () => {
	const tools = [weather, { googleSearch: {} }];
	const answers = [];
	for (const model of [THINKER, MODEL])
		answers.push(await client().chat.completions.create(
		    { model, tools, messages: question }).asResponse());
	const [both, one] = await asked();
	assert.deepEqual(both.tools.map((tool) => Object.keys(tool)[0]),
	    ["functionDeclarations", "googleSearch"]);
	assert.deepEqual(both.toolConfig,
	    { functionCallingConfig: { mode: "VALIDATED" },
		includeServerSideToolInvocations: true });
	assert.deepEqual(one.tools.map((tool) => Object.keys(tool)[0]),
	    ["functionDeclarations"]);
	for (const answer of answers)
		assert.equal(answer.status, 200);
});

test("what is wrong is named, and Gemini is not asked", async () => {
	const calls = { role: "assistant", tool_calls: [{ id: "a",
		type: "function", function: { name: "f", arguments: "{}" } }] };
	const wrong = [
		[{ tools: [weather, { type: "function", function: {} }] },
			"tools[1].function.name", "missing_required_parameter"],
		[{ tools: [weather, weather] },
			"tools[1].function.name", "invalid_value"],
		[{ tools: [weather], tool_choice: { type: "function",
			function: { name: "nobody" } } },
		"tool_choice", "invalid_value"],
		[{ messages: [...question, calls] }, "messages", "invalid_value"],
		[{ messages: [...question, calls, ...question] },
			"messages", "invalid_value"],
		[{ messages: [...question, { role: "tool", tool_call_id: "a",
			content: "" }] }, "messages[1].tool_call_id", "invalid_value"],
	];
	for (const [body, param, code] of wrong)
		await assert.rejects(client().chat.completions.create(
		    { model: MODEL, messages: question, ...body }), (error) => {
			assert.equal(error.status, 400);
			assert.equal(error.param, param);
			assert.equal(error.code, code);
			return true;
		});
	assert.deepEqual(await kw.fake.counts(), {});
});

test("a missing result is made up if the setting says so", async () => {
	await kw.set({ FILL_MISSING_RESULTS: "true" });
	const messages = [...question, { role: "assistant", tool_calls: [{ id: "a",
		type: "function", function: { name: "f", arguments: "{}" } }] },
	...question];
	/* A responder learns of a setting with the request after the change. */
	await until(() => client().chat.completions.create(
	    { model: MODEL, messages }).then(() => true, () => false),
	{ what: "the setting to be in force" });
	const { contents } = (await asked())[0];
	assert.deepEqual(contents[2].parts, [{ functionResponse: { id: "a",
		name: "f", response: { error: "no result" } } }]);
	assert.equal(contents.length, 4);
});
