// The pages, read over plain HTTP.
import { request } from "../../e2e/lib/raw.mjs";

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

const number = (text) => Number(text.replaceAll(",", ""));

const TOKENS = ["prompt", "cached", "thought", "answer"];

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

	async get(path) {
		const answer = await request(this.stack.port, { path,
			headers: { Cookie: this.cookie } }, 60000);
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
		const sum = { requests: rows.length, answered: rows.filter(
		    ({ outcome }) => ["complete", "length", "blocked"]
			.includes(outcome)).length };
		for (const name of TOKENS)
			sum[name] = rows.reduce((all, row) =>
			    all + row[`${name}_tokens`], 0);
		return sum;
	}
}
