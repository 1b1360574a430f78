/* HTTP requests and responses over libfcgi. */
#include "web/call_parts.h"

#include <ctype.h>
#include <fcgiapp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/waits.h"
#include "web/cgi.h"
#include "web/connection.h"
#include "web/inner.h"
#include "web/intake.h"
#include "web/peer.h"
#include "web/target.h"

/* How long a body that nobody wants is read before the answer. */
#define DRAIN_MS 5000
/* … and after it. */
#define REST_MS 2000
/* How long the web server may be silent in the middle of a body: longer than
 * it lets the client be (lighttpd/keywheel-spawn.conf). */
#define SILENCE_MS 90000

struct web_call *
web_call_new(int listen_fd)
{
	struct web_call *call = calloc(1, sizeof(*call));
	/* libfcgi is to have no socket to take another connection from. */
	if (call == NULL || FCGX_InitRequest(&call->fcgi, -1, 0) != 0)
		abort();
	call->listen_fd = listen_fd;
	buf_init(&call->base, BUF_SMALL);
	buf_init(&call->path, BUF_SMALL);
	return call;
}

struct web_call *
web_call_new_cgi(void)
{
	struct web_call *call = web_call_new(-1);
	call->cgi = true;
	return call;
}

struct web_call *
web_call_new_inner(struct web_call *outer, struct web_inner *inner)
{
	struct web_call *call = web_call_new(-1);
	buf_str(&call->base, web_base(outer));
	buf_str(&call->path, inner->path);
	call->inner = inner;
	call->outer = outer;
	call->open = true;
	return call;
}

void
web_call_free(struct web_call *call)
{
	if (call == NULL)
		return;
	buf_clear(&call->base);
	buf_clear(&call->path);
	free(call);
}

/* The next request of a web server's. */
static bool
take(struct web_call *call)
{
	do {
		int fd = connection_take(call->listen_fd);
		if (fd < 0)
			return false;
		/* As if the web server had kept a connection: libfcgi reads
		 * the next request from it. */
		call->fcgi.ipcFd = fd;
		call->fcgi.keepConnection = 1;
	} while (FCGX_Accept_r(&call->fcgi) != 0);
	return true;
}

bool
web_accept(struct web_call *call)
{
	if (call->cgi)
		cgi_open(&call->fcgi);
	else if (!take(call))
		return false;
	call->open = true;
	call->gone = call->unread = false;
	call->blind = call->cgi;
	call->peer_ms = call->body_read = 0;
	/* lighttpd, Apache and nginx all pass the target as it came. */
	target_read(web_variable(call, "REQUEST_URI"),
	    web_variable(call, "SCRIPT_NAME"), &call->base, &call->path);
	peer_init(&call->peer, web_variable(call, "SERVER_ADDR"),
	    web_variable(call, "SERVER_PORT"),
	    web_variable(call, "REMOTE_ADDR"),
	    web_variable(call, "REMOTE_PORT"));
	return true;
}

const char *
web_variable(struct web_call *call, const char *name)
{
	if (call->inner != NULL)
		return inner_has(name) ? inner_variable(call->inner, name)
				       : web_variable(call->outer, name);
	return FCGX_GetParam(name, call->fcgi.envp);
}

const char *
web_method(const struct web_call *call)
{
	if (call->inner != NULL)
		return call->inner->method;
	const char *method = FCGX_GetParam("REQUEST_METHOD", call->fcgi.envp);
	return method == NULL ? "" : method;
}

const char *
web_path(const struct web_call *call)
{
	return buf_cstr(&call->path);
}

const char *
web_base(const struct web_call *call)
{
	return buf_cstr(&call->base);
}

const char *
web_query(const struct web_call *call)
{
	if (call->inner != NULL)
		return call->inner->query;
	const char *query = FCGX_GetParam("QUERY_STRING", call->fcgi.envp);
	return query == NULL ? "" : query;
}

/* Who takes or gives what is at hand at once has not been waited for. */
static void
note_wait(int64_t begun)
{
	if (clock_mono_us() - begun >= 1000)
		waits_end(WAITS_CLIENT, begun);
}

enum web_body
web_read_body(struct web_call *call, size_t max, struct buf *out)
{
	char chunk[65536];
	int64_t expected = web_body_size(call);
	bool large = expected > (int64_t)max;
	int64_t begun = waits_begin();
	int n;

	if (call->inner != NULL && !large)
		buf_add(out, call->inner->body, call->inner->body_len);
	while (call->inner == NULL && !large &&
	    (n = FCGX_GetStr(chunk, sizeof(chunk), call->fcgi.in)) > 0) {
		call->body_read += n;
		large = call->body_read > (int64_t)max;
		buf_add(out, chunk, (size_t)n);
	}
	note_wait(begun);
	if (large) {
		buf_reset(out);
		web_drain(call);
		return WEB_BODY_TOO_LARGE;
	}
	if (call->inner != NULL)
		return buf_ok(out) ? WEB_BODY_WHOLE : WEB_BODY_BROKEN;
	if (call->body_read < expected || !buf_ok(out) ||
	    FCGX_GetError(call->fcgi.in))
		return WEB_BODY_BROKEN;
	return WEB_BODY_WHOLE;
}

long
web_read_some(struct web_call *call, char *bytes, size_t max)
{
	if (call->inner != NULL)
		return inner_read(call->inner, bytes, max);
	if (!call->unread)
		intake_limit(&call->fcgi, SILENCE_MS);
	int64_t begun = waits_begin();
	int n = intake_read(&call->fcgi, bytes, max);
	note_wait(begun);
	call->unread = n > 0;
	if (n > 0) {
		call->body_read += n;
		return n;
	}
	/* Whoever sends only a part has left. */
	if (FCGX_GetError(call->fcgi.in) != 0 ||
	    call->body_read < web_body_size(call))
		call->gone = true;
	return call->gone ? -1 : 0;
}

void
web_drain(struct web_call *call)
{
	char chunk[65536];
	if (call->inner != NULL)
		return;
	int64_t give_up = clock_mono_ms() + DRAIN_MS;
	call->unread = true;
	intake_limit(&call->fcgi, DRAIN_MS);
	while (web_read_some(call, chunk, sizeof(chunk)) > 0 &&
	    clock_mono_ms() < give_up)
		continue;
}

/* What the web server still has to send after the answer, and be it the empty
 * record at the end of no body: mod_proxy_fcgi makes a 503 of the answer if it
 * cannot. */
static void
take_rest(FCGX_Request *request)
{
	char chunk[65536];
	int64_t give_up = clock_mono_ms() + REST_MS;
	if (FCGX_HasSeenEOF(request->in) != 0)
		return;
	intake_limit(request, REST_MS);
	while (intake_read(request, chunk, sizeof(chunk)) > 0 &&
	    clock_mono_ms() < give_up)
		continue;
}

/* Put bytes into libfcgi's stream; a failure is for ever. */
static void
put(struct web_call *call, const char *bytes, size_t len)
{
	int64_t begun = waits_begin();
	while (len > 0 && !call->gone) {
		int piece = len > 1 << 20 ? 1 << 20 : (int)len;
		if (FCGX_PutStr(bytes, piece, call->fcgi.out) != piece ||
		    FCGX_GetError(call->fcgi.out) != 0)
			call->gone = true;
		bytes += piece;
		len -= (size_t)piece;
	}
	note_wait(begun);
}

void
web_start(struct web_call *call, int status)
{
	char line[32];
	if (call->inner != NULL) {
		call->inner->start(call->inner->ctx, status);
		return;
	}
	int len = snprintf(line, sizeof(line), "Status: %d\r\n", status);
	put(call, line, (size_t)len);
}

void
web_add_header(struct web_call *call, const char *name, const char *value)
{
	struct buf line;
	if (call->inner != NULL) {
		call->inner->header(call->inner->ctx, name, value);
		return;
	}
	buf_init(&line, BUF_SMALL);
	buf_fmt(&line, "%s: %s", name, value);
	for (size_t i = 0; i < line.len; i++)
		if (iscntrl((unsigned char)line.data[i]))
			line.data[i] = ' ';
	buf_str(&line, "\r\n");
	put(call, buf_cstr(&line), line.len);
	buf_clear(&line);
}

void
web_end_headers(struct web_call *call)
{
	if (call->inner == NULL)
		put(call, "\r\n", 2);
}

bool
web_write(struct web_call *call, const void *bytes, size_t len)
{
	if (call->inner == NULL)
		put(call, bytes, len);
	else if (!call->gone)
		call->gone = !call->inner->write(call->inner->ctx, bytes, len);
	return !call->gone;
}

bool
web_flush(struct web_call *call)
{
	int64_t begun = waits_begin();
	if (call->inner != NULL)
		return !call->gone;
	if (!call->gone &&
	    (FCGX_FFlush(call->fcgi.out) != 0 ||
		FCGX_GetError(call->fcgi.out) != 0))
		call->gone = true;
	note_wait(begun);
	return !call->gone;
}

/*
 * Give the connection back. Not by FCGX_Finish_r(): it waits for the other
 * side to close, up to two seconds, and the responder with it.
 */
static void
close_call(struct web_call *call)
{
	int fd = call->fcgi.ipcFd;
	call->fcgi.ipcFd = -1;
	if (call->cgi) {
		cgi_close();
		return;
	}
	FCGX_Free(&call->fcgi, 0);
	if (fd >= 0)
		close(fd);
}

void
web_finish(struct web_call *call)
{
	if (!call->open)
		return;
	call->open = false;
	if (call->inner != NULL)
		return;
	int64_t begun = waits_begin();
	if (call->gone && !call->cgi) {
		intake_say_end(&call->fcgi);
	} else {
		FCGX_FClose(call->fcgi.err);
		FCGX_FClose(call->fcgi.out);
		if (!call->cgi)
			take_rest(&call->fcgi);
	}
	note_wait(begun);
	close_call(call);
}

void
web_break(struct web_call *call)
{
	if (!call->open)
		return;
	call->open = false;
	if (call->inner != NULL) {
		call->inner->broken = true;
		return;
	}
	web_flush(call);
	close_call(call);
}
