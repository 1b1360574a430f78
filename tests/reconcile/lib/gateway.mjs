// The stack: its start, the job that sums up, and what is to be waited for at
// the end.
import { TOKEN, startStack } from "../../e2e/lib/stack.mjs";
import { sleep, until } from "../../e2e/lib/until.mjs";
import { CACHED, rules } from "./kinds.mjs";

const OPEN = `select count(*) from keywheel.leases l where not exists (
    select from keywheel.requests r where r.request_id = l.request_id)`;

const keys = (n) => Array.from({ length: n }, (_, i) =>
    `AIzaSyREC-${String(i).padStart(26, "a")}Rec`);

/** The stack, and the clients' tokens; limit: requests a minute of one. */
export async function start({ keys: n, limit }) {
	const stack = await startStack({ keys: keys(n),
		env: { RESPONSE_CACHE_ADMIT: 1, RESPONSE_CACHE_MODELS: CACHED } });
	const secrets = { client: TOKEN, unknown: "sk-nobody-has-this-one" };
	for (const name of ["caching", "limited"])
		secrets[name] = (await stack.cliJson("tokens", "add", name)).token;
	const { status, err } = await stack.cli("tokens", "set", "limited",
	    "--limits", `rpm=${limit}`);
	if (status !== 0)
		throw new Error(err);
	await stack.fake.script(...rules());
	return { stack, secrets };
}

/** The account is summed up now and then, as the job does, until told to end:
 * the function that is returned. Without a database it is not. */
export function summing(stack) {
	let goesOn = true;
	const work = (async () => {
		while (goesOn) {
			await stack.sql.exec("select keywheel.sum_usage(200)")
			    .catch(() => {});
			await sleep(300);
		}
	})();
	return async () => {
		goesOn = false;
		await work;
	};
}

/** All rows are summed up. */
export async function sumUp(stack) {
	while (await stack.sql.exec(
	    "select more from keywheel.sum_usage(10000)") === "t")
		;
}

/** Whatever is still to be written is written, and what cannot be is marked. */
export async function settle(stack) {
	await until(async () => await stack.sql.exec(OPEN) === "0",
	    { timeout: 20000, every: 100, what: "the end of all leases" });
	await until(async () => (await stack.fake.books()).open === 0,
	    { timeout: 5000, what: "the end of all calls" });
}

/** The account, row by row. */
export async function account({ sql }) {
	return {
		rows: await sql.rows("select r.* from keywheel.requests r"),
		attempts: await sql.rows("select a.* from keywheel.attempts a"),
	};
}
