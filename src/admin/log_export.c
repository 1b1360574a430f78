/*
 * Exports: all rows that the filter finds, page after page from the database
 * to the client, so that no more than a page is ever held. What has begun
 * cannot become an error any more: if a page fails the transfer is broken off,
 * and the client sees that.
 */
#include "admin/log_export.h"

#include <string.h>

#include "admin/log_query.h"
#include "admin/page.h"
#include "admin/visit.h"
#include "base/attr.h"
#include "base/csv.h"
#include "base/json.h"
#include "base/log.h"
#include "gateway/service.h"
#include "store/db.h"
#include "store/request_log.h"
#include "web/call.h"

#define PAGE_ROWS 1000
#define BUDGET_MS 2000

struct column {
	const char *name;   /* in the file */
	const char *member; /* of the row */
	bool text;          /* of somebody else's */
};

static const struct column request_columns[] = {{"started_at", "at_ms", false},
    {"request_id", "request_id", false}, {"token_id", "token_id", false},
    {"token", "token", true}, {"key_id", "key_id", false},
    {"key", "hint", true}, {"model", "model", true}, {"route", "route", true},
    {"streamed", "streamed", false}, {"outcome", "outcome", false},
    {"status", "status", false}, {"attempts", "attempts", false},
    {"prompt_tokens", "prompt_tokens", false},
    {"cached_tokens", "cached_tokens", false},
    {"thought_tokens", "thought_tokens", false},
    {"answer_tokens", "answer_tokens", false},
    {"first_byte_ms", "first_byte_ms", false}, {"total_ms", "total_ms", false},
    {"from_cache", "from_cache", false}, {"detail", "detail", true}};

static const struct column error_columns[] = {{"started_at", "at_ms", false},
    {"request_id", "request_id", false}, {"attempt", "attempt", false},
    {"token_id", "token_id", false}, {"token", "token", true},
    {"key_id", "key_id", false}, {"key", "hint", true},
    {"model", "model", true}, {"route", "route", true},
    {"error", "code", false}, {"status", "status", false},
    {"total_ms", "total_ms", false}, {"outcome", "outcome", false},
    {"text", "text", true}};

struct export
{
	struct visit *v;
	struct log_query *q;
	const struct column *columns;
	size_t n_columns;
	bool json;
	bool any; /* a row has been written */
};

/* --- rows ---------------------------------------------------------------- */

static void
write_csv_head(const struct export *e, struct buf *out)
{
	for (size_t i = 0; i < e->n_columns; i++)
		csv_word(out, i == 0, e->columns[i].name);
	csv_end_line(out);
}

static void
write_csv_row(const struct export *e, struct json_object *row, struct buf *out)
{
	for (size_t i = 0; i < e->n_columns; i++) {
		struct json_object *cell = json_get(row, e->columns[i].member);
		const char *text =
		    cell == NULL ? "" : json_object_get_string(cell);
		if (e->columns[i].text)
			csv_text(out, i == 0, text, strlen(text));
		else
			csv_word(out, i == 0, text);
	}
	csv_end_line(out);
}

/* A line of its own in an array, which programs can read either way. */
static void
write_json_row(struct export *e, struct json_object *row, struct buf *out)
{
	struct json_object *o = json_object_new_object();
	for (size_t i = 0; i < e->n_columns; i++) {
		struct json_object *cell = json_get(row, e->columns[i].member);
		if (cell != NULL)
			json_share(o, e->columns[i].name, cell);
		else
			json_set_null(o, e->columns[i].name);
	}
	buf_str(out, e->any ? ",\n" : "\n");
	json_write(out, o);
	json_object_put(o);
}

static bool
send_rows(struct export *e, struct json_object *rows)
{
	struct web_call *call = e->v->s->call;
	struct buf out;
	buf_init(&out, BUF_LARGE);
	for (size_t i = 0; i < json_count(rows); i++) {
		if (e->json)
			write_json_row(e, json_at(rows, i), &out);
		else
			write_csv_row(e, json_at(rows, i), &out);
		e->any = true;
	}
	bool there = web_write(call, buf_cstr(&out), out.len) &&
	    web_flush(call) && !web_gone(call);
	buf_clear(&out);
	return there;
}

/* --- the whole ----------------------------------------------------------- */

static struct json_object *
next_rows(struct export *e)
{
	struct json_object *page = json_object_new_object();
	json_set_bool(page, "newest", !e->q->oldest);
	json_set_int(page, "most", PAGE_ROWS);
	json_set_int(page, "budget_ms", BUDGET_MS);
	if (e->q->after.len > 0)
		json_set_text(page, "after", buf_cstr(&e->q->after));
	struct json_object *data =
	    request_log_list(e->v->s->db, e->q->kind->what, e->q->filter, page);
	json_object_put(page);
	return data;
}

static void
start(struct export *e)
{
	struct web_call *call = e->v->s->call;
	struct buf name, head;
	buf_init(&name, BUF_SMALL);
	buf_init(&head, BUF_SMALL);
	buf_fmt(&name, "attachment; filename=\"keywheel-%s.%s\"",
	    e->q->kind->what, e->json ? "json" : "csv");
	page_start_file(e->v->s,
	    e->json ? "application/json; charset=utf-8"
		    : "text/csv; charset=utf-8; header=present",
	    buf_cstr(&name));
	if (e->json)
		buf_str(&head, "[");
	else
		write_csv_head(e, &head);
	if (strcmp(web_method(call), "HEAD") != 0)
		web_write(call, buf_cstr(&head), head.len);
	buf_clear(&name);
	buf_clear(&head);
}

/* What came up to now is newer than the first page: it is left out. */
static void
fix_end(struct log_query *q, struct json_object *data)
{
	struct json_object *until = json_get(data, "until");
	if (until != NULL && json_get(q->filter, "until") == NULL)
		json_set_int(q->filter, "until", json_object_get_int64(until));
}

static void
run(struct export *e)
{
	struct web_call *call = e->v->s->call;
	struct json_object *data = next_rows(e);
	if (data == NULL) {
		visit_refuse_database(e->v);
		return;
	}
	start(e);
	if (strcmp(web_method(call), "HEAD") == 0) {
		json_object_put(data);
		web_finish(call);
		return;
	}
	while (data != NULL) {
		const char *next = json_get_text(data, "next");
		bool there = send_rows(e, json_get(data, "rows"));
		bool more = there && next != NULL;
		fix_end(e->q, data);
		buf_reset(&e->q->after);
		buf_str(&e->q->after, next == NULL ? "" : next);
		json_object_put(data);
		if (!more)
			break;
		data = next_rows(e);
		if (data == NULL) {
			log_line(LOG_ERROR, "an export was broken off: %s",
			    db_error(e->v->s->db));
			web_break(call);
			return;
		}
	}
	if (e->json)
		web_write(call, "\n]\n", 3);
	web_finish(call);
}

static void
serve(struct service *s, const struct log_kind *kind,
    const struct column *columns, size_t n_columns)
{
	struct visit v;
	struct log_query q;
	struct buf format;
	if (!visit_begin(&v, s))
		return;
	buf_init(&format, BUF_SMALL);
	visit_get(&v, "format", &format);
	log_query_read(&q, &v, kind);
	buf_reset(&q.after);
	struct export e = {&v, &q, columns, n_columns,
	    strcmp(buf_cstr(&format), "json") == 0, false};
	if (json_object_object_length(q.wrong) > 0)
		visit_refuse(&v, 422, N_("Not understood"),
		    N_("One of the filters is not understood; look at the list "
		       "with them."));
	else
		run(&e);
	buf_clear(&format);
	log_query_clear(&q);
	visit_end(&v);
}

void
log_export_serve_requests(struct service *s, const struct route_match *match)
{
	(void)match;
	serve(s, &log_requests, request_columns, COUNT_OF(request_columns));
}

void
log_export_serve_errors(struct service *s, const struct route_match *match)
{
	(void)match;
	serve(s, &log_errors, error_columns, COUNT_OF(error_columns));
}
