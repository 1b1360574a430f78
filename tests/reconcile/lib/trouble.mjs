// What goes wrong: responders are killed, PostgreSQL is restarted.
import { existsSync, readFileSync, readdirSync } from "node:fs";

import { quickstart } from "../../e2e/lib/stack.mjs";
import { sleep, until } from "../../e2e/lib/until.mjs";

/* How long the database is away at least. */
const AWAY_MS = 300;

function parentOf(pid) {
	try {
		return readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]
		    .split(" ")[1];
	} catch {
		return undefined;
	}
}

/* The responders that live, and who does chores for their parent. */
async function responders(stack) {
	const parent = String(await stack.pid("responders"));
	return readdirSync("/proc").filter((pid) => /^\d+$/.test(pid) &&
	    parentOf(pid) === parent).map(Number);
}

export class Trouble {
	constructor(stack, chance) {
		this.stack = stack;
		this.chance = chance;
		this.kills = [];
		this.away = undefined;
	}

	/** Kill one of the responders, any. What is under way then is noted, before
	 * another takes its place. blind: the database cannot be asked. */
	async kill({ blind = false } = {}) {
		const parent = await this.stack.pid("responders");
		const kill = { at: Date.now(), blind };
		process.kill(parent, "SIGSTOP");
		try {
			while (!this.#strike(await responders(this.stack)))
				;
			kill.open = blind ? [] : await this.#open();
		} finally {
			process.kill(parent, "SIGCONT");
		}
		this.kills.push(kill);
	}

	/* False: that one has just ended by itself. */
	#strike(pids) {
		const pid = pids[Math.floor(this.chance() * pids.length)];
		try {
			return process.kill(pid, "SIGKILL");
		} catch (error) {
			if (error.code !== "ESRCH")
				throw error;
			return false;
		}
	}

	/* Requests that have a lease and no row. */
	async #open() {
		return (await this.stack.sql.rows(`select l.request_id
		    from keywheel.leases l where not exists (
			select from keywheel.requests r
			where r.request_id = l.request_id)`))
		    .map(({ request_id }) => request_id);
	}

	/** PostgreSQL goes, a responder is killed while it is away, it comes
	 * again. how: `fast`, or `immediate`, which loses what was not written to
	 * the disk yet. */
	async restart(how) {
		const { state, port, envFile } = this.stack;
		const pid = await this.stack.pid("postgres");
		this.away = { from: Date.now(), how };
		process.kill(pid, how === "fast" ? "SIGINT" : "SIGQUIT");
		await until(() => !existsSync(`/proc/${pid}/fd/0`),
		    { timeout: 30000, what: "the end of PostgreSQL" });
		await this.kill({ blind: true });
		await sleep(AWAY_MS);
		const { status, out, err } = await quickstart("up", "--state", state,
		    "--port", String(port), "--env-file", envFile);
		if (status !== 0)
			throw new Error(`quickstart up: ${out}${err}`);
		this.away.to = Date.now();
	}
}
