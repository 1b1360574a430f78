// All pages of the admin area, in an order in which a person may come by.
import { readFileSync } from "node:fs";
import path from "node:path";

import { root } from "./stack.mjs";

const submit = async (page, form, button = "button") => {
	await page.locator(`main ${form} ${button}`).first().click();
	await page.waitForLoadState("load");
};

/** What is behind a form: { what: go(page) }. Nothing here goes by words: they
 * are in several languages. */
export const BEHIND_FORMS = {
	"the preview of new keys": async (page) => {
		await page.goto("/keys/add");
		await page.fill("#text", "AIzaSyWalk-new-key-that-nobody-has-yet-00\n" +
		    "AIzaSyE2E-aaaaaaaaaaaaaaaaaaaaaaaaaaaK1\nwhat is this?");
		await submit(page, "form[action='/keys/add']", ".primary");
	},
	"the form that reveals keys": async (page) => {
		await page.goto("/keys/2");
		await submit(page, "form[action='/keys/do']", "[value=export]");
	},
	"a token’s form with mistakes": async (page) => {
		await page.goto("/tokens/add");
		await page.fill("[name=name]", "walker");
		await page.fill("[name=addresses]", "nowhere");
		await submit(page, "form[action='/tokens/add']", ".primary");
	},
	"settings with mistakes": async (page) => {
		await page.goto("/config?q=MAX_RETRIES");
		await page.fill("[name='v.MAX_RETRIES']", "-1");
		await submit(page, "form[action^='/config']", ".primary");
	},
	"the preview of an import": async (page) => {
		await page.goto("/config/import");
		await page.fill("#text", "MAX_RETRIES=6\nTIME_OUT=x\nMYSQL_HOST=x\n" +
		    "API_KEYS=[a,b]\nSEARCH_MODELS=a,b");
		await submit(page, "form[action='/config/import']", ".primary");
	},
	"whether chosen requests are to be deleted": async (page) => {
		await page.goto("/requests");
		await page.locator("main [name=row]").first().check();
		await submit(page, "form[action^='/requests/chosen']",
		    "[value=delete]");
	},
	"whether chosen files are to be deleted": async (page) => {
		await page.goto("/files");
		await page.locator("main [name=file]").first().check();
		await submit(page, "form[action='/files'][method=post]", ".bad");
	},
};

/* What is no page: files of ours, and what is made to be saved. */
const NO_PAGES = ["/static/{}", "/logs/export", "/requests/export",
	"/sign-in"];

/* Of pages, as src/admin/admin.c has them. */
const routes = [...readFileSync(path.join(root, "src/admin/admin.c"), "utf8")
    .matchAll(/PAGE\("GET", "([^"]+)"/g)].map(([, route]) => route)
    .filter((route) => !NO_PAGES.includes(route));

/** The routes that none of paths leads to. */
export const missed = (paths) => routes.filter((route) => {
	const pattern = new RegExp(`^${route.replaceAll("{}", "[^/]+")}$`);
	return !paths.some((path) => pattern.test(path.split("?")[0]));
});

/**
 * { name, go(page) } of each page; `at`: what furnish() has told of addresses.
 */
export function tour(at) {
	const paths = ["/", "/?range=30d", "/keys", "/keys?state=disabled&size=10",
		"/keys?code=42", "/keys_status?q=nobody-has-this", "/keys/11",
		"/keys/9", "/keys/add", "/keys/attention", "/tasks", at.task, at.asked,
		"/requests", "/requests?status=4xx&range=7d", "/requests?status=x",
		`/requests/${at.request}`, `/requests/${at.failed}`,
		"/requests/delete?status=429", "/logs", "/logs/delete?status=503",
		"/tokens", "/tokens?state=revoked", "/tokens/add",
		`/tokens/${at.token}`, `/tokens/${at.token}?ask=rotate`, "/config",
		"/config?q=retries", "/config/history", "/config/reset",
		`/config/undo?id=${at.change}`, "/config/export", "/config/import",
		"/jobs", "/jobs?job=recheck", "/proxies", "/files", "/storage",
		"/storage?what=logs&days=1", "/models/show?name=gemini-2.5-flash",
		"/models/compare?model=gemini-2.5-flash&model=gemini-2.5-pro",
		"/sessions", "/about", "/nothing/here"];
	paths.push(...missed(paths).filter((route) => !route.includes("{")));
	const entries = [
		...paths.map((path) => ({ name: path,
			go: (page) => page.goto(path) })),
		...Object.entries(BEHIND_FORMS).map(([name, go]) => ({ name, go })),
	];
	return { entries, paths };
}
