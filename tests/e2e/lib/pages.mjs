// The pages, as somebody sees them who has signed in: without a browser
// (Visitor), and in one (openPage).
import assert from "node:assert/strict";
import { existsSync } from "node:fs";
import { after } from "node:test";

import { kw } from "./shared.mjs";

const ENTITIES = { amp: "&", lt: "<", gt: ">", quot: '"', "#39": "'" };
const decode = (html) => html.replace(/&(amp|lt|gt|quot|#39);/g,
    (_, name) => ENTITIES[name]);

/** What a page says, without its tags. */
export const textOf = (html) => decode(html.replace(/<[^>]*>/g, " "))
    .replace(/\s+/g, " ");

const FORM = { "Content-Type": "application/x-www-form-urlencoded" };

/** The token of the forms of a page. */
export const formToken = (html) =>
    /name="form_token" value="([^"]+)"/.exec(html)?.[1] ?? "";

/** Give a token to the form for it; the answer. */
export async function signIn(token, { headers = {}, fields = {} } = {}) {
	const page = await kw.request({ path: "/", token: null });
	assert.equal(page.status, 200, page.text);
	return kw.request({ method: "POST", path: "/sign-in", token: null,
		headers: { ...FORM, ...headers }, body: new URLSearchParams(
		    { token, form_token: formToken(page.text), ...fields })
		    .toString() });
}

/** Somebody who signs in, with the admin token unless another is given, by
 * plain HTTP. */
export class Visitor {
	#token;
	#cookie;

	constructor(token = kw.adminToken) {
		this.#token = token;
	}

	/** The cookie, "NAME=VALUE"; the first who wants it signs in. */
	async cookie() {
		this.#cookie ??= signIn(this.#token).then((answer) => {
			assert.equal(answer.status, 303, answer.text);
			return answer.headers["set-cookie"].split(";")[0];
		});
		return this.#cookie;
	}

	/** The answer to GET: { status, headers, text }. */
	async get(path, headers = {}, more = {}) {
		return kw.request({ path, token: null, ...more,
			headers: { Cookie: await this.cookie(), ...headers } });
	}

	/** Post fields (an object, or pairs) to path; the form's token is taken
	 * from the page `from`, unless it is among the fields. */
	async post(path, fields, { from = path, headers = {} } = {}) {
		const body = new URLSearchParams(fields);
		if (!body.has("form_token")) {
			const page = await this.get(from);
			assert.equal(page.status, 200, page.text);
			body.set("form_token", formToken(page.text));
		}
		return this.send(path, body.toString(), headers);
	}

	/** Post a body as it is. */
	async send(path, body, headers = {}) {
		return kw.request({ method: "POST", path, token: null,
			body: Buffer.from(body), headers: {
				Cookie: await this.cookie(), ...FORM, ...headers } });
	}
}

export const visitor = new Visitor();

// ---- a browser --------------------------------------------------------------

const program = ["/usr/bin/chromium", "/usr/bin/chromium-browser",
	"/usr/bin/google-chrome"].find((file) => existsSync(file));
const playwright = program && await import("playwright-core").catch(() => null);

/** For test()'s options: false, or why there is no browser. */
export const noBrowser = playwright ? false : "there is no browser";

export const PHONE = { width: 360, height: 740 };
export const DESK = { width: 1280, height: 800 };

let browser;
after(() => browser?.close());

/**
 * A page of a browser of somebody who has signed in (unless `signedIn` is
 * false), with options of Playwright's newContext() (locale, javaScriptEnabled,
 * viewport, colorScheme).
 * page.faults: what went wrong in it: messages of the console, requests that
 * failed.
 */
export async function openPage({ signedIn = true, ...options } = {}) {
	browser ??= await playwright.chromium.launch({
		executablePath: program, args: ["--no-sandbox"] });
	const context = await browser.newContext({ baseURL: kw.base,
		viewport: DESK, ...options });
	if (signedIn) {
		const [name, value] = (await visitor.cookie()).split("=");
		await context.addCookies([{ name, value, url: kw.base,
			httpOnly: true, sameSite: "Strict" }]);
	}
	const page = await context.newPage();
	page.faults = [];
	page.on("console", (message) => page.faults.push(message.text()));
	page.on("pageerror", (error) => page.faults.push(String(error)));
	/* What a next page has cut off is no failure. */
	page.on("requestfailed", (request) =>
		request.failure().errorText !== "net::ERR_ABORTED" &&
		    page.faults.push(request.url()));
	return page;
}

/** Is nothing wider than the window? */
export const fits = (page) => page.evaluate(() =>
	document.documentElement.scrollWidth <= window.innerWidth);

/** A picture of the whole page, if somebody wants to look. */
export async function shoot(page, name) {
	if (process.env.KEYWHEEL_SHOTS)
		await page.screenshot({ fullPage: true,
			path: `${process.env.KEYWHEEL_SHOTS}/${name}.png` });
}
