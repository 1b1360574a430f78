// What each source says in all: {requests, answered, prompt, cached, thought,
// answer, words}; words: what is not known of that.
import { Pages } from "./pages.mjs";

export const FIELDS = ["requests", "answered", "prompt", "cached", "thought",
	"answer"];

const ANSWERED = "('complete', 'length', 'blocked')";

const tokens = (suffix) => ["prompt", "cached", "thought", "answer"]
    .map((name) => `coalesce(sum(${name}${suffix}), 0) as ${name}`).join(", ");

/* A day is the largest span; of the sums of keys a request without a key is
 * none, so what it had is taken from the rows. */
const QUERIES = {
	"requests (rows)": `select count(*) as requests,
	    count(*) filter (where outcome in ${ANSWERED}) as answered,
	    ${tokens("_tokens")} from keywheel.requests`,
	"usage_all": `select sum(requests) as requests, sum(requests)
	    filter (where outcome in ${ANSWERED}) as answered, ${tokens("")}
	    from keywheel.usage_all_now() where span = 'day'`,
	"usage_all, by the minute": `select sum(requests) as requests,
	    sum(requests) filter (where outcome in ${ANSWERED}) as answered,
	    ${tokens("")} from keywheel.usage_all_now() where span = 'minute'`,
	"usage": `select sum(requests) as requests, sum(requests)
	    filter (where outcome in ${ANSWERED}) as answered, ${tokens("")}
	    from keywheel.usage_now() where span = 'hour'`,
	"key_usage": `select null as requests, null as answered, ${tokens("")}
	    from keywheel.key_usage_now() where span = 'day'`,
	"report_requests": `select count(*) as requests,
	    count(*) filter (where outcome in ${ANSWERED}) as answered,
	    ${tokens("_tokens")} from keywheel.report_requests`,
	"report_usage_daily": `select sum(requests) as requests,
	    sum(answered) as answered, ${tokens("_tokens")}
	    from keywheel.report_usage_daily`,
};

const numbers = (row) => Object.fromEntries(Object.entries(row)
    .map(([name, value]) => [name, value === null ? undefined : Number(value)]));

/** Of the database; the tail of the account may be summed up or not. */
export async function sumsOf(sql, queries = QUERIES) {
	const all = {};
	for (const [name, query] of Object.entries(queries))
		all[name] = numbers(await sql.row(query));
	return all;
}

/** Of the pages, as somebody reads them who has signed in. */
export async function sumsOfPages(stack) {
	const pages = await new Pages(stack).signIn();
	return {
		"dashboard, today": await pages.days("Today"),
		"dashboard, this month": await pages.days("This month"),
		"/requests, export": await pages.requests(),
	};
}

/** Do two agree in all that both know? */
export const agree = (a, b) => FIELDS.every((name) =>
    a[name] === undefined || b[name] === undefined || a[name] === b[name]);
