// What PgBouncer costs, and what it spares: two stacks alike but for it, asked
// in turns, so that the ratios of a run hold also on a machine that does other
// things.
//
//   builddir=BUILD node tests/bench/pooling.mjs [--quick] [--servers N]
//
// --servers: PgBouncer's connections to PostgreSQL (20, as in the sample). Needs
// pgbench, and bench_load in BUILD.
import { spawn } from "node:child_process";
import { chmod, writeFile } from "node:fs/promises";
import path from "node:path";

import { poolUrl } from "../e2e/lib/bouncer.mjs";
import { until } from "../e2e/lib/until.mjs";
import { TOKEN, build, program, startStack } from "../e2e/lib/stack.mjs";

const quick = process.argv.includes("--quick");
const at = process.argv.indexOf("--servers");
const servers = at < 0 ? 20 : Number(process.argv[at + 1]);
const ROUNDS = quick ? 1 : 5;
const MS = quick ? 1000 : 3000;
const CONNECTED = quick ? [200] : [200, 500];

const median = (numbers) => [...numbers].sort((a, b) => a - b)
    [Math.floor(numbers.length / 2)];

function start(responders, pooled) {
	return startStack({ options: ["--responders", String(responders)],
		pool: pooled ? { default_pool_size: servers,
			max_client_conn: 4300 } : undefined });
}

/** The URL of its responders. */
const urlOf = (kw) => poolUrl(kw.state) ??
    `postgresql://keywheel_app@/keywheel?host=${kw.state}/run`;

async function run(file, args, options) {
	const { status, out, err } = await program(file, args, options);
	if (status !== 0)
		throw new Error(`${file}: ${err}`);
	return out;
}

/* Picks of a key, and nothing else. */
async function picks(kw, clients) {
	const script = path.join(kw.dir, "pick.sql");
	await writeFile(script, `select 1 / (answer = 'leased')::integer
	    from keywheel.begin_request(:client_id, gen_random_uuid(), '\\x01',
		'gemini', 'm', 'openai.chat', false, 60000);\n`);
	const out = await run("pgbench", ["-n", "-M",
		"extended", "-c", String(clients), "-j", "2", "-T",
		String(MS / 1000), "-f", script, urlOf(kw)]);
	return Number(/tps = ([\d.]+)/.exec(out)[1]);
}

/* Whole requests. */
async function requests(kw, clients) {
	const file = path.join(kw.dir, "token");
	await writeFile(file, TOKEN);
	const out = await run(path.join(build, "bench_load"), ["--port",
		String(kw.port), "--token-file", file, "--clients", String(clients),
		"--ms", String(MS)]);
	return Object.fromEntries(out.trim().split("\n")
	    .map((line) => line.split(/\s+/)).map(([name, n]) => [name, Number(n)]));
}

/** Seconds until so many responders that start at once are connected. */
async function connected(kw, n) {
	const many = path.join(kw.dir, `many-${n}`);
	const conf = `${many}.conf`;
	await writeFile(conf, `DATABASE_URL=${urlOf(kw)}\n` +
	    `MASTER_KEY_FILE=${kw.state}/master.key\n`);
	await chmod(conf, 0o644);
	const before = await clients(kw);
	const began = performance.now();
	const child = spawn(path.join(build, "keywheel.fcgi"), ["--conf", conf,
		"--listen", `${many}.sock`, "--responders", String(n)],
	    { stdio: "ignore" });
	try {
		await until(async () => await clients(kw) >= before + n,
		    { timeout: 120000, what: `${n} connections` });
		return (performance.now() - began) / 1000;
	} finally {
		child.kill("SIGTERM");
		await new Promise((resolve) => child.on("close", resolve));
	}
}

/* Who is connected and has been let in. */
async function clients(kw) {
	if (!kw.bouncer)
		return Number(await kw.sql.exec(`select count(*)
		    from pg_stat_activity where usename = 'keywheel_app'`));
	const pools = kw.bouncer.console("show pools");
	const pool = pools.split("\n").find((line) => line.startsWith("keywheel|"));
	return pool ? Number(pool.split("|")[2]) + Number(pool.split("|")[3]) : 0;
}

/* The stack's own responders end: there is room for as many others. */
async function vacate(kw) {
	process.kill(await kw.pid("responders"), "SIGTERM");
	await until(async () => await clients(kw) === 0,
	    { timeout: 20000, what: "the end of the responders" });
}

function tell(what, direct, pooled, digits = 0) {
	console.log(what.padEnd(34) + [direct, pooled].map((n) =>
	    n.toFixed(digits).padStart(10)).join("") +
	    (pooled / direct).toFixed(2).padStart(8));
}

/* In turns; the median of each, and of what `what` takes of a result. */
async function compare(stacks, measure) {
	const results = stacks.map(() => []);
	for (let i = 0; i < ROUNDS; i++)
		for (const [j, kw] of stacks.entries())
			results[j].push(await measure(kw));
	return (what) => results.map((of) => median(of.map(what)));
}

console.log(`medians of ${ROUNDS} turns of ${MS} ms; ` +
    `${servers} connections to PostgreSQL\n` +
    `${"".padEnd(34)}    direct PgBouncer   ratio`);
/* Both stacks at once, which are ended afterwards. */
async function beside(responders, what) {
	const stacks = [await start(responders, false),
		await start(responders, true)];
	try {
		await what(stacks);
	} finally {
		for (const kw of stacks)
			await kw.stop();
	}
}

for (const n of [8, 64])
	await beside(n, async (stacks) => {
		const each = await compare(stacks, (kw) => requests(kw, n));
		tell(`requests/s, ${n} responders`, ...each((r) => r.rate));
		tell("  p50 µs", ...each((r) => r.p50));
		tell("  p99 µs", ...each((r) => r.p99));
	});
for (const n of [8, 64])
	await beside(n, async (stacks) => {
		for (const kw of stacks) {
			await vacate(kw);
			await kw.sql.exec(`select keywheel.add_token('picks', '\\x01',
			    '…test', false, 'cli')`);
		}
		const rates = await compare(stacks, (kw) => picks(kw, n));
		tell(`picks/s, ${n} clients`, ...rates((r) => r));
	});
for (const n of CONNECTED) {
	const seconds = [];
	for (const pooled of [false, true]) {
		const kw = await start(pooled ? 4 : n, pooled);
		try {
			await vacate(kw);
			seconds.push(await connected(kw, n));
		} finally {
			await kw.stop();
		}
	}
	tell(`s until ${n} are connected`, ...seconds, 2);
}
