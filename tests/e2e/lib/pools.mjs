// Keys in pools other than the one that all tests have.

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

/** The counts of the keys that are not among those. */
export function without(counts, keys) {
	return Object.fromEntries(
	    Object.entries(counts).filter(([key]) => !keys.includes(key)));
}
