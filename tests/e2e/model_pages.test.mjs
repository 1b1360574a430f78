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

/** The names in the list, in order. */
const names = (html) => [...html.matchAll(
    /href="\/models\/show\?name=([^"]+)" class="mono"/g)]
    .map(([, name]) => decodeURIComponent(name));

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
	/* The one that takes most comes first; nonsense is no sort. */
	assert.equal(names(await get("/models?sort=input")).at(-1),
	    "gemini-2.5-flash-preview-tts");
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

test("pictures of the pages", { skip: noBrowser }, async () => {
	await fetched();
	for (const [size, viewport] of Object.entries({ DESK, PHONE })) {
		const page = await openPage({ viewport });
		for (const [name, path] of Object.entries({ models: "/models",
			model: show(MODEL) })) {
			await page.goto(path);
			assert.ok(await fits(page), name);
			await shoot(page, `${name}-${size.toLowerCase()}`);
		}
	}
});
