// keywheel as a side of the simulation: a private stack in front of a fake.
import { existsSync } from "node:fs";

import { quotaMinute, quote } from "../../e2e/lib/sql.mjs";
import { TOKEN, quickstart, startStack } from "../../e2e/lib/stack.mjs";
import { until } from "../../e2e/lib/until.mjs";
import { makeAgent, post, textOf } from "./load.mjs";
import { hintEnd } from "./world.mjs";

/* A waiting client gets its answer within so much of the real clock. */
const MAX_WAIT_S = 1;

/* A rest that lasts longer than a minute of the fake's clock and what keywheel
 * adds to it is long. */
const RATHER_MORE_S = 6;

export class Gateway {
	constructor(name) {
		this.name = name;
		this.agent = makeAgent();
	}

	/** Up and ready; `limits`: all are known from the start. */
	async start(world, keys, { limits = false } = {}) {
		this.world = world;
		this.stack = await startStack({ keys,
			env: { MAX_RETRIES: 3 } });
		this.fake = this.stack.fake;
		await this.#settings();
		await this.#projects(limits);
		if (limits)
			await this.#limits();
		return this;
	}

	/* A setting that this version has. */
	async #settings() {
		await this.stack.cli("set", "--", "MAX_WAIT_SECONDS",
		    String(MAX_WAIT_S));
		await this.stack.sql.exec(quotaMinute(`${60 / this.world.speed} s`));
	}

	/* What is known of projects at the import. A key's place in the rotation
	 * is made anew with it. */
	async #projects(all) {
		const known = this.world.projects
		    .filter((project) => all || project.known === "import")
		    .flatMap(({ name, number, keys }) => keys.map((key) =>
			`(${quote(number ?? name)}, ${quote(hintEnd(key))})`));
		await this.stack.sql.exec(`
		    create temporary table known (project, hint) as
		    values ${known.join(", ")};
		    select keywheel.set_key_state(k.key_id, 'disabled', 'simulation')
		    from (select key_id from keywheel.keys order by key_id) k;
		    update keywheel.keys k set project = known.project from known
		    where k.hint like '%' || known.hint;
		    select keywheel.set_key_state(k.key_id, 'active', 'simulation')
		    from (select key_id from keywheel.keys order by key_id) k;
		    drop table known`);
	}

	/* The limits, as somebody would have set them. */
	async #limits() {
		const rows = this.world.projects
		    .flatMap(({ name, number, limits }) =>
			Object.entries(limits).flatMap(([model, all]) =>
			    Object.entries(all).map(([kind, value]) =>
				`('project/${number ?? name}', ${quote(model)},
				    ${quote(kind)}, ${value}, 'set')`)));
		await this.stack.sql.exec(`insert into keywheel.limits
		    (scope, model, kind, value, source)
		    values ${rows.join(", ")}`);
	}

	async ask({ model, tokens }) {
		const { status, headers, text } = await post(this.agent,
		    this.stack.port, "/v1/chat/completions",
		    { Authorization: `Bearer ${TOKEN}` },
		    { model, messages: [{ role: "user", content: textOf(tokens) }] });
		let code;
		if (status !== 200)
			code = /"code": ?"(\w+)"/.exec(text)?.[1] ?? "none";
		return { status, code, retryAfter: headers["retry-after"] };
	}

	/** Keys that are good and not used, or not for long. */
	async lost({ dead }, ranOut) {
		const rows = await this.stack.sql.rows(`
		    select k.hint, k.state, null as model, null as left_s,
			coalesce(nullif(k.project, ''), '') as project
		    from keywheel.keys k where k.state <> 'active'
		    union all
		    select k.hint, k.state, c.model,
			extract(epoch from c.until - now()),
			coalesce(nullif(k.project, ''), '')
		    from keywheel.key_cooldown c
		    join keywheel.keys k on k.scope = c.scope
			or 'key/' || k.key_id = c.scope
		    where c.until > now() + interval '1 second' *
			${60 / this.world.speed + RATHER_MORE_S}`);
		const isDead = (hint) => Object.keys(dead)
		    .some((key) => hint.endsWith(hintEnd(key)));
		return rows.filter(({ hint }) => !isDead(hint))
		    .filter(({ hint, model }) => !ranOut(
			this.#projectOf(hint), model))
		    .map(({ hint, state, model, left_s }) =>
			`${hint} ${state} ${model ?? ""} ${left_s ?? ""}`);
	}

	#projectOf(hint) {
		return this.world.projects.find(({ keys }) =>
		    keys.some((key) => hint.endsWith(hintEnd(key))))?.name;
	}

	/** What must survive whatever happens. */
	async memory() {
		return {
			states: await this.stack.sql.rows(`select hint, state,
			    state_reason from keywheel.keys order by hint`),
			rests: await this.stack.sql.rows(`select scope, model,
			    until from keywheel.key_cooldown order by 1, 2`),
			limits: await this.stack.sql.rows(`select scope, model, kind,
			    value from keywheel.limits order by 1, 2, 3`),
		};
	}

	async stop() {
		this.agent.destroy();
		await this.stack.stop();
	}

	/** Everything dies at once. */
	async kill() {
		const pids = await Promise.all(["postgres", "responders",
			"lighttpd"].map((part) => this.stack.pid(part)));
		const [postgres, ...others] = pids;
		for (const pid of others)
			process.kill(-pid, "SIGKILL");
		process.kill(postgres, "SIGQUIT");
		for (const pid of pids)
			await until(() => !existsSync(`/proc/${pid}/fd/9`),
			    { timeout: 20000, what: `the end of process ${pid}` });
	}

	/** And comes back. */
	async revive() {
		const { state, port, envFile } = this.stack;
		const { status, out, err } = await quickstart("up", "--state", state,
		    "--port", String(port), "--env-file", envFile);
		if (status !== 0)
			throw new Error(`quickstart up: ${out}${err}`);
	}
}
