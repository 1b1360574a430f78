// OpenAI's Responses API, by OpenAI's own client from npm.
import assert from "node:assert/strict";
import OpenAI from "openai";
import { standardTextFormat } from "openai/helpers/standard-schema";

import { MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const THINKER = "gemini-3.8-flash";
const STOP = { finishReason: "STOP" };

const event = (parts, more = {}) =>
    ({ candidates: [{ content: { role: "model", parts }, ...more }] });

function client(options = {}) {
	return new OpenAI({ baseURL: `${kw.base}/v1`, apiKey: kw.token,
		maxRetries: 0, ...options });
}

/** A call by hand. */
function post(body = {}, more = {}) {
	return kw.request({ method: "POST", path: "/v1/responses",
		body: { model: MODEL, input: "Hello", ...body }, ...more });
}

/** The events of a stream, whose frame must be as it should. */
function eventsOf(answer) {
	assert.equal(answer.status, 200, answer.text);
	assert.ok(answer.text.endsWith("\n\n"));
	const parts = answer.text.slice(0, -2).split("\n\n")
	    .filter((part) => !part.startsWith(":"));
	return parts.map((part, i) => {
		const [, type, data] = part.match(/^event: (.*)\ndata: (.*)$/);
		const json = JSON.parse(data);
		assert.equal(json.type, type);
		assert.equal(json.sequence_number, i);
		return json;
	});
}

/** All events of the SDK's stream. */
async function collect(stream) {
	const list = [];
	for await (const e of stream)
		list.push(e);
	assert.deepEqual(list.map((e) => e.sequence_number),
	    list.map((_, i) => i));
	return list;
}

const types = (list) => list.map((e) => e.type.replace(/^response\./, ""));

// ---- plain -----------------------------------------------------------------

test("create: an answer", async () => {
	const answer = await client().responses.create(
	    { model: MODEL, input: "Hello" });
	assert.match(answer.id, /^resp_[0-9A-Za-z]{24}$/);
	assert.ok(Math.abs(answer.created_at - Date.now() / 1000) < 60);
	assert.equal(answer.output_text, "You said: Hello");
	assert.match(answer._request_id, /^[0-9a-f-]{36}$/);
	const { id, created_at, output, usage, output_text, ...rest } = answer;
	assert.deepEqual(rest, { object: "response", status: "completed",
		error: null, incomplete_details: null, instructions: null,
		max_output_tokens: null, model: MODEL, parallel_tool_calls: true,
		previous_response_id: null, reasoning: { effort: null, summary: null },
		store: false, temperature: 1, text: { format: { type: "text" } },
		tool_choice: "auto", tools: [], top_p: 1, truncation: "disabled",
		metadata: {}, background: false });
	assert.equal(output.length, 1);
	assert.match(output[0].id, /^msg_/);
	assert.deepEqual([output[0].type, output[0].role, output[0].status],
	    ["message", "assistant", "completed"]);
	assert.deepEqual(output[0].content, [{ type: "output_text",
		text: "You said: Hello", annotations: [] }]);
	const { tokens } = await kw.fake.books();
	assert.deepEqual(usage, { input_tokens: tokens.prompt,
		input_tokens_details: { cached_tokens: 0, cache_write_tokens: 0 },
		output_tokens: tokens.answer + tokens.thoughts,
		output_tokens_details: { reasoning_tokens: tokens.thoughts },
		total_tokens: tokens.prompt + tokens.answer + tokens.thoughts });
	const row = await kw.rowOf(answer._request_id);
	assert.deepEqual([row.route, row.outcome, row.model],
	    ["openai.responses", "complete", MODEL]);
});

test("under /hf/v1, and the name that was asked for", async () => {
	const answer = await client({ baseURL: `${kw.base}/hf/v1` })
	    .responses.create({ model: `models/${MODEL}`, input: "Hello" });
	assert.equal(answer.output_text, "You said: Hello");
	assert.equal(answer.model, `models/${MODEL}`);
	assert.equal((await kw.fake.only()).model, MODEL);
});

test("what Gemini is sent, and what the answer repeats of it", async () => {
	const said = {
		instructions: "Be brief.", temperature: 0.5, top_p: 0.25,
		max_output_tokens: 50, metadata: { a: "b" }, truncation: "auto",
		user: "someone", parallel_tool_calls: false,
		text: { format: { type: "text" }, verbosity: "low" },
	};
	const answer = await client().responses.create({ model: MODEL, store: true,
		...said, input: [
			{ role: "developer", content: "Be kind." },
			{ role: "user", content: [{ type: "input_text", text: "One" }] },
			{ type: "reasoning", id: "rs_1", summary: [] },
			{ type: "message", id: "msg_1", role: "assistant",
				status: "completed", content: [{ type: "output_text",
				text: "Two", annotations: [] }] },
			{ type: "item_reference", id: "msg_2" },
			{ role: "user", content: "Three" },
		] });
	const { body } = await kw.fake.only();
	assert.deepEqual(body, {
		systemInstruction: { parts: [{ text: "Be brief." },
			{ text: "Be kind." }] },
		contents: [
			{ role: "user", parts: [{ text: "One" }] },
			{ role: "model", parts: [{ text: "Two" }] },
			{ role: "user", parts: [{ text: "Three" }] },
		],
		generationConfig: { maxOutputTokens: 50, temperature: 0.5,
			topP: 0.25 },
	});
	for (const [name, value] of Object.entries(said))
		assert.deepEqual(answer[name], value, name);
	assert.equal(answer.store, false);
});

test("the output goes back as input", async () => {
	const input = [{ role: "user", content: "Hello" }];
	const first = await client().responses.create({ model: THINKER, input,
		reasoning: { summary: "auto" }, include: ["reasoning.encrypted_content"] });
	input.push(...first.output, { role: "user", content: "Again" });
	const second = await client().responses.create({ model: THINKER, input });
	assert.equal(second.output_text, "You said: Again");
	const [, { body }] = await kw.fake.requests();
	assert.deepEqual(body.contents.map(({ role, parts }) =>
	    [role, parts.map(({ text }) => text).join("")]),
	    [["user", "Hello"], ["model", first.output_text], ["user", "Again"]]);
});

// ---- streamed --------------------------------------------------------------

test("stream: every event, in order, with its number", async () => {
	await kw.fake.script({ events: [event([{ text: "Zürich " }]),
		event([{ text: "🚲" }], STOP)] });
	const answer = await post({ stream: true });
	assert.equal(answer.headers["content-type"],
	    "text/event-stream; charset=utf-8");
	const list = eventsOf(answer);
	assert.deepEqual(types(list), ["created", "in_progress",
		"output_item.added", "content_part.added", "output_text.delta",
		"output_text.delta", "output_text.done", "content_part.done",
		"output_item.done", "completed"]);
	const [created, , added] = list;
	const { response } = list.at(-1);
	assert.deepEqual([created.response.status, created.response.output,
		created.response.usage], ["in_progress", [], null]);
	assert.deepEqual([response.status, response.id],
	    ["completed", created.response.id]);
	assert.deepEqual(response.output, [list.at(-2).item]);
	assert.equal(response.output[0].content[0].text, "Zürich 🚲");
	for (const e of list.slice(3, 8))
		assert.deepEqual([e.item_id, e.output_index, e.content_index],
		    [added.item.id, 0, 0]);
});

test("create with stream: for await", async () => {
	const list = await collect(await client().responses.create(
	    { model: MODEL, input: "Hello", stream: true }));
	assert.equal(list.filter((e) => e.type === "response.output_text.delta")
	    .map((e) => e.delta).join(""), "You said: Hello");
	assert.equal(list.at(-1).type, "response.completed");
	assert.ok(list.at(-1).response.usage.total_tokens > 0);
});

test(".stream(): the helper, with finalResponse", async () => {
	const seen = [];
	const runner = client().responses.stream({ model: MODEL, input: "Hello" });
	runner.on("response.output_text.delta", (e) => seen.push(e.snapshot));
	const answer = await runner.finalResponse();
	assert.equal(answer.status, "completed");
	assert.equal(answer.output_text, "You said: Hello");
	assert.equal(seen.at(-1), "You said: Hello");
	assert.ok(seen.length > 1);
});

test("texts and JSON may be cut anywhere", async () => {
	const text = "Zürich, 日本, 🚲🚲; \"quotes\" \\ and\nlines\t… done";
	for (const chunk_bytes of [1, 7]) {
		await kw.fake.script({ text, chunk_bytes, text_events: 5 });
		const answer = await client().responses.stream(
		    { model: MODEL, input: "Hello" }).finalResponse();
		assert.equal(answer.output_text, text);
	}
});

test("nothing is begun before Gemini has: an empty answer is asked again",
    async () => {
	await kw.fake.script({ times: 1, do: { events: [
		event([{ text: "hidden", thought: true }],
		    { finishReason: "MALFORMED_FUNCTION_CALL" })] } });
	const answer = await post({ stream: true });
	const list = eventsOf(answer);
	assert.equal(list.at(-1).response.output[0].content[0].text,
	    "You said: Hello");
	assert.equal((await kw.rowOf(answer)).attempts, 2);
});

// ---- reasoning -------------------------------------------------------------

const THOUGHTS = { events: [event([{ text: "Hm, ", thought: true }]),
	event([{ text: "well.", thought: true }, { text: "A" }]),
	event([{ text: "B" }], STOP)] };

test("reasoning: a summary for those who ask", async () => {
	await kw.fake.script(THOUGHTS);
	const ask = { model: THINKER, input: "Hello",
		reasoning: { effort: "high", summary: "auto" } };
	const plain = await client().responses.create(ask);
	const [reasoning, message] = plain.output;
	assert.deepEqual([reasoning.type, reasoning.summary],
	    ["reasoning", [{ type: "summary_text", text: "Hm, well." }]]);
	assert.match(reasoning.id, /^rs_/);
	assert.equal(message.content[0].text, "AB");
	assert.deepEqual(plain.reasoning, ask.reasoning);

	const runner = client().responses.stream(ask);
	const list = await collect(runner);
	assert.deepEqual(types(list).slice(2, 9), ["output_item.added",
		"reasoning_summary_part.added", "reasoning_summary_text.delta",
		"reasoning_summary_text.delta", "reasoning_summary_text.done",
		"reasoning_summary_part.done", "output_item.done"]);
	const final = await runner.finalResponse();
	assert.deepEqual(final.output.map(({ type }) => type),
	    ["reasoning", "message"]);
	assert.deepEqual(final.output[0].summary, reasoning.summary);
	for (const { body } of await kw.fake.requests())
		assert.deepEqual(body.generationConfig.thinkingConfig,
		    { includeThoughts: true, thinkingLevel: "HIGH" });
});

test("reasoning: none for the others, whatever the setting says", async () => {
	await kw.set({ SHOW_THINKING_PROCESS: "true" });
	await kw.fake.script(THOUGHTS);
	for (const reasoning of [undefined, null, { effort: "low" },
		{ summary: null }]) {
		const plain = await client().responses.create(
		    { model: THINKER, input: "Hello", reasoning });
		assert.deepEqual(plain.output.map(({ type }) => type), ["message"]);
		const list = eventsOf(await post(
		    { model: THINKER, reasoning, stream: true }));
		assert.ok(list.every(({ type }) => !type.includes("reasoning")));
	}
	for (const { body } of await kw.fake.requests())
		assert.ok(!body.generationConfig?.thinkingConfig?.includeThoughts);
});

// ---- structured output -----------------------------------------------------

const SCHEMA = { type: "object", additionalProperties: false,
	properties: { name: { type: "string" }, age: { type: "integer" } },
	required: ["name", "age"] };

/* What a validator's schema looks like to the SDK. */
const person = { "~standard": { version: 1, vendor: "e2e",
	validate: (value) => typeof value?.age === "number"
	    ? { value } : { issues: [{ message: "age is no number" }] },
	jsonSchema: { input: () => SCHEMA } } };

test("parse: an object by its schema", async () => {
	await kw.fake.script({ text: '{"name":"Jürg","age":44}' });
	const format = standardTextFormat(person, "person");
	const ask = { model: MODEL, input: "Who?", text: { format } };
	const plain = await client().responses.parse(ask);
	assert.deepEqual(plain.output_parsed, { name: "Jürg", age: 44 });
	assert.equal(plain.text.format.type, "json_schema");
	assert.equal(plain.text.format.name, "person");
	const streamed = await client().responses.stream(ask).finalResponse();
	assert.deepEqual(streamed.output_parsed, { name: "Jürg", age: 44 });
	for (const { body: { generationConfig } } of await kw.fake.requests()) {
		assert.equal(generationConfig.responseMimeType, "application/json");
		assert.deepEqual(Object.keys(generationConfig.responseJsonSchema
		    .properties), ["name", "age"]);
	}
});

test("parse: what came in a fence", async () => {
	await kw.fake.script({ text: '```json\n{"name":"Jürg","age":44}\n```' });
	const plain = await client().responses.parse({ model: MODEL, input: "Who?",
		text: { format: standardTextFormat(person, "person") } });
	assert.deepEqual(plain.output_parsed, { name: "Jürg", age: 44 });
});

// ---- search, pictures ------------------------------------------------------

test("web search: citations, plain and streamed", async () => {
	await kw.fake.script({ events: [event([{ text: "Zürich ist" }]),
		event([{ text: " schön." }], { ...STOP, groundingMetadata: {
			groundingChunks: [{ web: { uri: "https://example.com/1",
				title: "example.com" } }],
			groundingSupports: [{ segment: { endIndex: 7 },
				groundingChunkIndices: [0] }] } })] });
	const ask = { model: MODEL, input: "Zürich?",
		tools: [{ type: "web_search" }] };
	const expected = [{ type: "url_citation", start_index: 0, end_index: 6,
		title: "example.com", url: "https://example.com/1" }];
	const plain = await client().responses.create(ask);
	assert.deepEqual(plain.output[0].content[0].annotations, expected);
	assert.deepEqual(plain.tools, ask.tools);
	const runner = client().responses.stream(ask);
	const list = types(await collect(runner));
	assert.equal(list.indexOf("output_text.annotation.added") + 1,
	    list.indexOf("output_text.done"));
	const final = await runner.finalResponse();
	assert.deepEqual(final.output[0].content[0].annotations, expected);
	for (const { body } of await kw.fake.requests())
		assert.deepEqual(body.tools, [{ googleSearch: {} }]);
});

test("pictures are items of their own", async () => {
	await kw.fake.script({ events: [event([{ text: "Here:" },
		{ inlineData: { mimeType: "image/png", data: "aWNvbg==" } }], STOP)] });
	const ask = { model: "gemini-3.1-flash-image", input: "An icon." };
	const plain = await client().responses.create(ask);
	const streamed = await client().responses.stream(ask).finalResponse();
	for (const { output } of [plain, streamed]) {
		assert.deepEqual(output.map(({ type }) => type),
		    ["message", "image_generation_call"]);
		assert.deepEqual([output[1].status, output[1].result],
		    ["completed", "aWNvbg=="]);
	}
});

// ---- how answers end -------------------------------------------------------

test("incomplete: cut, or filtered", async () => {
	for (const [finishReason, reason, outcome] of [
		["MAX_TOKENS", "max_output_tokens", "length"],
		["SAFETY", "content_filter", "blocked"]]) {
		await kw.fake.script({ events: [event([{ text: "A" }],
		    { finishReason })] });
		const plain = await post();
		const streamed = await post({ stream: true });
		const last = eventsOf(streamed).at(-1);
		assert.equal(last.type, "response.incomplete");
		for (const response of [plain.json, last.response]) {
			assert.equal(response.status, "incomplete");
			assert.deepEqual(response.incomplete_details, { reason });
			assert.equal(response.output[0].status, "incomplete");
			assert.equal(response.output[0].content[0].text, "A");
		}
		for (const answer of [plain, streamed])
			assert.equal((await kw.rowOf(answer)).outcome, outcome);
	}
});

test("a blocked prompt is a refusal", async () => {
	await kw.fake.script({ events: [
		{ promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
			usageMetadata: { promptTokenCount: 9, totalTokenCount: 9 } }] });
	const plain = await client().responses.create(
	    { model: MODEL, input: "Hello" });
	const runner = client().responses.stream({ model: MODEL, input: "Hello" });
	const list = types(await collect(runner));
	assert.deepEqual(list.slice(3, 6), ["content_part.added", "refusal.delta",
		"refusal.done"]);
	for (const response of [plain, await runner.finalResponse()]) {
		assert.equal(response.status, "incomplete");
		assert.deepEqual(response.incomplete_details,
		    { reason: "content_filter" });
		const [part] = response.output[0].content;
		assert.equal(part.type, "refusal");
		assert.match(part.refusal, /PROHIBITED_CONTENT/);
		assert.equal(response.usage.input_tokens, 9);
	}
});

test("a stream that breaks: response.failed, with what there was", async () => {
	await kw.fake.script({ text: "one two three four five", text_events: 5,
		cut_after_events: 3 });
	const answer = await post({ stream: true });
	const { type, response } = eventsOf(answer).at(-1);
	assert.equal(type, "response.failed");
	assert.deepEqual([response.status, response.error.code],
	    ["failed", "server_error"]);
	assert.match(response.output[0].content[0].text, /^one/);
	assert.equal(response.output[0].status, "incomplete");
	assert.equal((await kw.rowOf(answer)).outcome, "truncated");
	assert.equal((await kw.fake.requests()).length, 1);

	const failed = await client().responses.stream(
	    { model: MODEL, input: "Hello" }).finalResponse();
	assert.equal(failed.status, "failed");
	assert.match(failed.output_text, /^one/);
});

// ---- heartbeats ------------------------------------------------------------

test("signs of life go before everything", async () => {
	await kw.set({ HEARTBEAT_AFTER: 1 });
	await kw.fake.script({ head_delay_ms: 1600 });
	const answer = await post({ stream: true });
	assert.match(answer.text, /^: keep-alive\n\n/);
	assert.equal(eventsOf(answer).at(-1).type, "response.completed");
	const final = await client().responses.stream(
	    { model: MODEL, input: "Hello" }).finalResponse();
	assert.equal(final.output_text, "You said: Hello");
});

test("a failure behind them has a beginning and an end", async () => {
	for (const [error, code] of [["internal", "server_error"],
		["rate_day", "rate_limit_exceeded"],
		["bad_request", "invalid_prompt"]]) {
		await kw.reset();
		await kw.set({ HEARTBEAT_AFTER: 1, MAX_RETRIES: 0 });
		await kw.useKeys(1);
		await kw.fake.script({ error, first_delay_ms: 1500 });
		const final = await client().responses.stream(
		    { model: MODEL, input: "Hello" }).finalResponse();
		assert.deepEqual([final.status, final.error.code, final.output],
		    ["failed", code, []]);
	}
});

// ---- errors ----------------------------------------------------------------

test("errors are the SDK's classes", async () => {
	for (const [error, type, status, code, param] of [
		["bad_request", OpenAI.BadRequestError, 400, "invalid_argument", null],
		["too_long", OpenAI.BadRequestError, 400, "context_length_exceeded",
			"input"],
		["not_found_model", OpenAI.NotFoundError, 404, "model_not_found",
			"model"],
		["rate_day", OpenAI.RateLimitError, 429, "insufficient_quota", null],
		["internal", OpenAI.InternalServerError, 502, "upstream_error", null],
	]) {
		await kw.reset();
		await kw.set({ MAX_RETRIES: 10 });
		await kw.fake.script({ error });
		for (const stream of [false, true])
			await assert.rejects(client().responses.create(
			    { model: MODEL, input: "Hello", stream }), (e) => {
				assert.ok(e instanceof type, `${error}: ${e}`);
				assert.deepEqual([e.status, e.code, e.param],
				    [status, code, param]);
				return true;
			});
	}
});

test("what is refused is named as the client wrote it", async () => {
	for (const [more, code, param] of [
		[{ previous_response_id: "resp_1" }, "unsupported_parameter"],
		[{ conversation: "conv_1" }, "unsupported_parameter"],
		[{ background: true }, "unsupported_parameter"],
		[{ prompt: { id: "pmpt_1" } }, "unsupported_parameter"],
		[{ max_output_tokens: "many" }, "invalid_type"],
		[{ temperature: 7 }, "decimal_above_max_value"],
		[{ instructions: 7 }, "invalid_type"],
		[{ input: [] }, "empty_array"],
		[{ reasoning: { effort: "huge" } }, "invalid_value",
			"reasoning.effort"],
		[{ text: { format: { type: "json_schema", schema: 7 } } },
			"invalid_type", "text.format.schema"],
		[{ instructions: "i", input: [{ role: "user", content: "a" },
			{ role: "user", content: [{ type: "novel" }] }] },
			"invalid_value", "input[1].content[0].type"],
		[{ tools: [{ type: "file_search" }] }, "unsupported_value",
			"tools[0].type"],
	]) {
		const answer = await post(more);
		const { error } = answer.json;
		const name = param ?? Object.keys(more)[0];
		assert.deepEqual([answer.status, error.code, error.param,
			error.type], [400, code, name, "invalid_request_error"]);
		assert.equal((await kw.rowOf(answer)).outcome, "client_error");
	}
	assert.equal((await kw.fake.requests()).length, 0);
});

test("responses are not stored", async () => {
	const { responses } = client();
	for (const call of [() => responses.retrieve("resp_1"),
		() => responses.delete("resp_1"), () => responses.cancel("resp_1"),
		() => responses.inputItems.list("resp_1")])
		await assert.rejects(call, (e) => e instanceof OpenAI.NotFoundError &&
		    e.code === "not_found" && /not stored/.test(e.message));
	const wrong = client({ apiKey: "sk-nobody" }).responses;
	await assert.rejects(wrong.retrieve("resp_1"), OpenAI.AuthenticationError);
	await assert.rejects(wrong.create({ model: MODEL, input: "Hello" }),
	    OpenAI.AuthenticationError);
	const wrongMethod = await kw.request({ path: "/v1/responses" });
	assert.deepEqual([wrongMethod.status, wrongMethod.headers.allow],
	    [405, "POST"]);
});

test("abort ends the call upstream", async () => {
	await kw.fake.script({ text_events: 5, silence_after_events: 2 });
	const runner = client().responses.stream({ model: MODEL, input: "Hello" });
	const deltas = [];
	runner.on("response.output_text.delta", (e) => deltas.push(e));
	await until(() => deltas.length > 0, { what: "a delta" });
	runner.abort();
	await assert.rejects(runner.finalResponse(), OpenAI.APIUserAbortError);
	await until(async () => (await kw.fake.books()).aborted === 1,
	    { timeout: 1500 });
	const row = await until(() => kw.lastRow("outcome = 'client_gone'"));
	assert.equal(row.route, "openai.responses");
});
