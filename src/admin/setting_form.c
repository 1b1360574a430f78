/* What was typed into the form of the settings. */
#include "admin/setting_form.h"

#include <stdlib.h>
#include <string.h>

#include "admin/setting_value.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "web/query.h"

#define BLANKS " \t\r\n\v\f"

struct setting_form *
setting_form_new(const struct master_key *master)
{
	struct setting_form *form = calloc(1, sizeof(*form));
	if (form == NULL)
		return NULL;
	form->master = master;
	for (size_t i = 0; i < SETTING__MAX; i++) {
		struct setting_draft *d = &form->drafts[i];
		buf_init(&d->text, BUF_LARGE);
		buf_init(&d->key, BUF_LARGE);
		buf_init(&d->seal, BUF_LARGE);
		buf_init(&d->why, BUF_SMALL);
	}
	return form;
}

void
setting_form_free(struct setting_form *form)
{
	if (form == NULL)
		return;
	for (size_t i = 0; i < SETTING__MAX; i++) {
		struct setting_draft *d = &form->drafts[i];
		buf_clear(&d->text);
		buf_clear(&d->key);
		buf_clear(&d->seal);
		buf_clear(&d->why);
		json_object_put(d->rows);
	}
	free(form);
}

bool
setting_form_has_rows(const struct setting_def *def)
{
	return def->type == SETTING_LIST || def->type == SETTING_MAP ||
	    (def->type == SETTING_JSON && setting_has_choice(def, "safety"));
}

static bool
is_keyed(const struct setting_def *def)
{
	return def->type != SETTING_LIST;
}

/* --- reading ------------------------------------------------------------- */

/* Append the text without blanks around it. */
static void
add_trimmed(struct buf *out, const char *text, size_t len)
{
	while (len > 0 && strchr(BLANKS, text[len - 1]) != NULL)
		len--;
	size_t start = 0;
	while (start < len && strchr(BLANKS, text[start]) != NULL)
		start++;
	buf_add(out, text + start, len - start);
}

/* One row, unless it is empty. */
static void
add_row(struct setting_draft *d, bool keyed, const char *key, const char *value)
{
	struct json_object *row;
	d->added = *value != '\0' || (keyed && *key != '\0');
	if (!d->added)
		return;
	row = json_object_new_object();
	if (keyed)
		json_set_text(row, "key", key);
	json_set_text(row, "value", value);
	json_object_array_add(d->rows, row);
}

/* The end of a row's fields. */
static void
take_row(struct setting_form *form, enum setting_id id, const struct buf *value)
{
	struct setting_draft *d = &form->drafts[id];
	struct buf text;
	buf_init(&text, BUF_LARGE);
	add_trimmed(&text, buf_cstr(value), value->len);
	if (text.len == 0 && d->seal.len > 0 &&
	    !setting_unseal(form->master, id, buf_cstr(&d->seal), &text))
		buf_str(&d->why, N_("has a row that is none of this page"));
	add_row(
	    d, is_keyed(setting_def(id)), buf_cstr(&d->key), buf_cstr(&text));
	buf_clear(&text);
	buf_reset(&d->key);
	buf_reset(&d->seal);
}

static void
take_line(struct setting_draft *d, bool keyed, const char *line, size_t len)
{
	struct buf key, value;
	buf_init(&key, BUF_LARGE);
	buf_init(&value, BUF_LARGE);
	size_t cut = 0;
	while (keyed && cut < len && line[cut] != '=' && line[cut] != ':')
		cut++;
	add_trimmed(&key, line, cut);
	if (keyed && cut < len)
		cut++;
	add_trimmed(&value, line + cut, len - cut);
	add_row(d, keyed, buf_cstr(&key), buf_cstr(&value));
	buf_clear(&value);
	buf_clear(&key);
}

static void
take_lines(struct setting_draft *d, bool keyed, const char *text)
{
	while (*text != '\0') {
		size_t len = strcspn(text, "\r\n");
		take_line(d, keyed, text, len);
		text += len + (text[len] != '\0');
	}
}

/* One of several rows, which are there from now on; or the only input. */
static void
take_value(
    struct setting_form *form, enum setting_id id, const struct buf *value)
{
	struct setting_draft *d = &form->drafts[id];
	if (d->rows != NULL) {
		take_row(form, id, value);
		return;
	}
	bool secret = setting_is_secret(setting_def(id));
	if (secret && value->len == 0)
		return;
	d->typed = secret;
	buf_reset(&d->text);
	buf_add(&d->text, buf_cstr(value), value->len);
}

/* A secret that was typed before; or the one that a row has. */
static void
take_seal(
    struct setting_form *form, enum setting_id id, const struct buf *value)
{
	struct setting_draft *d = &form->drafts[id];
	if (d->rows != NULL) {
		buf_reset(&d->seal);
		buf_str(&d->seal, buf_cstr(value));
	} else if (value->len > 0) {
		buf_reset(&d->text);
		d->typed =
		    setting_unseal(form->master, id, buf_cstr(value), &d->text);
		if (!d->typed)
			buf_str(&d->why, N_("is not what this page has sent"));
	}
}

static void
take_whole(struct setting_form *form, enum setting_id id,
    const struct buf *value, bool sealed)
{
	struct setting_draft *d = &form->drafts[id];
	d->whole = true;
	d->typed = true;
	buf_reset(&d->text);
	if (!sealed)
		buf_str(&d->text, buf_cstr(value));
	else if (!setting_unseal(form->master, id, buf_cstr(value), &d->text))
		buf_str(&d->why, N_("is not what this page has sent"));
}

static void
take_was(struct setting_form *form, enum setting_id id, const struct buf *value)
{
	struct setting_draft *d = &form->drafts[id];
	d->there = true;
	memset(d->was, 0, sizeof(d->was));
	if (value->len == SETTING_MARK)
		memcpy(d->was, buf_cstr(value), SETTING_MARK);
	if (d->rows == NULL && setting_form_has_rows(setting_def(id)))
		d->rows = json_object_new_array();
}

/* A secret goes, or all rows that came so far. */
static void
take_clear(struct setting_draft *d)
{
	d->clear = d->rows == NULL;
	if (d->rows == NULL)
		return;
	json_object_put(d->rows);
	d->rows = json_object_new_array();
}

enum kind { WAS, V, K, SEAL, DROP, BULK, CLEAR, WHOLE, SEALED, TAKE, KINDS };

static const char *const kinds[KINDS] = {[WAS] = "was",
    [V] = "v",
    [K] = "k",
    [SEAL] = "seal",
    [DROP] = "drop",
    [BULK] = "bulk",
    [CLEAR] = "clear",
    [WHOLE] = "whole",
    [SEALED] = "sealed",
    [TAKE] = "take"};

static void
take_field(struct setting_form *form, enum kind kind, enum setting_id id,
    const struct buf *value)
{
	struct setting_draft *d = &form->drafts[id];
	size_t rows = json_count(d->rows);
	d->nul = d->nul || strlen(buf_cstr(value)) != value->len;
	switch (kind) {
	case WAS:
		take_was(form, id, value);
		break;
	case V:
		take_value(form, id, value);
		break;
	case K:
		buf_reset(&d->key);
		add_trimmed(&d->key, buf_cstr(value), value->len);
		break;
	case SEAL:
		take_seal(form, id, value);
		break;
	case DROP:
		if (d->added && rows > 0)
			json_object_array_del_idx(d->rows, rows - 1, 1);
		d->added = false;
		break;
	case BULK:
		if (d->rows != NULL)
			take_lines(
			    d, is_keyed(setting_def(id)), buf_cstr(value));
		break;
	case CLEAR:
		take_clear(d);
		break;
	case WHOLE:
	case SEALED:
		take_whole(form, id, value, kind == SEALED);
		break;
	case TAKE:
		d->theirs = strcmp(buf_cstr(value), "theirs") == 0;
		break;
	case KINDS:
		break;
	}
}

/* False if no page of ours has such a field. */
static bool
take_pair(struct setting_form *form, const char *name, const struct buf *value)
{
	const char *dot = strchr(name, '.');
	if (dot == NULL)
		return true;
	int id = setting_find(dot + 1);
	size_t kind = 0;
	while (kind < KINDS &&
	    (strlen(kinds[kind]) != (size_t)(dot - name) ||
		memcmp(kinds[kind], name, (size_t)(dot - name)) != 0))
		kind++;
	if (id < 0 || kind == KINDS ||
	    setting_def((enum setting_id)id)->home != SETTING_STORED ||
	    (kind != WAS && !form->drafts[id].there) ||
	    !text_is_utf8(buf_cstr(value), value->len))
		return false;
	take_field(form, (enum kind)kind, (enum setting_id)id, value);
	return true;
}

bool
setting_form_read(struct setting_form *form, const char *fields)
{
	struct buf name, value;
	bool ok = true;
	buf_init(&name, BUF_SMALL);
	buf_init(&value, BUF_LARGE);
	while (ok && query_next(&fields, &name, &value))
		ok = take_pair(form, buf_cstr(&name), &value);
	buf_clear(&value);
	buf_clear(&name);
	return ok;
}

/* --- filling it ---------------------------------------------------------- */

void
setting_form_unfold(struct setting_form *form, enum setting_id id)
{
	struct setting_draft *d = &form->drafts[id];
	const struct setting_def *def = setting_def(id);
	if (!d->whole)
		return;
	d->whole = false;
	if (!setting_form_has_rows(def))
		return;
	json_object_put(d->rows);
	d->rows = setting_value_rows(def, buf_cstr(&d->text));
	buf_reset(&d->text);
}

void
setting_form_fill(
    struct setting_form *form, enum setting_id id, const struct settings *now)
{
	struct setting_draft *d = &form->drafts[id];
	setting_form_wish(form, id, now, settings_text(now, id));
	setting_form_unfold(form, id);
	d->typed = false;
	if (setting_is_secret(setting_def(id)))
		buf_reset(&d->text);
}

void
setting_form_wish(struct setting_form *form, enum setting_id id,
    const struct settings *now, const char *value)
{
	struct setting_draft *d = &form->drafts[id];
	d->there = true;
	d->whole = true;
	d->typed = true;
	setting_mark(form->master, id, settings_text(now, id), d->was);
	buf_reset(&d->text);
	buf_str(&d->text, value);
}

/* --- judging ------------------------------------------------------------- */

/* The value as setting_check() takes it. False with the reason in why. */
static bool
write_value(struct setting_draft *d, enum setting_id id,
    const struct settings *now, struct buf *out)
{
	const struct setting_def *def = setting_def(id);
	if (d->nul) {
		buf_str(&d->why, N_("must not contain control characters"));
		return false;
	}
	if (d->why.len > 0)
		return false;
	if (!d->whole && d->rows != NULL)
		return setting_value_write(
		    def, d->rows, settings_json(now, id), out, &d->why);
	if (!d->clear)
		buf_str(out, buf_cstr(&d->text));
	return true;
}

enum setting_verdict
setting_form_judge(struct setting_form *form, enum setting_id id,
    const struct settings *now, struct buf *value)
{
	struct setting_draft *d = &form->drafts[id];
	const struct setting_def *def = setting_def(id);
	char mark[SETTING_MARK + 1];
	struct buf raw;
	if (!d->there || d->theirs ||
	    (setting_is_secret(def) && d->rows == NULL && !d->typed &&
		!d->clear && d->why.len == 0))
		return SETTING_SAME;
	buf_init(&raw, BUF_LARGE);
	bool good = write_value(d, id, now, &raw) &&
	    setting_check(id, buf_cstr(&raw), value, &d->why);
	buf_clear(&raw);
	if (!good)
		return SETTING_BAD;
	if (strcmp(buf_cstr(value), settings_text(now, id)) == 0 &&
	    !settings_is_spoilt(now, id))
		return SETTING_SAME;
	setting_mark(form->master, id, buf_cstr(value), mark);
	if (strcmp(mark, d->was) == 0 && !settings_is_spoilt(now, id))
		return SETTING_SAME;
	setting_mark(form->master, id, settings_text(now, id), mark);
	return strcmp(mark, d->was) == 0 ? SETTING_NEW : SETTING_OTHERS;
}
