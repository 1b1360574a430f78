/*
 * keywheel: what is more comfortable with a script. Without it every page
 * works by its links and forms. It acts on attributes:
 *
 *   data-refresh="SECONDS"   on an element with an id: it is fetched again
 *   data-copy="TEXT", data-copy-from="#ID"   on a button: to the clipboard
 *   data-select-all="NAME"   on a checkbox: all checkboxes of that name in its
 *                            form (Shift with a click takes all between)
 *   data-selected-count="NAME"   the number in its text is how many are ticked
 *   data-autosubmit          on a select or input: its form is sent at once
 *   data-reveal="#ID"        on a button: shows what a password field holds
 *   data-repeat              on a list or a table's body: rows are added and
 *                            removed; the last row is the empty one
 *   data-warn-unsaved        on a form: leaving it with changes asks first
 *   data-stream="#ID"        on a form: its answer is shown as it comes, and at
 *                            its end the part of the page that data-streamed
 *                            names; data-whole on a button: not by that one;
 *                            data-stop="SAID" on a button: enough of it
 *   data-dismiss             on a button: takes away the notice it is in
 *
 * What it says comes from data-… attributes of its own element, in the
 * reader's language.
 */
"use strict";
(() => {
	const said = document.currentScript.dataset;
	const root = document.documentElement;
	const all = (selector, from = document) =>
		[...from.querySelectorAll(selector)];
	const target = (event, selector) =>
		event.target instanceof Element ?
			event.target.closest(selector) : null;

	root.classList.add("scripted");

	// ---- The reader's zone, once ----

	function tellZone() {
		const zone = Intl.DateTimeFormat().resolvedOptions().timeZone;
		if (zone && !/(^|; )zone=/.test(document.cookie))
			document.cookie = `zone=${zone}; path=/; ` +
			    "max-age=31536000; samesite=lax";
	}

	// ---- Toasts ----

	let toast;

	/* The element stays: a screen reader tells what changes in it. */
	function say(text) {
		toast ??= document.body.appendChild(
			Object.assign(document.createElement("p"),
				{ className: "toast", role: "status" }));
		toast.hidden = false;
		toast.textContent = text;
		clearTimeout(say.timer);
		say.timer = setTimeout(() => {
			toast.hidden = true;
		}, 4000);
	}

	// ---- Copying ----

	/* Browsers have a clipboard only where the page came by TLS or from
	 * this machine. */
	function copyBySelection(text) {
		const field = Object.assign(document.createElement("textarea"),
			{ value: text, className: "hidden-label" });
		const focus = document.activeElement;
		document.body.append(field);
		field.select();
		const done = document.execCommand("copy");
		field.remove();
		focus?.focus();
		if (!done)
			throw new Error();
	}

	async function copy(button) {
		const from = button.dataset.copyFrom;
		const element = from && document.querySelector(from);
		const text = element ? element.value ?? element.textContent :
			button.dataset.copy;
		try {
			if (navigator.clipboard)
				await navigator.clipboard.writeText(text);
			else
				copyBySelection(text);
			say(said.copied);
		} catch {
			say(said.notCopied);
		}
	}

	// ---- Ticking ----

	const boxes = (name, near) => all(
		`input[type=checkbox][name="${CSS.escape(name)}"]`,
		near.form ?? near.closest("form") ?? document)
		.filter((box) => !box.disabled);

	function countTicked() {
		for (const head of all("[data-select-all]")) {
			const row = boxes(head.dataset.selectAll, head);
			const ticked = row.filter((box) => box.checked).length;
			head.checked = ticked > 0 && ticked === row.length;
			head.indeterminate = ticked > 0 && ticked < row.length;
		}
		for (const place of all("[data-selected-count]")) {
			place.dataset.text ??= place.textContent;
			const n = boxes(place.dataset.selectedCount, place)
				.filter((box) => box.checked).length;
			place.textContent = /\d/.test(place.dataset.text) ?
				place.dataset.text.replace(/\d+/, n) : n;
		}
	}

	let lastBox;

	function tick(event) {
		const box = target(event, "input[type=checkbox]");
		if (!box)
			return;
		if (box.dataset.selectAll !== undefined)
			for (const other of boxes(box.dataset.selectAll, box))
				other.checked = box.checked;
		else if (event.shiftKey && lastBox?.name === box.name) {
			const row = boxes(box.name, box);
			const [from, to] = [row.indexOf(lastBox), row.indexOf(box)]
				.sort((a, b) => a - b);
			for (const other of from < 0 ? [] : row.slice(from, to + 1))
				other.checked = box.checked;
		}
		lastBox = box;
		countTicked();
	}

	// ---- Rows that come and go ----

	let rows = 0;

	function empty(row) {
		const n = `-${++rows}`;
		for (const field of all("input, select, textarea", row)) {
			if (/^(checkbox|radio)$/.test(field.type))
				field.checked = false;
			else if (field.tagName === "SELECT")
				field.selectedIndex = 0;
			else if (field.type !== "hidden")
				field.value = "";
			field.removeAttribute("aria-invalid");
		}
		for (const named of all("[id]", row))
			named.id += n;
		for (const label of all("label[for]", row))
			label.htmlFor += n;
		all(".error", row).forEach((error) => error.remove());
		return row;
	}

	function addRemover(row) {
		const place = row.matches("tr") ? row.lastElementChild : row;
		if (row.querySelector("[data-remove]"))
			return;
		place.append(" ", Object.assign(document.createElement("button"),
			{ type: "button", textContent: said.remove }));
		place.lastElementChild.dataset.remove = "";
	}

	function repeat(list) {
		const sample = list.lastElementChild;
		if (!sample)
			return;
		const blank = empty(sample.cloneNode(true));
		const add = Object.assign(document.createElement("button"), {
			type: "button", textContent: list.dataset.repeat || said.add,
			onclick() {
				const row = empty(blank.cloneNode(true));
				addRemover(row);
				list.append(row);
				row.querySelector("input, select, textarea")?.focus();
			} });
		[...list.children].forEach(addRemover);
		(list.closest("table") ?? list).after(add);
	}

	function removeRow(button) {
		const row = button.closest("[data-repeat] > *");
		const form = row?.closest("form");
		row?.remove();
		form?.dispatchEvent(new Event("input"));
	}

	// ---- Changes that are not saved ----

	const changed = new Set();

	function watch(form) {
		form.addEventListener("input", () => changed.add(form));
		form.addEventListener("change", () => changed.add(form));
		form.addEventListener("submit", () => changed.delete(form));
		/* It came back with errors: nothing of it is saved. */
		if (form.querySelector("[aria-invalid=true]"))
			changed.add(form);
	}

	// ---- What changes by itself ----

	/* Where somebody works, nothing moves. */
	const isInUse = (part) =>
		part.querySelector("input:checked[type=checkbox]") ||
		all("input:not([type=checkbox]), textarea", part)
			.some((field) => field.value !== field.defaultValue) ||
		(part.contains(document.activeElement) &&
		    document.activeElement.matches("input, select, textarea")) ||
		(getSelection().toString() &&
		    part.contains(getSelection().anchorNode));

	function replace(part, fresh) {
		const links = "a, button, summary";
		const focus = all(links, part).indexOf(document.activeElement);
		const open = all("details", part).map((more) => more.open);
		const place = document.importNode(fresh, true);
		all("details", place).forEach((more, i) => {
			more.open = open[i] ?? more.open;
		});
		part.replaceWith(place);
		if (focus >= 0)
			all(links, place)[focus]?.focus();
	}

	async function refresh() {
		const parts = all("[data-refresh][id]");
		const seconds = Math.min(...parts.map((part) =>
			Number(part.dataset.refresh) || 10));
		if (parts.length === 0)
			return;
		await new Promise((go) => setTimeout(go, seconds * 1000));
		try {
			if (!document.hidden && !parts.every(isInUse))
				await fetchParts(parts);
		} catch {
			/* The next time, maybe. */
		}
		refresh();
	}

	async function fetchParts(parts) {
		const answer = await fetch(location.href,
			{ redirect: "error", headers: { "X-Refresh": "1" } });
		const page = new DOMParser().parseFromString(
			answer.ok ? await answer.text() : "", "text/html");
		for (const part of parts) {
			const fresh = page.getElementById(part.id);
			if (fresh && part.isConnected && !isInUse(part))
				replace(part, fresh);
		}
		countTicked();
	}

	// ---- An answer that comes in pieces ----

	/* The events of an answer: `data: {"text": …}` is appended; `page` is
	 * how it looks in the end; other members are shown where data-fact has
	 * their name. */
	function show(form, output, event) {
		if (!event.startsWith("data"))
			return;
		const facts = JSON.parse(event.replace(/^data: ?/gm, ""));
		output.append(facts.text ?? "");
		for (const place of all("[data-fact]"))
			place.textContent =
			    facts[place.dataset.fact] ?? place.textContent;
		if (facts.page) {
			const part = form.dataset.streamed;
			replace(document.querySelector(part), new DOMParser()
				.parseFromString(facts.page, "text/html")
				.querySelector(part));
			output.hidden = true;
		}
	}

	async function readEvents(answer, each) {
		const reader = answer.body
			.pipeThrough(new TextDecoderStream()).getReader();
		let rest = "";
		for (let piece; !(piece = await reader.read()).done;) {
			const events = (rest + piece.value).split("\n\n");
			rest = events.pop();
			events.forEach(each);
		}
	}

	/* What is no stream is a page about something else: it is shown. */
	async function ask(form, button, output, signal) {
		const answer = await fetch(form.action, { method: "POST", signal,
			headers: { Accept: "text/event-stream" },
			body: new URLSearchParams(new FormData(form, button)) });
		if (/^text\/event-stream/.test(answer.headers.get("Content-Type")))
			await readEvents(answer,
				(one) => show(form, output, one));
		else
			form.submit();
	}

	async function stream(event, form) {
		const output = document.querySelector(form.dataset.stream);
		const old = document.querySelector(form.dataset.streamed ?? "none");
		const stop = form.querySelector("[data-stop]");
		const button = event.submitter;
		const leaving = new AbortController();
		const running = (is) => {
			output.setAttribute("aria-busy", is);
			if (button)
				button.disabled = is;
			if (stop)
				stop.hidden = !is;
		};
		if (!output || button?.dataset.whole !== undefined)
			return;
		event.preventDefault();
		old?.replaceChildren();
		output.textContent = "";
		output.hidden = false;
		if (stop)
			stop.onclick = () => leaving.abort();
		running(true);
		try {
			await ask(form, button, output, leaving.signal);
		} catch {
			say(leaving.signal.aborted ? stop.dataset.stop :
				said.broken);
		}
		running(false);
	}

	// ---- All of it ----

	function reveal(button) {
		const field = document.querySelector(button.dataset.reveal);
		const hidden = field?.type === "password";
		if (field)
			field.type = hidden ? "text" : "password";
		button.setAttribute("aria-pressed", hidden);
	}

	const clicks = {
		"[data-copy], [data-copy-from]": copy,
		"[data-reveal]": reveal,
		"[data-remove]": removeRow,
		"[data-dismiss]": (button) =>
			button.closest(".notice, .said")?.remove(),
	};

	document.addEventListener("click", (event) => {
		for (const [selector, act] of Object.entries(clicks)) {
			const button = target(event, selector);
			if (button) {
				event.preventDefault();
				act(button);
			}
		}
		tick(event);
	});
	document.addEventListener("change", (event) => {
		target(event, "[data-autosubmit]")?.form.requestSubmit();
		countTicked();
	});
	document.addEventListener("submit", (event) => {
		const form = target(event, "form[data-stream]");
		if (form)
			stream(event, form);
	});
	addEventListener("beforeunload", (event) => {
		if (changed.size > 0)
			event.preventDefault();
	});
	/* An open menu closes by Escape, and where one clicks beside it. */
	document.addEventListener("keydown", (event) => {
		const menu = document.querySelector(".menu[open]");
		if (menu && event.key === "Escape") {
			menu.open = false;
			menu.querySelector("summary").focus();
		}
	});

	tellZone();
	all("[data-repeat]").forEach(repeat);
	all("form[data-warn-unsaved]").forEach(watch);
	countTicked();
	refresh();
})();
