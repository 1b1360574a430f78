// The pages of keys: the list, one key, keys worth attention.
import assert from "node:assert/strict";

import { KEYS, MODEL } from "./lib/stack.mjs";
import { PHONE, fits, noBrowser, openPage, shoot, textOf, visitor }
	from "./lib/pages.mjs";
import { kw, test } from "./lib/shared.mjs";

const HOSTILE = `<script>alert(1)</script>"'&\u202eevil 💣${"x".repeat(200)}`;

/** The numbers of the keys that a list shows, in order. */
const shown = (html) => [...html.matchAll(/name="key" value="(\d+)"/g)]
    .map(([, id]) => Number(id));

async function list(query = "") {
	const { status, text } = await visitor.get(`/keys${query}`);
	return { status, text, keys: shown(text) };
}

/** Keys of all states: 2 disabled, 3 rests, 4 has faults. */
async function mix() {
	await kw.sql.exec(`
	    select keywheel.set_key_state(2, 'disabled', 'invalid_key');
	    update keywheel.keys set note = '', project = null;
	    select keywheel.apply_verdict('${MODEL}', '{"key": 3,
		"name": "rate_day", "rest": "key", "rest_ms": 600000}');
	    update keywheel.key_rotation set faults = 2, uses = 1234567
	    where key_id = 4`);
}

test("the list: states, filters, order", async () => {
	await mix();
	const { status, text, keys } = await list();
	assert.equal(status, 200, text);
	assert.deepEqual(keys, KEYS.map((_, i) => i + 1));
	const words = textOf(text);
	assert.match(words, /disabled Google says the key is invalid/);
	assert.ok(words.includes(`${MODEL} until:`), words);
	assert.ok(words.includes("1,234,567"));
	for (const key of KEYS)
		assert.ok(!text.includes(key), "a whole key");
	assert.equal((await visitor.get("/keys_status")).text.length,
	    text.length);

	for (const [query, want] of [["?state=disabled", [2]],
		["?state=resting", [3]], ["?faults=2", [4]], ["?q=%233", [3]],
		[`?model=${MODEL}&model_is=rests`, [3]], ["?pool=vertex", []]])
		assert.deepEqual((await list(query)).keys, want, query);
	assert.equal((await list("?sort=-faults&size=10")).keys[0], 4);
	assert.equal((await list("?sort=-number")).keys.at(-1), 1);
});

test("look at it", { skip: noBrowser }, async () => {
	await mix();
	await kw.sql.exec(`update keywheel.keys set note = 'bought in May',
	    project = 'team-a' where key_id in (1, 3)`);
	for (let i = 0; i < 4; i++)
		await kw.chat();
	await kw.sql.exec(`insert into keywheel.attempts (request_id, started_at,
	    attempt, key_id, model, verdict, status, total_ms, evidence)
	    select gen_random_uuid(), now() - i * interval '10 minutes', 1,
		1 + i % 3, '${MODEL}', 'rate_minute', 429, 120, 'Quota exceeded'
	    from generate_series(1, 30) i;
	    select keywheel.set_limit('*', '${MODEL}', 'rpm', 10)`);
	for (const [name, options] of [["desk", {}], ["phone",
		{ viewport: PHONE, colorScheme: "dark" }]]) {
		const page = await openPage(options);
		for (const path of ["keys", "keys/3", "keys/1", "keys/2", "keys/attention"]) {
			await page.goto(`/${path}`);
			await shoot(page, `${path.replace("/", "-")}-${name}`);
			assert.ok(await fits(page), `${name} ${path}`);
		}
	}
});
