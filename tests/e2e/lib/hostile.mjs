// Strings that would like to be more than text, in every stored field that a
// page shows.
import { visitor } from "./pages.mjs";
import { kw } from "./shared.mjs";
import { quote } from "./sql.mjs";

/* A tag, an attribute and a template out of it; the other direction for all that
 * follows, and no end of it. */
const EVIL = `<script>alert(1)</script><img src=x onerror=alert(2)>` +
    `<evil-tag>" data-evil="1" ' data-evil='1' onfocus='alert(3)' --></td>` +
    `</textarea></title>&lt;&amp;\u0026#x3c; {{_ Sign out}} {{{title}}} ` +
    `\${7*7} %s \\ javascript:alert(4) \u202edrawkcab \u{1f4a3}`;

/** The string of a field, which begins with the field's name. */
const evil = (field, length = 10000) =>
    `~${field}~ ${EVIL} `.padEnd(length, "x").slice(0, length);

/* Table, its columns of text, which rows. */
const ROWS = [
	["keys", ["note", "project", "state_reason", "probe_result", "origin",
		"hint"], "key_id = 9"],
	["key_cooldown", ["reason"], "scope = (select scope from keywheel.keys " +
	    "where key_id = 11)"],
	["key_events", ["cause", "evidence", "model"], "key_id = 11"],
	["tokens", ["note", "hint", "origin"], "name = 'cherry-studio'"],
	["attempts", ["model", "verdict", "evidence", "error"],
		"request_id = '$request'"],
	["sessions", ["address", "agent"], "address = '192.0.2.24'"],
	["jobs", ["last_message"], "name = 'recheck'"],
	["job_runs", ["message", "by"], "name = 'recheck'"],
	["alarms", ["subject", "text"], "ended_at is null"],
	["alert_receivers", ["name", "error"], "failures > 0"],
	["alert_messages", ["error"], "error <> ''"],
	["proxies", ["error"], "true"],
	["clears", ["by", "remains"], "true"],
	["tasks", ["made_by"], "true"],
	["task_items", ["words"], "item = 1"],
	["setting_history", ["by", "old_value", "new_value"],
		"name = 'MAX_RETRIES'"],
];

/* What is in an index cannot be that long, and some are words of keywheel's. */
const LENGTHS = { project: 600, model: 600, subject: 600, hint: 15,
	origin: 30, verdict: 40 };

const nameOf = (table, column) => `${table}.${column}`;

/** Replace what is stored; at: what furnish() has told. The names of the fields
 * that are to be seen. */
export async function soil(at) {
	const [, proxy] = /name="proxy" value="(\w+)"/.exec(
	    (await visitor.get("/proxies")).text);
	await kw.sql.exec(`
	    insert into keywheel.proxies (proxy, name, error_at, down_until)
	    values ('${proxy}', 'proxy', now(), now() + interval '1 minute');
	    update keywheel.keys set probe_since = state_at, probed_at = now(),
		probe_at = now() + interval '1 hour', probes = 1
	    where key_id = 9`);
	for (const [table, columns, where] of ROWS)
		await kw.sql.exec(`update keywheel.${table} set ${columns.map(
		    (column) => `${column} = ${quote(evil(nameOf(table, column),
			LENGTHS[column]))}`)}
		    where ${where.replace("$request", at.request)}`);
	await kw.sql.exec(`
	    update keywheel.tokens set name = ${quote(evil("tokens.name", 2000))},
		models = array[${quote(evil("tokens.models"))}]
	    where name = 'cherry-studio';
	    update keywheel.requests set model = ${quote(evil("requests.model",
		600))}, route = ${quote(evil("requests.route"))},
		detail = ${quote(evil("requests.detail"))}
	    where request_id in ('${at.failed}', '${at.request}');
	    update keywheel.resources set facts = jsonb_build_object(
		'displayName', ${quote(evil("files.display_name"))},
		'mimeType', ${quote(evil("files.mime_type"))},
		'state', ${quote(evil("files.state"))}, 'sizeBytes', '<b>');
	    insert into keywheel.models (model, data, seen_at)
	    values (${quote(evil("models.model", 600))}, jsonb_build_object(
		'displayName', ${quote(evil("models.display_name"))},
		'description', ${quote(evil("models.description"))}), now());
	    select keywheel.put_settings(jsonb_build_object(
		'CREATE_IMAGE_MODEL', ${quote(evil("settings.text"))},
		'SEARCH_MODELS', jsonb_build_array(
		    ${quote(evil("settings.list"))})::text,
		'THINKING_BUDGET_MAP', jsonb_build_object(
		    ${quote(evil("settings.map"))}, 1)::text));
	    select keywheel.sum_usage(100000)`);
	return [...ROWS.flatMap(([table, columns]) =>
		columns.map((column) => nameOf(table, column))),
	"tokens.name", "tokens.models", "requests.model", "requests.route",
	"requests.detail", "files.display_name", "files.mime_type",
	"files.state", "settings.text", "settings.list", "settings.map"];
}

/** What of it has become more than text, and which fields are seen:
 * { faults, seen }. */
export const evilFaults = (page) => page.evaluate(() => {
	const faults = [];
	for (const e of document.querySelectorAll("evil-tag, [data-evil], " +
	    "[onerror], [onfocus], script:not([src^='/static/']), " +
	    "img:not([src^='/static/']), [href^='javascript:']"))
		faults.push(`an element: ${e.outerHTML.slice(0, 120)}`);
	const all = document.documentElement.outerHTML;
	if (/~\S+~[^~]*\D49 %s/.test(all))
		faults.push("a template was filled in");
	/* What turns the direction of the text goes no further than itself. */
	const walker = document.createTreeWalker(document.body,
	    NodeFilter.SHOW_TEXT);
	for (let node; (node = walker.nextNode());) {
		let around = node.parentElement;
		if (!node.data.includes("\u202e") ||
		    around.matches("textarea, option"))
			continue;
		while (!/isolate|plaintext/.test(
		    getComputedStyle(around).unicodeBidi))
			around = around.parentElement;
		const rest = document.createRange();
		rest.setStartAfter(node);
		rest.setEndAfter(around.lastChild);
		const inline = rest.cloneContents();
		if (/\p{L}/u.test(inline.textContent) &&
		    getComputedStyle(around).display !== "block")
			faults.push("the direction of what follows: " +
			    around.outerHTML.slice(0, 60) + " … " +
			    inline.textContent.slice(0, 60));
	}
	const values = [...document.querySelectorAll("input, textarea")]
	    .map((e) => e.value);
	return { faults, seen: [document.body.textContent, ...values].join(" ")
	    .match(/~[a-z_.]+~/g) ?? [] };
});
