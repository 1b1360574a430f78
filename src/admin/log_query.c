/* Filters of the lists of requests and errors. */
#include "admin/log_query.h"

#include <ctype.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "admin/outcome_words.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/json.h"
#include "base/text.h"
#include "pool/verdict_words.h"
#include "web/query.h"

#define MAX_VALUE 200

const struct log_kind log_requests = {
    "requests", "/requests", "requests.html", N_("Requests")};
const struct log_kind log_errors = {
    "errors", "/logs", "errors.html", N_("Errors")};

/* --- the fields ---------------------------------------------------------- */

static bool
is_range(const char *value)
{
	return strcmp(value, "1h") == 0 || strcmp(value, "24h") == 0 ||
	    strcmp(value, "7d") == 0;
}

/* Whether there is such a time knows the database. */
static bool
is_time(const char *value)
{
	return strlen(value) >= 10 && strlen(value) <= 19 &&
	    strspn(value, "0123456789-T: ") == strlen(value);
}

static bool
is_number(const char *value)
{
	int64_t number;
	return text_to_int(value, 0, INT64_MAX / 10, &number);
}

/* 429, 4xx, or 0: none came. */
static bool
is_status(const char *value)
{
	if (strcmp(value, "0") == 0)
		return true;
	return strlen(value) == 3 && value[0] >= '1' && value[0] <= '5' &&
	    ((isdigit((unsigned char)value[1]) &&
		 isdigit((unsigned char)value[2])) ||
		strcmp(value + 1, "xx") == 0);
}

static bool
is_outcome(const char *value)
{
	return strcmp(value, "failed") == 0 || outcome_words_known(value);
}

static bool
is_verdict(const char *value)
{
	return verdict_words_find(value) != NULL || outcome_words_known(value);
}

static bool
is_yes_or_no(const char *value)
{
	return strcmp(value, "yes") == 0 || strcmp(value, "no") == 0;
}

static bool
is_yes(const char *value)
{
	return strcmp(value, "yes") == 0;
}

static const struct {
	const char *name, *wrong;
	bool (*check)(const char *value); /* NULL: any text */
	const struct log_kind *only;      /* NULL: in both lists */
} fields[] = {
    {"range", "wrong_range", is_range, NULL},
    {"from", "wrong_from", is_time, NULL},
    {"to", "wrong_to", is_time, NULL},
    {"token", "wrong_token", is_number, NULL},
    {"key", "wrong_key", NULL, NULL},
    {"model", "wrong_model", NULL, NULL},
    {"route", "wrong_route", NULL, NULL},
    {"outcome", "wrong_outcome", is_outcome, NULL},
    {"verdict", "wrong_verdict", is_verdict, &log_errors},
    {"streamed", "wrong_streamed", is_yes_or_no, &log_requests},
    {"shadow", "wrong_shadow", is_yes, &log_requests},
    {"status", "wrong_status", is_status, NULL},
    {"text", "wrong_text", NULL, NULL},
};

/* --- reading ------------------------------------------------------------- */

static void
trim(struct buf *value)
{
	const char *text = buf_cstr(value);
	size_t from = strspn(text, " \t");
	size_t len = value->len;
	while (len > from && strchr(" \t", text[len - 1]) != NULL)
		len--;
	buf_keep(value, from, len - from);
}

/* No NUL, which the database does not take, nor other control characters. */
static bool
is_clean(const struct buf *value)
{
	if (value->len > MAX_VALUE || !text_is_utf8(value->data, value->len))
		return false;
	for (size_t i = 0; i < value->len; i++)
		if ((unsigned char)value->data[i] < ' ')
			return false;
	return true;
}

static void
read_field(struct log_query *q, size_t i, const struct buf *value)
{
	const char *text = buf_cstr(value);
	query_add(&q->query, fields[i].name, text);
	if (is_clean(value))
		json_set_text(q->shown, fields[i].name, text);
	if (is_clean(value) &&
	    (fields[i].check == NULL || fields[i].check(text)))
		json_set_text(q->filter, fields[i].name, text);
	else
		json_set_text(
		    q->wrong, fields[i].wrong, N_("This is not understood."));
}

static void
read_fields(struct log_query *q, struct visit *v)
{
	struct buf value;
	buf_init(&value, BUF_SMALL);
	for (size_t i = 0; i < COUNT_OF(fields); i++) {
		buf_reset(&value);
		if (fields[i].only != NULL && fields[i].only != q->kind)
			continue;
		visit_get(v, fields[i].name, &value);
		trim(&value);
		if (value.len > 0)
			read_field(q, i, &value);
	}
	buf_clear(&value);
}

/* A page holds 10, 20, 50 or 100 rows. */
static int64_t
read_size(struct visit *v)
{
	static const char *const sizes[] = {"10", "20", "50", "100"};
	struct buf value;
	int64_t size = 50;
	buf_init(&value, BUF_SMALL);
	visit_get(v, "size", &value);
	for (size_t i = 0; i < COUNT_OF(sizes); i++)
		if (strcmp(buf_cstr(&value), sizes[i]) == 0)
			size = strtoll(sizes[i], NULL, 10);
	buf_clear(&value);
	return size;
}

void
log_query_read(
    struct log_query *q, struct visit *v, const struct log_kind *kind)
{
	struct buf order;
	*q = (struct log_query){.kind = kind,
	    .filter = json_object_new_object(),
	    .shown = json_object_new_object(),
	    .wrong = json_object_new_object()};
	buf_init(&q->query, BUF_SMALL);
	buf_init(&q->after, BUF_SMALL);
	buf_init(&q->before, BUF_SMALL);
	buf_init(&order, BUF_SMALL);
	read_fields(q, v);
	json_set_text(q->filter, "zone", v->reader.zone);
	q->size = read_size(v);
	q->oldest = visit_get(v, "order", &order) &&
	    strcmp(buf_cstr(&order), "oldest") == 0;
	visit_get(v, "after", &q->after);
	visit_get(v, "before", &q->before);
	if (q->oldest)
		query_add(&q->query, "order", "oldest");
	if (q->size != 50) {
		char text[24];
		snprintf(text, sizeof(text), "%d", (int)q->size);
		query_add(&q->query, "size", text);
	}
	buf_clear(&order);
}

void
log_query_clear(struct log_query *q)
{
	json_object_put(q->filter);
	json_object_put(q->shown);
	json_object_put(q->wrong);
	buf_clear(&q->query);
	buf_clear(&q->after);
	buf_clear(&q->before);
}

void
log_query_link(const struct log_query *q, const char *name, const char *value,
    struct buf *out)
{
	struct buf query;
	buf_init(&query, BUF_SMALL);
	buf_join(&query, &q->query);
	if (name != NULL)
		query_add(&query, name, value);
	buf_str(out, q->kind->path);
	if (query.len > 0)
		buf_fmt(out, "?%s", buf_cstr(&query));
	buf_clear(&query);
}

/* --- showing ------------------------------------------------------------- */

static void
add_option(struct json_object *list, const char *value, const char *title,
    const char *chosen)
{
	struct json_object *o = json_object_new_object();
	json_set_text(o, "value", value);
	json_set_text(o, "title", title);
	json_set_bool(o, "selected", text_same(value, chosen));
	json_object_array_add(list, o);
}

static void
show_choices(const struct log_query *q, struct json_object *data)
{
	const char *outcome = json_get_text(q->shown, "outcome");
	const char *verdict = json_get_text(q->shown, "verdict");
	struct json_object *outcomes = json_object_new_array();
	struct json_object *verdicts = json_object_new_array();
	size_t n;
	const struct outcome_words *all = outcome_words_all(&n);
	for (size_t i = 0; i < n; i++)
		add_option(outcomes, all[i].outcome, all[i].title, outcome);
	for (int i = 0; i < verdict_n_words; i++)
		add_option(verdicts, verdict_words[i].name,
		    verdict_words[i].title, verdict);
	json_set(data, "outcomes", outcomes);
	json_set(data, "verdicts", verdicts);
	json_set_bool(data, "outcome_failed", text_same(outcome, "failed"));
}

static void
show_tokens(const struct log_query *q, struct json_object *tokens,
    struct json_object *data)
{
	struct json_object *list = json_object_new_array();
	char id[24];
	for (size_t i = 0; i < json_count(tokens); i++) {
		struct json_object *row = json_at(tokens, i);
		snprintf(id, sizeof(id), "%lld",
		    (long long)json_get_int(row, "token_id", 0));
		add_option(list, id, json_get_text(row, "name"),
		    json_get_text(q->shown, "token"));
	}
	json_set(data, "tokens", list);
}

/* Links that set one thing anew, from the first page on. */
static void
show_link(const struct log_query *q, const char *member,
    const char *const *without, size_t n, const char *name, const char *value,
    struct json_object *data)
{
	struct buf query, link;
	buf_init(&query, BUF_SMALL);
	buf_init(&link, BUF_SMALL);
	query_without(buf_cstr(&q->query), without, n, &query);
	if (value != NULL)
		query_add(&query, name, value);
	buf_fmt(&link, "%s%s%s", q->kind->path, query.len > 0 ? "?" : "",
	    buf_cstr(&query));
	json_set_text(data, member, buf_cstr(&link));
	buf_clear(&query);
	buf_clear(&link);
}

static void
show_ranges(const struct log_query *q, struct json_object *data)
{
	static const char *const times[] = {"range", "from", "to"};
	static const struct {
		const char *value, *title;
	} ranges[] = {
	    {"1h", N_("Last hour")},
	    {"24h", N_("Last 24 hours")},
	    {"7d", N_("Last 7 days")},
	    {NULL, N_("All")},
	};
	const char *range = json_get_text(q->shown, "range");
	bool own = json_get(q->shown, "from") || json_get(q->shown, "to");
	struct json_object *list = json_object_new_array();
	for (size_t i = 0; i < COUNT_OF(ranges); i++) {
		struct json_object *o = json_object_new_object();
		show_link(q, "link", times, COUNT_OF(times), "range",
		    ranges[i].value, o);
		json_set_text(o, "title", ranges[i].title);
		json_set_bool(o, "current",
		    !own &&
			(range == NULL ? ranges[i].value == NULL
				       : text_same(range, ranges[i].value)));
		json_object_array_add(list, o);
	}
	json_set(data, "ranges", list);
}

void
log_query_show(const struct log_query *q, struct json_object *tokens,
    struct json_object *data)
{
	static const char *const order[] = {"order"};
	json_share(data, "filter", q->shown);
	json_object_object_foreach(q->wrong, name, message)
	    json_share(data, name, message);
	json_set_bool(
	    data, "filtered", json_object_object_length(q->shown) > 0);
	json_set_bool(data, "oldest", q->oldest);
	json_set_text(data, "list", q->kind->path);
	json_set_text(data, "filter_query", buf_cstr(&q->query));
	json_set_bool(data, "size_10", q->size == 10);
	json_set_bool(data, "size_20", q->size == 20);
	json_set_bool(data, "size_100", q->size == 100);
	json_set_bool(data, "streamed_yes",
	    text_same(json_get_text(q->shown, "streamed"), "yes"));
	json_set_bool(data, "streamed_no",
	    text_same(json_get_text(q->shown, "streamed"), "no"));
	show_link(q, "other_order", order, 1, "order",
	    q->oldest ? NULL : "oldest", data);
	show_choices(q, data);
	show_tokens(q, tokens, data);
	show_ranges(q, data);
}
