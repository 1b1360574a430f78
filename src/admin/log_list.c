/* The lists of requests and of errors. */
#include "admin/log_list.h"

#include <string.h>

#include "admin/log_query.h"
#include "admin/number.h"
#include "admin/outcome_words.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/crypt.h"
#include "base/json.h"
#include "base/text.h"
#include "gateway/service.h"
#include "pool/verdict_words.h"
#include "store/request_log.h"
#include "web/query.h"

/* A page that is looked for longer than that shows how far it has come. */
#define BUDGET_MS 500

/* So much of a text is shown in a list. */
#define MAX_SHOWN 200
#define MAX_NAME 60

/* --- rows ---------------------------------------------------------------- */

/* Cut a text of somebody else's. */
static void
shorten(struct json_object *row, const char *name, size_t max)
{
	const char *text = json_get_text(row, name);
	if (text == NULL || strlen(text) <= max)
		return;
	struct buf shown;
	buf_init(&shown, BUF_SMALL);
	buf_add(&shown, text, text_cut(text, max));
	buf_str(&shown, "…");
	json_set_text(row, name, buf_cstr(&shown));
	buf_clear(&shown);
}

static void
shape_number(struct json_object *row, const char *name)
{
	if (json_get(row, name) != NULL)
		number_set(row, name, json_get_int(row, name, 0));
}

static void
shape_request(struct json_object *row)
{
	struct outcome_words words =
	    outcome_words(json_get_text(row, "outcome"));
	json_set_text(row, "state", outcome_words_state(&words));
	json_set_text(row, "title", words.title);
	json_set_text(row, "text", words.words);
	number_set(row, "tokens",
	    json_get_int(row, "prompt_tokens", 0) +
		json_get_int(row, "thought_tokens", 0) +
		json_get_int(row, "answer_tokens", 0));
	json_set_bool(row, "several", json_get_int(row, "attempts", 0) > 1);
	shape_number(row, "first_byte_ms");
	shape_number(row, "total_ms");
	shorten(row, "model", MAX_NAME);
	shorten(row, "route", MAX_NAME);
	shorten(row, "token", MAX_NAME);
	shorten(row, "detail", MAX_SHOWN);
}

static void
shape_error(struct json_object *row)
{
	const char *code = json_get_text(row, "code");
	const struct verdict_words *verdict = verdict_words_find(code);
	if (json_get_bool(row, "is_attempt") && verdict != NULL)
		json_set_text(row, "title", verdict->title);
	else
		json_set_text(row, "title", outcome_words(code).title);
	shape_number(row, "total_ms");
	shorten(row, "model", MAX_NAME);
	shorten(row, "token", MAX_NAME);
	shorten(row, "text", MAX_SHOWN);
}

/* --- the page ------------------------------------------------------------ */

struct json_object *
log_list_page(const struct log_query *q)
{
	struct json_object *page = json_object_new_object();
	json_set_bool(page, "newest", !q->oldest);
	json_set_int(page, "most", q->size);
	json_set_int(page, "budget_ms", BUDGET_MS);
	json_set_bool(page, "choices", true);
	/* What is no place begins at the beginning. */
	if (q->after.len > 0 && text_is_utf8(q->after.data, q->after.len) &&
	    strlen(buf_cstr(&q->after)) == q->after.len)
		json_set_text(page, "after", buf_cstr(&q->after));
	if (q->before.len > 0 && text_is_utf8(q->before.data, q->before.len) &&
	    strlen(buf_cstr(&q->before)) == q->before.len)
		json_set_text(page, "before", buf_cstr(&q->before));
	return page;
}

static void
show_place(const struct log_query *q, struct json_object *data,
    const char *member, const char *name, const char *place)
{
	struct buf link;
	if (place == NULL)
		return;
	buf_init(&link, BUF_SMALL);
	log_query_link(q, name, place, &link);
	json_set_text(data, member, buf_cstr(&link));
	buf_clear(&link);
}

/* Add to what the database says what the template needs. */
static void
shape(const struct log_query *q, struct json_object *data)
{
	struct json_object *rows = json_get(data, "rows");
	bool first = q->after.len == 0 && q->before.len == 0;
	for (size_t i = 0; i < json_count(rows); i++) {
		if (q->kind == &log_requests)
			shape_request(json_at(rows, i));
		else
			shape_error(json_at(rows, i));
	}
	show_place(q, data, "next_link", "after", json_get_text(data, "next"));
	show_place(q, data, "previous_link", "before",
	    json_get_text(data, "previous"));
	if (!first)
		show_place(q, data, "first_link", NULL, "");
	json_set_bool(
	    data, "pages", !first || json_get(data, "next_link") != NULL);
	json_set_bool(data, "any", json_count(rows) > 0);
}

/* The database knows of fields that are wrong what we do not. */
static bool
add_wrong(struct log_query *q, struct json_object *data)
{
	static const char *const times[][2] = {
	    {"bad_from", "wrong_from"}, {"bad_to", "wrong_to"}};
	for (size_t i = 0; i < COUNT_OF(times); i++)
		if (json_get_bool(data, times[i][0]))
			json_set_text(q->wrong, times[i][1],
			    N_("There is no such time."));
	return json_object_object_length(q->wrong) > 0;
}

static void
serve_list(struct visit *v, struct log_query *q)
{
	struct json_object *page = log_list_page(q);
	struct json_object *data =
	    request_log_list(v->s->db, q->kind->what, q->filter, page);
	json_object_put(page);
	if (data == NULL) {
		visit_refuse_database(v);
		return;
	}
	bool wrong = add_wrong(q, data);
	if (wrong)
		json_set(data, "rows", json_object_new_array());
	shape(q, data);
	struct json_object *tokens = json_get(data, "tokens");
	json_object_get(tokens);
	log_query_show(q, tokens, data);
	json_object_put(tokens);
	json_set_bool(data, "wrong", wrong);
	json_set_bool(data, "with_verdict", q->kind == &log_errors);
	visit_send_status(
	    v, wrong ? 422 : 200, q->kind->template, q->kind->title, data);
}

/* Somebody who has an id wants to see that one. */
static bool
goes_to_one(struct visit *v)
{
	struct buf id, path;
	buf_init(&id, BUF_SMALL);
	buf_init(&path, BUF_SMALL);
	visit_get(v, "id", &id);
	const char *text = buf_cstr(&id);
	text += strspn(text, " ");
	size_t len = strspn(text, "0123456789abcdefABCDEF-");
	bool goes = len > 0;
	if (goes) {
		buf_str(&path, "/requests/");
		buf_add(&path, text, len > CRYPT_ID_SIZE ? CRYPT_ID_SIZE : len);
		visit_go(v, buf_cstr(&path), NULL);
	}
	buf_clear(&id);
	buf_clear(&path);
	return goes;
}

static void
serve(struct service *s, const struct log_kind *kind)
{
	struct visit v;
	struct log_query q;
	if (!visit_begin(&v, s))
		return;
	if (!goes_to_one(&v)) {
		log_query_read(&q, &v, kind);
		serve_list(&v, &q);
		log_query_clear(&q);
	}
	visit_end(&v);
}

void
log_list_serve_requests(struct service *s, const struct route_match *match)
{
	(void)match;
	serve(s, &log_requests);
}

void
log_list_serve_errors(struct service *s, const struct route_match *match)
{
	(void)match;
	serve(s, &log_errors);
}
