// What all pages share: headers, names of stylesheet and script, languages,
// zone, colours, the way back from a choice, addresses without a page.
import assert from "node:assert/strict";
import { spawnSync } from "node:child_process";
import { statSync } from "node:fs";
import path from "node:path";

import { DESK, fits, noBrowser, openPage, PHONE, shoot, textOf, visitor }
    from "./lib/pages.mjs";
import { kw, test } from "./lib/shared.mjs";
import { root } from "./lib/stack.mjs";

const HTML = { Accept: "text/html,application/xhtml+xml,*/*;q=0.8" };
const PAGES = ["/", "/about", "/config", "/config/export", "/config/history",
	"/config/import", "/files", "/jobs", "/keys", "/keys/1", "/keys/add",
	"/keys/attention", "/logs", "/models", "/proxies", "/requests",
	"/sessions", "/storage", "/tasks", "/tokens", "/tokens/add", "/try"];

const get = (path_, headers = {}) =>
    kw.request({ path: path_, token: null, headers });
/** Those, beside what says who one is. */
const cookies = async (pairs) => ({ Cookie: visitor.cookie
	? `${await visitor.cookie()}; ${pairs}` : pairs });
const choose = (fields, headers = {}) => kw.request({ method: "POST",
	path: "/preferences", token: null,
	body: new URLSearchParams(fields).toString(),
	headers: { "Content-Type": "application/x-www-form-urlencoded",
		...headers } });

test("shell: what browsers are told to forbid", async () => {
	for (const page of ["/", "/about", "/static/keywheel.css",
		"/nothing"]) {
		const { headers } = await visitor.get(page,
		    { ...HTML, Origin: "http://evil" });
		assert.equal(headers["content-security-policy"],
		    "default-src 'none'; script-src 'self'; style-src 'self'; " +
		    "img-src 'self'; connect-src 'self'; form-action 'self'; " +
		    "frame-ancestors 'none'; base-uri 'none'", page);
		assert.equal(headers["cross-origin-opener-policy"], "same-origin");
		assert.equal(headers["cross-origin-resource-policy"],
		    "same-origin");
		assert.match(headers["permissions-policy"], /camera=\(\)/);
		assert.equal(headers["x-content-type-options"], "nosniff");
		assert.equal(headers["referrer-policy"], "same-origin");
		assert.equal(headers["access-control-allow-origin"], undefined);
	}
});

test("shell: stylesheet and script have lasting names, and are small",
    async () => {
	const { text } = await visitor.get("/about");
	const names = [...text.matchAll(
	    /(?:href|src)="(\/static\/keywheel\.[0-9a-f]{16}\.(?:css|js|svg))"/g)]
	    .map((found) => found[1]);
	assert.ok(["css", "js", "svg"].every((ending) =>
		names.some((name) => name.endsWith(ending))), String(names));
	for (const name of names) {
		const file = await get(name);
		assert.equal(file.status, 200);
		assert.equal(file.headers["cache-control"],
		    "public, max-age=31536000, immutable");
		const plain = await get(name.replace(/\.[0-9a-f]{16}/, ""));
		assert.equal(plain.text, file.text);
		assert.equal(plain.headers["cache-control"], "no-cache");
		/* What a page of another version links to. */
		const other = await get(name.replace(/[0-9a-f]{16}/,
		    "0123456789abcdef"));
		assert.equal(other.text, file.text);
		assert.equal(other.headers["cache-control"], "no-cache");
	}
	const size = ["css", "js"].reduce((sum, ending) => sum + statSync(
	    path.join(root, `templates/static/keywheel.${ending}`)).size, 0);
	assert.ok(size < 60000, `${size} bytes`);
});

test("shell: the language is the browser's, or the one that was chosen",
    async () => {
	const rows = [
		[{}, "en"],
		[{ "Accept-Language": "zh-CN,zh;q=0.9,en;q=0.8" }, "zh-CN"],
		[{ "Accept-Language": "fr,zh;q=0.2,en;q=0.1" }, "zh-CN"],
		[{ "Accept-Language": "en-GB,zh;q=0.9" }, "en"],
		[{ Cookie: "language=zh-CN" }, "zh-CN"],
		[{ Cookie: "language=en", "Accept-Language": "zh" }, "en"],
		[{ Cookie: "language=xx", "Accept-Language": "zh" }, "zh-CN"],
	];
	for (const [headers, language] of rows) {
		const page = await visitor.get("/about", { ...headers,
			...headers.Cookie && await cookies(headers.Cookie) });
		assert.equal(page.headers["content-language"], language);
		assert.match(page.headers.vary, /Accept-Language/);
		assert.ok(page.text.includes(`<html lang="${language}"`));
		assert.match(page.text, language === "en"
		    ? /<h1>About<\/h1>/ : /<h1>关于<\/h1>/);
	}
});

// What stands in these is nobody's language: names, code, what Google said.
const NAMES = /<(code|pre|bdi|kbd|option|script)\b[\s\S]*?<\/\1>/g;

test("shell: no page says half of it in English", async () => {
	assert.equal((await kw.chat()).status, 200);
	for (const page of PAGES) {
		const answer = await visitor.get(page,
		    { ...HTML, "Accept-Language": "zh-CN" });
		assert.equal(answer.status, 200, page);
		const text = answer.text.replace(NAMES, "");
		assert.doesNotMatch(textOf(text),
		    /\b[A-Za-z]+,? [a-z]+,? [a-z]{2,}\b/, page);
	}
});

test("shell: times are in the reader's zone", async (t) => {
	const timesOf = async (pairs) => [...(await visitor.get("/about",
		await cookies(pairs))).text.matchAll(
		    /<time datetime="([^"]+)" title="([^"]+)">([^<]+)</g)]
		    .map((found) => found.slice(1));
	const [utc, whole, shown] = (await timesOf("zone=UTC"))[0];
	assert.match(shown, /^\d{4}-\d\d-\d\d \d\d:\d\d(:\d\d)?$/);
	assert.equal(whole, `${utc.slice(0, 19)} +00:00 (UTC)`);
	const later = (await timesOf("zone=Asia/Kathmandu"))[0];
	assert.equal(Date.parse(`${later[1].slice(0, 10)}T` +
	    `${later[1].slice(11, 19)}Z`) - Date.parse(later[0].replace(" ", "T")),
	    (5 * 60 + 45) * 60000);
	assert.match(later[1], / \+05:45 \(Asia\/Kathmandu\)$/);

	await kw.cli("set", "TIMEZONE", "Asia/Tokyo");
	t.after(() => kw.cli("reset", "TIMEZONE"));
	for (const zone of ["", "../UTC", "Nowhere/None", "/etc/passwd"])
		assert.match((await timesOf(`zone=${zone}`))[0][1],
		    /\+09:00 \(Asia\/Tokyo\)$/, zone);
});

test("shell: a choice is a cookie, and leads back", async () => {
	let answer = await choose({ language: "zh-CN", theme: "dark",
		zone: "Europe/Berlin", back: "/keys?sort=a&b=%26" });
	assert.equal(answer.status, 303, answer.text);
	assert.equal(answer.headers.location, "/keys?sort=a&b=%26");
	const set = answer.headers["set-cookie"].split("\n");
	for (const pair of ["language=zh-CN", "theme=dark",
		"zone=Europe/Berlin"])
		assert.ok(set.some((cookie) => cookie.startsWith(`${pair};`) &&
		    /SameSite=Lax/.test(cookie) && /Path=\//.test(cookie)),
		    String(set));
	answer = await choose({ zone: "" });
	assert.equal(answer.headers.location, "/");
	assert.match(answer.headers["set-cookie"], /^zone=; .*Max-Age=0/);

	for (const back of ["//evil.example/", "/\\evil.example",
		"https://evil.example", "", "/a\r\nX: y", "javascript:alert(1)"])
		assert.equal((await choose({ back })).headers.location, "/", back);
	for (const [status, fields, headers] of [
		[422, { zone: "../../etc/passwd" }], [422, { zone: "Berlin" }],
		[400, { language: "x" }], [400, { theme: "<b>" }],
		[400, { theme: "dark" }, { "Sec-Fetch-Site": "cross-site" }]]) {
		answer = await choose(fields, headers);
		assert.equal(answer.status, status, JSON.stringify(fields));
		assert.equal(answer.headers["set-cookie"], undefined);
	}
	const { text } = await visitor.get("/about",
	    await cookies("theme=dark; zone=UTC"));
	assert.match(text, /<html lang="en" data-theme="dark">/);
	assert.match(text, /content="dark"/);
});

test("shell: what is not there is told to a browser as a page", async () => {
	const lost = await get("/nothing/here", HTML);
	assert.equal(lost.status, 404);
	assert.match(lost.headers["content-type"], /^text\/html/);
	assert.match(textOf(lost.text), /no page at this address/);
	const api = await get("/nothing/here");
	assert.equal(api.status, 404);
	assert.match(api.headers["content-type"], /json/);
	/* A list of the API, where pages may have the same path. */
	assert.match((await kw.request({ path: "/models" }))
	    .headers["content-type"], /json/);
});

test("shell: the list of pages says where one is", async () => {
	const { text } = await visitor.get("/storage");
	assert.equal(text.match(/aria-current="page"/g)?.length, 2);
	assert.match(text, /<a href="\/storage" aria-current="page">Storage</);
});

test("shell: valid HTML", { skip: spawnSync("tidy", ["-v"]).error
	? "there is no tidy" : false }, async () => {
	for (const page of PAGES) {
		const { text } = await visitor.get(page, HTML);
		const tidy = spawnSync("tidy", ["-quiet", "-errors",
			"--drop-empty-elements", "no",
			"--warn-proprietary-attributes", "no"], { input: text });
		assert.equal(String(tidy.stderr), "", page);
	}
});

test("shell: without a script on a phone: the menu, a choice",
    { skip: noBrowser }, async () => {
	const page = await openPage({ javaScriptEnabled: false,
		viewport: PHONE, locale: "en-GB" });
	await page.goto("/storage");
	assert.ok(await fits(page));
	await page.getByText("Menu", { exact: true }).click();
	await shoot(page, "shell-menu");
	await page.getByRole("link", { name: "About", exact: true }).click();
	await page.getByRole("heading", { level: 1, name: "About" }).waitFor();
	await page.getByLabel("Language").selectOption("zh-CN");
	await page.getByLabel("Colours").selectOption("dark");
	await page.getByLabel("Time zone").fill("Asia/Shanghai");
	await page.getByRole("button", { name: "Apply" }).click();
	await page.getByRole("heading", { level: 1, name: "关于" }).waitFor();
	assert.equal(await page.getAttribute("html", "data-theme"), "dark");
	assert.ok(await fits(page));
	await shoot(page, "shell-phone-dark-zh");
	assert.deepEqual(page.faults, []);
});

test("shell: with a script: the zone is known, a choice needs no button",
    { skip: noBrowser }, async () => {
	const page = await openPage({ timezoneId: "Asia/Tokyo",
		locale: "zh-CN", viewport: DESK });
	await page.goto("/about");
	await page.reload();
	assert.match(await page.locator("time").first().getAttribute("title"),
	    /\+09:00 \(Asia\/Tokyo\)$/);
	assert.equal(await page.locator(".preferences button").isVisible(), false);
	await page.getByLabel("语言").selectOption("en");
	await page.getByRole("heading", { level: 1, name: "About" }).waitFor();
	await page.keyboard.press("Tab");
	assert.equal(await page.evaluate(() => document.activeElement.className),
	    "skip");
	await shoot(page, "shell-about");
	assert.deepEqual(page.faults, []);
	assert.ok(await fits(page));
});
