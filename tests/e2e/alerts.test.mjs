// Alerts: each form on the wire, once to each receiver, again after a failure,
// the end of an alarm; and what is secret of a receiver stays so.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { createHmac } from "node:crypto";
import { once } from "node:events";
import { readFile, readdir } from "node:fs/promises";
import path from "node:path";
import { after } from "node:test";

import { Hooks, SECRETS } from "./lib/hooks.mjs";
import { textOf, visitor } from "./lib/pages.mjs";
import { kw, test as bare } from "./lib/shared.mjs";
import { quote } from "./lib/sql.mjs";
import { KEYS } from "./lib/stack.mjs";
import { until } from "./lib/until.mjs";

const FORMS = ["json", "slack", "feishu", "telegram"];

const hooks = await new Hooks().start();
after(() => hooks.stop());

function test(name, fn) {
	bare(name, async (t) => {
		hooks.forget();
		await fn(t);
	});
}

async function use(forms, more = {}) {
	await kw.set({ GATEWAY_NAME: "gw-1", ...more,
		ALERT_WEBHOOKS: JSON.stringify(forms.map((form) =>
			hooks.element(form))) });
}

const run = () => kw.cli("jobs", "run", "alerts");
const raise = (kind, subject, text) => kw.sql.exec(`select
    keywheel.raise_alarm(${[kind, subject, text].map(quote).join()})`);
const end = (kind, subject) => kw.sql.exec(`select
    keywheel.end_alarm(${[kind, subject].map(quote).join()})`);
/** As if the receivers' rests were over. */
const wake = () => kw.sql.exec(`update keywheel.alert_receivers
    set paused_until = '-infinity', claimed_until = '-infinity'`);
/** As if the run that holds the job had died long ago. */
const release = () => kw.sql.exec(`update keywheel.jobs
    set claimed_until = now() where name = 'alerts'`);

/** Nothing that is secret of a receiver is in the text. */
function assertClean(text, where) {
	for (const secret of Object.values(SECRETS))
		assert.ok(!text.includes(secret), `${where}: ${secret}`);
}

/** … nor in what anybody can look at. */
async function assertSecret() {
	for (const page of ["/alerts", "/config?q=ALERT", "/config/history",
		"/jobs?job=alerts", "/config/export", "/"])
		assertClean((await visitor.get(page)).text, page);
	for (const words of [["alerts"], ["get", "ALERT_WEBHOOKS"]]) {
		const { out, err } = await kw.cli(...words);
		assertClean(out + err, words.join(" "));
	}
	assertClean(JSON.stringify(await kw.sql.rows(`select to_jsonb(r)::text,
	    to_jsonb(m)::text from keywheel.alert_receivers r
	    left join keywheel.alert_messages m using (receiver)`)), "rows");
	const logs = path.join(kw.state, "log");
	for (const name of await readdir(logs))
		assertClean(await readFile(path.join(logs, name), "utf8"), name);
}

// ---- the wire ---------------------------------------------------------------

const NAME = 'm <!channel> <at user_id="all">';

test("each form, from the beginning of an alarm to its end", async () => {
	await use(FORMS, { PUBLIC_URL: "https://gw.example/" });
	await raise("storm", NAME, "R & D: 3 projects were refused");
	assert.equal((await run()).status, 0);
	assert.equal(hooks.got.length, 4);
	const [json, slack, feishu, telegram] =
	    FORMS.map((form) => hooks.of(form)[0]);
	for (const { method, headers } of hooks.got) {
		assert.equal(method, "POST");
		assert.equal(headers["content-type"],
		    "application/json; charset=utf-8");
	}

	const { id, since, advice, ...rest } = json.body;
	assert.deepEqual(rest, { version: 1, kind: "storm", subject: NAME,
		state: "raised", text: "R & D: 3 projects were refused",
		ended_at: null, times: 1, gateway: "gw-1",
		url: "https://gw.example/logs" });
	assert.ok(id > 0);
	assert.match(since, /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/);
	assert.match(advice, /^No key is to blame/);
	assert.equal(json.headers.authorization, `Bearer ${SECRETS.bearer}`);

	const text = ["[keywheel gw-1] Google or our address is in trouble: " +
	    NAME, "R & D: 3 projects were refused",
	`Since ${since.replace("T", " ").replace("Z", " UTC")}.`,
	`What to do: ${advice}`, "https://gw.example/logs"].join("\n");
	assert.deepEqual(telegram.body, { chat_id: "-100123", text,
		link_preview_options: { is_disabled: true } });
	assert.deepEqual(slack.body, { text: text.replaceAll("&", "&amp;")
	    .replaceAll("<", "&lt;").replaceAll(">", "&gt;"),
	mrkdwn: false, unfurl_links: false });
	const { timestamp, sign, ...said } = feishu.body;
	assert.deepEqual(said, { msg_type: "text",
		content: { text: text.replaceAll("<", "＜") } });
	assert.ok(Math.abs(timestamp - Date.now() / 1000) < 60);
	assert.equal(sign, createHmac("sha256", `${timestamp}\n${SECRETS.sign}`)
	    .digest("base64"));
	assert.equal(slack.headers.authorization, undefined);

	/* Once; and then that it is over. */
	await run();
	assert.equal(hooks.got.length, 4);
	await end("storm", NAME);
	await run();
	await run();
	assert.equal(hooks.got.length, 8);
	const over = hooks.of("json")[1].body;
	assert.deepEqual([over.id, over.state, over.since], [id, "ended", since]);
	assert.match(over.ended_at, /Z$/);
	assert.match(hooks.of("telegram")[1].body.text,
	    /^\[keywheel gw-1\] Over: Google.*\nR & D.*\nFrom .* UTC to .* UTC\.\n/);
});

test("two runners send each message once", async () => {
	await use(FORMS);
	hooks.script("json", { status: 200, afterMs: 700 });
	for (const n of [1, 2, 3])
		await raise("storm", `m${n}`, "words");
	const first = run();
	await until(() => hooks.got.length > 0, { what: "the first message" });
	await release();
	await Promise.all([first, run()]);
	await release();
	await run();
	for (const form of FORMS)
		assert.equal(hooks.of(form).length, 3, form);
	assert.deepEqual(hooks.of("json").map(({ body }) => body.subject),
	    ["m1", "m2", "m3"]);
});

// ---- failures ---------------------------------------------------------------

/* Answers, and what is told of them, in turn. */
const FAILURES = {
	json: [[{ status: 500, body: "Sorry" }, /^status 500$/],
		[{ status: 302, headers: { Location: "http://127.0.0.1:1/" } },
			/^status 302$/]],
	slack: [[{ body: "no_service" }, /not take it: status 200: no_service$/],
		[{ status: 403, body: `<b>${SECRETS.slack}</b>` },
			/^status 403$/]],
	feishu: [[{ body: { code: 19021, msg: "sign match fail" } },
		/status 200, code 19021: sign match fail$/],
	[{ body: "{}" }, /status 200$/]],
	telegram: [[{ status: 400, body: { ok: false, error_code: 400,
		description: "Bad Request: chat not found" } },
	/^status 400: Bad Request: chat not found$/],
	[{ status: 404, body: { ok: false,
		description: `no ${SECRETS.telegram}` } },
	/^it answered with what it was asked by$/]],
};

test("what is not taken is sent again", async () => {
	await use(FORMS);
	for (const form of FORMS)
		hooks.script(form, ...FAILURES[form].map(([answer]) => answer));
	await raise("storm", "m", "words");
	for (const turn of [0, 1]) {
		const { out } = await kw.cli("--json", "jobs", "run", "alerts");
		assert.match(JSON.parse(out)[0].message, /^0 told, 4 not taken$/);
		for (const [i, is] of (await kw.cliJson("alerts")).entries()) {
			assert.match(is.error, FAILURES[FORMS[i]][turn][1]);
			assert.ok(is.waiting === 1 && is.failing_since);
		}
		/* They rest. */
		await run();
		assert.equal(hooks.got.length, 4 * turn + 4);
		await wake();
	}
	await assertSecret();
	await run();
	assert.equal(hooks.got.length, 12);
	for (const is of await kw.cliJson("alerts"))
		assert.ok(is.waiting === 0 && is.error === null && is.sent_at);
});

test("who asks for time gets it", async () => {
	const rests = () => kw.sql.exec(`select round(extract(epoch
	    from max(paused_until) - now())) from keywheel.alert_receivers
	    where removed_at is null`);
	await use(["slack"]);
	hooks.script("slack", { status: 429, headers: { "Retry-After": "300" } });
	await raise("storm", "m", "words");
	await run();
	assert.ok(Math.abs(await rests() - 300) < 20);
	await use(["telegram"]);
	hooks.script("telegram", { status: 429, body: { ok: false,
		description: "Too Many Requests: retry after 400",
		parameters: { retry_after: 400 } } });
	await raise("storm", "n", "words");
	await run();
	assert.ok(Math.abs(await rests() - 400) < 20);
});

test("a runner that is killed in the middle", async () => {
	await use(["json"]);
	hooks.script("json", { hang: true });
	await raise("storm", "m", "words");
	const runner = spawn(path.join(kw.state, "keywheel"),
	    ["jobs", "run", "alerts"], { stdio: "ignore" });
	await until(() => hooks.got.length > 0, { what: "the message" });
	runner.kill("SIGKILL");
	await once(runner, "exit");
	await release();
	await run();
	assert.equal(hooks.got.length, 1);
	await wake();
	await release();
	await run();
	assert.equal(hooks.got.length, 2);
	assert.equal(hooks.got[0].body.id, hooks.got[1].body.id);
});

test("what cannot be delivered within a day is given up, and told", async () => {
	await use(["slack"]);
	hooks.script("slack", { status: 500 });
	await raise("no_key", "gemini", "The pool gemini has no active key");
	await run();
	await kw.sql.exec(`update keywheel.alert_messages
	    set made_at = now() - interval '25 hours'`);
	await wake();
	await run();
	assert.equal(hooks.got.length, 1);
	assert.match(textOf((await visitor.get("/alerts")).text),
	    /A pool has no key left \( ?gemini ?\).*given up.*status 500/);
});

// ---- from the beginning -----------------------------------------------------

test("a key that dies is told, and when it is back", async () => {
	await use(["json"], { ALERT_POOL_LOW_PERCENT: 0 });
	await kw.fake.script({ key: KEYS[0], do: { error: "api_key_invalid" } });
	await until(async () => {
		await kw.chat();
		return (await kw.key(KEYS[0])).state === "disabled";
	}, { what: "the key is disabled" });
	const { key_id } = await kw.key(KEYS[0]);
	await run();
	const { kind, subject, text } = hooks.got[0].body;
	assert.deepEqual([kind, subject], ["key_died", `key ${key_id}`]);
	assert.match(text, /not used any more: invalid_key\. Google's words: API key/);
	assertClean(text);
	assert.ok(!text.includes(KEYS[0]));
	await kw.cli("keys", "enable", String(key_id));
	await run();
	assert.deepEqual(hooks.got.map(({ body }) => body.state),
	    ["raised", "ended"]);
});

// ---- by hand ----------------------------------------------------------------

test("a test message, by the command and by the page", async () => {
	assert.match((await kw.cli("alerts")).out, /nobody is told/);
	await use(FORMS);
	hooks.script("feishu", { status: 500 });
	const tried = await kw.cli("--json", "alerts", "test");
	assert.equal(tried.status, 1);
	assert.deepEqual(JSON.parse(tried.out).map(({ taken }) => taken),
	    [true, true, false, true]);
	assert.equal(hooks.of("json")[0].body.state, "test");
	assert.match(hooks.of("slack")[0].body.text, /^\[keywheel gw-1\] This is a test/);
	assert.equal((await kw.cli("alerts", "test")).status, 0);

	hooks.forget();
	const page = (await visitor.get("/alerts")).text;
	const ids = [...page.matchAll(/name="receiver" value="(\w+)"/g)];
	assert.equal(ids.length, 4);
	assert.match(textOf(page), /slack http:\/\/127\.0\.0\.1:\d+\/…/);
	const press = async () => {
		const { status, headers } = await visitor.post("/alerts",
		    { receiver: ids[1][1] });
		assert.equal(status, 303);
		return textOf((await visitor.get(headers.location)).text);
	};
	assert.match(await press(), /The receiver has taken the test\./);
	hooks.script("slack", { status: 404, body: "no_team" });
	assert.match(await press(),
	    /The receiver has not taken the test: status 404: no_team/);
	assert.deepEqual(hooks.got.map(({ form }) => form), ["slack", "slack"]);
	assert.equal((await visitor.post("/alerts", { receiver: "x" })).status, 404);
});

test("what is no receiver, or no kind of alarm, is refused with a reason",
    async () => {
	const refused = async (name, value) => {
		const { status, err } = await kw.cli("set", "--", name, value);
		assert.equal(status, 1);
		assertClean(err, "the refusal");
		return err;
	};
	assert.match(await refused("ALERT_WEBHOOKS",
	    `mail http://h/${SECRETS.json}`), /does not begin with json, slack/);
	assert.match(await refused("ALERT_WEBHOOKS",
	    `telegram https://h/bot${SECRETS.telegram}/sendMessage`),
	/lacks the chat/);
	assert.match(await refused("ALERT_KINDS", "storm, strom"),
	    /element 2 is no kind of alarm/);
});
