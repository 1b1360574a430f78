// Tools over the Responses API: offered, called, answered.
import assert from "node:assert/strict";
import OpenAI from "openai";

import { MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";

const THINKER = "gemini-3.8-flash";
const STOP = { finishReason: "STOP" };
const SIGNATURE = "c2lnbmF0dXJl";

const event = (parts, more = {}) =>
    ({ candidates: [{ content: { role: "model", parts }, ...more }] });

const client = () => new OpenAI({ baseURL: `${kw.base}/v1`,
	apiKey: kw.token, maxRetries: 0 });

const WEATHER = { type: "function", name: "weather", strict: true,
	description: "Tells the weather.",
	parameters: { type: "object", additionalProperties: false,
		properties: { city: { type: "string" } }, required: ["city"] } };
const RUN = { type: "custom", name: "run", description: "Runs a command." };

/** What Gemini was told of tools, without the letters of its schemas. */
function offered({ body: { tools, toolConfig } }) {
	const names = tools.flatMap(({ functionDeclarations = [] }) =>
	    functionDeclarations.map(({ name }) => name));
	return { names, ...toolConfig?.functionCallingConfig };
}

test("calls: plain and streamed", async () => {
	await kw.fake.script({ events: [event([{ text: "Let me look." },
		{ functionCall: { id: "fc-1", name: "weather",
			args: { city: "Zürich" } } }]),
		event([{ functionCall: { name: "weather",
			args: { city: "Bern" } } }], STOP)] });
	const ask = { model: MODEL, input: "Weather?", tools: [WEATHER] };
	const plain = await client().responses.create(ask);
	const runner = client().responses.stream(ask);
	const snapshots = [];
	runner.on("response.function_call_arguments.delta",
	    (e) => snapshots.push(e.snapshot));
	for (const response of [plain, await runner.finalResponse()]) {
		const [message, first, second] = response.output;
		assert.equal(message.content[0].text, "Let me look.");
		assert.deepEqual([first.type, first.call_id, first.name,
			first.status, JSON.parse(first.arguments)],
			["function_call", "fc-1", "weather", "completed",
			{ city: "Zürich" }]);
		assert.match(second.call_id, /^call_[0-9A-Za-z]{24}$/);
		assert.deepEqual(JSON.parse(second.arguments), { city: "Bern" });
		assert.equal(response.status, "completed");
	}
	assert.deepEqual(snapshots, ['{"city":"Zürich"}', '{"city":"Bern"}']);
	for (const request of await kw.fake.requests())
		assert.deepEqual(offered(request).names, ["weather"]);
});

test("the way there and back, with the signature in between", async () => {
	await kw.fake.script({ times: 1, do: { events: [event([
		{ text: "Hm", thought: true },
		{ functionCall: { name: "weather", args: { city: "Zürich" } },
			thoughtSignature: SIGNATURE }], STOP)] } });
	const ask = { model: THINKER, tools: [WEATHER], store: false,
		include: ["reasoning.encrypted_content"],
		reasoning: { summary: "auto" } };
	const input = [{ role: "user", content: "Weather?" }];
	const first = await client().responses.create({ ...ask, input });
	const [reasoning, call] = first.output;
	assert.deepEqual([reasoning.type, call.type],
	    ["reasoning", "function_call"]);
	assert.equal(reasoning.summary[0].text, "Hm");
	assert.ok(reasoning.encrypted_content.includes(SIGNATURE));

	input.push(...first.output, { type: "function_call_output",
		call_id: call.call_id, output: '{"sky":"blue"}' });
	await client().responses.create({ ...ask, input });
	const [, { body }] = await kw.fake.requests();
	const [, model, user] = body.contents;
	const [{ functionCall, thoughtSignature }] = model.parts;
	assert.equal(model.role, "model");
	assert.deepEqual([functionCall.name, functionCall.args],
	    ["weather", { city: "Zürich" }]);
	assert.equal(thoughtSignature, SIGNATURE);
	const [{ functionResponse }] = user.parts;
	assert.deepEqual([functionResponse.name, functionResponse.response],
	    ["weather", { sky: "blue" }]);
});

test("parallel calls come back in one turn", async () => {
	await client().responses.create({ model: MODEL, tools: [WEATHER], input: [
		{ role: "user", content: "Weather?" },
		{ role: "assistant", content: "Let me look." },
		{ type: "function_call", call_id: "a", name: "weather",
			arguments: '{"city":"Zürich"}' },
		{ type: "function_call", call_id: "b", name: "weather",
			arguments: '{"city":"Bern"}' },
		{ type: "function_call_output", call_id: "b", output: "rain" },
		{ type: "function_call_output", call_id: "a",
			output: [{ type: "input_text", text: "sun" }] },
	] });
	const { body: { contents } } = await kw.fake.only();
	assert.deepEqual(contents.map(({ role }) => role),
	    ["user", "model", "user"]);
	assert.equal(contents[1].parts[0].text, "Let me look.");
	assert.deepEqual(contents[1].parts.slice(1).map(({ functionCall }) =>
	    functionCall.args.city), ["Zürich", "Bern"]);
	assert.deepEqual(contents[2].parts.map(({ functionResponse }) =>
	    functionResponse.response), [{ output: "sun" }, { output: "rain" }]);
});

test("custom tools: a text goes in, a text comes out", async () => {
	await kw.fake.script({ times: 2, do: { events: [event([
		{ functionCall: { name: "run", args: { input: "ls -l" } } }],
	    STOP)] } });
	const ask = { model: MODEL, input: "Files?", tools: [RUN] };
	const plain = await client().responses.create(ask);
	const streamed = await client().responses.stream(ask).finalResponse();
	for (const { output: [call] } of [plain, streamed])
		assert.deepEqual([call.type, call.name, call.input],
		    ["custom_tool_call", "run", "ls -l"]);
	const [call] = plain.output;
	await client().responses.create({ ...ask, input: [
		{ role: "user", content: "Files?" }, call,
		{ type: "custom_tool_call_output", call_id: call.call_id,
			output: "total 0" }] });
	const { body: { contents } } = (await kw.fake.requests()).at(-1);
	assert.deepEqual(contents[1].parts[0].functionCall.args,
	    { input: "ls -l" });
	assert.deepEqual(contents[2].parts[0].functionResponse.response,
	    { output: "total 0" });
});

test("the choice between tools", async () => {
	const names = ["weather", "run"];
	for (const [tool_choice, expected] of [
		["none", { mode: "NONE" }],
		["required", { mode: "ANY" }],
		[{ type: "function", name: "weather" },
			{ mode: "ANY", allowedFunctionNames: ["weather"] }],
		[{ type: "custom", name: "run" },
			{ mode: "ANY", allowedFunctionNames: ["run"] }],
		[{ type: "allowed_tools", mode: "required",
			tools: [{ type: "function", name: "weather" }] },
			{ mode: "ANY", allowedFunctionNames: ["weather"] }],
	]) {
		await kw.fake.reset();
		const answer = await client().responses.create({ model: MODEL,
			input: "Weather?", tools: [WEATHER, RUN], tool_choice });
		assert.deepEqual(answer.tool_choice, tool_choice);
		assert.deepEqual(offered(await kw.fake.only()),
		    { names, ...expected });
	}
});

test("parallel_tool_calls false: one call", async () => {
	await kw.fake.script({ events: [event([
		{ functionCall: { name: "weather", args: { city: "Zürich" } } },
		{ functionCall: { name: "weather", args: { city: "Bern" } } }],
	    STOP)] });
	const { output } = await client().responses.create({ model: MODEL,
		input: "Weather?", tools: [WEATHER], parallel_tool_calls: false });
	assert.equal(output.length, 1);
	assert.deepEqual(JSON.parse(output[0].arguments), { city: "Zürich" });
});

test("code_interpreter is Gemini's codeExecution", async () => {
	await client().responses.create({ model: MODEL, input: "1 + 1?",
		tools: [{ type: "code_interpreter", container: { type: "auto" } }] });
	const { body } = await kw.fake.only();
	assert.deepEqual(body.tools, [{ codeExecution: {} }]);
});

test("what is refused is named as the client wrote it", async () => {
	for (const [more, param] of [
		[{ tools: [{ type: "web_search" }, { type: "function" }] },
			"tools[1].name"],
		[{ tools: [WEATHER, WEATHER] }, "tools[1].name"],
		[{ tools: [{ ...WEATHER, parameters: 7 }] }, "tools[0].parameters"],
		[{ tools: [{ ...RUN, format: { type: "grammar", syntax: "lark",
			definition: "x" } }] }, "tools[0].format.type"],
		[{ tools: [WEATHER], tool_choice: "sometimes" }, "tool_choice"],
		[{ tools: [WEATHER], tool_choice: { type: "allowed_tools",
			mode: "sometimes", tools: [{ type: "function",
			name: "weather" }] } }, "tool_choice.mode"],
		[{ input: [{ role: "user", content: "Hello" },
			{ type: "function_call", call_id: "a", name: "weather",
				arguments: 7 }] }, "input[1].arguments"],
		[{ input: [{ role: "user", content: "Hello" },
			{ type: "function_call_output", call_id: "nobody",
				output: "x" }] }, "input[1].call_id"],
	])
		await assert.rejects(client().responses.create(
		    { model: MODEL, input: "Weather?", ...more }), (e) => {
			assert.ok(e instanceof OpenAI.BadRequestError, `${e}`);
			assert.equal(e.param, param);
			return true;
		});
});
