// visit.mjs SOCKET TOKEN: signs in and opens the pages that show what is
// stored; what does not answer with 200 is said, with HINTS (words that /keys
// and /requests must show) what is missing there.
import { fcgi } from "../e2e/lib/fcgi.mjs";

const PAGES = ["/", "/about", "/alerts", "/config", "/config/history", "/files",
	"/jobs", "/keys", "/keys/1", "/keys/attention", "/logs", "/models",
	"/proxies", "/requests", "/sessions", "/storage", "/tasks", "/tokens"];

const [socket, token, ...hints] = process.argv.slice(2);
const seen = { REQUEST_METHOD: "GET", SCRIPT_NAME: "" };
const get = (where, more = {}) => fcgi({ socket },
    { ...seen, REQUEST_URI: where, ...more });

const first = await get("/");
const form_token = /name="form_token" value="([^"]+)"/.exec(first.text)?.[1];
const answer = await fcgi({ socket }, { ...seen, REQUEST_METHOD: "POST",
	REQUEST_URI: "/sign-in",
	CONTENT_TYPE: "application/x-www-form-urlencoded" },
new URLSearchParams({ token, form_token }).toString());
const cookie = answer.headers["set-cookie"]?.split(";")[0];
if (cookie === undefined)
	console.log(`no sign-in: ${answer.status}`);
let text = "";
for (const page of PAGES) {
	const { status, text: shown } = await get(page, { HTTP_COOKIE: cookie });
	if ((status || 200) !== 200)
		console.log(`${page}: ${status}`);
	if (page === "/keys" || page === "/requests")
		text += shown;
}
for (const hint of hints)
	if (!text.includes(hint))
		console.log(`${hint} is not shown`);
