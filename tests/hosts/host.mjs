// One web host: lighttpd and responders in namespaces of their own, which reach
// the middle by two networks: `front`, where clients and Gemini are, and
// `back`, where the database is.
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { copyFile, mkdir, open, readFile, writeFile }
	from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";

import { Stack, build, program, root } from "../e2e/lib/stack.mjs";
import { until } from "../e2e/lib/until.mjs";

const here = path.dirname(fileURLToPath(import.meta.url));
const run = promisify(execFile);
const PORT = 8000;

export const WORLD = process.env.WORLD;
export const GEMINI = "10.90.0.1";

/** Files of a host whose database is at that address. A lost link is noticed
 * sooner than by default. */
export async function writeConf(dir, address, key) {
	const at = `@${address}/keywheel?connect_timeout=2&tcp_user_timeout=1000`;
	for (const part of ["run", "log", "tmp", "run/empty"])
		await mkdir(path.join(dir, part), { recursive: true });
	if (key)
		await copyFile(key, path.join(dir, "master.key"));
	await writeFile(path.join(dir, "keywheel.conf"),
	    `DATABASE_URL=postgresql://keywheel_app${at}
OWNER_DATABASE_URL=postgresql://keywheel_owner${at}
MASTER_KEY_FILE=${dir}/master.key
SQL_DIR=${root}/sql
TEMPLATE_DIR=${root}/templates
MESSAGE_DIR=${build}/po
`);
	const conf = await readFile(path.join(root, "lighttpd/quickstart.conf.in"),
	    "utf8");
	await writeFile(path.join(dir, "run/lighttpd.conf"), conf
	    .replaceAll("@BASE@", dir)
	    .replaceAll("@PORT@", String(PORT))
	    .replaceAll("@MAX_FDS@", "1024")
	    .replaceAll("@MAX_CONNECTIONS@", "256")
	    .replace('"127.0.0.1"', '"0.0.0.0"'));
}

export class Host extends Stack {
	constructor(n, fake, sql) {
		super({ dir: WORLD, state: path.join(WORLD, `host${n}`), port: PORT,
			fakePort: fake.port, host: `10.88.${n}.2` });
		this.n = n;
		this.address = `10.89.${n}.2`; // as the database sees it
		this.fake = fake;
		this.sql = sql;
		this.child = null;
	}

	/** Power on. */
	async start() {
		const log = await open(path.join(this.state, "log/host.log"), "a");
		this.child = spawn("unshare", ["--mount", "--net", "--pid", "--fork",
			"--mount-proc",
			path.join(here, "host.sh"), this.state, String(this.n)],
		    { stdio: ["pipe", log.fd, log.fd] });
		await log.close();
		const parent = this.child.pid;
		this.first = Number(await until(() =>
		    readFile(`/proc/${parent}/task/${parent}/children`, "utf8")
			.then((text) => text.trim())));
		/* It has its namespaces when it runs the script. */
		await until(() => readFile(`/proc/${this.first}/cmdline`, "utf8")
		    .then((text) => text.includes("host.sh")));
		for (const [net, name] of [[88, "front"], [89, "back"]]) {
			const link = `${name}${this.n}`;
			await run("ip", ["link", "add", link, "type", "veth",
				"peer", "name", name, "netns", String(this.first)]);
			await run("ip", ["address", "add", `10.${net}.${this.n}.1/24`,
				"dev", link]);
			await run("ip", ["link", "set", link, "up"]);
		}
		this.child.stdin.write("\n");
		await until(() => this.isHealthy(), { timeout: 10000,
			what: `health of host ${this.n}` });
	}

	async isHealthy() {
		return (await this.request({ path: "/health", token: null }, 2000))
		    .status === 200;
	}

	/** kill -9 of all that runs there. */
	async kill() {
		if (this.child === null)
			return;
		const gone = once(this.child, "exit");
		process.kill(this.first, "SIGKILL");
		await gone;
		this.child = null;
		await this.#unplug();
	}

	/** The power fails: nobody is told that it has gone. */
	async fail() {
		await this.link("front", "down");
		await this.link("back", "down");
		await this.kill();
	}

	/** A cable: "front" or "back"; "up" or "down". */
	async link(name, state) {
		await run("ip", ["link", "set", `${name}${this.n}`, state]);
	}

	/* The names are free when the kernel has taken the namespace down. */
	async #unplug() {
		for (const name of ["front", "back"])
			await run("ip", ["link", "delete", `${name}${this.n}`])
			    .catch(() => {});
	}

	/** keywheel's command line, on that host. */
	async cli(...args) {
		return program("nsenter", ["-t", String(this.first), "-a",
			path.join(build, "keywheel"), "--conf",
			path.join(this.state, "keywheel.conf"), ...args]);
	}

	/** How many sessions the database has for it. */
	async sessions() {
		return Number(await this.sql.exec(`select count(*)
		    from pg_stat_activity where client_addr = '${this.address}'`));
	}
}
