// ask.mjs SOCKET METHOD PATH [BODY]: one request to responders, by FastCGI; the
// status on the first line, then the body. TOKEN is the client's.
import { fcgi } from "../e2e/lib/fcgi.mjs";

const [socket, method, where, body = ""] = process.argv.slice(2);
const [path, query = ""] = where.split("?");
const answer = await fcgi({ socket }, {
	REQUEST_METHOD: method, REQUEST_URI: where, SCRIPT_NAME: path,
	PATH_INFO: "", QUERY_STRING: query, SERVER_PROTOCOL: "HTTP/1.1",
	CONTENT_TYPE: "application/json",
	HTTP_AUTHORIZATION: `Bearer ${process.env.TOKEN ?? ""}`,
}, body);
console.log(answer.status || 200);
console.log(answer.text);
