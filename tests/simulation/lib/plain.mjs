// Plain rotation, as the usual balancers do it: the next key of the circle, up
// to three attempts at once after whatever error, and a key is out after ten
// failures in total. When all are out the next one is taken all the same.
import { makeAgent, post, textOf } from "./load.mjs";

const ATTEMPTS = 3;
const MAX_FAILURES = 10;

export class Plain {
	constructor(fake, keys) {
		this.name = "plain rotation";
		this.fake = fake;
		this.agent = makeAgent();
		this.keys = keys.map((key) => ({ key, failures: 0 }));
		this.next = 0;
	}

	#pick() {
		for (let i = 0; i < this.keys.length; i++) {
			const one = this.keys[this.next++ % this.keys.length];
			if (one.failures < MAX_FAILURES)
				return one;
		}
		return this.keys[this.next++ % this.keys.length];
	}

	async ask({ model, tokens }) {
		let answer;
		for (let i = 0; i < ATTEMPTS; i++) {
			const one = this.#pick();
			answer = await post(this.agent, this.fake.port,
			    `/v1beta/models/${model}:generateContent`,
			    { "x-goog-api-key": one.key },
			    { contents: [{ role: "user",
				parts: [{ text: textOf(tokens) }] }] });
			if (answer.status === 200)
				break;
			one.failures++;
		}
		return { status: answer.status };
	}

	/** Keys that are good and used no more. */
	async lost({ dead }) {
		return this.keys.filter(({ key, failures }) =>
		    failures >= MAX_FAILURES && !(key in dead)).map(({ key }) => key);
	}

	async stop() {
		this.agent.destroy();
		await this.fake.stop();
	}
}
