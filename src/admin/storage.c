/* The page of what has piled up. */
#include "admin/storage.h"

#include <string.h>

#include "admin/number.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/clearing.h"
#include "gateway/service.h"
#include "store/clear.h"
#include "web/query.h"

/* A browser waits while it is done; what is left then is for another time. */
#define WAIT_MS 2000
#define LIMIT_MS 15000

#define MAX_FORM ((size_t)16 * 1024)
#define DAY_S 86400
#define MAX_DAYS 36500
#define SHOWN 10

/* In the order of clear_kinds. */
static const struct {
	const char *title, *text;
} kinds[] = {
    {"Logs", "the account of requests, failed attempts, events of keys"},
    {"Response cache", "answers that are given again"},
    {"Thought signatures", "of tool calls, and which key a conversation had"},
    {"Files", "records of files that clients have uploaded"},
};

/* --- what is asked for --------------------------------------------------- */

struct wish {
	size_t kind; /* clear_n_kinds: none */
	int64_t days;
};

/* False if it is none. */
static bool
read_wish(const char *fields, struct wish *wish)
{
	struct buf what, days;
	buf_init(&what, BUF_SMALL);
	buf_init(&days, BUF_SMALL);
	wish->kind = 0;
	wish->days = 0;
	bool named = query_get(fields, "what", &what);
	bool limited = query_get(fields, "days", &days);
	while (wish->kind < clear_n_kinds &&
	    strcmp(buf_cstr(&what), clear_kinds[wish->kind]) != 0)
		wish->kind++;
	bool ok = (!named || wish->kind < clear_n_kinds) &&
	    (!limited ||
		text_to_int(buf_cstr(&days), 0, MAX_DAYS, &wish->days));
	buf_clear(&what);
	buf_clear(&days);
	return ok;
}

static void
refuse_wish(struct visit *v)
{
	visit_refuse(v, 400, "Not understood",
	    "Give what to clear: logs, cache, signatures or files; and the "
	    "days as a whole number up to 36500.");
}

/* --- what is shown ------------------------------------------------------- */

/* One kind: the sum of its rows. */
static struct json_object *
shape_kind(struct json_object *rows, size_t kind)
{
	struct json_object *o = json_object_new_object();
	struct json_object *items = json_object_new_object();
	struct buf words;
	int64_t bytes = 0;
	buf_init(&words, BUF_SMALL);
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		if (!text_same(json_get_text(row, "what"), clear_kinds[kind]))
			continue;
		json_set_int(items, json_get_text(row, "item"),
		    json_get_int(row, "about", 0));
		bytes += json_get_int(row, "bytes", 0);
	}
	clearing_words(items, &words);
	json_set_text(o, "what", clear_kinds[kind]);
	json_set_text(o, "title", kinds[kind].title);
	json_set_text(o, "text", kinds[kind].text);
	json_set_text(o, "items", buf_cstr(&words));
	number_set_bytes(o, "size", bytes);
	json_object_put(items);
	buf_clear(&words);
	return o;
}

/* The counts of a row that is past, in words. */
static void
shape_past(struct json_object *row)
{
	const char *text = json_get_text(row, "removed");
	struct json_object *removed =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	struct buf words;
	buf_init(&words, BUF_SMALL);
	clearing_words(removed, &words);
	json_set_text(row, "removed", buf_cstr(&words));
	for (size_t i = 0; i < clear_n_kinds; i++)
		if (text_same(json_get_text(row, "what"), clear_kinds[i]))
			json_set_text(row, "title", kinds[i].title);
	json_object_put(removed);
	buf_clear(&words);
}

/* What would be removed, and a form that does it. */
static struct json_object *
make_question(struct service *s, const struct wish *wish)
{
	struct json_object *counts =
	    clear_count(s->db, clear_kinds[wish->kind], wish->days * DAY_S);
	if (counts == NULL)
		return NULL;
	struct json_object *o = json_object_new_object();
	struct buf words;
	buf_init(&words, BUF_SMALL);
	clearing_words(counts, &words);
	json_set_text(o, "what", clear_kinds[wish->kind]);
	json_set_text(o, "title", kinds[wish->kind].title);
	json_set_text(o, "words", buf_cstr(&words));
	json_set_int(o, "days", wish->days);
	json_set_bool(o, "nothing", strcmp(buf_cstr(&words), "nothing") == 0);
	json_set_bool(o, "older", wish->days > 0);
	json_set_bool(o, "one_day", wish->days == 1);
	json_object_put(counts);
	buf_clear(&words);
	return o;
}

/* NULL if the database failed. */
static struct json_object *
make_page(struct service *s, const struct wish *wish)
{
	struct json_object *data = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct json_object *rows = clear_storage(s->db);
	struct json_object *past = rows ? clear_history(s->db, SHOWN) : NULL;
	bool ok = past != NULL;
	for (size_t i = 0; i < clear_n_kinds; i++)
		json_object_array_add(list, shape_kind(rows, i));
	for (size_t i = 0; i < json_count(past); i++)
		shape_past(json_at(past, i));
	json_set(data, "kinds", list);
	json_set_bool(data, "any_past", json_count(past) > 0);
	json_set(data, "past", past);
	if (ok && wish->kind < clear_n_kinds) {
		struct json_object *question = make_question(s, wish);
		ok = question != NULL;
		json_set(data, "question", question);
	}
	json_object_put(rows);
	if (ok)
		return data;
	json_object_put(data);
	return NULL;
}

void
storage_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct wish wish;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	if (read_wish(v.query, &wish))
		visit_send(
		    &v, "storage.html", N_("Storage"), make_page(s, &wish));
	else
		refuse_wish(&v);
	visit_end(&v);
}

/* --- doing it ------------------------------------------------------------ */

static void
clear(struct visit *v, const struct wish *wish)
{
	const struct clearing c = {v->s->db, clear_kinds[wish->kind],
	    wish->days * DAY_S, v->by, WAIT_MS, LIMIT_MS};
	struct json_object *removed;
	struct buf why;
	buf_init(&why, BUF_SMALL);
	switch (clearing_run(&c, &removed, &why)) {
	case CLEARED_ALL:
	case CLEARED_PART:
		visit_go(v, "/storage", NULL);
		break;
	case CLEARED_NOT:
		visit_refuse(v, 409, "Not done", buf_cstr(&why));
		break;
	case CLEARED_FAILED:
		visit_refuse_database(v);
		break;
	}
	json_object_put(removed);
	buf_clear(&why);
}

void
storage_serve_clear(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct wish wish;
	(void)match;
	if (!visit_begin_post(&v, s, MAX_FORM))
		return;
	if (read_wish(buf_cstr(&v.fields), &wish) && wish.kind < clear_n_kinds)
		clear(&v, &wish);
	else
		refuse_wish(&v);
	visit_end(&v);
}
