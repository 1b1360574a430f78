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
