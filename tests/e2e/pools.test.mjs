// Three pools as somebody has them who comes with a .env file: each serves
// what is its own, and one's trouble is not another's.
import assert from "node:assert/strict";
import { writeFile } from "node:fs/promises";
import test from "node:test";

import { PAID, VERTEX, forgive } from "./lib/pools.mjs";
import { KEYS, MODEL, TOKEN, envText, quickstart, startStack }
    from "./lib/stack.mjs";
import { crowd, until } from "./lib/until.mjs";

const BASE = "/v1beta1/publishers/google";
const DEAR = "gemini-4-argon";
const POOLS = { gemini: KEYS, paid: PAID.slice(0, 1), vertex: VERTEX };

const poolOf = (key) => Object.keys(POOLS).find(
    (pool) => POOLS[pool].includes(key));

test("a .env file with keys for three pools", async (t) => {
	const stack = await startStack({ env: { PAID_KEY: PAID[0],
		VERTEX_API_KEYS: VERTEX } });
	t.after(() => stack.stop());
	const { fake } = stack;
	await stack.set({ VERTEX_EXPRESS_BASE_URL: fake.url + BASE });
	const ASKS = [
		["gemini", MODEL, () => stack.chat()],
		["gemini", MODEL, () => stack.native("generateContent")],
		["paid", DEAR, () => stack.chat({ model: DEAR, stream: true })],
		["paid", MODEL, () => stack.chat({ service_tier: "flex" }), true],
		["vertex", `vertex/${MODEL}`,
			() => stack.chat({ model: `vertex/${MODEL}` })],
		["vertex", `vertex/${MODEL}`, () => stack.native(
		    "streamGenerateContent", {}, { prefix: "/vertex-express/v1beta" })],
	];
	const load = (rounds = 30) => crowd(rounds * ASKS.length, 32, async (i) => {
		const [pool, , ask, gentle = false] = ASKS[i % ASKS.length];
		return { pool, gentle, answer: await ask() };
	});

	await t.test("every key is in its pool", async () => {
		const list = await stack.cliJson("keys", "list");
		for (const [name, keys] of Object.entries(POOLS))
			assert.deepEqual(list.filter(({ pool }) => pool === name)
			    .map(({ hint }) => hint.slice(-4)),
			    keys.map((key) => key.slice(-4)), name);
	});

	await t.test("under load each pool serves what is its own, evenly",
	    async () => {
		await fake.reset();
		for (const { answer } of await load())
			assert.equal(answer.status, 200, answer.text);
		const { keys } = await fake.books();
		assert.deepEqual(Object.keys(keys).sort(),
		    Object.values(POOLS).flat().sort());
		for (const [key, { total, by_model }] of Object.entries(keys)) {
			const pool = poolOf(key);
			assert.equal(total, 60 / POOLS[pool].length, key);
			assert.equal(DEAR in by_model, pool === "paid");
		}
		for (const { key, path } of await fake.requests())
			assert.equal(path.startsWith(BASE), poolOf(key) === "vertex");
	});

	await t.test("the account says which, by the key", async () => {
		for (const [pool, model, ask] of ASKS) {
			const row = await stack.rowOf(await ask());
			assert.equal(row.model, model);
			assert.equal(await stack.sql.exec(`select pool
			    from keywheel.keys where key_id = ${row.key_id}`), pool);
		}
	});

	await t.test("trouble of one pool is nobody else's", async () => {
		for (const [sick, error] of [["vertex", "rate_day"],
			["paid", "billing402"], ["gemini", "rate_day"]]) {
			await forgive(stack);
			await fake.reset();
			await fake.script(...POOLS[sick].map(
			    (key) => ({ key, do: { error } })));
			const results = await load(5);
			for (const { pool, gentle, answer } of results)
				assert.equal(answer.status,
				    pool !== sick || gentle ? 200 : 429,
				    `${pool} with ${sick}: ${answer.text}`);
		}
	});

	await t.test("what rests goes on resting after a restart", async () => {
		await forgive(stack);
		await fake.reset();
		await fake.script(...VERTEX.map(
		    (key) => ({ key, do: { error: "rate_day" } })));
		assert.equal((await stack.chat(
		    { model: `vertex/${MODEL}` })).status, 429);
		assert.equal((await quickstart("stop", "--state", stack.state))
		    .status, 0);
		const up = await quickstart("up", "--state", stack.state, "--port",
		    String(stack.port));
		assert.equal(up.status, 0, up.out + up.err);
		await fake.reset();
		for (const { pool, answer } of await load(2))
			assert.equal(answer.status, pool === "vertex" ? 429 : 200,
			    answer.text);
		const counts = await fake.counts();
		for (const key of VERTEX)
			assert.equal(counts[key], undefined);
		await forgive(stack);
	});

	await t.test("the next file moves a key to another pool", async () => {
		const move = async (values) => {
			await writeFile(stack.envFile, envText(
			    { ALLOWED_TOKENS: [TOKEN], ...values }));
			const { status, out, err } = await quickstart("up", "--state",
			    stack.state, "--port", String(stack.port), "--env-file",
			    stack.envFile);
			assert.equal(status, 0, out + err);
		};
		await move({ API_KEYS: KEYS.slice(1), PAID_KEY: KEYS[0],
			VERTEX_API_KEYS: [] });
		await fake.reset();
		assert.equal((await stack.chat({ model: DEAR })).status, 200);
		assert.deepEqual(Object.keys(await fake.counts()), [KEYS[0]]);
		await until(async () => (await stack.chat(
		    { model: `vertex/${MODEL}` })).status === 503);
		const listed = (await stack.request({ path: "/v1/models" }))
		    .json.data.map(({ id }) => id);
		assert.ok(!listed.some((id) => id.startsWith("vertex/")));

		/* Nothing for what needs billing: the others have to do. */
		await move({ API_KEYS: KEYS, PAID_KEY: "" });
		await fake.reset();
		for (let i = 0; i < KEYS.length; i++)
			assert.equal((await stack.chat({ model: DEAR })).status, 200);
		assert.deepEqual(Object.keys(await fake.counts()).sort(),
		    [...KEYS].sort());
	});
});
