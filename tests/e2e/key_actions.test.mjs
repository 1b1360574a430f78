// What is done with keys that were chosen: asked first, done once, also when
// whoever works on it dies.
import assert from "node:assert/strict";
import { once } from "node:events";
import http from "node:http";

import { holder } from "./lib/holder.mjs";
import { PHONE, Visitor, fits, noBrowser, openPage, shoot, textOf, visitor }
    from "./lib/pages.mjs";
import { kw, test } from "./lib/shared.mjs";
import { quote } from "./lib/sql.mjs";
import { KEYS } from "./lib/stack.mjs";
import { sleep, until } from "./lib/until.mjs";

/** Post the form of the list; the task that asks, by its path. */
async function choose(action, fields) {
	const answer = await visitor.post("/keys/do", [["action", action],
		...fields], { from: "/keys" });
	assert.equal(answer.status, 303, answer.text);
	return answer.headers.location;
}
const keys = (...ids) => ids.map((id) => ["key", String(id)]);

/** Say yes; where that leads. */
async function begin(path, fields = {}) {
	const answer = await visitor.post(path, { do: "begin", ...fields });
	assert.equal(answer.status, 303, answer.text);
	return answer.headers.location;
}

const taskOf = (path) => kw.sql.row(`select *, ended_at - started_at as took,
    extract(epoch from (select min(i.ended_at) from keywheel.task_items i
	where i.task_id = t.task_id) - started_at) * 1000 as first_ms
    from keywheel.tasks t where task_id = ${Number(path.split("/")[2])}`);

const ended = (path) => until(async () => {
	const task = await taskOf(path);
	return task.state !== "going" && task;
}, { what: `${path} has ended`, timeout: 40000 });

const states = async () => (await kw.sql.rows(`select state from keywheel.keys
    where key_id <= ${KEYS.length} order by key_id`))
    .map(({ state }) => state[0]).join("");

test("small sets: asked, done at once, told", async () => {
	const path = await choose("disable", keys(1, 2, 2, 999, -1, "x"));
	assert.match(path, /^\/tasks\/\d+$/);
	const question = await visitor.get(path);
	assert.match(textOf(question.text), /Disable 2 keys\? .*2 of them are enabled/);
	assert.ok(!question.text.includes(KEYS[0]));
	assert.equal(await states(), "aaaaa", "nothing is done yet");
	assert.equal(await begin(path), "/keys");
	assert.equal(await states(), "ddaaa");
	assert.match(textOf((await visitor.get("/keys")).text),
	    /2 keys were disabled\./);
	const event = await kw.sql.row(`select event, cause
	    from keywheel.key_events where key_id = 2
	    order by event_id desc limit 1`);
	assert.equal(event.event, "disabled");
	assert.match(event.cause, /^\S+ \(page\)$/);
	/* Twice is once. */
	assert.equal(await begin(path), path);
	assert.equal(await states(), "ddaaa");

	/* All that match, as they were when somebody looked. */
	const all = await choose("enable", [["matching", "1"],
		["filter", "state=disabled&page=7"], ...keys(3)]);
	await kw.sql.exec("select keywheel.set_key_state(3, 'disabled', 'cli')");
	await begin(all);
	assert.equal(await states(), "aadaa");

	/* One key, and nothing grave: nobody is asked. */
	assert.equal(await choose("reset", keys(3)), "/keys");
	/* No. */
	const no = await choose("delete", keys(4));
	assert.equal((await visitor.post(no, { do: "cancel" })).headers.location,
	    "/keys");
	assert.equal(await begin(no), no);
	assert.equal(await states(), "aadaa");
});

test("deleting, and back", async () => {
	const path = await choose("delete", keys(1, 3, 5));
	assert.match((await visitor.get(path)).text, /class="bad" name="do"/);
	assert.equal(await begin(path), path, "the page that can undo it");
	assert.equal(await states(), "rarar");
	const page = await visitor.get(path);
	assert.match(textOf(page.text), /Done .*3 of 3 done.*3 deleted/);
	const back = await choose("restore", [["task", path.split("/")[2]],
		["code", "deleted"]]);
	assert.match(textOf((await visitor.get(back)).text), /Bring 3 keys back\?/);
	await begin(back);
	assert.equal(await states(), "aaaaa");
});

test("moving", async () => {
	const path = await choose("move", keys(4, 5));
	for (const [fields, why] of [[{}, /Say where to/],
		[{ pool: "lake" }, /A pool is gemini, paid or vertex/],
		[{ pool: "paid", project: "<script>'\"" }, /A project is/]]) {
		const wrong = await visitor.post(path, { do: "begin", ...fields });
		assert.equal(wrong.status, 422);
		assert.match(textOf(wrong.text), why);
		assert.ok(!wrong.text.includes("<script>'"));
	}
	assert.match((await visitor.post(path, { do: "begin", pool: "paid",
		project: "a b" })).text, /<option selected>paid/, "nothing is lost");
	await begin(path, { pool: "paid", project: "my-project-7" });
	const moved = `select pool, project from keywheel.keys
	    where key_id in (4, 5) order by key_id`;
	assert.deepEqual(await kw.sql.rows(moved), [
		{ pool: "paid", project: "my-project-7" },
		{ pool: "paid", project: "my-project-7" }]);
	await begin(await choose("move", keys(4, 5)),
	    { pool: "gemini", no_project: "1" });
	assert.deepEqual((await kw.sql.rows(moved))[0],
	    { pool: "gemini", project: null });
});

test("verifying: by code, in Google's words", async () => {
	await kw.sql.exec(`
	    select keywheel.set_key_state(4, 'disabled', 'invalid_key');
	    select keywheel.set_key_state(5, 'disabled', 'cli')`);
	await kw.fake.script(
	    { key: KEYS[0], do: { error: "api_key_invalid" } },
	    { key: KEYS[1], do: { error: "rate_minute", retry_delay: "17s" } });
	const path = await choose("verify", [["matching", "1"], ["filter", ""]]);
	assert.equal(await begin(path), path);
	const task = await ended(path);
	assert.deepEqual([task.state, task.done, task.failed], ["done", 5, 2]);
	assert.ok(task.first_ms < 2000, `${task.first_ms} ms to the first`);
	const { text } = await visitor.get(path);
	const words = textOf(text);
	assert.match(words, /1 Google says the key is invalid.*API key not valid/);
	assert.match(words, /1 works again/);
	assert.match(words, /1 works, and stays disabled/);
	assert.equal(await states(), "daaad");
	assert.ok(!KEYS.some((key) => text.includes(key)));
	const { resting } = await kw.sql.row(`select count(*) as resting
	    from keywheel.key_cooldown where until > now()`);
	assert.equal(resting, 1);

	/* A group is the next task's set. */
	const next = await choose("delete", [["task", path.split("/")[2]],
		["code", "invalid_key"]]);
	assert.match(textOf((await visitor.get(next)).text), /Delete 1 key\?/);
	assert.match(textOf((await visitor.get("/tasks")).text),
	    /Verify keys done 5 of 5 2/);
});

test("keys in full: only with the token, once more", async () => {
	await kw.sql.exec(`update keywheel.keys set pool = 'paid',
	    note = ${quote('"quotes", <b> and 漢字')} where key_id = 2`);
	const path = await choose("export", keys(1, 2));
	const ask = (fields) => visitor.post("/keys/reveal",
	    { task: path.split("/")[2], how: "show", ...fields }, { from: path });
	for (const [token, why] of [["", /no token/], ["wrong", /no token/],
		[kw.token, /no admin token/], ["wrong", /no token/],
		[kw.adminToken, /Too many wrong tokens .*Try again in 1 second/]]) {
		const no = await ask({ admin_token: token });
		assert.ok([422, 429].includes(no.status), no.status);
		assert.match(textOf(no.text), why);
		assert.ok(!KEYS.some((key) => no.text.includes(key)));
		assert.ok(!no.text.includes(kw.adminToken));
	}
	await kw.sql.exec("delete from keywheel.sign_in_faults");
	const seen = await ask({ admin_token: kw.adminToken });
	assert.equal(seen.status, 200, seen.text);
	assert.match(seen.text,
	    new RegExp(`<textarea[^>]*>\n${KEYS[0]}\n${KEYS[1]}\n</textarea>`));
	assert.equal(seen.headers["cache-control"], "no-store");
	const file = async (how) => {
		const answer = await ask({ admin_token: kw.adminToken, how });
		assert.match(answer.headers["content-disposition"],
		    /^attachment; filename="keys\.\w+"$/);
		assert.equal(answer.headers["cache-control"], "no-store");
		return answer;
	};
	assert.equal((await file("text")).text, `${KEYS[0]}\n${KEYS[1]}\n`);
	assert.deepEqual((await file("json")).json, [
		{ number: 1, key: KEYS[0], pool: "gemini", state: "active",
			project: null, note: "" },
		{ number: 2, key: KEYS[1], pool: "paid", state: "active",
			project: null, note: '"quotes", <b> and 漢字' }]);
	assert.equal((await file("env")).text,
	    `API_KEYS=["${KEYS[0]}"]\nPAID_KEY=["${KEYS[1]}"]\n`);
	const { n } = await kw.sql.row(`select count(*) as n
	    from keywheel.key_events where key_id = 1 and event = 'revealed'
		and cause like '% (page)'`);
	assert.equal(n, 4);
	await kw.sql.exec(`update keywheel.keys set pool = 'gemini', note = ''
	    where key_id = 2`);

	/* No other task, none that is old, no form of somebody else's. */
	const other = await choose("delete", keys(1));
	for (const task of [other.split("/")[2], "99999", "", "x"])
		assert.equal((await ask({ task, admin_token: kw.adminToken }))
		    .status, 404, task);
	await kw.sql.exec(`update keywheel.tasks
	    set made_at = now() - interval '2 hours'
	    where task_id = ${path.split("/")[2]}`);
	assert.equal((await ask({ admin_token: kw.adminToken })).status, 404);
	assert.equal((await visitor.send("/keys/reveal",
	    `task=1&admin_token=${kw.adminToken}`)).status, 403);
	const old = await visitor.post("/keys/reveal", { task: "1",
		admin_token: kw.adminToken, form_token: "x" },
	    { headers: { "Sec-Fetch-Site": "same-origin" } });
	assert.ok(!old.text.includes(kw.adminToken), "not even to send it again");
});

/** Keys that nobody else has, all of them in the way of the fake. */
async function manyKeys(n) {
	const lines = Array.from({ length: n }, (_, i) =>
		`AIzaSyBulk-${String(i).padStart(28, "0")}`).join("\n");
	const { status, err } = await kw.cli("keys", "import", "-",
	    { input: lines });
	assert.equal(status, 0, err);
}

/** A Google that takes its time; who asks is killed by the 21st call. */
async function deadly(t) {
	const asked = new Map();
	const killed = [];
	let calls = 0;
	const server = http.createServer(async (request, response) => {
		const key = request.headers["x-goog-api-key"];
		request.resume();
		asked.set(key, (asked.get(key) ?? 0) + 1);
		if (++calls === 21) {
			killed.push(holder(request.socket.remotePort, port));
			process.kill(killed[0], "SIGKILL");
		}
		await sleep(30);
		response.setHeader("Content-Type", "application/json");
		response.end(JSON.stringify({ candidates: [{ finishReason: "STOP",
			content: { role: "model", parts: [{ text: "hi" }] } }] }));
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	const { port } = server.address();
	await kw.set({ BASE_URL: `http://127.0.0.1:${port}/v1beta` });
	return { asked, killed };
}

test("kill -9 of the worker in the middle", async (t) => {
	await manyKeys(60);
	const { asked, killed } = await deadly(t);
	const path = await choose("verify", [["matching", "1"], ["filter", ""]]);
	await begin(path);
	await until(() => killed.length === 1);
	const left = await taskOf(path);
	assert.ok(left.done < left.total, "it was in the middle");
	/* The time of its claims passes. */
	await until(async () => {
		await kw.sql.exec(`update keywheel.task_items set claimed_until = now()
		    where ended_at is null and task_id = ${left.task_id}`);
		return (await taskOf(path)).done > left.done;
	}, { timeout: 10000, every: 300, what: "somebody goes on" });
	const task = await ended(path);
	assert.deepEqual([task.state, task.done, task.failed], ["done", 65, 0]);
	assert.equal(asked.size, 65, "all of them");
	const { asked_again: again } = await kw.sql.row(`select count(*)
	    as asked_again from keywheel.task_items
	    where task_id = ${left.task_id} and code <> 'works'`);
	assert.equal(again, 0);
});

test("stopping; two at once; forged ids", async () => {
	await manyKeys(40);
	await kw.fake.script({ do: { first_delay_ms: 100 } });
	const path = await choose("verify", [["matching", "1"], ["filter", ""]]);
	const other = new Visitor();
	const yes = await Promise.all([visitor, other].map((who) =>
		who.post(path, { do: "begin" })));
	assert.deepEqual(yes.map(({ status }) => status), [303, 303]);
	await until(async () => (await taskOf(path)).done >= 10);
	assert.match(textOf((await visitor.get(path)).text),
	    /Under way.*\d+ of 45 done/);
	assert.match((await visitor.get(path)).text, /data-refresh="1"/);
	await other.post(path, { do: "cancel" });
	const stopped = await taskOf(path);
	assert.equal(stopped.state, "cancelled");
	assert.ok(stopped.done < 45);
	assert.match(textOf((await visitor.get(path)).text), /Stopped/);
	const [listed] = await kw.cliJson("tasks");
	assert.deepEqual([listed.task_id, listed.kind, listed.state, listed.total],
	    [stopped.task_id, "verify", "cancelled", 45]);
	assert.equal((await kw.cli("tasks", "stop",
	    String(stopped.task_id))).status, 1, "it has ended");

	for (const id of ["999999", "0", "-1", "x", "1e3", "9".repeat(30)])
		assert.equal((await visitor.get(`/tasks/${id}`)).status, 404, id);
	for (const [fields, status] of [
		[[["action", "verify"]], 422],
		[[["action", "verify"], ["key", "0"], ["key", "1e1"]], 422],
		[[["action", "verify"], ["task", "999999"], ["code", "x"]], 422],
		[[["action", "verify"], ["matching", "1"],
			["filter", "state=nonsense"]], 422],
		[[["action", "drop table keys"], ...keys(1)], 400],
		[keys(1), 400]])
		assert.equal((await visitor.post("/keys/do", fields,
		    { from: "/keys" })).status, status, JSON.stringify(fields));
	assert.equal((await visitor.send("/keys/do", "action=delete&key=1"))
	    .status, 403, "no form of ours");
	assert.equal(await states(), "aaaaa");
});

for (const javaScriptEnabled of [true, false])
	test(`as a person does it, ${javaScriptEnabled ? "with" : "without"
	} script`, { skip: noBrowser }, async () => {
		await manyKeys(30);
		await kw.sql.exec(`update keywheel.keys
		    set note = ${quote(`<b>"'&\u202e ${"x".repeat(250)}`)}
		    where key_id = 1`);
		await kw.fake.script(
		    { key: KEYS[0], do: { error: "api_key_invalid" } },
		    { do: { first_delay_ms: 300 } });
		const page = await openPage({ javaScriptEnabled,
			...(javaScriptEnabled ? {} : { viewport: PHONE }) });
		const name = javaScriptEnabled ? "desk" : "phone";
		await page.goto("/keys?size=10");
		await page.locator("#matching").check();
		await page.locator('button[value="verify"]').click();
		await page.waitForSelector("#question");
		assert.ok(await fits(page), "the question fits");
		await shoot(page, `task-question-${name}`);
		await page.locator('button[value="begin"]').click();
		await page.waitForSelector("progress");
		assert.ok(await fits(page), "the progress fits");
		await shoot(page, `task-going-${name}`);
		if (javaScriptEnabled)
			await page.waitForSelector("#task:not([data-refresh])");
		else {
			await ended(new URL(page.url()).pathname);
			await page.getByText("Look again").click();
		}
		await page.locator("#group-invalid_key summary").click();
		assert.ok(await fits(page), "the result fits");
		await shoot(page, `task-done-${name}`);
		await page.locator('#group-invalid_key button[value="delete"]').click();
		await shoot(page, `task-delete-${name}`);
		await page.locator('button[value="begin"]').click();
		await page.waitForSelector("#group-deleted");
		assert.equal(await states(), "raaaa");
		await page.goto("/tasks");
		await shoot(page, `tasks-${name}`);
		assert.ok(await fits(page), "the list fits");
		assert.deepEqual(page.faults, []);
	});
