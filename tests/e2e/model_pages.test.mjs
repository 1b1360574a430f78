// The pages of models: the list, one of them, comparing, prices, settings.
import assert from "node:assert/strict";

import { DESK, PHONE, fits, noBrowser, openPage, shoot, textOf,
	visitor } from "./lib/pages.mjs";
import { kw, test } from "./lib/shared.mjs";
import { MODEL } from "./lib/stack.mjs";
import { until } from "./lib/until.mjs";

const HOSTILE = "<script>alert(1)</script> \"'&\u202e 😀";
const DRAWS = "gemini-3.1-flash-image";
const EMBEDS = "gemini-embedding-001";

const get = async (path) => {
	const { status, text } = await visitor.get(path);
	assert.equal(status, 200, text);
	return text;
};
const show = (name, more = "") =>
    `/models/show?name=${encodeURIComponent(name)}${more}`;

/** The names in the list, in order; but those of Vertex, which are there when
 * another file's account has them. */
const names = (html) => [...html.matchAll(
    /href="\/models\/show\?name=([^"]+)" class="mono"/g)]
    .map(([, name]) => decodeURIComponent(name))
    .filter((name) => !name.startsWith("vertex/"));

/** Have the list of models fetched, as a client does. */
async function fetched() {
	const answer = await kw.request({ path: "/v1/models" });
	assert.equal(answer.status, 200, answer.text);
}

/** Add a model of which Gemini says that. */
const listed = (name, more = {}) => kw.sql.exec(`insert into keywheel.models
    (model, data, seen_at) values ('${name}', $d$${JSON.stringify(
	{ name: `models/${name}`, ...more })}$d$, now())
    on conflict (model) do update set data = excluded.data`);

test("before any list has come", async () => {
	assert.match(textOf(await get("/models")), /No list has come yet/);
	assert.equal((await visitor.get(show(MODEL))).status, 404);
});

test("the list: what models can, searched, filtered and sorted", async () => {
	await fetched();
	await listed("gemini-2.5-flash-preview-tts",
	    { supportedGenerationMethods: ["generateContent"] });
	const all = names(await get("/models"));
	assert.ok(all.length >= 6 && all.includes(MODEL) && all.includes(DRAWS));
	assert.deepEqual(all, [...all].sort());
	assert.deepEqual(names(await get("/models?can=embed")), [EMBEDS]);
	assert.deepEqual(names(await get("/models?can=image")), [DRAWS]);
	assert.deepEqual(names(await get("/models?can=speech")),
	    ["gemini-2.5-flash-preview-tts"]);
	assert.deepEqual(names(await get("/models?q=EMBEDDING")), [EMBEDS]);
	assert.match(textOf(await get("/models?q=nothing+of+that")),
	    /No model matches/);
	/* The one that takes most comes first, one without a limit after all that
	 * have one; an account that came late may have named others. */
	const sorted = names(await get("/models?sort=input"));
	assert.ok(sorted.indexOf("gemini-2.5-flash-preview-tts") >
	    Math.max(...[MODEL, DRAWS, EMBEDS].map((m) => sorted.indexOf(m))));
	assert.deepEqual(names(await get("/models?sort=x&can=x")), all);
});

test("fetched again now: the job is made due", async () => {
	await kw.cli("jobs");
	await kw.sql.exec(`update keywheel.jobs set claimed_until = '-infinity',
	    next_at = now() + interval '1 day' where name = 'models'`);
	const runs = () => kw.sql.exec(`select runs from keywheel.jobs
	    where name = 'models'`);
	const before = await runs();
	const answer = await visitor.post("/models", {});
	assert.equal(answer.status, 303, answer.text);
	await until(async () => await kw.sql.exec(`select next_at <= now()
	    from keywheel.jobs where name = 'models'`) === "t" ||
	    await runs() !== before);
});

test("one model: everything that is known of it", async () => {
	await fetched();
	await kw.set({ SEARCH_MODELS: `["${MODEL}"]` });
	assert.equal((await kw.chat({ model: MODEL })).status, 200);
	await kw.sql.exec(`insert into keywheel.model_quirks (model, quirk)
	    values ('${MODEL}', 'no_logprobs'), ('${MODEL}', 'drop:seed');
	    insert into keywheel.key_cooldown (scope, model, until, reason)
	    select scope, '${MODEL}', now() + interval '1 hour', 'rate_minute'
	    from keywheel.keys where state = 'active' order by key_id limit 1`);
	const text = textOf(await get(show(MODEL)));
	for (const words of ["1,048,576", "65,536", `${MODEL}-search`,
		"tells no log probabilities", "does not know the field seed",
		"1 key rests", "curl", "budget from 1 to 24,576"])
		assert.ok(text.includes(words), words);
	assert.ok((await get("/models")).includes("1 rests"));
	await kw.sql.exec(`delete from keywheel.key_cooldown;
	    delete from keywheel.model_quirks`);

	assert.match(await get(show(`models/${MODEL}`)), /<h1>/);
	assert.equal((await visitor.get(show("nobody"))).status, 404);
	assert.equal((await visitor.get(show("../x"))).status, 404);
	assert.equal((await visitor.get("/models/show")).status, 404);
});

test("what Gemini says of a model is shown as it is", async () => {
	await listed("gemini-hostile", { displayName: HOSTILE,
		description: HOSTILE.repeat(300), version: HOSTILE,
		inputTokenLimit: "x", temperature: "<b>",
		supportedGenerationMethods: HOSTILE, thinking: HOSTILE });
	for (const page of ["/models", show("gemini-hostile")]) {
		const html = await get(page);
		assert.ok(!html.includes("<script>alert"));
		assert.ok(textOf(html).includes("alert(1)"));
	}
	await kw.sql.exec("delete from keywheel.models where model = 'gemini-hostile'");
});

test("side by side: what differs is said in words", async () => {
	await fetched();
	const compare = async (...models) => textOf(await get(
	    `/models/compare?${new URLSearchParams(
		models.map((model) => ["model", model]))}`));
	const text = await compare(MODEL, EMBEDS, MODEL, "nobody");
	assert.match(text, /Most tokens in differs 1,048,576 2,048/);
	assert.match(text, /Active keys the same/);
	assert.match(await compare(MODEL), /Choose two to four/);
	assert.match(await compare(), /Choose two to four/);
	await Promise.all(["a", "b", "c"].map((name) => listed(name)));
	assert.match(await compare("a", "b", "c", MODEL, EMBEDS), /first four/);
});

test("settings that name the wrong model are warned of", async () => {
	await kw.set({ TEST_MODEL: "gone-1", EMBEDDING_MODEL: MODEL });
	assert.ok(!textOf(await get("/models")).includes("gone-1"));
	assert.ok(!textOf(await get("/config?q=TEST_MODEL"))
	    .includes("has no model"));
	await fetched();
	const list = textOf(await get("/models"));
	assert.match(list, /TEST_MODEL Gemini's list has no model gone-1/);
	assert.match(list, /EMBEDDING_MODEL gemini-2.5-flash cannot embed/);
	assert.match(textOf(await get("/config?q=TEST_MODEL")),
	    /look Gemini's list has no model gone-1/);
	await kw.set({ TEST_MODEL: MODEL, EMBEDDING_MODEL: EMBEDS });
	assert.ok(!/TEST_MODEL/.test(await get("/models")));
});

test("a model is put into settings, and taken out of them", async () => {
	await fetched();
	const stored = (name) => kw.sql.exec(`select value from keywheel.settings
	    where name = '${name}'`);
	const wasOf = async (setting) => new RegExp(
	    `value="${setting}">\\s*<input[^>]*name="was" value="([^"]*)"`)
	    .exec(await get(show(MODEL)))[1];
	const use = async (setting, more = {}) => visitor.post("/models/use",
	    { name: MODEL, setting, was: await wasOf(setting), ...more },
	    { from: show(MODEL) });

	await kw.set({ TEST_MODEL: "gemini-2.5-pro", FILTERED_MODELS: '["x"]' });
	const was = await wasOf("TEST_MODEL");
	let answer = await use("TEST_MODEL");
	assert.equal(answer.status, 303, answer.text);
	assert.equal(await stored("TEST_MODEL"), MODEL);
	assert.match(textOf(await get(show(MODEL))), /1 setting was changed/);
	assert.equal(await kw.sql.exec(`select source from keywheel.setting_history
	    where name = 'TEST_MODEL' order by change_id desc limit 1`), "page");

	/* Somebody else was faster than a page that is still open. */
	await kw.set({ TEST_MODEL: "gemini-2.5-flash-lite" });
	answer = await use("TEST_MODEL", { was });
	assert.equal(answer.status, 409);

	assert.equal((await use("FILTERED_MODELS")).status, 303);
	assert.deepEqual(JSON.parse(await stored("FILTERED_MODELS")), ["x", MODEL]);
	assert.equal((await use("FILTERED_MODELS", { remove: "1" })).status, 303);
	assert.deepEqual(JSON.parse(await stored("FILTERED_MODELS")), ["x"]);
	assert.equal((await visitor.post("/models/use", { name: MODEL,
		setting: "PROXIES" }, { from: show(MODEL) })).status, 400);
	assert.equal((await visitor.post("/models/use", { name: MODEL,
		setting: "TEST_MODEL", form_token: "x" })).status, 403);
});

test("prices: filled in, refused beside the field, taken away", async () => {
	await fetched();
	const price = (fields) => visitor.post("/models/price", { name: MODEL,
		pattern: MODEL, valid_from: "2026-02-28", currency: "USD",
		prompt: "", cached: "", answer: "", ...fields },
	    { from: show(MODEL) });
	const prices = () => kw.sql.exec(`select string_agg(concat_ws(' ', model,
	    valid_from, currency, prompt, cached, answer), ', ' order by model)
	    from keywheel.prices`);
	assert.equal((await price({ prompt: "0.10", answer: "2.5" })).status, 303);
	assert.equal((await price({ pattern: "gemini-*", cached: "0.025" }))
	    .status, 303);
	assert.equal(await prices(), `gemini-* 2026-02-28 USD 0.025, ${MODEL} ` +
	    "2026-02-28 USD 0.10 2.5");
	const text = textOf(await get(show(MODEL)));
	assert.ok(text.includes("0.10 USD") && text.includes("0.025 USD"), text);
	for (const bad of [{}, { prompt: "1e3" }, { prompt: "-1" },
		{ answer: "1." }, { cached: ".5" }, { prompt: "1", currency: "usd" },
		{ prompt: "1", valid_from: "2026-02-31" }, { prompt: HOSTILE },
		{ prompt: "1", pattern: "other*" }, { prompt: "1", pattern: "*" }]) {
		const answer = await price(bad);
		assert.equal(answer.status, 422, JSON.stringify(bad));
		assert.match(answer.text, /class="error"[^>]*>must be/);
		for (const value of Object.values(bad))
			assert.ok(textOf(answer.text.replace(/value="([^"]*)"/g, "> $1 <"))
			    .includes(value.replace(/\s+/g, " ")) ||
			    value === HOSTILE, value);
		assert.ok(!answer.text.includes("<script>alert"));
	}
	assert.equal((await price({ remove: "1" })).status, 303);
	assert.equal((await price({ remove: "1", pattern: "gemini-*" })).status, 303);
	assert.equal(await prices(), "");
});

test("the pages fit a phone", { skip: noBrowser }, async () => {
	await fetched();
	await kw.set({ TEST_MODEL: "gone-1" });
	const sizes = process.env.KEYWHEEL_SHOTS ? { DESK, PHONE } : { PHONE };
	for (const [size, viewport] of Object.entries(sizes)) {
		const page = await openPage({ viewport });
		for (const [name, path] of Object.entries({ models: "/models",
			model: show(MODEL),
			compare: `/models/compare?model=${MODEL}&model=${EMBEDS}` })) {
			await page.goto(path);
			assert.ok(await fits(page), name);
			await shoot(page, `${name}-${size.toLowerCase()}`);
		}
	}
});
