/* The page of files. */
#include "admin/files_page.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include "admin/badge.h"
#include "admin/number.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "store/files.h"
#include "web/query.h"

#define SHOWN 100
#define MAX_TEXT 200

/* Google's words (File.State), and ours. */
static const struct badge states[] = {
    {"ACTIVE", "good", N_("ready")},
    {"PROCESSING", "warn", N_("being processed")},
    {"FAILED", "bad", N_("failed")},
};

/* --- what is asked for --------------------------------------------------- */

struct wish {
	struct buf token, state, text, after;
	struct files_query query;
};

/* The text of a parameter; NULL if it is empty, or too long to be right. */
static const char *
take(struct visit *v, const char *name, struct buf *text)
{
	buf_init(text, MAX_TEXT);
	return query_get(v->query, name, text) && text->len > 0 &&
		text_is_utf8(buf_cstr(text), text->len) &&
		strlen(buf_cstr(text)) == text->len
	    ? buf_cstr(text)
	    : NULL;
}

/* `1763740000000000.files/abc` → where the page begins. */
static void
take_after(struct files_query *query, char *after)
{
	char *dot = after == NULL ? NULL : strchr(after, '.');
	if (dot == NULL)
		return;
	*dot = '\0';
	if (text_to_int(after, 1, INT64_MAX / 2, &query->after_us))
		query->after = dot + 1;
	*dot = '.';
}

/* The name behind the dot is borrowed of wish->after, like the other texts. */
static void
read_wish(struct visit *v, struct wish *wish)
{
	struct files_query *query = &wish->query;
	const char *token = take(v, "token", &wish->token);
	*query = (struct files_query){.limit = SHOWN + 1};
	query->state = take(v, "state", &wish->state);
	query->text = take(v, "q", &wish->text);
	if (token != NULL &&
	    !text_to_int(token, 1, INT64_MAX, &query->token_id))
		query->token_id = 0;
	if (take(v, "after", &wish->after) != NULL)
		take_after(query, wish->after.data);
}

static void
wish_clear(struct wish *wish)
{
	buf_clear(&wish->token);
	buf_clear(&wish->state);
	buf_clear(&wish->text);
	buf_clear(&wish->after);
}

/* --- what is shown ------------------------------------------------------- */

static void
shape_file(struct json_object *file)
{
	struct buf id;
	const char *state = json_get_text(file, "state");
	if (json_get(file, "size") != NULL)
		number_set_bytes(file, "bytes", json_get_int(file, "size", 0));
	if (!badge_set(file, states, COUNT_OF(states), state))
		json_set_text(file, "level", "other");
	buf_init(&id, BUF_SMALL);
	buf_fmt(&id, "%s %s", json_get_text(file, "name"),
	    json_get_text(file, "scope"));
	json_set_text(file, "id", buf_cstr(&id));
	buf_clear(&id);
}

/* The choices of the form above the list. */
static void
add_choices(struct json_object *data, const struct files_query *query)
{
	struct json_object *tokens = json_get(data, "tokens");
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < json_count(tokens); i++) {
		struct json_object *token = json_at(tokens, i);
		json_set_bool(token, "chosen",
		    query->token_id == json_get_int(token, "token_id", 0));
	}
	for (size_t i = 0; i < COUNT_OF(states); i++) {
		struct json_object *o = json_object_new_object();
		json_set_text(o, "value", states[i].code);
		json_set_text(o, "label", states[i].label);
		json_set_bool(
		    o, "chosen", text_same(query->state, states[i].code));
		json_object_array_add(list, o);
	}
	json_set(data, "states", list);
	json_set_text(data, "q", query->text);
	json_set_bool(data, "filtered",
	    query->token_id != 0 || query->state != NULL ||
		query->text != NULL);
}

/* One file more was asked for than is shown: then there are further ones. */
static void
add_pager(
    struct visit *v, struct json_object *data, const struct files_query *query)
{
	static const char *const names[] = {"after"};
	struct json_object *files = json_get(data, "files");
	struct buf first, next;
	buf_init(&first, BUF_SMALL);
	buf_init(&next, BUF_SMALL);
	query_without(v->query, names, COUNT_OF(names), &first);
	if (json_count(files) > SHOWN) {
		char after[400];
		json_object_array_del_idx(files, SHOWN, 1);
		struct json_object *last = json_at(files, SHOWN - 1);
		snprintf(after, sizeof(after), "%lld.%s",
		    (long long)json_get_int(last, "at", 0),
		    json_get_text(last, "name"));
		buf_join(&next, &first);
		query_add(&next, "after", after);
		json_set_text(data, "next", buf_cstr(&next));
	}
	json_set_text(data, "first", buf_cstr(&first));
	json_set_bool(data, "further", query->after != NULL);
	json_set_bool(data, "paged", query->after != NULL || next.len > 0);
	buf_clear(&first);
	buf_clear(&next);
}

static struct json_object *
make_page(struct visit *v, const struct files_query *query)
{
	struct json_object *data = files_page(v->s->db, query);
	struct json_object *files = json_get(data, "files");
	if (data == NULL)
		return NULL;
	add_pager(v, data, query);
	for (size_t i = 0; i < json_count(files); i++)
		shape_file(json_at(files, i));
	add_choices(data, query);
	int64_t all = json_get_int(data, "all", 0);
	int64_t most = json_get_int(data, "most", 0);
	json_set_bool(data, "many", all > most);
	number_set(data, "counted", all > most ? most : all);
	json_set_bool(data, "any", json_count(files) > 0);
	return data;
}

void
files_page_serve(struct service *s, const struct route_match *match)
{
	struct visit v;
	struct wish wish;
	(void)match;
	if (!visit_begin(&v, s))
		return;
	read_wish(&v, &wish);
	visit_send(&v, "files.html", N_("Files"), make_page(&v, &wish.query));
	wish_clear(&wish);
	visit_end(&v);
}
