/*
 * Putting a picture on an image host: one request that carries it, as the
 * body or as the file of a form, and the host's short answer.
 *
 * The URL is the operator's own, so any address will do, but only http and
 * https. It is not left: a redirect would take the credentials elsewhere.
 * Egress proxies are for calls to Gemini and are not used, nor is the
 * environment looked at.
 */
#ifndef KEYWHEEL_UPSTREAM_HOST_UPLOAD_H
#define KEYWHEEL_UPSTREAM_HOST_UPLOAD_H

#include <stdbool.h>
#include <stddef.h>

#include "base/attr.h"
#include "base/buf.h"

/* Everything is borrowed. */
struct host_upload {
	const char *url;
	const char *headers; /* "Name: value" and a line end, each; or "" */
	const char *field;   /* the file's name in a form: POST; NULL: PUT */
	const char *name;    /* of the file, in a form */
	const char *type;    /* of the file: "image/png" */
	const char *base64;  /* the file, as plain base64 */
	size_t len;          /* … its characters */
	long total_ms, connect_ms;

	/* At least once a second; false: give up. */
	bool (*tick)(void *ctx);
	void *ctx;
};

enum host_end {
	HOST_ANSWERED,
	HOST_UNREACHABLE, /* nothing of the file was sent */
	HOST_FAILED,
	HOST_STOPPED, /* the tick said so */
};

/* body, to be initialised by the caller, gets what the host says; more than
 * its ceiling is a failure. status: of an answer. why: a line for the log,
 * without the URL, unless there is an answer. */
MUSTCHECK enum host_end host_upload_run(const struct host_upload *upload,
    int *status, struct buf *body, struct buf *why);

#endif
