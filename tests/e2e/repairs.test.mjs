// What Google refuses with a 400 that can be mended, what a model then is
// known not to take, and the settings that fill what a client left out.
import assert from "node:assert/strict";

import { kw, test } from "./lib/shared.mjs";

const hello = [{ role: "user", content: "Hello" }];

const refuses = (message, rule = {}) => ({ times: 1, ...rule,
	do: { status: 400, body: { error: { code: 400, message,
		status: "INVALID_ARGUMENT" } } } });

const bodies = async () => (await kw.fake.requests()).map((r) => r.body);

for (const stream of [false, true]) {
	test(`a refused request is mended and sent again (stream: ${stream})`,
	    async () => {
		await kw.fake.script(
		    refuses("Penalty is not enabled for this model"));
		const answer = await kw.chat({ model: "gemini-2.0-flash",
			messages: hello, presence_penalty: 1, stream });
		assert.equal(answer.status, 200);
		assert.equal(answer.headers["x-keywheel-adjusted"],
		    "presence_penalty");
		const [first, second] = await kw.fake.requests();
		assert.equal(first.body.generationConfig.presencePenalty, 1);
		assert.ok(!("generationConfig" in second.body));
		assert.equal(first.key, second.key, "the key was not at fault");
		const row = await kw.rowOf(answer);
		assert.equal(row.outcome, "complete");
		assert.equal(Number(row.attempts), 2);

		/* The next request does not pay for it, whoever asks. */
		await kw.fake.reset();
		const next = await kw.chat({ model: "gemini-2.0-flash",
			messages: hello, presence_penalty: 1, stream });
		assert.equal(next.headers["x-keywheel-adjusted"],
		    "presence_penalty");
		assert.ok(!("generationConfig" in (await kw.fake.only()).body));
		const { out } = await kw.cli("quirks");
		assert.match(out, /gemini-2\.0-flash.*no_penalties/s);
	});
}

const weather = { type: "function", function: { name: "weather",
	parameters: { type: "object", properties: { city: { type: "string" } } } } };
const person = { type: "json_schema", json_schema: { name: "person",
	schema: { type: "object", properties: { name: { type: "string" } } } } };
const config = (body) => body.generationConfig ?? {};
const system = (body) => JSON.stringify(body.systemInstruction ?? "");

/* Google's words, the request, what is sent at first and then; once: the next
 * request is sent as the first one was. */
const mendings = [
	{ words: "Logprobs is not enabled for this model",
		ask: { model: "gemini-2.0-flash", logprobs: true },
		first: (b) => config(b).responseLogprobs === true,
		then: (b) => !("responseLogprobs" in config(b)) },
	{ words: "Multiple candidates is not enabled for this model",
		ask: { model: "gemini-2.5-flash", n: 2 }, calls: 2,
		first: (b) => config(b).candidateCount === 2,
		then: (b) => !("candidateCount" in config(b)) },
	{ words: "Requests ending with a model turn are not supported.",
		ask: { model: "gemini-2.5-flash", messages: [...hello,
			{ role: "assistant", content: "Well" }] },
		first: (b) => b.contents.at(-1).role === "model",
		then: (b) => b.contents.at(-1).role === "user" },
	{ words: "JSON mode is not enabled for this model",
		ask: { model: "gemini-2.5-flash",
			response_format: { type: "json_object" } },
		first: (b) => config(b).responseMimeType === "application/json",
		then: (b) => !("responseMimeType" in config(b)) &&
		    /JSON/.test(system(b)) },
	{ words: "Function calling with a response mime type: " +
		"'application/json' is unsupported",
		ask: { model: "gemini-3.8-flash", tools: [weather],
			response_format: person },
		first: (b) => "responseJsonSchema" in config(b),
		then: (b) => !("responseMimeType" in config(b)) && b.tools &&
		    /name/.test(system(b)) },
	{ words: "Thinking level MINIMAL is not supported for this model.",
		ask: { model: "gemini-3.6-flash", reasoning_effort: "minimal" },
		first: (b) => config(b).thinkingConfig.thinkingLevel === "MINIMAL",
		then: (b) => config(b).thinkingConfig.thinkingLevel === "LOW" },
	{ words: "Budget 0 is invalid. This model only works in thinking mode.",
		ask: { model: "gemini-2.5-flash", reasoning_effort: "none" },
		first: (b) => config(b).thinkingConfig.thinkingBudget === 0,
		then: (b) => config(b).thinkingConfig.thinkingBudget === 128 },
	{ words: "thinking is not supported by this model",
		ask: { model: "gemini-2.5-flash", reasoning_effort: "low" },
		first: (b) => "thinkingConfig" in config(b),
		then: (b) => !("thinkingConfig" in config(b)) },
	{ words: "The specified schema produces a constraint that has too many " +
		"states for serving.", once: true,
		ask: { model: "gemini-3.8-flash", response_format: person },
		first: (b) => "responseJsonSchema" in config(b),
		then: (b) => !("responseJsonSchema" in config(b)) &&
		    config(b).responseMimeType === "application/json" &&
		    /name/.test(system(b)) },
	{ words: "Tool use with function calling is unsupported",
		ask: { model: "gemini-3.8-flash", tools: [weather,
			{ googleSearch: {} }] },
		first: (b) => b.tools.some((tool) => tool.googleSearch),
		then: (b) => !b.tools.some((tool) => tool.googleSearch) },
	{ words: 'Unknown name "seed" at \'generation_config\': Cannot find ' +
		"field.",
		ask: { model: "gemini-2.5-flash", seed: 7 },
		first: (b) => config(b).seed === 7,
		then: (b) => !("seed" in config(b)) },
	{ words: 'Unknown name "responseJsonSchema" at \'generation_config\': ' +
		"Cannot find field.",
		ask: { model: "gemini-2.5-flash", response_format: person },
		first: (b) => "responseJsonSchema" in config(b),
		then: (b) => "responseSchema" in config(b) &&
		    !("responseJsonSchema" in config(b)) },
];

for (const { words, ask, first, then, calls = 1, once = false } of mendings)
	test(`mended: ${words.slice(0, 50)}`, async () => {
		await kw.fake.script(refuses(words));
		const body = { messages: hello, ...ask };
		const answer = await kw.chat(body);
		assert.equal(answer.status, 200, answer.text);
		await kw.rowOf(answer);
		const sent = await bodies();
		assert.equal(sent.length, 1 + calls);
		assert.ok(first(sent[0]), JSON.stringify(sent[0]));
		for (const again of sent.slice(1))
			assert.ok(then(again), JSON.stringify(again));

		await kw.fake.reset();
		assert.equal((await kw.chat(body)).status, 200);
		const [next] = await bodies();
		assert.ok((once ? first : then)(next), JSON.stringify(next));
	});

test("what cannot be mended twice is the client's", async () => {
	await kw.fake.script({ do: { status: 400, body: { error: { code: 400,
		message: "Developer instruction is not enabled for this model",
		status: "INVALID_ARGUMENT" } } } });
	const answer = await kw.chat({ model: "gemini-9-flash", messages: [
		{ role: "system", content: "Be brief" }, ...hello] });
	assert.equal(answer.status, 400);
	const sent = await bodies();
	assert.equal(sent.length, 2);
	assert.ok("systemInstruction" in sent[0]);
	assert.ok(!("systemInstruction" in sent[1]));
});

test("a prompt that is blocked is an error if the operator wants it so",
    async () => {
	await kw.set({ BLOCKED_PROMPT_AS_ERROR: "true" });
	await kw.fake.script({ body: {
		promptFeedback: { blockReason: "PROHIBITED_CONTENT" },
		usageMetadata: { promptTokenCount: 3, totalTokenCount: 3 } } });
	for (const stream of [false, true]) {
		const answer = await kw.chat({ messages: hello, stream });
		assert.equal(answer.status, 400);
		assert.equal(answer.json.error.code, "content_filter");
		assert.match(answer.json.error.message, /PROHIBITED_CONTENT/);
		const row = await kw.rowOf(answer);
		assert.equal(row.outcome, "blocked");
		assert.equal(Number(row.status), 400);
	}
	assert.equal((await kw.fake.requests()).length, 2, "no retries");
});

test("safety settings fill what a native client leaves out", async () => {
	const safety = [{ category: "HARM_CATEGORY_HARASSMENT",
		threshold: "BLOCK_NONE" }];
	const own = [{ category: "HARM_CATEGORY_HATE_SPEECH", threshold: "OFF" }];
	await kw.set({ SAFETY_SETTINGS: JSON.stringify(safety) });
	const contents = [{ role: "user", parts: [{ text: "Hi" }] }];
	await kw.native("generateContent", { contents });
	await kw.native("streamGenerateContent", { contents });
	await kw.native("generateContent", { contents, safetySettings: own });
	await kw.native("generateContent", { contents, safety_settings: own });
	await kw.native("countTokens", { contents });
	assert.deepEqual(await bodies(), [
		{ safetySettings: safety, contents },
		{ safetySettings: safety, contents },
		{ contents, safetySettings: own },
		{ contents, safety_settings: own },
		{ contents }]);
});
