// Which process is at the other end of a connection.
import { readFileSync, readdirSync, readlinkSync } from "node:fs";

/** Who holds the connection of this local port to that remote one. */
export function holder(localPort, remotePort) {
	const hex = (n) => n.toString(16).toUpperCase().padStart(4, "0");
	const inode = readFileSync("/proc/net/tcp", "utf8").split("\n")
	    .map((line) => line.trim().split(/\s+/))
	    .find(([, here = "", there = ""]) => here.endsWith(`:${hex(localPort)}`) &&
		there.endsWith(`:${hex(remotePort)}`))?.[9];
	for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
		try {
			for (const fd of readdirSync(`/proc/${pid}/fd`))
				if (readlinkSync(`/proc/${pid}/fd/${fd}`) ===
				    `socket:[${inode}]`)
					return Number(pid);
		} catch {
			// It has ended, or is not ours.
		}
	}
	throw new Error(`nobody holds port ${localPort}`);
}
