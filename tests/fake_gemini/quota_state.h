/* What the files of the quotas share. Names and numbers are owned by source. */
#ifndef FAKE_QUOTA_STATE_H
#define FAKE_QUOTA_STATE_H

#include <stdint.h>

#include "quota.h"

struct json_object;

/* The limits of a model, or of each model that has no row; -1: none. */
struct quota_limits {
	const char *model; /* NULL: any */
	long long most[QUOTA_KINDS];
};

/* A call within the minute. */
struct quota_hit {
	uint64_t us;
	long long tokens;
};

/* What a project has used of a model. */
struct quota_use {
	struct quota_use *next;
	char *model;
	struct quota_hit *hits; /* the oldest first, from `first` on */
	size_t first, end, room;
	long long minute_tokens;
	long long day[2]; /* requests, tokens */

	/* The books. */
	long long ok, overloaded, refused[QUOTA_KINDS];
	long long most_requests, most_tokens; /* within any minute */
};

struct quota_project {
	const char *name;
	const char *number; /* NULL: never told */
	struct quota_limits *limits;
	size_t n_limits;
	struct quota_use *uses;
};

struct quota_key {
	const char *key;
	struct quota_project *project; /* NULL: a dead key */
	const char *error;             /* what a dead one gets */
	long long calls;
};

struct quota {
	struct json_object *source;
	struct quota_project *projects;
	size_t n_projects;
	struct quota_key *keys;
	size_t n_keys;
	double speed;
	bool fixed;         /* minutes of the clock, not the last minute */
	bool count_refused; /* a refused call is a request, too */
	bool deny;          /* keys that are not listed are not valid */
	long long unknown;  /* calls with such keys */

	struct json_object *overload_source;
	const char *overload_model; /* NULL: any */
	const char *overload_error; /* NULL: there is none */
	double overload_share, overload_sum;
};

#endif
