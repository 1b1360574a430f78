// Deadlines that follow what was measured, and those that clients ask for.
import assert from "node:assert/strict";

import OpenAI from "openai";

import { MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

/* A ceiling that is well told from the floor, and halves to it in three runs. */
const CEILING = 8;
const RUNS = 3;
const BOUNDS = { FIRST_BYTE_TIMEOUT: CEILING, FIRST_BYTE_FLOOR: 1,
	IDLE_TIMEOUT: CEILING, IDLE_FLOOR: 1 };

const OTHER = "gemini-2.5-pro";

/** Streamed answers of a model that begin after about 50 ms. */
async function measure(model) {
	await kw.fake.script({ first_delay_ms: 50, text_events: 3,
		event_delay_ms: 10 });
	for (let i = 0; i < 10; i++) {
		const answers = await Promise.all(Array.from({ length: 6 }, () =>
		    kw.chat({ model, stream: true })));
		for (const answer of answers)
			assert.equal(answer.status, 200, answer.text);
	}
	await until(() => kw.isIdle());
}

async function compute(times) {
	for (let i = 0; i < times; i++)
		await kw.cliJson("deadlines", "compute");
}

/** The row of a model whose streams were measured. */
async function row(model) {
	const rows = await kw.cliJson("deadlines");
	return rows.find((r) => r.model === model && r.streamed);
}

/** A chat of which the first attempt meets a silent key: how long it took. */
async function withSilence(model) {
	await kw.fake.script({ times: 1, do: { silence: true } });
	const begun = performance.now();
	const answer = await kw.chat({ model }, { timeout: 60000 });
	return { answer, ms: performance.now() - begun };
}

/* What the table holds is of this file's tests only. */
async function forget() {
	await kw.sql.exec(`update keywheel.requests set size_class = null;
	    delete from keywheel.model_deadlines;
	    update keywheel.revision set settings = settings + 1`);
}

test("what Gemini's silences were is in the account", async () => {
	await forget();
	await kw.fake.script({ first_delay_ms: 300, text_events: 3,
		event_delay_ms: 400 });
	const ask = async (what) => {
		const answer = await what;
		assert.equal(answer.status, 200, answer.text);
		await kw.rowOf(answer);
		return kw.sql.row(`select * from keywheel.requests
		    where request_id = '${answer.headers["x-request-id"]}'`);
	};
	const stream = await ask(kw.chat({ stream: true }));
	assert.equal(stream.size_class, 0);
	assert.equal(stream.fetched_whole, false);
	assert.ok(stream.upstream_first_ms >= 280, stream.upstream_first_ms);
	assert.ok(stream.longest_gap_ms >= 350, stream.longest_gap_ms);
	assert.ok(stream.upstream_first_ms <= stream.first_byte_ms);
	const whole = await ask(kw.native("generateContent"));
	assert.equal(whole.fetched_whole, true);
	const large = await ask(kw.chat({ stream: true,
		messages: [{ role: "user", content: "word ".repeat(10000) }] }));
	assert.equal(large.size_class, 2);
});

test("a silent key is left after what its model needs", async () => {
	await forget();
	await kw.set(BOUNDS);
	await measure(MODEL);

	/* A never measured model keeps the ceiling, and so does this one until
	 * the job has run; no run takes more than half. */
	assert.equal(await row(MODEL), undefined);
	await compute(1);
	assert.equal((await row(MODEL)).first_byte_ms, CEILING * 500);
	await compute(RUNS - 1);
	const computed = await row(MODEL);
	assert.ok(computed.samples >= 60, computed.samples);
	assert.ok(computed.p50 >= 40, computed.p50);
	assert.ok(computed.first_byte_ms < CEILING * 500 / 2,
	    computed.first_byte_ms);
	assert.ok(computed.first_byte_ms >= 1000);
	assert.ok(computed.idle_ms >= 1000 && computed.idle_ms < CEILING * 500);

	const known = await withSilence(MODEL);
	assert.equal(known.answer.status, 200, known.answer.text);
	assert.ok(known.ms >= 900, `${known.ms} ms`);
	assert.ok(known.ms < CEILING * 1000, `${known.ms} ms`);
	const [failure] = await kw.failures(known.answer);
	assert.equal(failure.verdict, "no_first_byte");
	assert.ok(failure.total_ms < CEILING * 500, failure.total_ms);
	/* Another key was quick: the silence was not the model's. */
	const { upstream_first_ms } = await kw.sql.row(`select upstream_first_ms
	    from keywheel.requests
	    where request_id = '${known.answer.headers["x-request-id"]}'`);
	assert.ok(upstream_first_ms < 900, upstream_first_ms);
	assert.ok((await kw.keyStates()).every(({ state, faults }) =>
	    state === "active" && faults === 0));

	const unknown = await withSilence(OTHER);
	assert.equal(unknown.answer.status, 200, unknown.answer.text);
	assert.ok(unknown.ms >= CEILING * 1000 - 100, `${unknown.ms} ms`);

	/* For people. */
	const { out } = await kw.cli("deadlines");
	assert.match(out, /^MODEL +PROMPT +ANSWER +FIRST BYTE +IDLE /);
	assert.match(out, new RegExp(`${MODEL} +≤ 1k +streamed +\\d+ +\\d+ `));
	const shown = await kw.sql.row(`select * from keywheel.report_deadlines
	    where model = '${MODEL}' and streamed`);
	assert.equal(shown.first_byte_ms, computed.first_byte_ms);
	assert.equal(shown.prompt_tokens, "up to 1k");
});

test("an override is respected, and the switch", async () => {
	await kw.set({ ...BOUNDS, FIRST_BYTE_TIMEOUT: 5 });
	await kw.sql.exec(`insert into keywheel.model_deadlines
	    (model, size_class, streamed, first_byte_ms, samples, p50, p99)
	    values ('${MODEL}', 0, true, 1000, 50, 5, 9)
	    on conflict (model, size_class, streamed)
	    do update set first_byte_ms = 1000`);
	await kw.set({ DEADLINE_OVERRIDES: JSON.stringify({ [MODEL]: 2.5 }) });
	const override = await withSilence(MODEL);
	assert.equal(override.answer.status, 200);
	assert.ok(override.ms >= 2400 && override.ms < 4900,
	    `${override.ms} ms`);
	await compute(1);
	assert.equal(await row(MODEL), undefined);

	await kw.sql.exec(`insert into keywheel.model_deadlines
	    (model, size_class, streamed, first_byte_ms, samples, p50, p99)
	    values ('${MODEL}', 0, true, 1000, 50, 5, 9)`);
	await kw.set({ DEADLINE_OVERRIDES: "{}", ADAPTIVE_DEADLINES: false });
	const off = await withSilence(MODEL);
	assert.ok(off.ms >= 4900, `${off.ms} ms`);
});

test("a model that is slow but sound is not killed for good", async () => {
	await forget();
	await kw.set({ ...BOUNDS, FIRST_BYTE_TIMEOUT: 4, MAX_RETRIES: 1 });
	await kw.sql.exec(`insert into keywheel.model_deadlines
	    (model, size_class, streamed, first_byte_ms, samples, p50, p99)
	    values ('${MODEL}', 0, true, 1000, 50, 5, 9);
	    update keywheel.revision set settings = settings + 1`);
	await kw.fake.script({ first_delay_ms: 1600 });
	const ask = () => Promise.all(Array.from({ length: 26 }, () =>
	    kw.chat({ stream: true }, { timeout: 60000 })));
	const lost = [...await ask(), ...await ask()];
	assert.ok(lost.every(({ status }) => status === 504),
	    JSON.stringify(lost.map(({ status }) => status)));
	await until(() => kw.isIdle());
	await compute(1);
	assert.ok((await row(MODEL)).first_byte_ms >= 3000,
	    JSON.stringify(await row(MODEL)));
	assert.equal((await kw.chat({ stream: true })).status, 200);
});

test("a client's own time-out ends the request, in seconds", async () => {
	await kw.fake.script({ silence: true });
	await Promise.all(["X-Stainless-Timeout", "x-server-timeout"]
	    .map(async (name) => {
		const begun = performance.now();
		const answer = await kw.chat({}, { headers: { [name]: "1" },
			timeout: 60000 });
		const ms = performance.now() - begun;
		assert.equal(answer.status, 504, answer.text);
		assert.ok(ms >= 900 && ms < 20000, `${name}: ${ms} ms`);
	}));
	/* What is no number of seconds is not heeded. */
	await kw.fake.script({ first_delay_ms: 1500 });
	await Promise.all(["0", "-1", "x", "1.5s", ""].map(async (value) =>
	    assert.equal((await kw.chat({}, {
		headers: { "X-Stainless-Timeout": value } })).status, 200, value)));
});

test("OpenAI's SDK tells seconds", async () => {
	await kw.fake.script({ first_delay_ms: 1500 });
	let sent;
	const client = new OpenAI({ apiKey: kw.token, baseURL: `${kw.base}/v1`,
		maxRetries: 0,
		fetch: (url, init) => {
			sent = new Headers(init.headers).get("x-stainless-timeout");
			return fetch(url, init);
		} });
	const answer = await client.chat.completions.create({ model: MODEL,
		messages: [{ role: "user", content: "Hi" }] }, { timeout: 5000 });
	assert.equal(sent, "5");
	assert.equal(answer.choices[0].finish_reason, "stop");
});
