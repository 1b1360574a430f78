/* Keys as text, JSON, .env. */
#include "admin/key_export.h"

#include <string.h>

#include "base/attr.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"

/* --- a key a line -------------------------------------------------------- */

static void
text_write(struct key_export *e, const struct revealed_key *key)
{
	if (key->secret != NULL)
		buf_fmt(&e->out, "%s\n", key->secret);
}

static void
text_end(struct key_export *e)
{
	(void)e;
}

/* --- a list of objects --------------------------------------------------- */

static void
json_member(struct buf *out, const char *name, const char *value)
{
	buf_fmt(out, ",\"%s\":", name);
	if (value == NULL)
		buf_str(out, "null");
	else
		json_write_text(out, value, strlen(value));
}

static void
json_write_key(struct key_export *e, const struct revealed_key *key)
{
	struct buf *out = &e->out;
	buf_fmt(out, "%s{\"number\":%lld", e->written > 0 ? ",\n" : "[\n",
	    (long long)key->key_id);
	json_member(out, "key", key->secret);
	json_member(out, "pool", key->pool);
	json_member(out, "state", key->state);
	json_member(out, "project", key->project);
	json_member(out, "note", key->note);
	buf_byte(out, '}');
}

static void
json_end(struct key_export *e)
{
	buf_str(&e->out, e->written > 0 ? "\n]\n" : "[]\n");
}

/* --- lists of a .env file ------------------------------------------------ */

static const struct {
	const char *pool, *name;
} variables[KEY_EXPORT_POOLS] = {
    {"gemini", "API_KEYS"},
    {"paid", "PAID_KEY"},
    {"vertex", "VERTEX_API_KEYS"},
};

static void
env_write(struct key_export *e, const struct revealed_key *key)
{
	for (size_t i = 0; i < KEY_EXPORT_POOLS; i++) {
		struct buf *list = &e->pool[i];
		if (key->secret == NULL ||
		    !text_same(key->pool, variables[i].pool))
			continue;
		buf_byte(list, list->len == 0 ? '[' : ',');
		json_write_text(list, key->secret, strlen(key->secret));
	}
}

static void
env_end(struct key_export *e)
{
	for (size_t i = 0; i < KEY_EXPORT_POOLS; i++) {
		if (e->pool[i].len == 0)
			continue;
		buf_fmt(&e->out, "%s=", variables[i].name);
		buf_join(&e->out, &e->pool[i]);
		buf_str(&e->out, "]\n");
	}
}

/* --- all of them --------------------------------------------------------- */

static const struct key_format formats[] = {
    {"text", "text/plain; charset=utf-8", "attachment; filename=\"keys.txt\"",
	text_write, text_end},
    {"json", "application/json", "attachment; filename=\"keys.json\"",
	json_write_key, json_end},
    {"env", "text/plain; charset=utf-8", "attachment; filename=\"keys.env\"",
	env_write, env_end},
};

const struct key_format *
key_format_find(const char *name)
{
	for (size_t i = 0; i < COUNT_OF(formats); i++)
		if (text_same(name, formats[i].name))
			return &formats[i];
	return NULL;
}

void
key_export_init(struct key_export *e, const struct key_format *format)
{
	*e = (struct key_export){.format = format};
	buf_init(&e->out, BUF_LARGE);
	for (size_t i = 0; i < KEY_EXPORT_POOLS; i++)
		buf_init(&e->pool[i], BUF_LARGE);
}

static void
wipe(struct buf *b)
{
	if (b->data != NULL)
		crypt_wipe(b->data, b->cap);
	buf_clear(b);
}

void
key_export_clear(struct key_export *e)
{
	wipe(&e->out);
	for (size_t i = 0; i < KEY_EXPORT_POOLS; i++)
		wipe(&e->pool[i]);
}

void
key_export_add(struct key_export *e, const struct revealed_key *key)
{
	e->format->write(e, key);
	e->unreadable += key->secret == NULL;
	e->written++;
}

void
key_export_end(struct key_export *e)
{
	e->format->end(e);
}
