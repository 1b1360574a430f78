/* The page of what has piled up. */
#include "admin/storage.h"

#include <string.h>

#include "admin/number.h"
#include "admin/storage_account.h"
#include "admin/visit.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/clearing.h"
#include "gateway/service.h"
#include "store/clear.h"
#include "store/retention.h"
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
    {N_("Logs"),
	N_("the account of requests, failed attempts, events of keys")},
    {N_("Response cache"), N_("answers that are given again")},
    {N_("Thought signatures"),
	N_("of tool calls, and which key a conversation had")},
    {N_("Files"), N_("records of files that clients have uploaded")},
};

/* What is counted. */
static const struct {
	const char *item, *one, *many;
} items[] = {
    {"requests", NP_("$n request", "$n requests")},
    {"attempts", NP_("$n failed attempt", "$n failed attempts")},
    {"request_bodies", NP_("$n recorded body", "$n recorded bodies")},
    {"key_events", NP_("$n event of a key", "$n events of keys")},
    {"answers", NP_("$n answer", "$n answers")},
    {"bytes", NP_("$n byte", "$n bytes")},
    {"signatures", NP_("$n signature", "$n signatures")},
    {"conversations", NP_("$n conversation", "$n conversations")},
    {"files", NP_("$n file", "$n files")},
    {"uploads",
	NP_("$n upload that came to nothing",
	    "$n uploads that came to nothing")},
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
	visit_refuse(v, 400, N_("Not understood"),
	    N_("Give what to clear: logs, cache, signatures or files; and the "
	       "days as a whole number up to 36500."));
}

/* --- what is shown ------------------------------------------------------- */

/* "1,204 requests, 1 failed attempt"; "nothing". False if it is nothing. */
static bool
set_words(struct visit *v, struct json_object *o, const char *member,
    struct json_object *counts)
{
	struct buf words;
	buf_init(&words, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(items); i++) {
		int64_t n = json_get_int(counts, items[i].item, 0);
		if (n == 0)
			continue;
		buf_str(&words, words.len > 0 ? visit_say(v, N_(", ")) : "");
		visit_add_count(v, items[i].one, items[i].many, n, &words);
	}
	bool any = words.len > 0;
	json_set_text(
	    o, member, any ? buf_cstr(&words) : visit_say(v, N_("nothing")));
	buf_clear(&words);
	return any;
}

/* One kind: the sum of its rows. */
static struct json_object *
shape_kind(struct visit *v, struct json_object *rows, size_t kind)
{
	struct json_object *o = json_object_new_object();
	struct json_object *counts = json_object_new_object();
	int64_t bytes = 0;
	for (size_t i = 0; i < json_count(rows); i++) {
		struct json_object *row = json_at(rows, i);
		if (!text_same(json_get_text(row, "what"), clear_kinds[kind]))
			continue;
		json_set_int(counts, json_get_text(row, "item"),
		    json_get_int(row, "about", 0));
		bytes += json_get_int(row, "bytes", 0);
	}
	json_set_text(o, "what", clear_kinds[kind]);
	json_set_text(o, "title", kinds[kind].title);
	json_set_text(o, "text", kinds[kind].text);
	(void)set_words(v, o, "items", counts);
	number_set_bytes(o, "size", bytes);
	json_object_put(counts);
	return o;
}

/* The counts of a row that is past, in words. */
static void
shape_past(struct visit *v, struct json_object *row)
{
	const char *text = json_get_text(row, "removed");
	struct json_object *removed =
	    text == NULL ? NULL : json_parse(text, strlen(text), NULL);
	(void)set_words(v, row, "removed", removed);
	for (size_t i = 0; i < clear_n_kinds; i++)
		if (text_same(json_get_text(row, "what"), clear_kinds[i]))
			json_set_text(row, "title", kinds[i].title);
	json_object_put(removed);
}

/* What would be removed, and a form that does it. */
static struct json_object *
make_question(struct visit *v, const struct wish *wish)
{
	struct json_object *counts =
	    clear_count(v->s->db, clear_kinds[wish->kind], wish->days * DAY_S);
	if (counts == NULL)
		return NULL;
	struct json_object *o = json_object_new_object();
	json_set_text(o, "what", clear_kinds[wish->kind]);
	json_set_text(o, "kind", visit_say(v, kinds[wish->kind].title));
	json_set_bool(o, "nothing", !set_words(v, o, "words", counts));
	json_set_int(o, "days", wish->days);
	json_set_bool(o, "older", wish->days > 0);
	json_object_put(counts);
	return o;
}

/* NULL if the database failed. */
static struct json_object *
make_page(struct visit *v, const struct wish *wish)
{
	struct service *s = v->s;
	struct json_object *data = json_object_new_object();
	struct json_object *list = json_object_new_array();
	struct json_object *rows = clear_storage(s->db);
	struct json_object *past = rows ? clear_history(s->db, SHOWN) : NULL;
	struct json_object *days = past ? retention_days(s->db) : NULL;
	bool ok = days != NULL;
	for (size_t i = 0; i < clear_n_kinds; i++)
		json_object_array_add(list, shape_kind(v, rows, i));
	for (size_t i = 0; i < json_count(past); i++)
		shape_past(v, json_at(past, i));
	json_set(data, "kinds", list);
	json_set(data, "account", storage_account_make(days, s->settings));
	json_object_put(days);
	json_set_bool(data, "any_past", json_count(past) > 0);
	json_set(data, "past", past);
	if (ok && wish->kind < clear_n_kinds) {
		struct json_object *question = make_question(v, wish);
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
		    &v, "storage.html", N_("Storage"), make_page(&v, &wish));
	else
		refuse_wish(&v);
	visit_end(&v);
}

/* --- doing it ------------------------------------------------------------ */

/* What was removed; what was not is in the list of the last clearings. */
static void
tell(struct visit *v, struct json_object *removed)
{
	struct json_object *o = json_object_new_object();
	struct buf said;
	buf_init(&said, BUF_SMALL);
	(void)set_words(v, o, "words", removed);
	buf_fmt(&said, "%s %s", visit_say(v, N_("Removed:")),
	    json_get_text(o, "words"));
	visit_go(v, "/storage", buf_cstr(&said));
	buf_clear(&said);
	json_object_put(o);
}

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
		tell(v, removed);
		break;
	case CLEARED_NOT:
		visit_refuse(v, 409, N_("Not done"), buf_cstr(&why));
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
