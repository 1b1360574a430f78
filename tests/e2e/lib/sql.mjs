// The database of a stack, through psql and the socket in its state folder.
import { spawn } from "node:child_process";

const LOST = /terminating connection|connection to server was lost/;
const END = "--e2e-end-of-answer--";

/** Quote a value for SQL. */
export function quote(value) {
	return value === null ? "null" : `'${String(value).replaceAll("'", "''")}'`;
}

/**
 * Give the ledger another minute; real again: "60 s". Plans that were made with
 * the old one are forgotten by all sessions when a schema comes or goes.
 */
export const quotaMinute = (length) => `
    create or replace function keywheel.quota_minute() returns interval
    language sql immutable as 'select interval ''${length}''';
    create schema forget_plans; drop schema forget_plans;`;

/** One psql that stays; after an error the next statement gets a new one. */
export class Sql {
	constructor(state, user = "keywheel_owner", database = "keywheel") {
		this.args = ["-X", "-q", "-A", "-t", "-v", "ON_ERROR_STOP=1",
			"-h", `${state}/run`, "-U", user, "-d", database];
		this.child = null;
		this.queue = Promise.resolve();
	}

	/** Statements, as they are; what psql prints. */
	exec(text) {
		const answer = this.queue.then(() => this.#run(text))
		    .catch((error) => {
			/* The server was restarted since the last statement. */
			if (!LOST.test(error.message))
				throw error;
			return this.#run(text);
		});
		this.queue = answer.catch(() => {});
		return answer;
	}

	/** The rows of a query, as objects. */
	async rows(query) {
		return JSON.parse(await this.exec(
		    `select coalesce(json_agg(q), '[]') from (${query}) q`));
	}

	async row(query) {
		return (await this.rows(query))[0];
	}

	#start() {
		this.child = spawn("psql", this.args,
		    { env: { ...process.env, PGTZ: "UTC" } });
		this.out = "";
		this.err = "";
		this.child.stdin.on("error", () => {});
		this.child.stdout.on("data", (bytes) => {
			this.out += bytes;
			this.#look();
		});
		this.child.stderr.on("data", (bytes) => { this.err += bytes; });
		this.child.on("close", () => {
			this.child = null;
			this.reject?.(new Error(`psql: ${this.err}`));
		});
	}

	/* An idle psql must not keep the process alive. */
	#hold(held) {
		for (const what of [this.child, this.child?.stdin,
			this.child?.stdout, this.child?.stderr])
			what?.[held ? "ref" : "unref"]();
	}

	#look() {
		const end = this.out.indexOf(`${END}\n`);
		if (end < 0)
			return;
		const text = this.out.slice(0, end).trim();
		this.out = "";
		this.resolve(text);
	}

	#run(text) {
		if (this.child === null)
			this.#start();
		this.#hold(true);
		return new Promise((resolve, reject) => {
			this.resolve = resolve;
			this.reject = reject;
			this.child.stdin.write(`${text}\n;\n\\echo ${END}\n`);
		}).finally(() => {
			this.resolve = this.reject = undefined;
			this.#hold(false);
		});
	}
}
