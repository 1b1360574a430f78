// Whole stacks, made and ended by ./quickstart.
import { spawn } from "node:child_process";
import { randomInt } from "node:crypto";
import { chmod, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import net from "node:net";
import os from "node:os";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { Bouncer, poolUrl } from "./bouncer.mjs";
import { Fake, OwnFake } from "./fake.mjs";
import { Connection, request } from "./raw.mjs";
import { Sql, quote } from "./sql.mjs";
import { until } from "./until.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
export const root = process.env.srcdir
    ? path.resolve(process.env.srcdir) : path.resolve(here, "../../..");
export const build = process.env.builddir
    ? path.resolve(process.env.builddir) : path.join(root, "build");

/** The model that is asked for when a test does not care. */
export const MODEL = "gemini-2.5-flash";

/** Keys as they look, with ends of their own; hint: as keywheel shows them. */
export const KEYS = [
	"AIzaSyE2E-aaaaaaaaaaaaaaaaaaaaaaaaaaaK1",
	"AIzaSyE2E-bbbbbbbbbbbbbbbbbbbbbbbbbbbK2",
	"AIzaSyE2E-cccccccccccccccccccccccccccK3",
	"AQ.Ab8RN6e2e-dddddddddddddddddddddddK4",
	"AQ.Ab8RN6e2e-eeeeeeeeeeeeeeeeeeeeeeeK5",
];
export const TOKEN = "sk-e2e-client-1f0c5ad0b4e24f1c9d7a";
export const ADMIN_TOKEN = "sk-e2e-admin-77a2e0c9d3b84be19f60";

/**
 * A port that nobody listens on. The system gives none of these to a
 * connection, nor to a server that takes any, so it stays free.
 */
export async function freePort() {
	for (;;) {
		const port = randomInt(10000, 32768);
		const server = net.createServer().listen(port, "127.0.0.1");
		const free = await new Promise((resolve) => {
			server.once("listening", () => resolve(true));
			server.once("error", () => resolve(false));
		});
		if (!free)
			continue;
		await new Promise((resolve) => server.close(resolve));
		return port;
	}
}

/** A folder for a state folder; `open`: other users may pass through it. */
export async function folder({ open = false } = {}) {
	const dir = await mkdtemp(path.join(os.tmpdir(), "kw-e2e-"));
	if (open)
		await chmod(dir, 0o711);
	return dir;
}

/** Run a program to its end: {status, out, err}. Never throws. */
export function program(file, args, { input, env, cwd, timeout } = {}) {
	return new Promise((resolve) => {
		const child = spawn(file, args, {
			cwd,
			env: { ...process.env, ...env },
			stdio: [input === undefined ? "ignore" : "pipe", "pipe", "pipe"],
		});
		let out = "";
		let err = "";
		const timer = setTimeout(() => child.kill("SIGKILL"),
		    timeout ?? 120000);
		child.stdout.on("data", (bytes) => { out += bytes; });
		child.stderr.on("data", (bytes) => { err += bytes; });
		child.on("error", (error) => { err += error; });
		child.on("close", (status) => {
			clearTimeout(timer);
			resolve({ status, out, err });
		});
		if (input !== undefined) {
			child.stdin.on("error", () => {});
			child.stdin.end(input);
		}
	});
}

export function quickstart(...args) {
	return program(path.join(root, "quickstart"), args, {
		env: { DATABASE_URL: undefined, OWNER_DATABASE_URL: undefined,
			KEYWHEEL_POOL_URL: poolUrl(args[args.indexOf("--state") + 1]) },
	});
}

/** Text of a .env file. */
export function envText(values) {
	return Object.entries(values).map(([name, value]) =>
	    `${name}=${typeof value === "string" ? value : JSON.stringify(value)}\n`)
	    .join("");
}

/** A stack that runs. */
export class Stack {
	constructor({ dir, state, port, fakePort, host = "127.0.0.1" }) {
		this.dir = dir;
		this.state = state;
		this.port = port;
		this.host = host;
		this.base = `http://${host}:${port}`;
		this.token = TOKEN;
		this.adminToken = ADMIN_TOKEN;
		this.fake = new Fake(fakePort);
		this.sql = new Sql(state);
	}

	/** What another process needs to find it. */
	describe() {
		return JSON.stringify({ dir: this.dir, state: this.state,
			port: this.port, fakePort: this.fake.port });
	}

	/** keywheel's command line. */
	cli(...args) {
		const last = args.at(-1);
		const options = typeof last === "object" ? args.pop() : {};
		return program(path.join(this.state, "keywheel"), args, options);
	}

	/** The same; its output, which must be a success. */
	async cliJson(...args) {
		const { status, out, err } = await this.cli("--json", ...args);
		if (status !== 0)
			throw new Error(`keywheel ${args.join(" ")}: ${status} ${err}`);
		return JSON.parse(out);
	}

	/** Settings, by the command line. */
	async set(values) {
		const words = Object.entries(values).flat().map(String);
		const { status, err } = await this.cli("set", "--", ...words);
		if (status !== 0)
			throw new Error(`keywheel set ${words.join(" ")}: ${err}`);
	}

	// ---- requests ------------------------------------------------------

	connect() {
		return new Connection(this.port, this.host);
	}

	/** One request with the token, unless `token` says otherwise. */
	request(what, timeout) {
		return request(this.port, this.#dressed(what), timeout, this.host);
	}

	/** The same, on a connection that is still open. */
	open(what) {
		return this.connect().send(this.#dressed(what));
	}

	#dressed({ token = this.token, headers = {}, ...what }) {
		const own = {};
		if (token)
			own.Authorization = `Bearer ${token}`;
		if (what.body !== undefined)
			own["Content-Type"] = "application/json";
		return { ...what, headers: { ...own, ...headers } };
	}

	/** A chat of one message, or the body that is given. */
	chat(body = {}, more = {}) {
		return this.request(chatRequest(body, more), more.timeout);
	}

	openChat(body = {}, more = {}) {
		return this.open(chatRequest(body, more));
	}

	/** A native call. */
	native(method, body = {}, more = {}) {
		return this.request(nativeRequest(method, body, more), more.timeout);
	}

	openNative(method, body = {}, more = {}) {
		return this.open(nativeRequest(method, body, more));
	}

	// ---- what is in the database ---------------------------------------

	/** The row of an answer in the account, when it is there. */
	async rowOf(answer, what = "*") {
		const id = typeof answer === "string"
		    ? answer : answer.headers["x-request-id"];
		return until(() => this.sql.row(
		    `select ${what} from keywheel.report_requests
		     where request_id = ${quote(id)}`),
		    { what: `the row of request ${id}` });
	}

	/** The newest row, of those that fit. */
	lastRow(where = "true") {
		return this.sql.row(`select * from keywheel.report_requests
		    where ${where} order by started_at desc, request_id desc limit 1`);
	}

	/** The same when all that was asked is accounted for: a client has its
	 * answer before the row is there. */
	async settledRow(where = "true") {
		await until(() => this.isIdle(),
		    { what: "all requests accounted for" });
		return this.lastRow(where);
	}

	/** The failed attempts of an answer, in order. */
	async failures(answer) {
		const { request_id } = await this.rowOf(answer);
		return this.sql.rows(`select * from keywheel.report_errors
		    where request_id = ${quote(request_id)} order by attempt`);
	}

	/** One key of KEYS (or any key's text) as the reports show it. */
	async key(secret) {
		return this.sql.row(`select * from keywheel.report_keys
		    where hint like '%' || ${quote(secret.slice(-2))}`);
	}

	/** State of each key that matters for blame. */
	keyStates() {
		return this.sql.rows(`select key_id, state, state_reason, faults,
		    rests_until from keywheel.report_keys order by key_id`);
	}

	cooldowns() {
		return this.sql.rows(`select * from keywheel.report_cooldowns
		    order by scope, model`);
	}

	// ---- between tests -------------------------------------------------

	/** Only the first n keys of KEYS in use. */
	async useKeys(n) {
		await this.sql.exec(`select keywheel.set_key_state(k.key_id,
		    case when k.key_id <= ${n} then 'active' else 'disabled' end, 'e2e')
		    from (select key_id from keywheel.keys
			where key_id <= ${KEYS.length} order by key_id) k`);
	}

	/** As it was at the start: keys, rests, settings, models,
	 * conversations, books. */
	async reset() {
		await until(() => this.isIdle(), { what: "all requests accounted for" })
		    .catch(async (error) => {
			/* Once is enough: the next test shall not fail for it too. */
			await this.sql.exec("delete from keywheel.leases");
			throw error;
		});
		await this.sql.exec(`
		    select keywheel.set_key_state(k.key_id, 'removed', 'e2e')
		    from keywheel.keys k
		    where k.key_id > ${KEYS.length} and k.state <> 'removed';
		    select keywheel.set_key_state(k.key_id, 'active', 'e2e')
		    from (select key_id from keywheel.keys
			where key_id <= ${KEYS.length} order by key_id) k;
		    update keywheel.keys set project = null
		    where project is not null;
		    update keywheel.key_rotation r set scope = k.scope, stumbles = 0
		    from keywheel.keys k where k.key_id = r.key_id;
		    delete from keywheel.key_cooldown;
		    delete from keywheel.signs;
		    delete from keywheel.storm_checks;
		    delete from keywheel.alarms;
		    delete from keywheel.alert_receivers;
		    delete from keywheel.limits;
		    delete from keywheel.ledger;
		    delete from keywheel.waiting;
		    delete from keywheel.signatures;
		    delete from keywheel.conversations;
		    delete from keywheel.cached_answers;
		    delete from keywheel.cache_asked;
		    delete from keywheel.cache_state;
		    update keywheel.tokens set cache = null
		    where cache is not null;
		    update keywheel.tokens
		    set budget = null, budget_currency = null
		    where budget is not null;
		    delete from keywheel.resources;
		    delete from keywheel.prices;
		    delete from keywheel.sign_in_faults;
		    with models as (delete from keywheel.models returning 1),
			quirks as (delete from keywheel.model_quirks returning 1),
			deadlines as (delete from keywheel.model_deadlines
			    returning 1)
		    update keywheel.revision set settings = settings + 1
		    where exists (select from models) or exists (select from quirks)
			or exists (select from deadlines);
		    update keywheel.model_lists set fetched_at = '-infinity',
			claimed_at = '-infinity', error = '', error_at = null;
		    select keywheel.put_settings(
			coalesce(jsonb_object_agg(name, null), '{}')
			|| jsonb_build_object('JOBS_AFTER_REQUESTS', 'false',
			    'BASE_URL', ${quote(`${this.fake.url}/v1beta`)}))
		    from keywheel.settings;
		    delete from keywheel.setting_history;`);
		await this.fake.reset();
	}

	/** No lease is open: whatever ran has been accounted for. */
	async isIdle() {
		return await this.sql.exec(`select count(*) from keywheel.leases l
		    where not exists (select from keywheel.requests r
			where r.request_id = l.request_id)`) === "0";
	}

	/** The number of a part's process. */
	async pid(part) {
		return Number((await readFile(part === "postgres"
		    ? `${this.state}/postgres/postmaster.pid`
		    : `${this.state}/run/${part}.pid`, "utf8")).split("\n")[0]);
	}
}

export function chatRequest({ text = "Hello", ...body } = {},
    { path: where = "/v1/chat/completions", headers, token } = {}) {
	return { method: "POST", path: where, headers, token,
		body: { model: MODEL, messages: [{ role: "user", content: text }],
			...body } };
}

export function nativeRequest(method, body = {},
    { model = MODEL, prefix = "/v1beta", query = "", headers, token } = {}) {
	const { text = "Hello", ...rest } = body;
	return { method: "POST", headers, token,
		path: `${prefix}/models/${model}:${method}${query}`,
		body: body instanceof Uint8Array ? body
		    : { contents: [{ role: "user", parts: [{ text }] }], ...rest } };
}

/* Rows of the account come late by so many seconds, more or less: as on a
 * machine that is busy. What is then in the way of the next test shows. */
const LATE = Number(process.env.KEYWHEEL_E2E_LATE || 0);
const late = `
    create function keywheel.late() returns trigger language plpgsql as $$
    begin
	perform pg_sleep(random() * ${LATE});
	return new;
    end $$;
    create trigger late before insert on keywheel.requests
    for each row when (new.own_us is not null)
    execute function keywheel.late()`;

/** A stack of our own: a fake, a .env file, `./quickstart up`. pool: with
 * PgBouncer, and what its settings are then. */
export async function startStack(
    { keys = KEYS, env = {}, options = [], fake = true, pool } = {}) {
	const dir = await folder({ open: true });
	const own = new OwnFake(path.join(build, "fake_gemini"), dir);
	if (fake)
		await own.start();
	const values = {
		...(fake ? { BASE_URL: `${own.url}/v1beta` } : {}),
		...(keys.length > 0 ? { API_KEYS: keys } : {}),
		ALLOWED_TOKENS: [TOKEN],
		AUTH_TOKEN: ADMIN_TOKEN,
		/* What the fake is asked is what the tests ask. */
		JOBS_AFTER_REQUESTS: "false",
		...env,
	};
	const envFile = path.join(dir, "env");
	await writeFile(envFile, envText(values), { mode: 0o644 });
	const state = path.join(dir, "state");
	const bouncer = await Bouncer.start(state, pool);
	const port = await freePort();
	const up = await quickstart("up", "--state", state, "--port", String(port),
	    "--env-file", envFile, ...options);
	if (up.status !== 0) {
		await own.stop();
		await quickstart("stop", "--state", state);
		await bouncer?.stop();
		await rm(dir, { recursive: true, force: true });
		throw new Error(`quickstart: ${up.status}\n${up.out}${up.err}`);
	}
	const stack = new Stack({ dir, state, port, fakePort: own.port });
	stack.fake = own;
	stack.bouncer = bouncer;
	stack.envFile = envFile;
	stack.said = up.out;
	if (LATE > 0)
		await stack.sql.exec(late);
	stack.stop = async () => {
		const stop = await quickstart("stop", "--state", state);
		await bouncer?.stop();
		await own.stop();
		if (stop.status !== 0)
			throw new Error(`quickstart stop: ${stop.out}${stop.err}`);
		await rm(dir, { recursive: true, force: true });
	};
	return stack;
}
