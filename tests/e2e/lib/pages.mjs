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

/** Somebody who has signed in with the admin token, by plain HTTP. */
export class Visitor {
	/** The answer to GET: { status, headers, text }. */
	async get(path, headers = {}) {
		return kw.request({ path, token: null,
			headers: { ...await this.#credentials(), ...headers } });
	}

	/** Post fields (an object, or pairs) to path; the form's token is taken
	 * from the page `from`. */
	async post(path, fields, { from = path, headers = {} } = {}) {
		const body = new URLSearchParams(fields);
		const page = await this.get(from);
		assert.equal(page.status, 200, page.text);
		body.set("form_token",
		    /name="form_token" value="([^"]+)"/.exec(page.text)?.[1] ?? "");
		return kw.request({ method: "POST", path, token: null,
			body: body.toString(), headers: {
				...await this.#credentials(),
				"Content-Type": "application/x-www-form-urlencoded",
				...headers } });
	}

	async #credentials() {
		const pair = Buffer.from(`x:${kw.adminToken}`).toString("base64");
		return { Authorization: `Basic ${pair}` };
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
 * A page of a browser of somebody who has signed in, with options of
 * Playwright's newContext() (locale, javaScriptEnabled, viewport, colorScheme).
 * page.faults: what went wrong in it: messages of the console, requests that
 * failed.
 */
export async function openPage(options = {}) {
	browser ??= await playwright.chromium.launch({
		executablePath: program, args: ["--no-sandbox"] });
	const context = await browser.newContext({ baseURL: kw.base,
		viewport: DESK,
		httpCredentials: { username: "x", password: kw.adminToken },
		...options });
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
