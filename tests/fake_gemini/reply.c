/* Replies: the container and the HTTP head that Google would write. */
#include "reply.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "mem.h"

static const struct {
	int status;
	const char *text;
} reply_texts[] = {
    {200, "OK"},
    {204, "No Content"},
    {400, "Bad Request"},
    {401, "Unauthorized"},
    {402, "Payment Required"},
    {403, "Forbidden"},
    {404, "Not Found"},
    {405, "Method Not Allowed"},
    {408, "Request Timeout"},
    {409, "Conflict"},
    {413, "Request Entity Too Large"},
    {429, "Too Many Requests"},
    {499, "Client Closed Request"},
    {500, "Internal Server Error"},
    {501, "Not Implemented"},
    {502, "Bad Gateway"},
    {503, "Service Unavailable"},
    {504, "Gateway Timeout"},
};

void
reply_begin(struct reply *r, int status)
{
	struct reply fresh = {
	    .status = status,
	    .type = r->type,
	    .headers = r->headers,
	    .body = r->body,
	    .ends = r->ends,
	    .told = r->told,
	    .room = r->room,
	    .cut = -1,
	};

	*r = fresh;
	buf_empty(&r->type);
	buf_empty(&r->headers);

	/* The memory of a giant is given back. */
	if (r->body.room > (size_t)1 << 18)
		buf_clear(&r->body);
	buf_empty(&r->body);
}

void
reply_clear(struct reply *r)
{
	buf_clear(&r->type);
	buf_clear(&r->headers);
	buf_clear(&r->body);
	free(r->ends);
	free(r->told);
	r->ends = NULL;
	r->told = NULL;
	r->pieces = 0;
	r->room = 0;
}

void
reply_json(struct reply *r)
{
	buf_empty(&r->type);
	buf_text(&r->type, "application/json; charset=UTF-8");
}

void
reply_mark(struct reply *r)
{
	if (r->pieces == r->room) {
		r->room = r->room > 0 ? r->room * 2 : 8;
		r->ends = mem_grow(r->ends, r->room * sizeof(*r->ends));
		r->told = mem_grow(r->told, r->room * sizeof(*r->told));
	}
	r->told[r->pieces] = r->says;
	r->ends[r->pieces++] = r->body.len;
}

const char *
reply_word(enum reply_how how)
{
	static const char *const words[] = {
	    [REPLY_OPEN] = "open",
	    [REPLY_WHOLE] = "complete",
	    [REPLY_ABORTED] = "aborted",
	    [REPLY_BROKEN] = "cut",
	};

	return words[how];
}

static const char *
reply_text(int status)
{
	for (size_t i = 0; i < sizeof(reply_texts) / sizeof(*reply_texts); i++)
		if (reply_texts[i].status == status)
			return reply_texts[i].text;
	return "Unknown";
}

/* The Date header, written anew once a second. */
static void
reply_date(struct buf *out)
{
	static time_t when;
	static char text[64];
	time_t now = time(NULL);

	if (now != when) {
		struct tm tm;

		when = now;
		gmtime_r(&now, &tm);
		strftime(text, sizeof(text),
		    "Date: %a, %d %b %Y %H:%M:%S GMT\r\n", &tm);
	}
	buf_text(out, text);
}

void
reply_head(const struct reply *r, bool http10, bool keep, struct buf *out)
{
	buf_printf(out, "HTTP/1.1 %d %s\r\nContent-Type: ", r->status,
	    reply_text(r->status));
	buf_add(out, r->type.at, r->type.len);
	buf_text(out, "\r\n");
	reply_date(out);
	buf_text(out,
	    "Vary: Origin\r\nVary: X-Origin\r\nVary: Referer\r\n"
	    "Server: scaffolding on HTTPServer2\r\n"
	    "X-XSS-Protection: 0\r\nX-Frame-Options: SAMEORIGIN\r\n"
	    "X-Content-Type-Options: nosniff\r\n"
	    "Server-Timing: gfet4t7; dur=11\r\n");
	buf_add(out, r->headers.at, r->headers.len);

	/* How the end will be known: length, chunks, or the close. */
	if (!r->streamed)
		buf_printf(out, "Content-Length: %zu\r\n", r->body.len);
	else if (!http10)
		buf_text(out, "Transfer-Encoding: chunked\r\n");
	if (!keep)
		buf_text(out, "Connection: close\r\n");
	else if (http10)
		buf_text(out, "Connection: keep-alive\r\n");
	buf_text(out, "\r\n");
}
