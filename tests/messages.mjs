// What a translation must not lose: prints what it does, one line a fault,
// and how many there are. Called by tests/messages.
//
//   node tests/messages.mjs FILE.po      one msgid/msgstr a line (msgcat
//                                        --no-wrap)
import { readFileSync } from "node:fs";

const LINE = /^(msgid|msgid_plural|msgstr(?:\[\d+\])?) (".*")$/;

/** The messages of a catalogue: { id, plural, said: [text…] }. */
function* messagesOf(text) {
	for (const block of text.split(/\n\s*\n/)) {
		const message = { id: "", plural: null, said: [] };
		let last = null;
		for (const line of block.split("\n")) {
			const found = LINE.exec(line);
			if (found) {
				last = found[1];
				put(message, last, JSON.parse(found[2]));
			} else if (last && line.startsWith('"')) {
				put(message, last, JSON.parse(line));
			}
		}
		if (message.id !== "")
			yield message;
	}
}

function put(message, field, text) {
	if (field === "msgid")
		message.id += text;
	else if (field === "msgid_plural")
		message.plural = (message.plural ?? "") + text;
	else if (field === "msgstr" || field === "msgstr[0]")
		message.said[0] = (message.said[0] ?? "") + text;
	else
		message.said[Number(/\d+/.exec(field)[0])] = text;
}

const sorted = (text, pattern) => (text.match(pattern) ?? []).sort().join(" ");

/** What both must have alike: pattern, and what it is called. */
const PARTS = [
	[/\$\$|\$\.|\$[A-Za-z_][\w.]*\w|\$[A-Za-z_]/g, "placeholders"],
	[/<[^>]*>/g, "tags"],
	[/&[a-z]+;/g, "entities"],
];

let passed = 0;
let failed = 0;
for (const { id, plural, said } of
	messagesOf(readFileSync(process.argv[2], "utf8"))) {
	const faults = said.flatMap((text) => PARTS
	    .filter(([pattern]) => sorted(text, pattern) !== sorted(id, pattern) &&
	        sorted(text, pattern) !== sorted(plural ?? id, pattern))
	    .map(([, name]) => `other ${name}: ${text}`));
	/* It may stand in an attribute. */
	if (!id.includes('"') && said.some((text) => text.includes('"')))
		faults.push("a straight quote");
	if (said.length === 0 || said.includes(""))
		faults.push("no translation");
	if (faults.length > 0)
		console.log(`not ok: ${id}\n\t${faults.join("\n\t")}`);
	faults.length > 0 ? failed++ : passed++;
}
console.log(`translation: ${passed} passed, ${failed} failed`);
process.exitCode = failed > 0 ? 1 : 0;
