// The fake Gemini: its process, its scripts and its books.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { readFile, rm } from "node:fs/promises";
import path from "node:path";

import { until } from "./until.mjs";

/** A fake that runs somewhere. */
export class Fake {
	constructor(port) {
		this.port = port;
		this.url = `http://127.0.0.1:${port}`;
	}

	async #call(verb, body) {
		const answer = await fetch(`${this.url}/_fake/${verb}`,
		    body === undefined ? {} : { method: "POST", body });
		const text = await answer.text();
		if (!answer.ok)
			throw new Error(`_fake/${verb}: ${answer.status} ${text}`);
		return text === "" ? {} : JSON.parse(text);
	}

	/** Replace all rules; script({text: "Hi"}) is one rule for everything. */
	async script(...rules) {
		await this.#call("script", JSON.stringify({ rules: rules.map(asRule) }));
	}

	async add(...rules) {
		await this.#call("rules", JSON.stringify({ rules: rules.map(asRule) }));
	}

	async reset() {
		await this.#call("reset", "");
	}

	async books() {
		return this.#call("books");
	}

	/** The calls that carry a mark, in order. */
	async calls() {
		return this.#call("calls");
	}

	/** Quotas, dead keys and an overload in place of those before. */
	async quotas(all) {
		await this.#call("quotas", JSON.stringify(all));
	}

	/** Another overload; {} ends it. */
	async overload(what) {
		await this.#call("overload", JSON.stringify(what));
	}

	/** What has been used of the quotas. */
	async used() {
		return this.#call("quotas");
	}

	/** Seconds until some project has room for the model; null: never. */
	async room(model) {
		return (await this.#call(`room?model=${model}`)).wait_s;
	}

	/** The requests, the oldest first. */
	async requests(last = 256) {
		const all = await this.#call(`requests?last=${last}`);
		return (all.requests ?? all).reverse();
	}

	/** The only request that came. */
	async only() {
		const all = await this.requests();
		if (all.length !== 1)
			throw new Error(`${all.length} requests came, not 1`);
		return all[0];
	}

	/** {key: requests} */
	async counts() {
		const { keys } = await this.books();
		return Object.fromEntries(
		    Object.entries(keys).map(([key, book]) => [key, book.total]));
	}
}

// A rule, or only what it does.
function asRule(rule) {
	return "do" in rule ? rule : { do: rule };
}

/** A fake of our own, that can be stopped and started on the same port. */
export class OwnFake extends Fake {
	constructor(program, dir, options = []) {
		super(0);
		this.program = program;
		this.options = options;
		this.file = path.join(dir, "fake.port");
		this.child = null;
	}

	async start() {
		await rm(this.file, { force: true });
		this.child = spawn(this.program,
		    ["--port", String(this.port), "--port-file", this.file,
			...this.options],
		    { stdio: ["ignore", "ignore", "inherit"] });
		const port = await until(() => readFile(this.file, "utf8")
		    .then(Number), { what: "the fake's port" });
		this.port = port;
		this.url = `http://127.0.0.1:${port}`;
	}

	async stop() {
		if (this.child === null)
			return;
		const child = this.child;
		this.child = null;
		if (child.exitCode === null) {
			child.kill("SIGTERM");
			await once(child, "exit");
		}
	}
}
