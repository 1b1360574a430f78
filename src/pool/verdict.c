/* The verdict table: what an upstream answer says and what is to be done. */
#include "pool/verdict.h"

#include <stddef.h>
#include <string.h>

#include "base/attr.h"
#include "base/text.h"
#include "pool/pacific.h"

#define SECOND ((int64_t)1000)
#define MINUTE (60 * SECOND)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* "As often as it takes": the relay has a limit of its own. */
#define ANY_NUMBER 100

/*
 * One row: the conditions that are given must all hold, those left out are
 * not asked. `reasons` and `texts` are one condition together: one of the
 * words is ErrorInfo's reason or Google's status, or one of the texts is in
 * the message. A text that begins with ^ must begin the message: Google
 * quotes what clients wrote further on, and nobody shall be able to have a
 * key disabled by what he writes.
 */
struct row {
	enum attempt_end end;
	int status, status_to; /* a range if status_to is given */
	const char *reasons[6];
	const char *texts[13];
	enum quota_kind quota;
	int64_t told_from_ms; /* Google names at least this delay */
	bool file_route;
	bool page;       /* markup instead of Google's error */
	bool over_limit; /* the prompt has more tokens than the limit */

	/* The rest is the delay that Google names and this much more. */
	int64_t told_plus_ms;
	struct verdict verdict;
};

static const struct row rows[] = {
#include "pool/verdict_rows.h"
};

/* --- conditions -------------------------------------------------------- */

/* The HTTP statuses that Google's status words stand for, the usual first. */
static const struct {
	const char *word;
	int status;
} google_words[] = {
    {"INVALID_ARGUMENT", 400},
    {"FAILED_PRECONDITION", 400},
    {"OUT_OF_RANGE", 400},
    {"UNAUTHENTICATED", 401},
    {"PERMISSION_DENIED", 403},
    {"NOT_FOUND", 404},
    {"ABORTED", 409},
    {"ALREADY_EXISTS", 409},
    {"RESOURCE_EXHAUSTED", 429},
    {"RESOURCE_EXHAUSTED", 402},
    {"CANCELLED", 499},
    {"INTERNAL", 500},
    {"UNKNOWN", 500},
    {"DATA_LOSS", 500},
    {"UNIMPLEMENTED", 501},
    {"UNAVAILABLE", 503},
    {"DEADLINE_EXCEEDED", 504},
};

/* Google's own word goes before the status of whoever passed it on. */
static int
status_of(const struct attempt_facts *facts)
{
	const struct error_body *e = facts->error;
	if (e != NULL && e->code >= 400 && e->code <= 599)
		return e->code;
	int meant = 0;
	for (size_t i = 0; e != NULL && i < COUNT_OF(google_words); i++) {
		if (strcmp(e->status, google_words[i].word) != 0)
			continue;
		if (facts->status == google_words[i].status)
			return facts->status;
		if (meant == 0)
			meant = google_words[i].status;
	}
	return meant > 0 ? meant : facts->status;
}

static bool
has_text(const char *message, const char *text)
{
	return text[0] == '^' ? text_starts(message, text + 1)
			      : text_contains(message, text);
}

/* True if the error is one of those that the row names by word or text. */
static bool
is_named(const struct row *row, const struct error_body *e)
{
	if (row->reasons[0] == NULL && row->texts[0] == NULL)
		return true;
	if (e == NULL)
		return false;

	for (size_t i = 0; i < COUNT_OF(row->reasons); i++)
		if (row->reasons[i] != NULL &&
		    (strcmp(e->reason, row->reasons[i]) == 0 ||
			strcmp(e->status, row->reasons[i]) == 0))
			return true;
	for (size_t i = 0; i < COUNT_OF(row->texts); i++)
		if (row->texts[i] != NULL &&
		    has_text(e->message, row->texts[i]))
			return true;
	return false;
}

/* Has the prompt more tokens than the project may take in a minute? */
static bool
is_over_limit(const struct attempt_facts *facts)
{
	const struct error_body *e = facts->error;
	return e != NULL && e->quota.value > 0 &&
	    facts->prompt_tokens > e->quota.value;
}

static bool
fits(const struct row *row, const struct attempt_facts *facts, int status)
{
	const struct error_body *e = facts->error;
	int status_to = row->status_to > 0 ? row->status_to : row->status;

	if (row->end != facts->end || (row->file_route && !facts->file_route))
		return false;
	if (row->status > 0 && (status < row->status || status > status_to))
		return false;
	if (row->quota != QUOTA_UNKNOWN &&
	    (e == NULL || e->quota.kind != row->quota))
		return false;
	if ((row->page && (e == NULL || !e->page)) ||
	    (row->over_limit && !is_over_limit(facts)))
		return false;
	if (row->told_from_ms > 0 &&
	    (e == NULL || e->retry_ms < row->told_from_ms))
		return false;
	return is_named(row, e);
}

struct verdict
verdict_of(const struct attempt_facts *facts)
{
	int status = status_of(facts);
	const struct row *row = rows;

	/* The last row of each end has no conditions: one always fits. */
	while (row < rows + COUNT_OF(rows) - 1 && !fits(row, facts, status))
		row++;

	struct verdict verdict = row->verdict;
	if (row->told_plus_ms > 0 && facts->error != NULL &&
	    facts->error->retry_ms >= 0) {
		int64_t told = facts->error->retry_ms + row->told_plus_ms;
		verdict.rest_ms = told < DAY ? told : DAY;
	}
	return verdict;
}

int64_t
verdict_rest_ms(const struct verdict *verdict, int64_t wall_ms)
{
	return verdict->rest_until_midnight ? pacific_quota_ms(wall_ms)
					    : verdict->rest_ms;
}
