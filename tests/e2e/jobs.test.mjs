// Jobs and healing: by the command line, and without cron.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { writeFile } from "node:fs/promises";
import http from "node:http";
import path from "node:path";

import { KEYS, build, freePort, quickstart, root, startStack }
    from "./lib/stack.mjs";
import { kw, test } from "./lib/shared.mjs";
import { request } from "./lib/raw.mjs";
import { quote } from "./lib/sql.mjs";
import { crowd, until } from "./lib/until.mjs";

/** Chats until the key's state is that. */
async function chatUntil(secret, state) {
	await until(async () => {
		await kw.chat();
		return (await kw.key(secret)).state === state;
	}, { what: `${secret.slice(-2)} is ${state}` });
}

/** As if the key's next probe were due now. */
async function makeDue(secret, stack = kw) {
	await stack.sql.exec(`update keywheel.keys set probe_at = now()
	    where probe_at is not null
		and hint like ${quote(`%${secret.slice(-2)}`)}`);
}

async function recheck() {
	const [report] = JSON.parse((await kw.cli("--json", "jobs", "run",
	    "recheck")).out);
	return report;
}

const lastEvent = async (secret) => kw.sql.row(`select e.event, e.cause,
    e.evidence from keywheel.key_events e
    where e.key_id = ${(await kw.key(secret)).key_id}
    order by e.event_id desc limit 1`);

const asked = async (secret) => (await kw.fake.requests())
    .filter(({ key }) => key === secret);

test("a dead key comes back when it is good again", async () => {
	await kw.set({ CUSTOM_HEADERS: '{"X-Team": "blue"}',
		TEST_MODEL: "gemini-2.0-flash" });
	await kw.fake.script({ key: KEYS[0], do: { error: "api_key_invalid" } });
	await chatUntil(KEYS[0], "disabled");
	const before = (await asked(KEYS[0])).length;

	/* It is not due: a day is to pass. */
	assert.match((await recheck()).message, /^0 probed.*1 wait for a probe/);
	assert.equal((await asked(KEYS[0])).length, before);
	const { hours } = await kw.sql.row(`select round(extract(epoch from
	    probe_at - now()) / 3600) as hours from keywheel.keys
	    where probe_at is not null`);
	assert.equal(Number(hours), 24);

	/* Still dead. */
	await makeDue(KEYS[0]);
	assert.match((await recheck()).message,
	    /^1 probed, 0 work again, 1 still refused/);
	assert.equal((await kw.key(KEYS[0])).state, "disabled");
	const event = await lastEvent(KEYS[0]);
	assert.deepEqual([event.event, event.cause], ["probed", "invalid_key"]);
	assert.match(event.evidence, /API key/);

	/* What a probe is. */
	const probe = (await asked(KEYS[0])).at(-1);
	assert.equal(probe.verb, "POST");
	assert.equal(probe.path, "/v1beta/models/gemini-2.0-flash:generateContent");
	assert.equal(probe.headers["x-team"], "blue");
	assert.equal(probe.body.generationConfig.maxOutputTokens, 1);

	/* Good again. */
	await kw.fake.reset();
	await makeDue(KEYS[0]);
	const report = await recheck();
	assert.ok(report.ok);
	assert.match(report.message, /^1 probed, 1 work again/);
	const key = await kw.key(KEYS[0]);
	assert.deepEqual([key.state, key.faults], ["active", 0]);
	assert.deepEqual(await lastEvent(KEYS[0]),
	    { event: "enabled", cause: "probe", evidence: "" });
	await crowd(10, 2, () => kw.chat());
	assert.ok((await asked(KEYS[0])).length >= 2);
});

test("a key whose quota is used up is valid: it comes back, and rests",
    async () => {
	await kw.fake.script({ key: KEYS[1], times: 1,
		do: { error: "service_disabled" } },
	    { key: KEYS[1], do: { error: "rate_minute", retry_delay: "30s" } });
	await chatUntil(KEYS[1], "disabled");
	await recheck();
	await makeDue(KEYS[1]);
	assert.match((await recheck()).message, /1 work again/);
	assert.equal((await kw.key(KEYS[1])).state, "active");
	const [rest] = await kw.cooldowns();
	assert.equal(rest.reason, "rate_minute");
	assert.equal(rest.model, "gemini-2.5-flash-lite");
});

test("never probed: what leaked, and what was disabled by hand", async () => {
	await kw.fake.script({ key: KEYS[2], do: { error: "leaked" } });
	await chatUntil(KEYS[2], "disabled");
	await kw.cli("keys", "disable",
	    String((await kw.key(KEYS[3])).key_id));
	await kw.fake.reset();
	await recheck();
	await kw.sql.exec(`update keywheel.keys set state_at = now() -
	    interval '1 year' where state = 'disabled'`);
	assert.match((await recheck()).message, /^0 probed.*0 wait/);
	assert.deepEqual([(await kw.key(KEYS[2])).state,
		(await kw.key(KEYS[3])).state], ["disabled", "disabled"]);
	assert.deepEqual(await kw.fake.requests(), []);
});

test("a probe that shows nothing blames nobody, and the job says so",
    async () => {
	await kw.fake.script({ key: KEYS[0], do: { error: "api_key_invalid" } });
	await chatUntil(KEYS[0], "disabled");
	await recheck();
	const count = async () => Number(await kw.sql.exec(
	    "select count(*) from keywheel.key_events where key_id is not null"));
	const events = await count();
	for (const [error, words] of [["unavailable", /overloaded/],
		["internal", /internal error/], ["location", /address/],
		["not_found_model", /does not know the model/]]) {
		await kw.fake.script({ error });
		await makeDue(KEYS[0]);
		const report = await recheck();
		assert.equal(report.ok, false);
		assert.match(report.message, words);
		assert.equal((await kw.key(KEYS[0])).state, "disabled");
	}
	await kw.set({ BASE_URL: "http://127.0.0.1:1/v1beta" });
	await makeDue(KEYS[0]);
	assert.match((await recheck()).message, /could not be reached/);
	assert.equal(await count(), events);

	/* It is shown; the next time it works again. */
	const { out } = await kw.cli("jobs");
	assert.match(out, /^recheck .* failed +1 probed/m);
	const { next_at, failures } = (await kw.cliJson("jobs"))
	    .find(({ name }) => name === "recheck");
	assert.equal(failures, 5);
	assert.ok(Date.parse(next_at) > Date.now() + 5 * 60e3, next_at);
	await kw.set({ BASE_URL: `${kw.fake.url}/v1beta` });
	await kw.fake.reset();
	await makeDue(KEYS[0]);
	assert.ok((await recheck()).ok);
	assert.equal((await kw.key(KEYS[0])).state, "active");
});

test("two at once: a job runs once, and a key is probed once", async () => {
	await kw.fake.script(...KEYS.map((key) =>
	    ({ key, do: { error: "api_key_invalid" } })));
	await until(async () => {
		await kw.chat();
		return (await kw.keyStates()).every((k) => k.state === "disabled" ||
		    k.key_id > KEYS.length);
	});
	await recheck();
	for (const key of KEYS)
		await makeDue(key);
	await kw.fake.reset();
	await kw.fake.script({ first_delay_ms: 300 });
	const runs = await Promise.all([1, 2, 3, 4].map(() =>
	    kw.cli("jobs", "run", "recheck")));
	const done = runs.filter(({ status }) => status === 0);
	assert.equal(done.length, 1, JSON.stringify(runs));
	assert.ok(runs.every(({ status, err }) => status === 0 ||
	    /it runs elsewhere/.test(err)));
	assert.match(done[0].out, /^recheck: ok: 5 probed, 5 work again/);
	assert.deepEqual(Object.values(await kw.fake.counts()), [1, 1, 1, 1, 1]);

	/* The same for what is due. */
	const count = async () => Number(await kw.sql.exec(`select runs
	    from keywheel.jobs where name = 'housekeeping'`));
	await kw.cli("jobs");
	const before = await count();
	await kw.sql.exec("update keywheel.jobs set next_at = now()");
	await Promise.all([1, 2, 3, 4].map(() => kw.cli("jobs", "run")));
	assert.equal(await count(), before + 1);
});

/** A Gemini that says nothing, and counts who comes. */
async function mute(t) {
	const calls = [];
	const server = http.createServer((request, response) => {
		calls.push(request.headers["x-goog-api-key"]);
		request.resume();
		response.on("error", () => {});
	}).listen(0, "127.0.0.1");
	await once(server, "listening");
	t.after(() => {
		server.closeAllConnections();
		server.close();
	});
	return { calls, url: `http://127.0.0.1:${server.address().port}/v1beta` };
}

test("a run that is killed is taken up again", async (t) => {
	await kw.fake.script({ key: KEYS[0], do: { error: "api_key_invalid" } });
	await chatUntil(KEYS[0], "disabled");
	await recheck();
	await makeDue(KEYS[0]);
	const { calls, url } = await mute(t);
	await kw.set({ BASE_URL: url });
	const child = spawn(path.join(build, "keywheel"), ["--conf",
		path.join(kw.state, "keywheel.conf"), "jobs", "run", "recheck"],
	    { stdio: "ignore" });
	await until(() => calls.length === 1);
	child.kill("SIGKILL");
	await once(child, "exit");
	const running = (await kw.cliJson("jobs"))
	    .find(({ name }) => name === "recheck");
	assert.equal(running.result, "running");
	assert.match(running.running_by, new RegExp(` ${child.pid}$`));

	/* Nobody may, before its claims have expired; then anybody. */
	await kw.set({ BASE_URL: `${kw.fake.url}/v1beta` });
	await kw.fake.reset();
	assert.match((await recheck()).message, /elsewhere/);
	await kw.sql.exec(`update keywheel.jobs set claimed_until = now(),
	    next_at = now() where name = 'recheck'`);
	await makeDue(KEYS[0]);
	const { out } = await kw.cli("jobs", "run");
	assert.match(out, /^recheck: ok: 1 probed, 1 work again/m);
	assert.equal((await kw.key(KEYS[0])).state, "active");
	const history = await kw.cliJson("jobs", "history", "recheck");
	assert.deepEqual(history.slice(0, 2).map(({ result }) => result),
	    ["ok", "lost"]);
});

test("the list of models is there before a client asks", async () => {
	await kw.cli("jobs", "run", "models");
	const { n } = await kw.sql.row("select count(*) as n from keywheel.models");
	assert.equal(n, 6);
	assert.deepEqual((await kw.fake.requests()).map(({ method }) => method),
	    ["models"]);
	const models = await kw.request({ path: "/v1/models" });
	assert.ok(models.json.data.length >= 6);
	assert.equal((await kw.fake.requests()).length, 1);

	/* Fresh: it is not asked for again. Away: it says so. */
	assert.match((await kw.cli("jobs", "run", "models")).out, /is fresh/);
	await kw.sql.exec(`update keywheel.model_lists set
	    fetched_at = '-infinity', claimed_at = '-infinity'`);
	await kw.fake.script({ error: "unavailable" });
	const { status, err } = await kw.cli("jobs", "run", "models");
	assert.equal(status, 1);
	assert.match(err, /^keywheel: models failed: the model is overloaded/);
});

test("jobs: lists, history, names, exit codes", async () => {
	await kw.cli("jobs", "run", "housekeeping", "trim");
	const { out } = await kw.cli("jobs");
	assert.match(out, /^NAME +EVERY +LAST +NEXT +RESULT +MESSAGE\n/);
	assert.match(out, /^housekeeping +00:01:00 +20.* ok /m);
	assert.match(out, /^trim +day at 03:30 UTC +20.* ok /m);
	await kw.set({ TIMEZONE: "Asia/Shanghai", CHECK_INTERVAL_HOURS: "0" });
	const jobs = await kw.cliJson("jobs");
	assert.deepEqual(jobs.map(({ name }) => name),
	    ["alerts", "budgets", "deadlines", "files", "housekeeping",
		"models", "pictures", "proxies", "recheck", "retention",
		"tasks", "trim", "usage"]);
	const job = (name) => jobs.find((row) => row.name === name);
	assert.equal(job("recheck").every, "off");
	assert.equal(job("recheck").next_at, null);
	assert.match(job("trim").next_at, / 19:30:00\+00$/);

	const runs = await kw.cliJson("jobs", "history", "trim");
	assert.equal(runs[0].result, "ok");
	assert.match(runs[0].message, /^\d+ events of keys forgotten$/);
	assert.match((await kw.cli("jobs", "history")).out,
	    /^NAME +STARTED +ENDED +RESULT +BY +MESSAGE\n/);
	for (const words of [["run", "sweep"], ["history", "sweep"]]) {
		const { status, err } = await kw.cli("jobs", ...words);
		assert.equal(status, 1);
		assert.match(err, /no job sweep; there are alerts, budgets, deadlines/);
	}
	const zone = await kw.cli("set", "TIMEZONE", "Mars/Phobos");
	assert.equal(zone.status, 1);
	assert.match(zone.err, /there is no time zone "Mars\/Phobos"/);
	assert.equal((await kw.cli("get", "TIMEZONE")).out.trim(),
	    "Asia/Shanghai");
});

test("check tells a key without quota from one that is not valid",
    async () => {
	await kw.fake.script({ key: KEYS[0], do: { error: "rate_day" } },
	    { key: KEYS[1], do: { error: "api_key_expired" } });
	const { status, out } = await kw.cli("check");
	assert.equal(status, 1);
	assert.match(out, /^key 1 .*: valid, but rate_day, the quota of the day/m);
	assert.match(out, /^key 2 .*: invalid_key, /m);
	assert.match(out, /^pool: failed, 3 of 5 work, 1 is valid without quota/m);
	await kw.fake.script({ key: KEYS[0], do: { error: "rate_day" } });
	const json = await kw.cliJson("check");
	assert.equal(json.ok, true);
	assert.deepEqual(json.keys.map(({ valid, quota }) => [valid, quota]),
	    [[true, false], [true, true], [true, true], [true, true],
		[true, true]]);
});

// ---- without cron ------------------------------------------------------------

/** A stack with a key that Google refused, and a probe that is due. */
async function withDeadKey(t) {
	const stack = await startStack({ keys: KEYS.slice(0, 2) });
	t.after(() => stack.stop());
	await stack.fake.script({ key: KEYS[0],
		do: { error: "api_key_invalid" } });
	await until(async () => {
		await stack.chat();
		return (await stack.key(KEYS[0])).state === "disabled";
	});
	await stack.cli("jobs", "run", "recheck");
	await stack.fake.reset();
	await makeDue(KEYS[0], stack);
	await stack.sql.exec(`update keywheel.jobs set next_at = now();
	    update keywheel.job_look set looked_at = '-infinity'`);
	return stack;
}

const isBack = (stack) => until(async () =>
    (await stack.key(KEYS[0])).state === "active",
    { timeout: 20000, what: "the key is back" });

/** "" if that process has ended, whoever is to be told. */
function commandOf(pid) {
	try {
		return readFileSync(`/proc/${pid}/cmdline`, "utf8");
	} catch {
		return "";
	}
}

test("the parent of the responders runs jobs, without cron and request",
    { timeout: 120000 }, async (t) => {
	const stack = await withDeadKey(t);
	const master = await stack.pid("responders");
	const runs = () => stack.sql.exec("select sum(runs) from keywheel.jobs");
	const before = await runs();

	/* Off: the parent that starts now does nothing. */
	const restart = async () => {
		const pid = await stack.pid("responders");
		process.kill(pid, "SIGTERM");
		await until(() => commandOf(pid) === "", { timeout: 15000 });
		const up = await quickstart("up", "--state", stack.state,
		    "--port", String(stack.port));
		assert.equal(up.status, 0, up.err);
	};
	await restart();
	assert.notEqual(await stack.pid("responders"), master);
	await until(async () => await stack.sql.exec(
	    "select looked_at > '-infinity' from keywheel.job_look") === "t");
	assert.equal((await stack.key(KEYS[0])).state, "disabled");
	assert.equal(await runs(), before);

	await stack.set({ JOBS_AFTER_REQUESTS: "true" });
	await stack.sql.exec(
	    "update keywheel.job_look set looked_at = '-infinity'");
	await restart();
	await isBack(stack);
});

/** A lighttpd that starts one responder by itself. started: what is done
    before its first request. */
async function ownLighttpd(t, stack, started = async () => {}) {
	const connections = () => stack.sql.exec(`select count(*)
	    from pg_stat_activity where application_name = 'keywheel'
		and query like '%warm_up%'`);
	const before = await connections();
	const port = await freePort();
	const file = path.join(stack.dir, "own.conf");
	await writeFile(file, `
server.compat-module-load = "disable"
server.modules = ( "mod_fastcgi" )
server.document-root = "${stack.dir}"
server.bind = "127.0.0.1"
server.port = ${port}
fastcgi.server = ( "" => ((
    "bin-path" => "${build}/keywheel.fcgi --conf ${stack.state}/keywheel.conf",
    "bin-environment" => ( "TEMPLATE_DIR" => "${root}/templates" ),
    "socket" => "${stack.dir}/own.sock", "max-procs" => 1,
    "check-local" => "disable" )))
server.errorlog = "${stack.dir}/own.log"
`);
	const child = spawn("lighttpd", ["-D", "-f", file], {
		stdio: "ignore", env: { ...process.env,
			PATH: `${process.env.PATH}:/usr/sbin` } });
	t.after(async () => {
		child.kill("SIGTERM");
		await once(child, "exit");
	});
	await until(async () => await connections() !== before,
	    { what: "the responder" });
	await started();
	const health = () => request(port, { path: "/health" }).catch(() => ({}));
	await until(async () => (await health()).status === 200);
	return { port, health };
}

test("a responder that a web server started runs a job after its answer",
    { timeout: 120000 }, async (t) => {
	const stack = await withDeadKey(t);
	await stack.set({ JOBS_AFTER_REQUESTS: "true" });
	/* Only the one job is due, and nobody else looks. */
	await stack.sql.exec(`update keywheel.jobs set next_at = 'infinity'
	    where name <> 'recheck';
	    select keywheel.begin_task(keywheel.ask_key_task('disable',
		'e2e', '{2}', null, null, null), '{}')`);
	/* It goes by the settings of this moment, not by those that it has. */
	await ownLighttpd(t, stack,
	    () => stack.set({ TEST_MODEL: "gemini-2.0-flash" }));
	await isBack(stack);
	const [run] = await stack.cliJson("jobs", "history", "recheck");
	assert.equal(run.result, "ok");
	/* … and a task that waits. */
	assert.equal((await stack.key(KEYS[1])).state, "disabled");
	const [task] = await stack.cliJson("tasks");
	assert.equal(task.state, "done");
	assert.deepEqual((await stack.fake.requests()).map(({ model }) => model),
	    ["gemini-2.0-flash"]);
});

/* Nothing has failed by that: it is due again. */
for (const [job, said] of [["recheck", /^0 probed/], ["models", /^left off/]])
	test(`… and leaves off when a request waits: ${job}`,
	    { timeout: 120000 }, async (t) => {
		const stack = await withDeadKey(t);
		const { calls, url } = await mute(t);
		await stack.set({ JOBS_AFTER_REQUESTS: "true", BASE_URL: url });
		await stack.sql.exec(`update keywheel.jobs set next_at = 'infinity'
		    where name <> '${job}'`);
		const { health } = await ownLighttpd(t, stack);
		await until(() => calls.length === 1, { what: "the call" });
		/* It would wait for fifteen seconds. */
		const begun = Date.now();
		assert.equal((await health()).status, 200);
		assert.ok(Date.now() - begun < 10000);
		const [run] = await until(async () => {
			const runs = await stack.cliJson("jobs", "history", job);
			return runs[0].ended_at !== null && runs;
		});
		assert.equal(run.result, "ok");
		assert.match(run.message, said);
		assert.deepEqual(await stack.cliJson("alarms"), []);
		assert.deepEqual(await stack.sql.row(`select
		    (select probe_at <= now() from keywheel.keys
			where probe_at is not null) as probe,
		    (select claimed_at <= now() - interval '1 minute'
			from keywheel.model_lists) as list`),
		    { probe: true, list: true });
	});
