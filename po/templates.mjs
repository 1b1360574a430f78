// The messages of HTML templates, for xgettext.
//
//   node po/templates.mjs FILE…          to standard output, as C
//   node po/templates.mjs --lint FILE…   what people would read that is in no
//                                        message; status 1 if there is some
//
// web/template.h tells what the tags of a template mean.
import { readFileSync } from "node:fs";

const MESSAGE = /\{\{_\s+([\s\S]*?)\}\}/g;
const lineOf = (text, at) => text.slice(0, at).split("\n").length;

/** The forms of a message, one or two, as the template engine keeps them. */
const formsOf = (message) => {
	const text = message.replace(/[ \t\r\n]+/g, " ").trim();
	const bar = text.indexOf("|");
	return bar < 0 ? [text] : [text.slice(0, bar), text.slice(bar + 1)];
};

function extract(file, text) {
	for (const found of text.matchAll(MESSAGE)) {
		const forms = formsOf(found[1]);
		process.stdout.write(
		    `#line ${lineOf(text, found.index)} "${file}"\n` +
		    `${forms.length > 1 ? "NP_" : "N_"}(` +
		    `${forms.map((form) => JSON.stringify(form)).join(", ")})\n`);
	}
}

// Attributes that people see or hear.
const ATTRIBUTE = /\s(?:alt|aria-label|aria-description|content|data-label|data-text|data-repeat|label|placeholder|title|value)="([^"]*)"/g;
const WORD = /\p{L}{2,}/u;
// What is the same in every language, and is written as it is.
const SAME = /\b(?:keywheel|OpenAI|Gemini|Google|Vertex|PostgreSQL|UTC|JSON|CSV|API|URL|HTTP|topK|topP|env|BSD-2-Clause|5xx|ms|kB|MB|GB|px|width|device|initial|scale|noindex)\b/g;

/** Tags and comments of the template engine become nothing. */
const plain = (text) => text.replace(/\{\{![\s\S]*?\}\}/g, blank)
    .replace(/\{\{[\s\S]*?\}\}/g, blank);
/** As long, with the same line breaks. */
const blank = (text) => text.replace(/[^\n]/g, " ");

/** The words between tags, and in attributes, with their places. */
function* wordsOf(text) {
	const shown = plain(text)
	    .replace(/<(code|pre|kbd|script|style)\b[\s\S]*?<\/\1>/g,
	        (whole) => whole.replace(/>[\s\S]*</, blank));
	for (const found of shown.matchAll(/<[^>]*>/g)) {
		const hidden = /<input[^>]*type="(?:hidden|checkbox|radio)"/.test(found[0]) ||
		    /^<(?:option|button|li|progress|data)\b/.test(found[0]);
		for (const attribute of found[0].matchAll(ATTRIBUTE))
			if (!(hidden && attribute[0].trim().startsWith("value")))
				yield [found.index, attribute[1]];
	}
	const between = shown.replace(/<[^>]*>/g, blank)
	    .replace(/&[a-z]+;/g, blank);
	for (const found of between.matchAll(/\S[^\n]*/g))
		yield [found.index, found[0]];
}

function lint(file, text) {
	let faults = 0;
	for (const [at, words] of wordsOf(text))
		if (WORD.test(words.replace(SAME, ""))) {
			console.log(`${file}:${lineOf(text, at)}: no message: ` +
			    words.trim());
			faults++;
		}
	return faults;
}

const [first, ...rest] = process.argv.slice(2);
const linting = first === "--lint";
let faults = 0;
for (const file of linting ? rest : [first, ...rest]) {
	const text = readFileSync(file, "utf8");
	if (linting)
		faults += lint(file, text);
	else
		extract(file, text);
}
process.exitCode = faults > 0 ? 1 : 0;
