/*
 * A pipe to Google: the request's bytes go there and the answer's come back as
 * they are, whatever method is called. A copy is looked at for usage, errors
 * and the names of what was made.
 *
 * Events are streamed as they come, each when it is complete, so that an error
 * can still be put in where one broke off. JSON is held, up to a ceiling, so
 * that a broken answer can still go to another key. Other bytes go through.
 */
#ifndef KEYWHEEL_GATEWAY_PIPE_H
#define KEYWHEEL_GATEWAY_PIPE_H

#include <stdbool.h>

#include "protocol/api_error.h"
#include "protocol/resource_kind.h"

struct service;

/* What is called; everything is borrowed. */
struct pipe_call {
	enum api_dialect dialect; /* of errors */
	const char *route;        /* in the account */
	const char *version;      /* of the API; NULL: that of the settings */
	const char *path;         /* behind the base URL, with its slash: no
				     trick is in it (protocol/clean_path.h) */
	const char *model;        /* that the path names; NULL: the body does,
				     or nobody */
	bool unknown;             /* only by PASS_UNKNOWN_METHODS */
	bool bearer;              /* the key goes as Authorization: Bearer */
	bool done_mark;           /* streams end with [DONE] */
	bool once;                /* it makes something */
	bool unnamed;             /* it may have a model asked that neither the
				     path nor the body names */
	bool elsewhere;           /* … whatever model the body names */
	/* Kinds; NULL: none. What the answer may have made; which others of
	 * the token's the thing is to be in one project with; of what the
	 * answer is a list. */
	const struct resource_kind *made, *home, *list;
	bool results;      /* the answer may name files that are results */
	const char *query; /* instead of the client's; NULL: that */
	bool bytes;        /* an answer goes through as it comes, whatever its
			      type says */
};

/* Serve the request that the service has accepted. */
void pipe_serve(struct service *s, const struct pipe_call *call);

/* Refuse it: the account gets its row. */
void pipe_refuse(struct service *s, const struct pipe_call *call,
    enum api_fault fault, const char *words);

#endif
