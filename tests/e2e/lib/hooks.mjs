// A receiver of alerts, on loopback: it answers as Slack, Feishu, Telegram and a
// program of one's own do, each by its path, or in the way that it is told to.
import { once } from "node:events";
import http from "node:http";

export const SECRETS = {
	json: "json-path-s3cret",
	bearer: "bearer-s3cret-word",
	slack: "T0000/B0000/slack-s3cret",
	feishu: "feishu-hook-s3cret",
	sign: "feishu-sign-s3cret",
	telegram: "123456:telegram-s3cret",
};

const PATHS = {
	json: `/hooks/${SECRETS.json}`,
	slack: `/services/${SECRETS.slack}`,
	feishu: `/open-apis/bot/v2/hook/${SECRETS.feishu}`,
	telegram: `/bot${SECRETS.telegram}/sendMessage`,
};

const WORDS = { json: ` bearer=${SECRETS.bearer}`, slack: "",
	feishu: ` secret=${SECRETS.sign}`, telegram: " chat_id=-100123" };

const TAKEN = {
	json: { status: 204 },
	slack: { body: "ok" },
	feishu: { body: { StatusCode: 0, StatusMessage: "success", code: 0,
		data: {}, msg: "success" } },
	telegram: { body: { ok: true, result: { message_id: 7 } } },
};

export class Hooks {
	/* All that came: { form, headers, body }, body as JSON. */
	got = [];
	/* What the next ones of a form get instead: { status, headers, body,
	 * afterMs, hang }. */
	#next = {};

	async start() {
		this.server = http.createServer((request, answer) =>
			this.#serve(request, answer).catch(() => answer.destroy()));
		this.server.listen(0, "127.0.0.1");
		await once(this.server, "listening");
		return this;
	}

	async stop() {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, "close");
	}

	/** What ALERT_WEBHOOKS is to hold of a form. */
	element(form) {
		return `${form} http://127.0.0.1:${this.server.address().port}` +
		    PATHS[form] + WORDS[form];
	}

	/** As nothing had come yet. */
	forget() {
		this.got = [];
		this.#next = {};
	}

	/** How the next messages of a form are answered, one each. */
	script(form, ...answers) {
		this.#next[form] = answers;
	}

	of(form) {
		return this.got.filter((message) => message.form === form);
	}

	async #serve(request, answer) {
		const chunks = [];
		for await (const chunk of request)
			chunks.push(chunk);
		const form = Object.keys(PATHS)
		    .find((name) => PATHS[name] === request.url);
		const { status = 200, headers = {}, body = "", afterMs, hang } =
		    this.#next[form]?.shift() ?? TAKEN[form];
		this.got.push({ form, headers: request.headers,
			method: request.method,
			body: JSON.parse(Buffer.concat(chunks).toString()) });
		if (hang)
			return;
		if (afterMs)
			await new Promise((done) => setTimeout(done, afterMs));
		answer.writeHead(status, headers);
		answer.end(typeof body === "string" ? body : JSON.stringify(body));
	}
}
