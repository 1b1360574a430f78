/* Reading HTTP/1.x requests.  Pure: bytes in, spans into those bytes out. */
#ifndef FAKE_HTTP_H
#define FAKE_HTTP_H

#include "buf.h"

#define HTTP_HEAD_MOST ((size_t)64 << 10)
#define HTTP_BODY_MOST ((size_t)96 << 20)

struct http_request {
	struct span head; /* request line and headers */
	struct span verb;
	struct span path;  /* as sent: not decoded */
	struct span query; /* without the question mark */
	struct span key;   /* x-goog-api-key */
	struct span body;  /* set by the caller when it is whole */
	size_t size;       /* of the head with its blank line */
	size_t length;     /* Content-Length */
	size_t sunk;       /* bytes of the body that were not kept */
	bool http10;
	bool keep; /* the connection may be used again */
	bool chunked;
	bool expect; /* wants a 100 Continue */
};

enum http_result {
	HTTP_OK,
	HTTP_MORE, /* not all there yet */
	HTTP_BAD,  /* never will be: answer 400 */
	HTTP_LARGE /* over a limit: answer 413 */
};

/* Where a chunked body stands; all zero at the start. */
struct http_chunks {
	size_t left;  /* bytes of this chunk to come */
	bool inside;  /* in a chunk; else before a size line */
	bool trailer; /* behind the last chunk */
};

/*
 * http_head(bytes, n, request): read a head; whether its length is too large is
 *   for the caller to say.  The spans point into bytes.
 * http_chunks(state, bytes, n, body, used): decode what is there, append it to
 *   body, and say how many bytes were used up.  HTTP_OK: the body is whole.
 * http_header(rest, name, value): take the next header line from rest, which
 *   at the start is what follows the request line; false at the end.
 * http_headers(head): the header lines of a head, for http_header.
 * http_decode(text, out): undo percent escapes (and + in a query if asked).
 * http_query(query, name, out): append the decoded value; false if absent.
 */
enum http_result http_head(const char *, size_t, struct http_request *);
enum http_result http_chunks(
    struct http_chunks *, const char *, size_t, struct buf *, size_t *);
struct span http_headers(struct span);
bool http_header(struct span *, struct span *, struct span *);
void http_decode(struct span, bool, struct buf *);
bool http_query(struct span, const char *, struct buf *);

#endif
