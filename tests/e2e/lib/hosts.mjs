// The image hosts, on loopback: each checks every field of what it is sent,
// and answers as the real one does, or fails in the way that it is told to.
import { createHash, createHmac } from "node:crypto";
import { once } from "node:events";
import http from "node:http";

export const ACCOUNT = {
	smms: "smms-t0ken-secret",
	picgo: "picgo&key/secret",
	cloudflare: "cf c&de/secret",
	folder: "my pictures/ü",
	ossId: "LTAI-oss-id",
	ossSecret: "oss-s3cret",
	bucket: "bkt",
};

/** A refusal in the host's own words. */
class Refused extends Error {
	constructor(status, message) {
		super(message);
		this.status = status;
	}
}

function must(ok, status, message) {
	if (!ok)
		throw new Refused(status, message);
}

/** The one part of a form, which must be a file of that name. */
function onlyFile(request, body, field) {
	const type = request.headers["content-type"] ?? "";
	const boundary = /^multipart\/form-data; boundary=([-\w]+)$/.exec(type)?.[1];
	must(request.method === "POST", 405, "POST it");
	must(boundary, 400, `no form: ${type}`);
	const text = body.toString("latin1");
	const parts = text.split(`--${boundary}`);
	must(parts.length === 3 && parts[0] === "" && parts[2] === "--\r\n", 400,
	    `${parts.length - 2} parts`);
	const end = parts[1].indexOf("\r\n\r\n");
	const fields = parts[1].slice(2, end).split("\r\n").sort();
	const name = new RegExp(`^Content-Disposition: form-data; ` +
	    `name="${field}"; filename="([0-9a-f]{32}\\.\\w+)"$`)
	    .exec(fields[0])?.[1];
	must(fields.length === 2 && name, 400, fields.join(" | "));
	const mime = /^Content-Type: (image\/\w+)$/.exec(fields[1])?.[1];
	must(mime, 400, fields[1]);
	must(parts[1].endsWith("\r\n"), 400, "the part has no end");
	return { name, mime,
		bytes: Buffer.from(parts[1].slice(end + 4, -2), "latin1") };
}

/** The parameters must be these and no others. */
function mustHave(url, wanted) {
	const got = Object.fromEntries(url.searchParams);
	for (const [name, value] of Object.entries(wanted))
		must(got[name] === value, 401, `${name} is ${got[name]}`);
	must(Object.keys(got).length === Object.keys(wanted).length, 400,
	    `parameters ${Object.keys(got)}`);
}

const providers = {
	smms: {
		take(request, body, url) {
			must(request.headers.authorization === `Basic ${ACCOUNT.smms}`,
			    401, `Unauthorized: ${request.headers.authorization}`);
			mustHave(url, {});
			return onlyFile(request, body, "smfile");
		},
		thank: (address) => ({ success: true, code: "success",
			message: "Upload success.", data: { url: address, width: 1,
				height: 1, delete: `${address}/delete` } }),
		repeat: (address) => ({ success: false, code: "image_repeated",
			message: `Image upload repeated limit, this image exists at: ${
				address}`, images: address }),
		complain: (status, message) =>
		    [200, { success: false, code: "unauthorized", message }],
	},
	picgo: {
		take(request, body, url) {
			must(!request.headers["x-api-key"], 400, "a key in the header");
			mustHave(url, { key: ACCOUNT.picgo });
			return onlyFile(request, body, "source");
		},
		thank: (address) => ({ status_code: 200, image: { url: address },
			status_txt: "OK" }),
		other: (address) => ({ success: true, result: [address] }),
		complain: (status, message) => [400, { status_code: 400,
			error: { message, code: 100 }, status_txt: "Bad Request" }],
	},
	cloudflare: {
		take(request, body, url) {
			mustHave(url, { uploadFolder: ACCOUNT.folder,
				authCode: ACCOUNT.cloudflare, uploadNameType: "origin" });
			return onlyFile(request, body, "file");
		},
		thank: (address, name) => [{ src: `/file/${name}` }],
		other: (address) => [{ src: address }],
		complain: (status, message) => [status, { error: message }],
	},
	oss: {
		take(request, body, url) {
			const h = request.headers;
			must(request.method === "PUT", 405, "PUT it");
			must(/^\/bkt\/\d{4}\/\d\d\/\d\d\/[0-9a-f]{32}\.\w+$/.test(
			    url.pathname), 400, `path ${url.pathname}`);
			mustHave(url, {});
			const md5 = createHash("md5").update(body).digest("base64");
			must(h["content-md5"] === md5, 400, "InvalidDigest");
			must(h["x-oss-object-acl"] === "public-read", 400, "NoAcl");
			must(Math.abs(Date.parse(h.date) - Date.now()) < 60000, 403,
			    "RequestTimeTooSkewed");
			const text = `PUT\n${md5}\n${h["content-type"]}\n${h.date}\n` +
			    `x-oss-object-acl:public-read\n${url.pathname}`;
			const signature = createHmac("sha1", ACCOUNT.ossSecret)
			    .update(text).digest("base64");
			must(h.authorization === `OSS ${ACCOUNT.ossId}:${signature}`,
			    403, "SignatureDoesNotMatch");
			return { name: url.pathname, mime: h["content-type"],
				bytes: body };
		},
		thank: () => "",
		complain: (status, message) =>
		    [status, `<Error><Code>${message}</Code></Error>`],
	},
};

/** fail: how the next answers are wrong, of the list below; "": they are
 * right. taken: {host, name, mime, bytes, url}, in order; refused: what was
 * wrong with requests. */
export class Hosts {
	async start() {
		this.server = http.createServer((request, response) =>
		    this.#serve(request, response));
		this.server.listen(0, "127.0.0.1");
		await once(this.server, "listening");
		this.host = `127.0.0.1:${this.server.address().port}`;
		this.url = `http://${this.host}`;
		this.forget();
		return this;
	}

	async stop() {
		this.server.closeAllConnections();
		this.server.close();
		await once(this.server, "close");
	}

	forget() {
		this.fail = "";
		this.taken = [];
		this.refused = [];
		this.asked = 0;
		this.left = 0; // requests that were given up by who sent them
	}

	async #serve(request, response) {
		this.asked++;
		response.on("close", () => {
			this.left += !response.writableFinished;
		});
		const url = new URL(request.url, this.url);
		const host = url.pathname.startsWith(`/${ACCOUNT.bucket}/`)
		    ? "oss" : url.pathname.split("/")[1];
		const pieces = [];
		try {
			for await (const piece of request)
				pieces.push(piece);
			this.#answer(host, url, request, Buffer.concat(pieces), response);
		} catch (error) {
			this.refused.push(`${host}: ${error.message}`);
			const [status, words] = providers[host].complain(
			    error.status ?? 500, error.message);
			send(response, status, words);
		}
	}

	#answer(host, url, request, body, response) {
		const how = failures[this.fail];
		if (this.fail !== "" && how)
			return how(response, this, providers[host]);
		const provider = providers[host];
		const file = provider.take(request, body, url);
		const address = host === "oss" ? `${this.url}${file.name}`
		    : host === "cloudflare" ? `${this.url}/cloudflare/file/${file.name}`
		    : `https://pictures.example/${host}/${file.name}`;
		this.taken.push({ host, ...file, url: address,
			asked: request.headers.host });
		send(response, 200, (provider[this.fail] ?? provider.thank)(
		    address, file.name));
	}
}

function send(response, status, words, headers = {}) {
	const text = typeof words === "string" ? words : JSON.stringify(words);
	response.writeHead(status, { "Content-Type": "application/json",
		...headers });
	response.end(text);
}

/** Ways to fail; "repeat" and "other" are none: those answers are right. */
export const failures = {
	"status 500": (response) => send(response, 500, "<html>oops</html>"),
	"garbage": (response) => send(response, 200, "]{not json"),
	"empty": (response) => send(response, 200, "{}"),
	"no address": (response) => send(response, 200, { success: true,
		data: { url: "ftp://x" }, status_code: 200, image: { url: "//x" } }),
	"redirect": (response, hosts) => send(response, 307, "{}",
	    { Location: `${hosts.url}/elsewhere` }),
	"endless": (response) => send(response, 200, `[${" ".repeat(400000)}]`),
	"cut": (response) => response.destroy(),
	/* Some hosts quote what they were sent. */
	"refused": (response, hosts, provider) => {
		const [status, words] = provider.complain(403,
		    `no: ${Object.values(ACCOUNT).join(" ")}`);
		send(response, status, words);
	},
	"hang": () => {},
};
