// Keys in pools other than the one that all tests have.

import { until } from "./until.mjs";

export const PAID = [
	"AIzaSyE2E-ppppppppppppppppppppppppppP1",
	"AIzaSyE2E-qqqqqqqqqqqqqqqqqqqqqqqqqqP2",
];
export const VERTEX = [
	"AQ.Ab8RN6vertex-vvvvvvvvvvvvvvvvvvvvvvvV1",
	"AQ.Ab8RN6vertex-wwwwwwwwwwwwwwwwwwwwwwwV2",
	"AQ.Ab8RN6vertex-xxxxxxxxxxxxxxxxxxxxxxxV3",
];

/** Add keys to a pool; kw.reset() removes them. */
export async function addKeys(kw, pool, keys) {
	const { status, err } = await kw.cli("keys", "add", "--pool", pool,
	    { input: keys.join("\n") });
	if (status !== 0)
		throw new Error(`keys add --pool ${pool}: ${err}`);
}

/** No key rests any more, once all that has come has been accounted for. */
export async function forgive(kw) {
	await until(() => kw.isIdle(), { what: "all requests accounted for" });
	await kw.sql.exec(`delete from keywheel.key_cooldown;
	    delete from keywheel.limits;
	    delete from keywheel.ledger;
	    update keywheel.key_rotation set rests_until = '-infinity'`);
}

/** The counts of the keys that are not among those. */
export function without(counts, keys) {
	return Object.fromEntries(
	    Object.entries(counts).filter(([key]) => !keys.includes(key)));
}
