// What each source says in all: {requests, answered, prompt, cached, thought,
// answer}. What a source does not say is undefined.
import { Pages } from "./pages.mjs";

export const FIELDS = ["requests", "answered", "prompt", "cached", "thought",
	"answer"];
const KINDS = FIELDS.slice(2);

export const ANSWERED = ["complete", "length", "blocked"];
const answered = `outcome::text in ('${ANSWERED.join("', '")}')`;

const tokens = (suffix = "") => KINDS
    .map((name) => `coalesce(sum(${name}${suffix}), 0) as ${name}`).join(", ");

const failed = () => KINDS.map((name) =>
    `coalesce(sum(failed_${name}_tokens), 0) as ${name}`).join(", ");

const rows = (table) => `select count(*) as requests, count(*)
    filter (where ${answered}) as answered, ${tokens("_tokens")} from ${table}`;

const sums = (name, span) => `select sum(requests) as requests, sum(requests)
    filter (where ${answered}) as answered, ${tokens()}
    from keywheel.${name}() where span = '${span}'`;

const view = (name) => `select sum(requests) as requests,
    sum(answered) as answered, ${tokens("_tokens")} from keywheel.${name}`;

/* Of requests; keys are not asked for all of them. */
const REQUESTS = {
	"requests": rows("keywheel.requests"),
	"usage_all, minutes": sums("usage_all_now", "minute"),
	"usage_all, days": sums("usage_all_now", "day"),
	"usage, hours": sums("usage_now", "hour"),
	"key_usage, days": `select ${tokens()} from keywheel.key_usage_now()
	    where span = 'day' and kind in (select unnest(enum_range(
		null::keywheel.outcome))::text)`,
	"report_requests": rows("keywheel.report_requests"),
	"report_usage_daily": view("report_usage_daily"),
	"report_usage_hourly": view("report_usage_hourly"),
	"report_usage_keys": `select ${tokens("_tokens")}
	    from keywheel.report_usage_keys`,
	"report_usage_projects": `select ${tokens("_tokens")}
	    from keywheel.report_usage_projects`,
	"report_cost_daily": `select sum(requests) as requests,
	    ${tokens("_tokens")} from keywheel.report_cost_daily`,
};

/* Of attempts that failed: what they had used is in no sum of requests. */
const FAILURES = {
	"attempts": `select count(*) as requests, ${tokens("_tokens")}
	    from keywheel.attempts`,
	"key_failures, days": `select sum(attempts) as requests, ${tokens()}
	    from keywheel.key_failures_now() where span = 'day'`,
	"report_failures": `select sum(attempts) as requests,
	    ${tokens("_tokens")} from keywheel.report_failures
	    where span = 'day'`,
	"report_usage_keys": `select sum(failed) as requests, ${failed()}
	    from keywheel.report_usage_keys`,
	"report_usage_projects": `select sum(failed) as requests, ${failed()}
	    from keywheel.report_usage_projects`,
};

const numbers = (row) => Object.fromEntries(Object.entries(row)
    .map(([name, value]) => [name, Number(value)]));

async function ask(sql, queries) {
	const all = {};
	for (const [name, query] of Object.entries(queries))
		all[name] = numbers(await sql.row(query));
	return all;
}

const byKind = (metrics, name) => Object.fromEntries(KINDS.map((kind) =>
    [kind, metrics.sum(name, `kind="${kind}"`)]));

/** Of requests: the database, the pages, the metrics. */
export async function sumsOfRequests(stack) {
	const pages = await new Pages(stack).signIn();
	const metrics = await pages.metrics();
	const ofTokens = await pages.tokens();
	return {
		...await ask(stack.sql, REQUESTS),
		"page /, today": await pages.days("Today"),
		"page /, this month": await pages.days("This month"),
		"page /requests, export": await pages.requests(),
		...(ofTokens === undefined ? {}
		    : { "page /tokens, all": { requests: ofTokens } }),
		"/metrics": {
			requests: metrics.sum("keywheel_requests_total"),
			answered: ANSWERED.reduce((all, outcome) => all +
			    metrics.sum("keywheel_requests_total",
				`outcome="${outcome}"`), 0),
			...byKind(metrics, "keywheel_tokens_total"),
		},
		"/metrics, by token": {
			requests: metrics.sum("keywheel_token_requests_total"),
			...byKind(metrics, "keywheel_token_tokens_total"),
		},
	};
}

/** The same of attempts that failed. */
export async function sumsOfFailures(stack) {
	const metrics = await (await new Pages(stack).signIn()).metrics();
	return {
		...await ask(stack.sql, FAILURES),
		"/metrics": {
			requests: metrics.sum("keywheel_attempts_failed_total"),
			...byKind(metrics, "keywheel_attempts_failed_tokens_total"),
		},
	};
}

/** Do two agree in all that both know? */
export const agree = (a, b) => FIELDS.every((name) =>
    a[name] === undefined || b[name] === undefined || a[name] === b[name]);
