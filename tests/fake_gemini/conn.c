/* One connection: reads requests, plays replies, notices a client that left. */
#include "conn.h"

#include <sys/epoll.h>
#include <sys/socket.h>

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "files.h"
#include "loop.h"
#include "mem.h"
#include "play.h"

/* What a client may send ahead while it is being answered. */
#define CONN_AHEAD ((size_t)1 << 20)

struct conn {
	struct conn *next;
	struct conn *prev;
	struct conn_list *list;
	struct loop *loop;
	const struct conn_calls *calls;
	struct watch watch;
	struct timer timer;

	struct buf in;
	struct buf body; /* of a chunked request */
	struct http_chunks chunks;
	void *sink;  /* takes the body as it comes, or NULL */
	size_t sunk; /* bytes it has taken */
	struct http_request request;
	bool headed; /* request has been read from in */

	struct buf out;
	size_t sent; /* bytes of out gone */
	struct reply reply;
	struct play play;
	bool busy; /* a reply is being played */
	bool eof;  /* the client will send no more */
	bool dead; /* to be freed */
};

static void
conn_free(struct conn *c)
{
	loop_unwatch(c->loop, &c->watch);
	loop_untimer(c->loop, &c->timer);
	close(c->watch.fd);
	if (c->prev != NULL)
		c->prev->next = c->next;
	else
		c->list->first = c->next;
	if (c->next != NULL)
		c->next->prev = c->prev;
	buf_clear(&c->in);
	buf_clear(&c->body);
	buf_clear(&c->out);
	reply_clear(&c->reply);
	free(c);
}

/* The reply is over, one way or the other. */
static void
conn_over(struct conn *c, enum reply_how how)
{
	c->busy = false;
	loop_untimer(c->loop, &c->timer);
	c->reply.gone = c->play.piece;
	c->calls->ended(c->calls->ctx, &c->reply, how);
	if (how != REPLY_WHOLE || !c->play.keep)
		c->dead = true;

	/* A close with time 0 to linger is a reset. */
	if (how == REPLY_BROKEN && c->reply.reset) {
		struct linger now = {.l_onoff = 1, .l_linger = 0};

		setsockopt(
		    c->watch.fd, SOL_SOCKET, SO_LINGER, &now, sizeof(now));
	}
}

static void
conn_lost(struct conn *c)
{
	if (c->busy)
		conn_over(c, REPLY_ABORTED);
	c->dead = true;
}

/* Send what is in out; true when all of it is gone. */
static bool
conn_flush(struct conn *c)
{
	while (c->sent < c->out.len) {
		ssize_t n = send(c->watch.fd, c->out.at + c->sent,
		    c->out.len - c->sent, MSG_NOSIGNAL);

		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0) {
			if (errno != EAGAIN && errno != EWOULDBLOCK)
				conn_lost(c);
			return false;
		}
		c->sent += (size_t)n;
	}
	c->sent = 0;
	if (c->out.room > CONN_AHEAD)
		buf_clear(&c->out);
	buf_empty(&c->out);
	return true;
}

/* Play on; true if the reply came to its end. */
static bool
conn_play(struct conn *c)
{
	while (conn_flush(c)) {
		switch (play_next(&c->play, loop_now(c->loop), &c->out)) {
		case PLAY_WRITE:
			break;
		case PLAY_WAIT:
			loop_timer(c->loop, &c->timer, c->play.due);
			return false;
		case PLAY_SILENT:
			return false;
		case PLAY_DONE:
			conn_over(c, REPLY_WHOLE);
			return true;
		case PLAY_CUT:
			conn_over(c, REPLY_BROKEN);
			return true;
		}
	}
	return false;
}

static void
conn_refuse(struct conn *c, int status)
{
	reply_begin(&c->reply, status);
	reply_json(&c->reply);
	buf_printf(&c->reply.body,
	    "{\"error\":{\"code\":%d,\"message\":"
	    "\"The request could not be read.\","
	    "\"status\":\"INVALID_ARGUMENT\"}}\n",
	    status);
	reply_mark(&c->reply);
	play_start(&c->play, &c->reply, false, false, loop_now(c->loop));
	c->busy = true;
}

/* The request is whole, and used bytes of in are its own: answer it. */
static void
conn_serve(struct conn *c, struct span body, size_t used)
{
	struct http_request *r = &c->request;

	r->body = body;
	reply_begin(&c->reply, 200);
	c->calls->serve(c->calls->ctx, r, &c->reply);
	play_start(&c->play, &c->reply, r->http10, r->keep, loop_now(c->loop));
	c->busy = true;
	c->headed = false;

	/* Forget the request, and the memory if it was a large one. */
	buf_drop(&c->in, used);
	if (c->in.len == 0 && c->in.room > CONN_AHEAD)
		buf_clear(&c->in);
	if (c->body.room > CONN_AHEAD)
		buf_clear(&c->body);
	buf_empty(&c->body);
	c->chunks = (struct http_chunks){0};
}

/* Read the head if it is there, and invite the body if it was held back. */
static enum http_result
conn_head(struct conn *c)
{
	enum http_result result;

	result = http_head(buf_str(&c->in), c->in.len, &c->request);
	if (result != HTTP_OK)
		return result;
	c->headed = true;
	c->sunk = 0;
	c->sink = c->calls->sink != NULL
	    ? c->calls->sink(c->calls->ctx, &c->request)
	    : NULL;
	if (c->sink == NULL && c->request.length > HTTP_BODY_MOST)
		return HTTP_LARGE;
	if (c->request.expect && c->in.len == c->request.size) {
		buf_text(&c->out, "HTTP/1.1 100 Continue\r\n\r\n");
		conn_flush(c);
	}
	return HTTP_OK;
}

static enum http_result
conn_chunks(struct conn *c)
{
	size_t head = c->request.size, used;
	enum http_result result;

	result = http_chunks(
	    &c->chunks, c->in.at + head, c->in.len - head, &c->body, &used);

	/* Keep the head, take out what has been decoded. */
	c->in.len -= used;
	memmove(c->in.at + head, c->in.at + head + used, c->in.len - head);
	return result;
}

/* Let the sink have what has come of the body; the head stays. */
static void
conn_sink(struct conn *c)
{
	size_t head = c->request.size;
	size_t n = c->request.chunked ? c->body.len : c->in.len - head;

	if (c->sink == NULL)
		return;
	if (c->request.chunked) {
		files_bytes(c->sink, buf_str(&c->body), n);
		buf_empty(&c->body);
	} else {
		if (n > c->request.length - c->sunk)
			n = c->request.length - c->sunk;
		files_bytes(c->sink, c->in.at + head, n);
		c->in.len -= n;
		memmove(c->in.at + head, c->in.at + head + n, c->in.len - head);
	}
	c->sunk += n;
}

/* Take a request if there is a whole one; true if a reply was begun. */
static bool
conn_request(struct conn *c)
{
	struct http_request *r = &c->request;
	enum http_result result = HTTP_OK;
	size_t used;

	if (!c->headed) {
		if (c->in.len == 0)
			return false;
		result = conn_head(c);
	}
	used = r->size;
	if (result == HTTP_OK && c->headed) {
		size_t kept = r->length;

		if (r->chunked)
			result = conn_chunks(c);
		conn_sink(c);
		if (c->sink != NULL)
			kept = r->length - c->sunk;
		if (r->chunked)
			; /* it has said so */
		else if (c->in.len - r->size < kept)
			result = HTTP_MORE;
		else
			used += kept;
	}
	if (result == HTTP_MORE || c->dead)
		return false;
	if (result != HTTP_OK) {
		conn_refuse(c, result == HTTP_BAD ? 400 : 413);
		return true;
	}

	/* The bytes may have moved since the head was read. */
	if (http_head(c->in.at, c->in.len, r) != HTTP_OK)
		return false;
	r->sunk = c->sunk;
	conn_serve(c,
	    r->chunked ? buf_span(&c->body)
		: c->sink != NULL
		? (struct span){c->in.at + r->size, 0}
		: (struct span){c->in.at + r->size, r->length},
	    used);
	return true;
}

static void
conn_read(struct conn *c)
{
	size_t room;
	ssize_t n;

	do {
		room = c->headed && !c->request.chunked && c->sink == NULL &&
			c->request.length > 65536
		    ? c->request.length
		    : 16384;
		buf_reserve(&c->in, room);
		room = c->in.room - c->in.len - 1;
		n = recv(c->watch.fd, c->in.at + c->in.len, room, 0);
		if (n > 0)
			c->in.len += (size_t)n;
	} while ((n < 0 && errno == EINTR) ||
	    (n > 0 && (size_t)n == room && !c->busy && c->sink == NULL));

	if (n == 0)
		c->eof = true;
	else if (n < 0 && errno != EAGAIN && errno != EWOULDBLOCK)
		conn_lost(c);
}

/* Ask for the events that matter now; a busy client need not say much. */
static void
conn_wait(struct conn *c)
{
	uint32_t events = EPOLLRDHUP;

	if (!c->busy || c->in.len < CONN_AHEAD)
		events |= EPOLLIN;
	if (c->out.len > 0)
		events |= EPOLLOUT;
	if (loop_watch(c->loop, &c->watch, events) != 0)
		conn_lost(c);
}

/* Do all that can be done now. */
static void
conn_turn(struct conn *c)
{
	bool moved = true;

	while (moved && !c->dead)
		moved = c->busy ? conn_play(c) : conn_request(c);
	if (!c->dead && c->eof)
		conn_lost(c);
	if (!c->dead)
		conn_wait(c);
	if (c->dead)
		conn_free(c);
}

static void
conn_ready(void *ctx, uint32_t events)
{
	struct conn *c = ctx;

	if (events & (EPOLLERR | EPOLLHUP))
		conn_lost(c);
	else if (c->busy && (events & EPOLLRDHUP))
		conn_lost(c);
	else if (events & (EPOLLIN | EPOLLRDHUP))
		conn_read(c);
	if (!c->busy && c->out.len > 0 && !c->dead)
		conn_flush(c);
	conn_turn(c);
}

static void
conn_fire(void *ctx)
{
	conn_turn(ctx);
}

void
conn_open(struct loop *loop, int fd, const struct conn_calls *calls,
    struct conn_list *list)
{
	struct conn *c = mem_alloc(sizeof(*c));

	c->loop = loop;
	c->calls = calls;
	c->watch = (struct watch){.fd = fd, .ready = conn_ready, .ctx = c};
	c->timer = (struct timer){.fire = conn_fire, .ctx = c};
	c->list = list;
	c->next = list->first;
	if (c->next != NULL)
		c->next->prev = c;
	list->first = c;
	conn_wait(c);
	if (c->dead)
		conn_free(c);
}

void
conn_free_all(struct conn_list *list)
{
	while (list->first != NULL)
		conn_free(list->first);
}
