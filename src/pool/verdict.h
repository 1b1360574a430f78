/*
 * The verdict: what an upstream answer says about key, project, model and
 * request, and what is to be done (contract section 7.2). A static table,
 * searched from the top; the first row that fits decides.
 */
#ifndef KEYWHEEL_POOL_VERDICT_H
#define KEYWHEEL_POOL_VERDICT_H

#include <stdbool.h>
#include <stdint.h>

#include "base/fault.h"
#include "pool/error_body.h"

/* How an attempt ended, as the relay saw it. */
enum attempt_end {
	ATTEMPT_ANSWERED,      /* status < 400, a complete answer */
	ATTEMPT_BLOCKED,       /* 200, prompt refused: the request's matter */
	ATTEMPT_REFUSED,       /* status >= 400, or an error event first */
	ATTEMPT_EMPTY,         /* 200, but no candidates or a bad call */
	ATTEMPT_MISSING,       /* 200, but without the sound asked for */
	ATTEMPT_GARBLED,       /* 200, but not understood */
	ATTEMPT_CUT,           /* the connection or stream broke */
	ATTEMPT_UNREACHABLE,   /* refused, DNS, TLS: nothing was sent */
	ATTEMPT_PROXY,         /* the egress proxy failed, or is not served */
	ATTEMPT_NO_FIRST_BYTE, /* time-out before the first byte */
	ATTEMPT_IDLE,          /* time-out in the middle */
	ATTEMPT_OUT_OF_TIME,   /* the total deadline passed */
	ATTEMPT_CLIENT_GONE,
};

struct attempt_facts {
	enum attempt_end end;
	int status;                     /* HTTP, 0 if none came */
	const struct error_body *error; /* with ATTEMPT_REFUSED, else NULL */
	bool file_route; /* the path or body names a file, cache, operation */
	int64_t prompt_tokens; /* of the request, estimated; 0: not known */
};

enum verdict_retry {
	RETRY_NEVER,
	RETRY_SAME_KEY,
	RETRY_OTHER_KEY,
};

enum rest_scope { REST_NOTHING, REST_KEY, REST_PROJECT };

/*
 * What an answer may be a sign of, besides what it says of its key. One alone
 * proves nothing: keywheel.apply_verdict looks at what other projects are
 * told (sql/functions/022_storm.sql), and if they agree nobody is blamed.
 */
enum verdict_sign {
	SIGN_NONE,
	SIGN_STORM,    /* Google or our address is in trouble with the model */
	SIGN_LOCATION, /* Google does not serve our address */
	SIGN_MODEL,    /* the model does not exist for anybody */
};

struct verdict {
	const char *name;   /* "invalid_key", "rate_minute" … static */
	const char *reason; /* for people: "Google says the key is invalid" */
	enum verdict_retry retry;
	int retry_limit;      /* retries that it may cause in one request */
	int wait_ms;          /* before the retry; with jitter of the relay */
	enum rest_scope rest; /* who rests: REST_PROJECT means the project or,
				 if it is not known, the key */
	enum verdict_sign sign;
	bool stumble;  /* one of several in a row lets (key, model) rest */
	bool unserved; /* no key is served from there: an egress proxy is at
			  fault if one was used (gateway/egress_run.c) */
	bool alarm;    /* the operator must know at once */
	bool rest_all_models;
	int64_t rest_ms;     /* 0: rest_until_midnight, or no rest */
	int64_t rest_cap_ms; /* > 0: doubles on each repetition up to this */
	bool rest_until_midnight; /* Pacific, when daily quotas start again */
	int disable_after;        /* consecutive times; 0 never, 1 at once */
	bool disable_project;     /* all keys of the project with it */
	bool clears_faults;   /* a success: the key's faults are forgotten */
	bool long_rest;       /* quota of the day, balance: not "soon" */
	enum api_fault fault; /* what the client gets in the end */
};

/* The verdict; pointers in it are static. */
struct verdict verdict_of(const struct attempt_facts *facts);

/* How long it lets rest from now (wall_ms, since the epoch) on, in
 * milliseconds. */
int64_t verdict_rest_ms(const struct verdict *verdict, int64_t wall_ms);

#endif
