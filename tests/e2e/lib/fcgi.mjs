// FastCGI without a web server: one request to a stack's responders, with the
// variables that a web server would set.
import net from "node:net";

const BEGIN = 1;
const END = 3;
const PARAMS = 4;
const STDIN = 5;
const STDOUT = 6;

function record(type, content) {
	const head = Buffer.from([1, type, 0, 1, 0, 0, 0, 0]);
	head.writeUInt16BE(content.length, 4);
	return Buffer.concat([head, content]);
}

function pair(name, value) {
	const [n, v] = [Buffer.from(name), Buffer.from(String(value))];
	const sizes = Buffer.alloc(8);
	sizes.writeUInt32BE((n.length | 0x80000000) >>> 0, 0);
	sizes.writeUInt32BE((v.length | 0x80000000) >>> 0, 4);
	return Buffer.concat([sizes, n, v]);
}

const pieces = (body) => (body.length > 0 ? [record(STDIN, body)] : []);

/** {status, headers, text} of what the responder writes. */
function read(bytes) {
	const text = bytes.toString("utf8");
	const end = text.indexOf("\r\n\r\n");
	const headers = Object.fromEntries(text.slice(0, end).split("\r\n")
	    .map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(),
		line.slice(line.indexOf(":") + 1).trim()]));
	return { status: parseInt(headers.status, 10), headers,
		text: text.slice(end + 4) };
}

/**
 * One request: {read(), ended, answered, goOn()}. read() is what has come so far;
 * answered resolves when the responder has said that this was all, ended when no
 * more will come, `complete` tells whether it said so. Variables: of the request,
 * REQUEST_METHOD and so on; body: of a form. The stack: one, or {socket}. now: so
 * many bytes of the body are sent, the others, and its end, by goOn().
 */
export function openFcgi(stack, variables, body = "", { now = Infinity } = {}) {
	const content = Buffer.from(body);
	let goOn, answer;
	const answered = new Promise((resolve) => { answer = resolve; });
	const params = Object.entries({ REQUEST_METHOD: "GET",
		QUERY_STRING: "", REMOTE_ADDR: "192.0.2.1",
		CONTENT_LENGTH: content.length, ...variables });
	const out = [];
	const ended = new Promise((resolve, reject) => {
		const socket = net.connect(
		    stack.socket ?? `${stack.state}/run/fcgi.sock`);
		let rest = Buffer.alloc(0);
		let complete = false;
		socket.on("error", reject);
		socket.on("data", (bytes) => {
			rest = Buffer.concat([rest, bytes]);
			while (rest.length >= 8) {
				const size = 8 + rest.readUInt16BE(4) + rest[6];
				if (rest.length < size)
					return;
				if (rest[1] === STDOUT)
					out.push(rest.subarray(8,
					    8 + rest.readUInt16BE(4)));
				complete ||= rest[1] === END;
				if (complete)
					answer();
				rest = rest.subarray(size);
			}
		});
		socket.on("close", () =>
		    resolve({ ...read(Buffer.concat(out)), complete }));
		const head = [
			record(BEGIN, Buffer.from([0, 1, 0, 0, 0, 0, 0, 0])),
			record(PARAMS, Buffer.concat(
			    params.map(([name, value]) => pair(name, value)))),
			record(PARAMS, Buffer.alloc(0)),
			...pieces(content.subarray(0, now))];
		const tail = [...pieces(content.subarray(now)),
			record(STDIN, Buffer.alloc(0))];
		const all = now === Infinity;
		socket.write(Buffer.concat(all ? [...head, ...tail] : head));
		goOn = () => all || socket.write(Buffer.concat(tail));
	});
	return { read: () => read(Buffer.concat(out)), ended, answered, goOn };
}

/** The same, to its end. */
export async function fcgi(stack, variables, body) {
	const answer = await openFcgi(stack, variables, body).ended;
	if (!answer.complete)
		throw new Error("no end");
	return answer;
}
