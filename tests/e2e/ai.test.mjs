// The AI SDK from npm with both of its ways to us: the OpenAI-compatible
// provider, and Google's own.
import assert from "node:assert/strict";
import { createGoogleGenerativeAI } from "@ai-sdk/google";
import { createOpenAICompatible } from "@ai-sdk/openai-compatible";
import { generateText, Output, stepCountIs, streamText, tool } from "ai";
import { z } from "zod";

import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const THINKER = "gemini-3.8-flash";
const PNG = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDw" +
    "ADhgGAWjR9awAAAABJRU5ErkJggg==";

/* Requests that fail are to be seen, not repeated. */
const once = { maxRetries: 0 };

const providers = {
	"openai-compatible": (name = "keywheel") => createOpenAICompatible({ name,
		baseURL: `${kw.base}/v1`, apiKey: kw.token, includeUsage: true,
		supportsStructuredOutputs: true }),
	google: () => createGoogleGenerativeAI({
		baseURL: `${kw.base}/v1beta`, apiKey: kw.token }),
};

const event = (parts, finishReason = "STOP") => ({
	candidates: [{ index: 0, finishReason, content: { role: "model", parts } }],
	usageMetadata: { promptTokenCount: 7, candidatesTokenCount: 5,
		thoughtsTokenCount: 3, totalTokenCount: 15 },
});

const says = (parts, finishReason) => ({ times: 1,
	do: { events: [event(parts, finishReason)] } });

const weather = tool({
	description: "The weather of a city",
	inputSchema: z.object({ city: z.string() }),
	execute: async ({ city }) => ({ city, degrees: city.length }),
});

/** Two calls at once, then one more, then the answer. */
const threeSteps = [
	says([{ text: "I look." },
	    { functionCall: { name: "weather", args: { city: "Rom" } },
		thoughtSignature: "c2lnLTE=" },
	    { functionCall: { name: "weather", args: { city: "Oslo" } } }]),
	says([{ functionCall: { name: "weather", args: { city: "Lyon" } },
	    thoughtSignature: "c2lnLTI=" }]),
	says([{ text: "Rom is the " }, { text: "warmest." }]),
];

/* Each step of the conversation, as Gemini got it. */
const contents = async () =>
    (await kw.fake.requests()).map((request) => request.body.contents);

function checkSteps(sent) {
	assert.equal(sent.length, 3);
	const [, second, third] = sent;
	assert.deepEqual(second.map((turn) => turn.role),
	    ["user", "model", "user"]);
	const calls = second[1].parts.filter((part) => part.functionCall);
	assert.deepEqual(calls.map((part) => part.functionCall.args),
	    [{ city: "Rom" }, { city: "Oslo" }]);
	assert.equal(calls[0].thoughtSignature, "c2lnLTE=",
	    "Gemini gets its signature back");
	assert.ok(!("thoughtSignature" in calls[1]));
	const results = second[2].parts.map((part) => part.functionResponse);
	assert.deepEqual(results.map((result) => result.name),
	    ["weather", "weather"]);
	assert.equal(third.length, 5);
	assert.equal(third[3].parts[0].thoughtSignature, "c2lnLTI=");
}

for (const [kind, provider] of Object.entries(providers)) {
	test(`${kind}: generateText`, async () => {
		const { text, usage, finishReason } = await generateText({ ...once,
			model: provider()(THINKER), prompt: "Hello" });
		assert.equal(text, "You said: Hello");
		assert.equal(finishReason, "stop");
		const { tokens } = await kw.fake.books();
		assert.equal(usage.inputTokens, tokens.prompt);
		assert.equal(usage.outputTokens, tokens.answer + tokens.thoughts);
	});

	test(`${kind}: streamText with reasoning`, async () => {
		await kw.fake.script({ events: [
			event([{ text: "Hm, ", thought: true }], undefined),
			event([{ text: "well.", thought: true }], undefined),
			event([{ text: "Grüß " }], undefined),
			event([{ text: "Gott 🏔️" }])] });
		const result = streamText({ ...once, model: provider()(THINKER),
			prompt: "Hello" });
		const parts = [];
		for await (const part of result.fullStream)
			parts.push(part);
		assert.ok(!parts.some((part) => part.type === "error"),
		    JSON.stringify(parts.find((part) => part.type === "error")));
		assert.equal(await result.text, "Grüß Gott 🏔️");
		assert.equal(await result.reasoningText, "Hm, well.");
		assert.equal(await result.finishReason, "stop");
		assert.equal((await result.usage).totalTokens, 15);
	});

	test(`${kind}: tools over several steps`, async () => {
		await kw.fake.script(...threeSteps);
		const { text, steps } = await generateText({ ...once,
			model: provider()(THINKER), prompt: "Which is the warmest?",
			tools: { weather }, stopWhen: stepCountIs(5) });
		assert.equal(text, "Rom is the warmest.");
		assert.deepEqual(steps.map((step) => step.finishReason),
		    ["tool-calls", "tool-calls", "stop"]);
		assert.deepEqual(steps[0].toolResults.map((r) => r.output),
		    [{ city: "Rom", degrees: 3 }, { city: "Oslo", degrees: 4 }]);
		checkSteps(await contents());
	});

	test(`${kind}: tools over several steps, streamed`, async () => {
		await kw.fake.script(...threeSteps);
		const result = streamText({ ...once, model: provider()(THINKER),
			prompt: "Which is the warmest?", tools: { weather },
			stopWhen: stepCountIs(5) });
		await result.consumeStream();
		assert.equal(await result.text, "Rom is the warmest.");
		checkSteps(await contents());
	});

	test(`${kind}: a picture`, async () => {
		const { text } = await generateText({ ...once,
			model: provider()(THINKER), messages: [{ role: "user",
				content: [{ type: "text", text: "What is it?" },
				    { type: "image", image: Buffer.from(PNG, "base64"),
					mediaType: "image/png" }] }] });
		assert.equal(text, "You said: What is it?");
		const [[turn]] = await contents();
		assert.equal(turn.parts.length, 2);
		assert.deepEqual(turn.parts[1],
		    { inlineData: { mimeType: "image/png", data: PNG } });
	});

	test(`${kind}: structured output`, async () => {
		await kw.fake.script(
		    says([{ text: '{"name":"Ada","born":1815}' }]));
		const { output } = await generateText({ ...once,
			model: provider()(THINKER), prompt: "Who?",
			output: Output.object({ schema: z.object({
				name: z.string(), born: z.number().nullable() }) }) });
		assert.deepEqual(output, { name: "Ada", born: 1815 });
		const { body } = await kw.fake.only();
		const config = body.generationConfig;
		assert.equal(config.responseMimeType, "application/json");
		assert.deepEqual(Object.keys((config.responseJsonSchema ??
		    config.responseSchema).properties), ["name", "born"]);
	});

	test(`${kind}: an error says what is wrong`, async () => {
		await kw.fake.script({ error: "bad_request" });
		await assert.rejects(generateText({ ...once,
			model: provider()(THINKER), prompt: "Hello" }),
		    (error) => error.statusCode === 400 && error.message.length > 0);
	});

	test(`${kind}: leaving cancels`, async () => {
		await kw.fake.script({ text_events: 50, event_delay_ms: 100 });
		const stop = new AbortController();
		const result = streamText({ ...once, model: provider()(THINKER),
			prompt: "Hello", abortSignal: stop.signal });
		for await (const part of result.fullStream)
			if (part.type === "text-delta")
				stop.abort();
		/* The SDK is done before the gateway has seen that nobody listens. */
		await until(async () => (await kw.fake.books()).aborted === 1,
		    { what: "the end of the call upstream" });
		assert.equal((await kw.settledRow()).outcome, "client_gone");
	});
}

/* With this name the provider sends extra_content back; with others it does
 * not, and the signature comes from our own memory. */
test("openai-compatible under the name google: signatures come back",
    async () => {
	await kw.fake.script(...threeSteps);
	const { text } = await generateText({ ...once,
		model: providers["openai-compatible"]("google")(THINKER),
		prompt: "Which is the warmest?", tools: { weather },
		stopWhen: stepCountIs(5) });
	assert.equal(text, "Rom is the warmest.");
	checkSteps(await contents());
});
