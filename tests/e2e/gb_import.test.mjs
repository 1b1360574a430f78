// Moving in from gemini-balance: its .env, its SQLite file, its MySQL dump.
// gb_import/dump.sql is what mariadb-dump 10.11 wrote of tables as
// gemini-balance makes them, with made-up keys.
import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { mkdtemp, readFile, readdir, rm, writeFile } from "node:fs/promises";
import os from "node:os";
import path from "node:path";
import { gzipSync } from "node:zlib";

import { KEYS, MODEL, program, root } from "./lib/stack.mjs";
import { kw, test as shared } from "./lib/shared.mjs";

const TOKEN = "sk-moving-in-client-4be1c07d2f6a";
const ADMIN = "sk-moving-in-admin-9c3e5d7a1b20";
const key = (i) => `AIzaSyMOVEIN-${String(i).padStart(26, "0")}`;

const time = (days) => new Date(Date.now() + days * 86400000).toISOString()
    .slice(0, 19).replace("T", " ");
const dump = (await readFile(path.join(root, "tests/e2e/gb_import/dump.sql"),
    "utf8")).replaceAll("2001-01-01 00:00:00", time(1))
    .replaceAll("2000-12-31 00:00:00", time(-1));

let dir;

/* What was brought before is not even known any more. */
function test(name, fn) {
	shared(name, async (t) => {
		dir = await mkdtemp(path.join(os.tmpdir(), "kw-gb-"));
		t.after(async () => {
			await rm(dir, { recursive: true });
			await kw.sql.exec(`delete from keywheel.tokens
			    where origin = 'gemini-balance';
			    delete from keywheel.resources;
			    select keywheel.set_key_state(key_id, 'removed', 'e2e')
			    from keywheel.keys where origin = 'gemini-balance';
			    delete from keywheel.keys
			    where origin = 'gemini-balance'`);
		});
		await fn(t);
	});
}

async function fileOf(name, bytes) {
	const file = path.join(dir, name);
	await writeFile(file, bytes);
	return file;
}

/** No key, no token and no other secret of theirs is ever shown. */
function holdsNoSecret({ out, err }) {
	assert.doesNotMatch(out + err,
	    /MOVEIN|MoveIn|sk-moving|smms-secret|hunter2|root-secret/);
}

async function run(...args) {
	const said = await kw.cli("import-gemini-balance", ...args);
	holdsNoSecret(said);
	return said;
}

async function imported(...args) {
	const { status, out, err } = await run("--json", ...args);
	assert.equal(status, 0, err);
	return { ...JSON.parse(out), err };
}

async function refused(pattern, ...args) {
	const { status, out, err } = await run(...args);
	assert.equal(status, 1, out + err);
	assert.match(err, pattern);
	assert.equal(out, "");
}

async function hasSettings(values) {
	const all = Object.fromEntries((await kw.cliJson("get"))
	    .map(({ name, value }) => [name, value]));
	for (const [name, value] of Object.entries(values))
		assert.equal(all[name], value, name);
}

/** A SQLite file of the same rows. */
async function sqliteFile(...more) {
	const rows = [
		["API_KEYS", JSON.stringify([key(1), key(2)])],
		["ALLOWED_TOKENS", TOKEN],
		["AUTH_TOKEN", ADMIN],
		["MAX_FAILURES", "7"],
		["TIME_OUT", "a while"],
		["STREAM_MIN_DELAY", "0.5"],
		["BASE_URL", `${kw.fake.url}/v1beta`],
		...more,
	].map(([name, value], i) =>
	    `insert into t_settings values (${i}, '${name}', '${value}', null);`);
	const file = path.join(dir, "default_db");
	await sqlite(file, `create table t_settings (id integer primary key,
	    "key" varchar(100) not null unique, value text, updated_at datetime);
	    ${rows.join("\n")}
	    create table t_file_records (id integer primary key, name text,
		display_name text, api_key text, user_token text,
		create_time datetime, expiration_time datetime);
	    insert into t_file_records values
		(1, 'files/lite', 'é', '${key(2)}', '${TOKEN}',
		    '${time(-1)}.123456', '${time(1)}.123456'),
		(2, 'files/gone', 'x', '${key(2)}', '${TOKEN}',
		    '${time(-3)}.1', '${time(-1)}.1');`);
	return file;
}

async function sqlite(file, input) {
	const said = await program("sqlite3", ["-bail", file], { input });
	assert.equal(said.status, 0, said.err);
}

test("a MySQL dump: settings, keys, tokens and files; twice is the same",
    async () => {
	const text = dump.replaceAll("http://127.0.0.1:1", kw.fake.url);
	const file = await fileOf("anything.txt", text);

	const dry = await imported("--dry-run", file);
	assert.equal(dry.keys.added, 4);
	await hasSettings({ MAX_FAILURES: "3" });
	assert.equal((await kw.cliJson("keys", "list")).length, KEYS.length);

	const first = await imported(file);
	assert.deepEqual({ ...first, err: "" }, { dry_run: false,
		settings: { taken: 26, changed: first.settings.changed },
		keys: { added: 4, restored: 0, known: 0 },
		tokens: { added: 3, restored: 0, known: 0 },
		files: { added: 2, known: 0, gone: 1, no_key: 1, no_token: 1 },
		err: "" });
	for (const said of [/line \d+: API_KEYS element 4 .* it is left out/,
		/FAKE_STREAM_EMPTY_DATA_INTERVAL_SECONDS must .* it is left out/,
		/without meaning here: DATABASE_TYPE, MYSQL_PASSWORD, MYSQL_HOST/,
		/left out: MYSQL_ROOT_PASSWORD, TIME_ZONE/,
		/gone from the Gemini API: CREATE_IMAGE_MODEL/])
		assert.match(first.err, said);

	/* What an error's text said is a text. */
	await hasSettings({ MAX_RETRIES: "2",
		MAX_FAILURES: "10", TIMEZONE: "Asia/Shanghai",
		SHOW_THINKING_PROCESS: "false", UPLOAD_PROVIDER: "smms",
		CREATE_IMAGE_MODEL: "gemini-3.1-flash-image",
		FAKE_STREAM_EMPTY_DATA_INTERVAL_SECONDS: "5",
		THINKING_BUDGET_MAP:
		    '{"gemini-2.5-flash":-1.0,"gemini-2.5-pro":24000.0}' });
	assert.deepEqual((await kw.cliJson("keys", "list"))
	    .filter(({ key_id }) => key_id > KEYS.length)
	    .map(({ pool }) => pool).sort(),
	    ["gemini", "gemini", "gemini", "vertex"]);
	assert.deepEqual((await kw.cliJson("tokens", "list"))
	    .filter(({ origin }) => origin === "gemini-balance")
	    .map(({ name, admin }) => `${name} ${admin}`).sort(),
	    ["gemini-balance-1 false", "gemini-balance-2 false",
		"gemini-balance-admin true"]);

	const again = await imported(file);
	assert.deepEqual([again.settings.changed, again.keys, again.tokens,
		again.files.added, again.files.known],
	    [0, { added: 0, restored: 0, known: 4 },
		{ added: 0, restored: 0, known: 3 }, 0, 2]);

	/* Their clients go on as they are. */
	await kw.useKeys(0);
	assert.equal((await kw.chat({ model: MODEL }, { token: TOKEN })).status,
	    200);
	const sent = await kw.fake.only();
	assert.equal(sent.headers["x-from"], "it's \"balance\" \\ 中");
	const files = await kw.request({ path: "/v1beta/files", token: TOKEN });
	assert.deepEqual(files.json.files.map(({ name, displayName }) =>
	    [name, displayName]), [["files/move-in-1", "a picture.png"]]);
});

test("a SQLite file in use, beside its .env: the database counts", async (t) => {
	const file = await sqliteFile(["MAX_RETRIES", "2"]);
	const env = await fileOf(".env", `API_KEYS=["your_key_of_long_ago"]
MAX_FAILURES=4
TIME_OUT=99
STREAM_MIN_DELAY=0.25
MYSQL_ROOT_PASSWORD=root-secret
MAX_RETRIES=2
`);
	for (const mode of ["delete", "wal"]) {
		/* Somebody is in the middle of a change. */
		const user = spawn("sqlite3", [file],
		    { stdio: ["pipe", "pipe", "inherit"] });
		t.after(() => user.kill());
		user.stdin.write(`pragma journal_mode=${mode};
		    begin immediate;
		    update t_settings set value = '1' where "key" = 'MAX_FAILURES';
		    select 'begun';\n`);
		for await (const text of user.stdout)
			if (`${text}`.includes("begun"))
				break;
		const before = await readFile(file);
		const beside = await readdir(dir);

		const { err, files } = await imported(env, file);
		assert.deepEqual(files, { added: mode === "wal" ? 0 : 1,
			known: mode === "wal" ? 1 : 0, gone: 1, no_key: 0,
			no_token: 0 });
		assert.match(err, /: TIME_OUT must be .* it is left out/);
		assert.match(err, /its count, as in gemini-balance: API_KEYS, MAX_FAILURES\n/);
		await hasSettings({ MAX_FAILURES: "7", TIME_OUT: "99",
			STREAM_MIN_DELAY: "0.25" });
		assert.ok(before.equals(await readFile(file)), "nothing is written");
		assert.deepEqual(await readdir(dir), beside);
		user.stdin.end("rollback;\n");
		await new Promise((resolve) => user.on("close", resolve));
	}
	/* Now nobody has it open: no files beside it, not even for a moment. */
	await rm(`${file}-wal`, { force: true });
	await rm(`${file}-shm`, { force: true });
	await imported(file);
	assert.deepEqual(await readdir(dir), [".env", "default_db"]);
	assert.equal((await kw.chat({ model: MODEL }, { token: ADMIN })).status,
	    200);
});

test("what cannot be taken over changes nothing", async () => {
	const bytes = await readFile(await sqliteFile());
	const dumpFile = await fileOf("dump.sql", dump);
	const good = await fileOf("good.env", `API_KEYS=["${key(8)}"]\n`);

	await refused(/is cut off: the last line/, await fileOf("short.sql",
	    dump.slice(0, dump.indexOf("-- Dump completed"))));
	await refused(/line \d+: the file ends in the middle of a statement/,
	    await fileOf("short.sql", dump.slice(0, dump.indexOf("MAX_RETRIES"))));
	await refused(/is compressed: unpack it first/, good,
	    await fileOf("dump.sql.gz", gzipSync(dump)));
	await refused(/is text in UTF-16/,
	    await fileOf("wide.sql", Buffer.from(`\ufeff${dump}`, "utf16le")));
	await refused(/is no \.env file, no SQLite file and no MySQL dump/,
	    await fileOf("page.html", "<html>"));
	await refused(/holds no table of gemini-balance's/,
	    await fileOf("other.sql", "CREATE TABLE x (a int);\n"));
	await refused(/is a folder: name the files in it/, dir);
	await refused(/cannot read .*nowhere/, path.join(dir, "nowhere"));
	await refused(/good\.env and .*good\.env are both \.env files/, good, good);
	await refused(/bad\.env line 1: MAX_WAIT_SECONDS must be/, dumpFile,
	    await fileOf("bad.env", "MAX_WAIT_SECONDS=long\n"));

	/* A bad value that does not count does no harm. */
	const outdone = await imported("--dry-run", dumpFile,
	    await fileOf("outdone.env", "MAX_RETRIES=many\n"));
	assert.match(outdone.err, /as in gemini-balance: MAX_RETRIES/);

	/* What is bad in a database is left out, but calls never go past
	 * proxies because of that. */
	const rows = (proxies) => `INSERT INTO t_settings (\`key\`, value) VALUES
	    ('TIMEZONE', 'Mars/Base'), ('TIME_OUT', 'a\\0b'),
	    ('\\Z[2J', 'x'), ('PROXIES', '${JSON.stringify(proxies)}');\n`;
	const odd = await imported("--dry-run", await fileOf("odd.sql",
	    rows(["socks5://127.0.0.1:9", "nonsense"])));
	assert.equal(odd.settings.taken, 1);
	for (const said of [/TIMEZONE is no time zone/, /TIME_OUT must be/,
		/elements of PROXIES .* are left out/, /out: \(a strange name\)/])
		assert.match(odd.err, said);
	await refused(/PROXIES element 1 .*\n.*nothing is imported/,
	    await fileOf("odd.sql", rows(["nonsense"])));

	/* Several databases: which? */
	const both = await fileOf("both.sql", `USE \`one\`;\n${dump}
USE \`two\`;\n${dump.replace("'MAX_RETRIES','2'", "'MAX_RETRIES','6'")}`);
	await refused(/holds several databases/, both);
	const { err } = await imported("--dry-run", both,
	    await fileOf("which.env", "MYSQL_DATABASE=two\nMAX_RETRIES=6\n"));
	assert.doesNotMatch(err, /as in gemini-balance/);

	/* SQLite files that are none of gemini-balance's, or none any more. */
	await refused(/cannot be read as a SQLite database/,
	    await fileOf("broken", Buffer.concat([bytes.subarray(0, 100),
		Buffer.alloc(bytes.length - 100, 0x5a)])));
	await refused(/is a SQLite file that is cut off/,
	    await fileOf("short", bytes.subarray(0, 60)));
	await sqlite(path.join(dir, "foreign"), "create table x (a);");
	await refused(/holds no table of gemini-balance's/,
	    path.join(dir, "foreign"));
	await sqlite(path.join(dir, "view"), `create view t_settings as
	    with recursive r(n) as (select 1 union all select n + 1 from r)
	    select n as "key", n as value from r;`);
	await refused(/holds no table of gemini-balance's/,
	    path.join(dir, "view"));

	const piped = await kw.cli("import-gemini-balance", "--dry-run", "-",
	    { input: dump });
	assert.equal(piped.status, 0, piped.err);
	assert.match(piped.out, /^keys: 4 added, /m);
	assert.equal(await kw.sql.exec(`select count(*) from keywheel.keys
	    where origin = 'gemini-balance'`), "0");
	assert.equal(await kw.sql.exec(`select count(*) from keywheel.tokens
	    where origin = 'gemini-balance'`), "0");
});
