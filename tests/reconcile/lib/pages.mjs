// The pages and /metrics, read over plain HTTP.
import { request } from "../../e2e/lib/raw.mjs";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };
const TOKENS = ["prompt", "cached", "thought", "answer"];

const number = (text) => Number(text.replaceAll(",", ""));
const sum = (list) => list.reduce((all, n) => all + n, 0);

/** What /metrics says. */
class Metrics {
	constructor(text) {
		this.samples = text.trimEnd().split("\n")
		    .filter((line) => !line.startsWith("#"))
		    .map((line) => /^(\w+)(\{.*\})? (\S+)$/.exec(line));
	}

	/** All series of that name that have this label. */
	sum(name, label = "") {
		return sum(this.samples
		    .filter(([, other, labels = ""]) => other === name &&
			labels.includes(label))
		    .map(([, , , value]) => Number(value)));
	}
}

export class Pages {
	constructor(stack) {
		this.stack = stack;
	}

	async signIn() {
		const { port, adminToken } = this.stack;
		const page = await request(port, { path: "/" });
		const word = /name="form_token" value="([^"]+)"/.exec(page.text)[1];
		const answer = await request(port, { method: "POST",
			path: "/sign-in", headers: FORM, body: new URLSearchParams(
			    { token: adminToken, form_token: word }).toString() });
		this.cookie = answer.headers["set-cookie"].split(";")[0];
		return this;
	}

	async get(path, headers = { Cookie: this.cookie }) {
		const answer = await request(this.stack.port, { path, headers },
		    60000);
		if (answer.status !== 200)
			throw new Error(`${path}: ${answer.status} ${answer.text}`);
		return answer.text;
	}

	/** A row of the dashboard's days. */
	async days(name) {
		const html = await this.get("/");
		const row = html.split("<tr>").find((part) =>
		    part.includes(`<th scope="row">${name}</th>`));
		const cell = (label) => number(new RegExp(
		    `data-label="${label}"[^>]*>([^<]*)<`).exec(row)[1]);
		return { requests: cell("Requests"), answered: cell("Answered"),
			prompt: cell("Prompt"), cached: cell("Cached"),
			thought: cell("Thoughts"), answer: cell("Answer") };
	}

	/** All that the list of requests has. */
	async requests() {
		const rows = JSON.parse(await this.get(
		    "/requests/export?format=json"));
		return { requests: rows.length,
			answered: rows.filter(({ outcome }) =>
			    ["complete", "length", "blocked"].includes(outcome))
			    .length,
			...Object.fromEntries(TOKENS.map((name) => [name,
				sum(rows.map((row) => row[`${name}_tokens`]))])) };
	}

	/** The requests of all tokens this month, and those of nobody's token;
	 * undefined: beyond 9,999 of one the page does not write them out. */
	async tokens() {
		const html = await this.get("/tokens");
		const counts = [...html.matchAll(
		    /data-label="Month" class="number"><div>([\d,.kM]+)/g)]
		    .map(([, text]) => text);
		if (counts.some((text) => /[kM]/.test(text)))
			return undefined;
		return sum(counts.map(number)) + Number(await this.stack.sql.exec(
		    "select count(*) from keywheel.requests where token_id is null"));
	}

	async metrics() {
		return new Metrics(await this.get("/metrics", { Authorization:
			`Bearer ${this.stack.adminToken}` }));
	}
}
