/*
 * What somebody wants to see of the requests or of the errors: the fields of
 * the form above the list, as its address carries them.
 */
#ifndef KEYWHEEL_ADMIN_LOG_QUERY_H
#define KEYWHEEL_ADMIN_LOG_QUERY_H

#include <stdbool.h>
#include <stdint.h>

#include "base/buf.h"

struct json_object;
struct visit;

/* One of the two lists. */
struct log_kind {
	const char *what;     /* store/request_log.h */
	const char *path;     /* of its page */
	const char *template; /* … and its template */
	const char *title;    /* a message */
};
extern const struct log_kind log_requests, log_errors;

struct log_query {
	const struct log_kind *kind;
	struct json_object *filter; /* for the database, of what is right */
	struct json_object *shown;  /* the fields, as they were filled in */
	struct json_object *wrong;  /* {"wrong_FIELD": message} */
	struct buf query;           /* the fields again, for links */
	bool oldest;                /* first */
	int64_t size;               /* rows on a page */
	struct buf after, before;   /* where the page begins or ends */
};

/* From the form that was posted, else from the query of the address. */
void log_query_read(
    struct log_query *q, struct visit *v, const struct log_kind *kind);
void log_query_clear(struct log_query *q);

/* Append the address of the list with this filter, and one parameter more;
 * name NULL: none. */
void log_query_link(const struct log_query *q, const char *name,
    const char *value, struct buf *out);

/* Members that the form needs of the template's data: the fields and what they
 * offer. tokens: the rows of those that there are. */
void log_query_show(const struct log_query *q, struct json_object *tokens,
    struct json_object *data);

#endif
