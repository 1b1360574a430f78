// PgBouncer between a stack's responders and its PostgreSQL, with the sample
// file of pgbouncer/: in all stacks, where KEYWHEEL_E2E_PGBOUNCER says how many
// connections to PostgreSQL it may have.
import { execFileSync, spawn } from "node:child_process";
import { once } from "node:events";
import { existsSync } from "node:fs";
import { chown, mkdir, readFile, writeFile } from "node:fs/promises";
import net from "node:net";
import path from "node:path";
import { fileURLToPath } from "node:url";

import { until } from "./until.mjs";

const SERVERS = process.env.KEYWHEEL_E2E_PGBOUNCER;
const forAll = SERVERS && { default_pool_size: SERVERS };
const sample = fileURLToPath(
    new URL("../../../pgbouncer/pgbouncer.ini", import.meta.url));

/* Beside the state folder, which quickstart wants to make itself. */
const folderOf = (state) => path.join(path.dirname(state), "bouncer");

/** What responders of that state folder are to connect to; undefined: to
 * PostgreSQL itself. */
export function poolUrl(state) {
	const dir = folderOf(state);
	return existsSync(path.join(dir, "pgbouncer.ini"))
	    ? `postgresql://keywheel_app@/keywheel?host=${dir}&port=6432`
	    : undefined;
}

/* It does not run as root: as quickstart's PostgreSQL, whose socket others may
 * not reach. */
function runUser() {
	if (process.getuid() !== 0)
		return {};
	const id = (what) =>
	    Number(execFileSync("id", [what, "postgres"], { encoding: "utf8" }));
	return { uid: id("-u"), gid: id("-g") };
}

/* Other values for some lines of the sample. */
function dressed(text, values) {
	for (const [name, value] of Object.entries(values)) {
		const line = new RegExp(`^${name} =.*$`, "m");
		if (!line.test(text))
			throw new Error(`${sample} has no ${name}`);
		text = text.replace(line, () => `${name} = ${value}`);
	}
	return text;
}

export class Bouncer {
	/** For the stack that is to be in this folder, with these settings;
	 * undefined if none is wanted. */
	static async start(state, settings = forAll) {
		if (!settings)
			return undefined;
		const bouncer = new Bouncer(folderOf(state));
		const { uid, gid } = bouncer.user = runUser();
		await mkdir(bouncer.dir, { mode: 0o700 });
		await writeFile(path.join(bouncer.dir, "pgbouncer.ini"),
		    dressed(await readFile(sample, "utf8"), {
			keywheel: `host=${state}/run dbname=keywheel`,
			listen_addr: "",
			unix_socket_dir: bouncer.dir,
			auth_type: "trust",
			auth_file: `${bouncer.dir}/userlist`,
			max_client_conn: 900,
			logfile: `${bouncer.dir}/log`,
			pidfile: `${bouncer.dir}/pid`,
			...settings,
		    }));
		await writeFile(path.join(bouncer.dir, "userlist"),
		    '"keywheel_app" ""\n');
		if (uid !== undefined)
			for (const file of ["", "pgbouncer.ini", "userlist"])
				await chown(path.join(bouncer.dir, file), uid, gid);
		await bouncer.resume();
		return bouncer;
	}

	constructor(dir) {
		this.dir = dir;
		this.child = null;
	}

	/** Start it, with the same files. */
	async resume() {
		this.child = spawn("pgbouncer", ["-q", "pgbouncer.ini"],
		    { cwd: this.dir, stdio: ["ignore", "ignore", "inherit"],
			...this.user });
		await until(() => new Promise((resolve) => {
			const socket = net.connect(path.join(this.dir, ".s.PGSQL.6432"));
			socket.on("connect", () => resolve(true));
			socket.on("error", () => resolve(false));
			socket.on("connect", () => socket.destroy());
		}), { what: "PgBouncer" });
	}

	/** What its console says, as psql -At prints it. */
	console(command) {
		return execFileSync("psql", ["-XAt", "-h", this.dir, "-p", "6432", "-U",
			"pgbouncer", "-c", command], { encoding: "utf8", cwd: "/",
			...this.user });
	}

	/** End it at once, as systemd would. */
	async stop() {
		const child = this.child;
		this.child = null;
		if (child === null || child.exitCode !== null)
			return;
		child.kill("SIGTERM");
		await once(child, "exit");
	}
}
