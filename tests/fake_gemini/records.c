/* A ring of the last requests. */
#include "records.h"

#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"
#include "route.h"

#define RECORDS_BODY_MOST ((size_t)64 << 10)

struct record {
	uint64_t number; /* 0: empty */
	unsigned epoch;
	struct buf head;
	struct buf body;
	size_t body_size;  /* before it was shortened */
	long long started; /* milliseconds since 1970 */
	long long ended;
	enum reply_how how;
};

struct records {
	bool quiet;
	uint64_t last;
	struct record ring[RECORDS_KEPT];
};

struct records *
records_new(bool quiet)
{
	struct records *r = mem_alloc(sizeof(*r));

	r->quiet = quiet;
	return r;
}

void
records_reset(struct records *r)
{
	for (size_t i = 0; i < RECORDS_KEPT; i++) {
		buf_clear(&r->ring[i].head);
		buf_clear(&r->ring[i].body);
		r->ring[i].number = 0;
	}
	r->last = 0;
}

void
records_free(struct records *r)
{
	if (r == NULL)
		return;
	records_reset(r);
	free(r);
}

static long long
records_clock(void)
{
	struct timespec t;

	clock_gettime(CLOCK_REALTIME, &t);
	return (long long)t.tv_sec * 1000 + t.tv_nsec / 1000000;
}

void
records_begin(struct records *r, const struct http_request *request,
    const struct ticket *ticket)
{
	struct record *record = &r->ring[ticket->number % RECORDS_KEPT];
	size_t n = request->body.len;

	if (r->quiet)
		return;
	if (n > RECORDS_BODY_MOST)
		n = RECORDS_BODY_MOST;
	record->number = ticket->number;
	record->epoch = ticket->epoch;
	buf_empty(&record->head);
	buf_add(&record->head, request->head.at, request->head.len);
	buf_text(&record->head, "\r\n");
	buf_empty(&record->body);
	buf_add(&record->body, request->body.at, n);
	record->body_size = request->body.len + request->sunk;
	record->started = records_clock();
	record->ended = 0;
	record->how = REPLY_OPEN;
	r->last = ticket->number;
}

void
records_end(struct records *r, const struct ticket *ticket, enum reply_how how)
{
	struct record *record = &r->ring[ticket->number % RECORDS_KEPT];

	if (!ticket->counted || record->number != ticket->number ||
	    record->epoch != ticket->epoch)
		return;
	record->ended = records_clock();
	record->how = how;
}

/* Headers with names in lower case, in the order they came. */
static void
records_write_headers(struct span head, struct buf *out)
{
	struct span rest = http_headers(head), name, value;
	struct buf lower = {0};
	bool first = true;

	buf_text(out, "{");
	while (http_header(&rest, &name, &value)) {
		buf_empty(&lower);
		buf_add(&lower, name.at, name.len);
		for (size_t i = 0; i < lower.len; i++)
			if (lower.at[i] >= 'A' && lower.at[i] <= 'Z')
				lower.at[i] = (char)(lower.at[i] - 'A' + 'a');
		if (!first)
			buf_text(out, ",");
		first = false;
		buf_json(out, lower.at, lower.len);
		buf_text(out, ":");
		buf_json(out, value.at, value.len);
	}
	buf_text(out, "}");
	buf_clear(&lower);
}

/* json-c lets control characters in strings pass; JSON does not. */
static bool
records_controls(struct span body)
{
	bool inside = false;

	for (size_t i = 0; i < body.len; i++) {
		if (inside && (unsigned char)body.at[i] < 0x20)
			return true;
		if (inside && body.at[i] == '\\')
			i++;
		else if (body.at[i] == '"')
			inside = !inside;
	}
	return false;
}

/* A body that is JSON stands there as it came, any other as a string. */
static void
records_write_body(const struct record *record, struct buf *out)
{
	struct json_tokener *tokener = json_tokener_new_ex(100);
	struct json_object *root = NULL;
	bool whole = record->body_size == record->body.len;

	json_tokener_set_flags(
	    tokener, JSON_TOKENER_STRICT | JSON_TOKENER_VALIDATE_UTF8);
	if (whole && record->body.len > 0)
		root = json_tokener_parse_ex(
		    tokener, record->body.at, (int)record->body.len);

	/* A bare number would need one byte more to be known as whole. */
	if (root != NULL &&
	    json_tokener_get_error(tokener) == json_tokener_success &&
	    !records_controls(buf_span(&record->body)))
		buf_add(out, record->body.at, record->body.len);
	else
		buf_json(out, record->body.at, record->body.len);
	if (!whole)
		buf_text(out, ",\"body_truncated\":true");
	buf_printf(out, ",\"body_bytes\":%zu", record->body_size);
	json_object_put(root);
	json_tokener_free(tokener);
}

static void
records_write_route(const struct route *route,
    const struct http_request *request, struct buf *out)
{
	buf_text(out, "\"key\":");
	buf_json(out, route->key.at, route->key.len);
	buf_text(out, ",\"method\":");
	buf_json(out, route->method.at, route->method.len);
	buf_text(out, ",\"model\":");
	buf_json(out, route->model.at, route->model.len);
	buf_text(out, ",\"verb\":");
	buf_json(out, request->verb.at, request->verb.len);
	buf_text(out, ",\"path\":");
	buf_json(out, request->path.at, request->path.len);
	buf_text(out, ",\"query\":");
	buf_json(out, request->query.at, request->query.len);
}

static void
records_write_one(
    const struct record *record, struct route *route, struct buf *out)
{
	struct http_request request;

	if (http_head(record->head.at, record->head.len, &request) != HTTP_OK)
		return;
	route_read(route, &request);
	buf_printf(out, "{\"n\":%llu,", (unsigned long long)record->number);
	records_write_route(route, &request, out);
	buf_text(out, ",\"headers\":");
	records_write_headers(request.head, out);
	buf_text(out, ",\"body\":");
	records_write_body(record, out);
	buf_printf(out, ",\"started_ms\":%lld,\"ended_ms\":", record->started);
	if (record->how == REPLY_OPEN)
		buf_text(out, "null");
	else
		buf_printf(out, "%lld", record->ended);
	buf_printf(out, ",\"how\":\"%s\"}", reply_word(record->how));
}

void
records_write(struct records *r, long long last, struct buf *out)
{
	struct route route = {0};
	uint64_t number = r->last;

	buf_text(out, "[");
	for (long long i = 0; i < last && i < RECORDS_KEPT && number > 0;
	     i++, number--) {
		const struct record *record = &r->ring[number % RECORDS_KEPT];

		if (record->number != number)
			break;
		if (i > 0)
			buf_text(out, ",\n");
		records_write_one(record, &route, out);
	}
	buf_text(out, "]\n");
	route_clear(&route);
}
