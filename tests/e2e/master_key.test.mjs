// Another master key while two hosts serve, with an end in the middle.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { chown, copyFile, mkdir, readFile, rename, stat, writeFile }
	from "node:fs/promises";
import { hostname } from "node:os";
import path from "node:path";
import { after, before, test } from "node:test";

import { Stack, build, freePort, program, quickstart, root, startStack }
	from "./lib/stack.mjs";
import { Sql } from "./lib/sql.mjs";
import { sleep, until } from "./lib/until.mjs";

const MANY = 2000; /* keys, so that there is a middle */

let one, two, load;

async function copyAs(from, to) {
	const { uid, gid, mode } = await stat(from);
	await copyFile(from, `${to}.new`);
	await chown(`${to}.new`, uid, gid);
	assert.equal(mode & 0o777, 0o600);
	await rename(`${to}.new`, to);
}

/** A second host on the first one's database, with its master key. */
async function startSecond() {
	const state = path.join(one.dir, "second");
	const { uid, gid } = await stat(file(one));
	await mkdir(state, { mode: 0o700 });
	await chown(state, uid, gid);
	await copyAs(file(one), path.join(state, "master.key"));
	const stack = new Stack({ dir: one.dir, state, port: await freePort(),
		fakePort: one.fake.port });
	await up(stack);
	return stack;
}

const url = (role) => `postgresql://${role}@/keywheel?host=${one.state}/run`;

async function up(stack) {
	const { status, out, err } = await program(path.join(root, "quickstart"),
	    ["up", "--state", stack.state, "--port", String(stack.port)],
	    { env: { DATABASE_URL: url("keywheel_app"),
		OWNER_DATABASE_URL: url("keywheel_owner") } });
	assert.equal(status, 0, `${out}${err}`);
}

function file(stack) {
	return path.join(stack.state, "master.key");
}

/** Requests to both, one after another, until it is told to end. */
function startLoad() {
	const load = { asked: 0, failed: [], ends: false };
	const worker = async (stack) => {
		while (!load.ends) {
			const answer = await stack.chat({}, { timeout: 20000 });
			load.asked++;
			await sleep(10);
			if (answer.status !== 200)
				load.failed.push(`${answer.status} ${answer.text}`);
		}
	};
	load.done = Promise.all([one, two].map(worker));
	load.more = async (n) => {
		const wanted = load.asked + n;
		await until(() => load.asked >= wanted, { timeout: 20000 });
	};
	return load;
}

before(async () => {
	one = await startStack();
	two = await startSecond();
	const keys = Array.from({ length: MANY }, (_, i) =>
	    `AIzaSyE2E-master-key-${String(i).padStart(18, "0")}`).join("\n");
	const { status, err } = await one.cli("keys", "add", "-",
	    { input: keys });
	assert.equal(status, 0, err);
	load = startLoad();
});

after(async () => {
	load.ends = true;
	await load.done;
	await quickstart("stop", "--state", two.state);
	await one.stop();
});

const show = () => one.cliJson("master-key");
const sealing = () => one.sql.exec("select sealing from keywheel.master_key");

test("a new key is not used before every host has it", async () => {
	const first = (await show()).seals;
	assert.match((await one.cli("master-key", "rotate")).err,
	    /holds no new key/);
	const added = await one.cliJson("master-key", "add");
	assert.equal(added.keys.length, 2);
	assert.equal(added.seals, first);
	const { mode } = await stat(file(one));
	assert.equal(mode & 0o777, 0o600);
	assert.match((await one.cli("master-key", "add")).err, /a new key already/);
	assert.match((await one.cli("master-key", "finish")).err, /seals still/);
	const refused = await one.cli("master-key", "rotate");
	assert.equal(refused.status, 1);
	assert.match(refused.err, new RegExp(`${file(two)} does not hold the key ${
	    added.keys[1]}`));
	/* Copies of a machine have one name. */
	const number = await readFile("/etc/machine-id", "utf8").catch(() => "");
	const host = new RegExp(`^${hostname()}${
	    number.length > 1 ? "/[0-9a-f]{8}" : ""}:`);
	for (const h of added.hosts)
		assert.match(h.host, host);
	assert.equal(await sealing(), "");
});

test("it is stopped in the middle, and goes on", async () => {
	await copyAs(file(one), file(two));
	const child = spawn(path.join(one.state, "keywheel"),
	    ["master-key", "rotate"], { stdio: "ignore" });
	/* Its connection tells how far it is. */
	await until(async () => await sealing() !== "",
	    { every: 1, timeout: 10000 });
	const pid = await until(async () => (await one.sql.exec(`
	    select pid from pg_stat_activity
	    where query like '%keywheel.reseal(%' and pid <> pg_backend_pid()
		and usename = 'keywheel_owner' limit 1`)) || null,
	{ every: 1, timeout: 10000 });
	await one.sql.exec(`select pg_terminate_backend(${pid})`);
	child.kill("SIGKILL");
	await new Promise((resolve) => child.on("close", resolve));
	const middle = (await show()).sealed.keys;
	assert.ok(middle.other > 0, `${JSON.stringify(middle)}: no middle`);
	await load.more(20);
	/* Whoever adds keys uses the new one now; an old one is known. */
	const more = await two.cli("keys", "add", "-", { input:
	    "AIzaSyE2E-master-key-late-000000000000\n" +
	    "AIzaSyE2E-master-key-000000000000000007\n" });
	assert.match(more.out, /1 added, 0 restored, 1 known already/, more.err);

	const { sealed, seals, keys } = await one.cliJson("master-key", "rotate");
	assert.equal(seals, keys[1]);
	assert.deepEqual(sealed.keys, { right: MANY + 6, other: 0, lost: 0 });
	assert.equal(await one.sql.exec(`select count(*)
	    from keywheel.key_rotation r join keywheel.keys k using (key_id)
	    where r.secret <> k.secret`), "0");
	await load.more(20);
});

test("a file that somebody changes meanwhile stays as it is", async () => {
	const before = await readFile(file(one), "utf8");
	const [first, second] = before.split("\n");
	const put = async (text) => {
		await writeFile(`${file(one)}.new`, text, { mode: 0o600 });
		const { uid, gid } = await stat(file(one));
		await chown(`${file(one)}.new`, uid, gid);
		await rename(`${file(one)}.new`, file(one));
	};
	/* What it looks at last waits, until the file is another. */
	const holder = new Sql(one.state);
	await holder.exec("begin; lock table keywheel.key_drafts");
	const finish = one.cli("master-key", "finish");
	await until(async () => await one.sql.exec(`
	    select count(*) from pg_stat_activity
	    where wait_event_type = 'Lock' and query like '%sealed_rows%'`) !== "0",
	{ every: 10, timeout: 10000 });
	const other = `${second}\n${first}\n`;
	await put(other);
	await holder.exec("rollback");
	const { status, err } = await finish;
	assert.equal(status, 1);
	assert.match(err, /has been changed by somebody else/);
	assert.equal(await readFile(file(one), "utf8"), other);
	await put(before);
});

test("the old key is dropped, and what had been is good still", async () => {
	const before = await readFile(file(one), "utf8");
	const old = path.join(one.dir, "old.key");
	await writeFile(old, `${before.split("\n")[0]}\n`, { mode: 0o600 });
	const { keys, seals } = await one.cliJson("master-key", "finish");
	assert.deepEqual(keys, [seals]);
	const text = await readFile(file(one), "utf8");
	assert.match(text, /^[0-9a-f]{64}\nhash [0-9a-f]{64}\n$/);
	assert.equal(text.split("\n")[0], before.split("\n")[1]);
	await load.more(20);
	await copyAs(file(one), file(two));
	await load.more(20);
	load.ends = true;
	await load.done;
	assert.deepEqual(load.failed, []);

	/* A responder that begins now knows the new one only. */
	await quickstart("stop", "--state", two.state);
	await up(two);
	for (let i = 0; i < 5; i++)
		assert.equal((await two.chat()).status, 200);

	/* Who has the old key opens nothing, and seals nothing with it. */
	const asStranger = (args, input) => program(
	    path.join(build, "keywheel"), args, { input,
		env: { DATABASE_URL: url("keywheel_owner"), MASTER_KEY_FILE: old } });
	const adds = await asStranger(["keys", "add", "-"],
	    "AIzaSyE2E-master-key-stale-00000000000\n");
	assert.notEqual(adds.status, 0, adds.out);
	assert.match(adds.err, new RegExp(`${seals} seals, .*nothing is sealed`));
	assert.match(adds.err, /^keywheel: MASTER_KEY_FILE does not hold the key/m);
	assert.equal((await show()).sealed.keys.lost, 0);
	const stranger = await asStranger(["master-key"]);
	assert.equal(stranger.status, 1);
	assert.match(stranger.err, new RegExp(
	    `${seals} seals, and MASTER_KEY_FILE does not hold it`));
	const health = await two.request({ path: "/health", token: null });
	assert.equal(health.status, 200);

	/* Nothing of any key is told anywhere. */
	const secrets = `${before}${text}`.match(/[0-9a-f]{64}/g);
	for (const stack of [one, two])
		for (const log of ["keywheel.log", "lighttpd.log", "postgres.log"]) {
			const said = await readFile(
			    path.join(stack.state, "log", log), "utf8").catch(() => "");
			for (const secret of secrets)
				assert.ok(!said.includes(secret), log);
		}
});
