/*
 * The closed set of faults a request can fail with. It lives here, below
 * protocol (which gives each its words) and pool (whose verdicts name one).
 */
#ifndef KEYWHEEL_BASE_FAULT_H
#define KEYWHEEL_BASE_FAULT_H

enum api_fault {
	FAULT_NONE,
	FAULT_NO_CREDENTIAL,
	FAULT_BAD_CREDENTIAL,
	FAULT_ACCESS_DENIED,
	FAULT_MODEL_NOT_ALLOWED,
	FAULT_UNKNOWN_URL,
	FAULT_METHOD,
	FAULT_TOO_LARGE,
	FAULT_MEDIA_TYPE,
	FAULT_BAD_JSON,
	FAULT_MISSING_FIELD,
	FAULT_WRONG_TYPE,
	FAULT_OUT_OF_RANGE, /* give the code: integer_below_min_value … */
	FAULT_BAD_VALUE,
	FAULT_UNSUPPORTED_FIELD,
	FAULT_UNSUPPORTED_VALUE,
	FAULT_MODEL_NOT_FOUND,
	FAULT_PROMPT_TOO_LONG,
	FAULT_BAD_ARGUMENT, /* any other 400 of Gemini's */
	FAULT_NOT_FOUND,    /* a file, cache or operation of Gemini's */
	FAULT_CONTENT_POLICY,
	FAULT_PROMPT_BLOCKED, /* by Gemini, where that is to be an error */
	FAULT_CLIENT_LIMIT,   /* the gateway's own limit for a token */
	FAULT_CLIENT_TOKENS,  /* … of Gemini's tokens */
	FAULT_CLIENT_BUDGET,  /* … of money */
	FAULT_RESTING,        /* all keys rest, for a short time */
	FAULT_TOKENS,         /* … for the input tokens of the minute */
	FAULT_PROMPT_LIMIT,   /* more tokens than a key may take at all */
	FAULT_QUOTA,          /* all keys are out for the day or unpaid */
	FAULT_NO_KEY,         /* no usable key at all */
	FAULT_OVERLOADED,     /* upstream, after retries */
	FAULT_UPSTREAM,       /* 500, garbage, cut off */
	FAULT_TIMEOUT,
	FAULT_INTERNAL,
	FAULT_DATABASE, /* our database is out of reach: 503 */
	FAULT_STOPPED,  /* the gateway ends before the request does */
	FAULT_NOT_IMPLEMENTED,
	FAULT_CLIENT_GONE, /* nobody reads what it says */
	FAULT__MAX
};

#endif
