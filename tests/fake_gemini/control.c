/* The paths under /_fake/: rules in, books and records out. */
#include "control.h"

#include <string.h>
#include <time.h>

#include "books.h"
#include "calls.h"
#include "files.h"
#include "quota.h"
#include "records.h"
#include "resources.h"
#include "script.h"

static void
control_fail(struct reply *reply, int status, const char *message)
{
	reply->status = status;
	buf_empty(&reply->body);
	buf_text(&reply->body, "{\"error\":");
	buf_json(&reply->body, message, strlen(message));
	buf_text(&reply->body, "}\n");
}

static void
control_rules(struct control *c, const struct http_request *request,
    struct reply *reply, bool append)
{
	struct buf why = {0};

	if (script_read(c->script, request->body, append, &why))
		buf_text(&reply->body, "{\"ok\":true}\n");
	else
		control_fail(reply, 400, buf_str(&why));
	buf_clear(&why);
}

static void
control_replace(
    struct control *c, const struct http_request *request, struct reply *reply)
{
	control_rules(c, request, reply, false);
}

static void
control_append(
    struct control *c, const struct http_request *request, struct reply *reply)
{
	control_rules(c, request, reply, true);
}

static void
control_show(
    struct control *c, const struct http_request *request, struct reply *reply)
{
	(void)request;
	script_write(c->script, &reply->body);
}

static void
control_books(
    struct control *c, const struct http_request *request, struct reply *reply)
{
	(void)request;
	books_write(c->books, c->connections, &reply->body);
}

static void
control_calls(
    struct control *c, const struct http_request *request, struct reply *reply)
{
	(void)request;
	calls_write(c->calls, &reply->body);
}

static void
control_requests(
    struct control *c, const struct http_request *request, struct reply *reply)
{
	struct buf last = {0};
	long long n = RECORDS_KEPT;

	if (http_query(request->query, "last", &last) &&
	    !buf_number(buf_span(&last), 1000000, &n))
		control_fail(reply, 400, "last must be a number");
	else
		records_write(c->records, n, &reply->body);
	buf_clear(&last);
}

static void
control_reset(
    struct control *c, const struct http_request *request, struct reply *reply)
{
	(void)request;
	script_empty(c->script);
	books_reset(c->books);
	calls_reset(c->calls);
	records_reset(c->records);
	quota_empty(c->quota);
	resources_empty(c->resources);
	files_empty(c->files);
	buf_text(&reply->body, "{\"ok\":true}\n");
}

static void
control_quotas(
    struct control *c, const struct http_request *request, struct reply *reply)
{
	struct buf why = {0};

	if (quota_read(c->quota, request->body, &why))
		buf_text(&reply->body, "{\"ok\":true}\n");
	else
		control_fail(reply, 400, buf_str(&why));
	buf_clear(&why);
}

static void
control_overload(
    struct control *c, const struct http_request *request, struct reply *reply)
{
	struct buf why = {0};

	if (quota_overload(c->quota, request->body, &why))
		buf_text(&reply->body, "{\"ok\":true}\n");
	else
		control_fail(reply, 400, buf_str(&why));
	buf_clear(&why);
}

static void
control_used(
    struct control *c, const struct http_request *request, struct reply *reply)
{
	(void)request;
	quota_write(c->quota, &reply->body);
}

static void
control_room(
    struct control *c, const struct http_request *request, struct reply *reply)
{
	struct timespec t;
	struct buf model = {0};
	double wait;

	clock_gettime(CLOCK_MONOTONIC, &t);
	http_query(request->query, "model", &model);
	wait = quota_room(c->quota, buf_str(&model),
	    (uint64_t)t.tv_sec * 1000000 + (uint64_t)t.tv_nsec / 1000);
	if (wait < 0)
		buf_text(&reply->body, "{\"wait_s\":null}\n");
	else
		buf_printf(&reply->body, "{\"wait_s\":%.6f}\n", wait);
	buf_clear(&model);
}

static const struct {
	const char *verb;
	const char *path;
	void (*answer)(
	    struct control *, const struct http_request *, struct reply *);
} control_paths[] = {
    {"GET", "/_fake/books", control_books},
    {"GET", "/_fake/calls", control_calls},
    {"GET", "/_fake/quotas", control_used},
    {"GET", "/_fake/requests", control_requests},
    {"GET", "/_fake/script", control_show},
    {"POST", "/_fake/quotas", control_quotas},
    {"POST", "/_fake/overload", control_overload},
    {"GET", "/_fake/room", control_room},
    {"POST", "/_fake/script", control_replace},
    {"POST", "/_fake/rules", control_append},
    {"POST", "/_fake/reset", control_reset},
};

bool
control_serve(
    struct control *c, const struct http_request *request, struct reply *reply)
{
	int status = 404;

	if (request->path.len < 7 ||
	    memcmp(request->path.at, "/_fake/", 7) != 0)
		return false;
	reply_json(reply);
	for (size_t i = 0; i < sizeof(control_paths) / sizeof(*control_paths);
	     i++) {
		if (!buf_is(request->path, control_paths[i].path))
			continue;
		status = 405;
		if (buf_is(request->verb, control_paths[i].verb)) {
			control_paths[i].answer(c, request, reply);
			status = 0;
			break;
		}
	}
	if (status != 0)
		control_fail(reply, status,
		    status == 404 ? "no such path"
				  : "wrong method for this path");
	reply_mark(reply);
	return true;
}
