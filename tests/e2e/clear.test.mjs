// Clearing, by the page and by the command line.
import assert from "node:assert/strict";

import { formToken, Visitor, visitor } from "./lib/pages.mjs";
import { MODEL } from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { until } from "./lib/until.mjs";

const page = (path) => visitor.get(path);

const count = async (table) => Number(await kw.sql.exec(
    `select count(*) from keywheel.${table}`));

/** Some requests in the account. */
async function chats(n) {
	for (let i = 0; i < n; i++)
		assert.equal((await kw.chat()).status, 200);
	await until(() => kw.isIdle(), { what: "the account" });
}

test("the page: what there is, what would go, and that it goes", async () => {
	await kw.cli("clear", "logs");
	await chats(3);
	const shown = await page("/storage");
	assert.equal(shown.status, 200, shown.text);
	for (const what of ["Logs", "Response cache", "Thought signatures",
		"Files", "The last clearings"])
		assert.ok(shown.text.includes(what), what);
	assert.doesNotMatch(shown.text, /method="post" action="\/storage"/);

	const question = await page("/storage?what=logs&days=0");
	assert.match(question.text, /remove <strong>3 requests<\/strong>/);
	assert.equal(await count("requests"), 3);
	const older = await page("/storage?what=logs&days=1");
	assert.match(older.text, /older than 1 day: Logs</);
	assert.match(older.text, /remove <strong>nothing<\/strong>/);
	assert.doesNotMatch(older.text, /method="post" action="\/storage"/);

	const done = await visitor.post("/storage", { what: "logs", days: "0" });
	assert.equal(done.status, 303, done.text);
	assert.equal(done.headers.location, "/storage");
	assert.equal(await count("requests"), 0);
	assert.match((await page("/storage")).text,
	    /3 requests.*\n.*\(page\)/);
	/* The gateway goes on as if nothing had been. */
	await chats(1);
	assert.equal((await kw.lastRow()).outcome, "complete");
});

test("the page: no form but our own, and only for who may", async () => {
	await chats(1);
	const token = formToken((await page("/storage")).text);
	const rows = await count("requests");
	const { token: second } = await kw.cliJson("tokens", "add", "boss",
	    "--admin");
	const changed = token.slice(0, -1) + (token.endsWith("0") ? "1" : "0");
	const fields = { what: "logs", days: "0", form_token: token };
	for (const [what, status, form, more] of [
		["no token", 403, { what: "logs", days: "0" }],
		["an empty one", 403, { ...fields, form_token: "" }],
		["another one", 403, { ...fields, form_token: changed }],
		["of another time", 403, { ...fields, form_token:
			"0000000000000001" + token.slice(16) }],
		["of another admin", 403, fields, { who: new Visitor(second) }],
		["from another site", 403, fields,
			{ headers: { "Sec-Fetch-Site": "cross-site" } }],
		["from a sister's", 403, fields,
			{ headers: { "Sec-Fetch-Site": "same-site" } }],
		["JSON", 400, fields,
			{ headers: { "Content-Type": "application/json" } }],
		["too large", 413, fields, { body: "x=".padEnd(20000, "y") }],
		["a NUL", 400, fields, { body: "what=logs\0" }],
		["another kind", 400, { ...fields, what: "keys" }],
		["no kind", 400, { form_token: token }],
		["days", 400, { ...fields, days: "-1" }],
		["days with a letter", 400, { ...fields, days: "1e3" }],
		["no days", 400, { ...fields, days: "" }],
	]) {
		const { who = visitor, headers, body } = more ?? {};
		const answer = await who.send("/storage",
		    body ?? new URLSearchParams(form).toString(), headers);
		assert.equal(answer.status, status, `${what}: ${answer.text}`);
		assert.match(answer.headers["content-type"], /^text\/html/);
		assert.equal(await count("requests"), rows, what);
	}
	for (const query of ["what=keys", "what=logs&days=x", "what=logs&days=-1",
		"what=logs&days=999999999999999999999"])
		assert.equal((await page(`/storage?${query}`)).status, 400, query);
	assert.equal((await kw.request({ path: "/storage", token: null })).status,
	    303);
	assert.equal((await kw.request({ method: "DELETE", path: "/storage",
		token: null })).status, 405);
	await kw.cli("tokens", "revoke", "boss");
});

test("two at once: the second is told", async () => {
	await kw.sql.exec("select keywheel.begin_clear('cache', 0, 'somebody')");
	const answer = await visitor.post("/storage", { what: "cache", days: "0" });
	assert.equal(answer.status, 409, answer.text);
	assert.match(answer.text, /somebody/);
	const said = await kw.cli("clear", "cache");
	assert.equal(said.status, 1);
	assert.match(said.err, /cache: it is being done already, by somebody/);
	await kw.sql.exec("delete from keywheel.clears where ended_at is null");
});

test("the command line: the cache, and what nobody else gets", async () => {
	await kw.set({ RESPONSE_CACHE_MODELS: MODEL, RESPONSE_CACHE_ADMIT: 1 });
	const ask = async () => {
		const answer = await kw.chat({ temperature: 0 });
		await until(() => kw.isIdle(), { what: "the account" });
		return answer.headers["x-keywheel-cache"];
	};
	assert.equal(await ask(), "miss");
	assert.equal(await ask(), "hit");
	const would = await kw.cliJson("clear", "cache", "--dry-run");
	assert.deepEqual([would.dry_run, would.removed.answers], [true, 1]);
	assert.equal(await ask(), "hit");
	assert.equal((await kw.cli("clear", "cache", "--older-than", "1")).out,
	    "cache: removed nothing\n");
	const done = await kw.cliJson("clear", "cache");
	assert.deepEqual([done.what, done.dry_run, done.removed.answers,
		done.remains], ["cache", false, 1, ""]);
	assert.equal(await ask(), "miss");
	const { storage, cleared } = await kw.cliJson("clear");
	assert.equal(storage.length, 8);
	assert.deepEqual([cleared[0].what, cleared[0].by],
	    ["cache", "the command line"]);
});

test("a request under way keeps what it may need", async () => {
	await kw.sql.exec(`insert into keywheel.signatures
	    select token_id, 'call_1', 1, 's', 'm', 'S', now() + interval '1 hour'
	    from keywheel.tokens where revoked_at is null`);
	await kw.fake.script({ first_delay_ms: 60000 });
	const open = kw.openChat();
	await until(async () => (await kw.fake.books()).open > 0,
	    { what: "the request" });
	const answer = await visitor.post("/storage",
	    { what: "signatures", days: "0" });
	assert.equal(answer.status, 303);
	assert.match((await page("/storage")).text,
	    /something is left.*requests of 1 token are under way/);
	assert.equal(await count("signatures"), 1);
	open.close();
	await until(() => kw.isIdle(), { what: "the client's end" });
	assert.equal((await kw.cli("clear", "signatures")).status, 0);
	assert.equal(await count("signatures"), 0);
});

test("retention: old days go by the settings, and the page says so", async () => {
	await chats(1);
	await kw.sql.exec(`do $$ begin perform keywheel.ensure_partition(t,
	    (now() at time zone 'UTC')::date - 12)
	    from unnest(array['requests', 'attempts', 'request_bodies']) t; end $$;
	    insert into keywheel.requests (request_id, started_at, model, route,
	    streamed, outcome, status, attempts, prompt_tokens, cached_tokens,
	    thought_tokens, answer_tokens, total_ms)
	    select gen_random_uuid(), now() - interval '12 days', 'old', 'r', false,
	    'complete', 200, 1, 7, 0, 0, 1, 1 from generate_series(1, 5)`);
	await kw.cli("jobs", "run", "usage");
	const before = (await page("/storage")).text;
	assert.match(before, /8 to 30 days ago/);
	assert.match(before, /attempts and recorded bodies are kept for 7 days/);
	const old = async () => Number(await kw.sql.exec(`select count(*)
	    from keywheel.requests where model = 'old'`));
	const run = async () => (await kw.cli("jobs", "run", "retention")).out;
	assert.match(await run(), /failed attempts/);
	assert.equal(await old(), 5);
	await kw.set({ AUTO_DELETE_REQUEST_LOGS_ENABLED: true,
		AUTO_DELETE_REQUEST_LOGS_DAYS: 10 });
	assert.match(await run(), /1 day of requests dropped/);
	assert.equal(await old(), 0);
	assert.equal(await kw.sql.exec(`select sum(prompt) from keywheel.usage_now()
	    where span = 'day' and model = 'old'`), "35");
	const after = (await page("/storage")).text;
	assert.doesNotMatch(after, /8 to 30 days ago/);
	assert.match(after, /Requests are kept for 10 days/);
	assert.ok(await count("requests") >= 1, "today's stay");
});
