// Even counts: the rotation seen from upstream.
import assert from "node:assert/strict";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { crowd } from "./lib/until.mjs";

test("30 requests over 3 keys: 10 each, in turn", async () => {
	await kw.useKeys(3);
	for (let i = 0; i < 30; i++)
		assert.equal((await kw.chat()).status, 200);
	assert.deepEqual(await kw.fake.counts(),
	    { [KEYS[0]]: 10, [KEYS[1]]: 10, [KEYS[2]]: 10 });
	const keys = (await kw.fake.requests()).map(({ key }) => key);
	for (let i = 3; i < keys.length; i++)
		assert.equal(keys[i], keys[i - 3]);
});

test("30 requests of all kinds over 3 keys: 10 each", async () => {
	await kw.useKeys(3);
	const asks = [
		() => kw.chat(),
		() => kw.chat({ stream: true }),
		() => kw.native("generateContent"),
		() => kw.native("streamGenerateContent", {}, { query: "?alt=sse" }),
		() => kw.native("countTokens"),
	];
	for (let i = 0; i < 30; i++)
		assert.equal((await asks[i % asks.length]()).status, 200);
	assert.deepEqual(Object.values(await kw.fake.counts()), [10, 10, 10]);
});

test("64 clients, 640 requests over 5 keys: within 5 %", async () => {
	await kw.fake.script({ first_delay_ms: 30 });
	const answers = await crowd(640, 64, (i) => kw.chat({ stream: i % 2 === 1 }));
	assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
	const { keys, total, failed, aborted } = await kw.fake.books();
	assert.deepEqual([total, failed, aborted], [640, 0, 0]);
	assert.equal(Object.keys(keys).length, 5);
	for (const [key, book] of Object.entries(keys))
		assert.ok(book.total >= 122 && book.total <= 134,
		    `${key}: ${book.total} of 128`);
});

test("64 clients and keys that come and go: no request fails", async () => {
	await kw.fake.script({ first_delay_ms: 10 });
	let busy = true;
	const meddler = (async () => {
		while (busy) {
			await kw.useKeys(2);
			await kw.useKeys(5);
		}
	})();
	const answers = await crowd(320, 64, () => kw.chat());
	busy = false;
	await meddler;
	assert.deepEqual([...new Set(answers.map(({ status }) => status))], [200]);
});

test("two models by turns do not beat against the rotation", async () => {
	await kw.useKeys(2);
	for (let i = 0; i < 40; i++)
		await kw.chat({ model: i % 2 ? MODEL : "gemini-2.5-pro" });
	const { keys } = await kw.fake.books();
	for (const book of Object.values(keys))
		assert.deepEqual(Object.values(book.by_model), [10, 10]);
});

test("a key that rests is passed over, the others stay even", async () => {
	await kw.fake.script({ key: KEYS[2],
		do: { error: "rate_minute", retry_delay: "50s" } });
	await crowd(82, 1, () => kw.chat());
	const counts = await kw.fake.counts();
	assert.equal(counts[KEYS[2]], 1);
	const rest = KEYS.filter((key) => key !== KEYS[2]).map((key) => counts[key]);
	assert.equal(rest.reduce((a, b) => a + b), 82);
	assert.ok(Math.max(...rest) - Math.min(...rest) <= 4, rest.join());
});
