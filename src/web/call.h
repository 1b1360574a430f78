/*
 * One HTTP request and its response, over FastCGI or plain CGI.
 *
 * After a failed write nothing more reaches the client: libfcgi reports that
 * once and then pretends success, so the flag `gone` is kept here.
 */
#ifndef KEYWHEEL_WEB_CALL_H
#define KEYWHEEL_WEB_CALL_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "base/attr.h"
#include "base/buf.h"

struct web_call;
struct web_inner;

/* Once per process, before the first accept and after the signal handlers
 * have been installed (libfcgi takes SIGPIPE, SIGUSR1, SIGTERM else). */
MUSTCHECK bool web_init(void);

/* Is this descriptor a socket, as a web server gives a FastCGI program? */
bool web_is_socket(int fd);
/* … that takes connections? */
bool web_is_listening(int fd);

/* From a signal handler: the request that runs is to end now. Its client
 * counts as gone (web_gone()) but can still be told so. */
void web_cut_off(void);
bool web_is_cut_off(void);

/* A listening Unix socket at path; an old one is replaced. gid: who may use it
 * besides this user, as far as mode says; (gid_t)-1: this user's own group. -1
 * with errno. */
int web_listen(const char *path, int backlog, gid_t gid, mode_t mode);

/* For this process; listen_fd: 0 as web servers give it, or web_listen's. */
struct web_call *web_call_new(int listen_fd);
/* For a process that was started for one request (web/cgi.h): that one is
 * there at once. After web_finish() the client waits for nothing more, and
 * standard input and output are /dev/null. The server cannot be told
 * that an answer was broken off, but by a Content-Length that does not
 * come. */
struct web_call *web_call_new_cgi(void);
/* Is this such a process? */
bool web_is_cgi(void);
/* … which is to outlive its request: nobody waits for it from now on. */
void web_let_go(void);
/* A request of our own (web/inner.h), which is there at once; both must outlive
 * it. outer: who it is made for; when its client leaves, that of this has. */
struct web_call *web_call_new_inner(
    struct web_call *outer, struct web_inner *inner);
void web_call_free(struct web_call *call);

/* Wait for the next request. False if the socket takes none any more, see
 * connection_take(). */
MUSTCHECK bool web_accept(struct web_call *call);

/* The request line: method; path as it was sent, still percent-encoded,
 * without the folder of web_base() and the query; query without "?" ("" if
 * none). */
const char *web_method(const struct web_call *call);
const char *web_path(const struct web_call *call);
const char *web_query(const struct web_call *call);

/* The folder below which all paths are (web/target.h), "" mostly: what it
 * comes before is an absolute path. */
const char *web_base(const struct web_call *call);

/* A request header by its name in any case ("x-goog-api-key"); NULL if it
 * is absent. */
const char *web_header(struct web_call *call, const char *name);

/* A CGI variable ("REMOTE_ADDR"), or NULL. */
const char *web_variable(struct web_call *call, const char *name);

/* The announced length of the body, 0 if there is none. */
int64_t web_body_size(struct web_call *call);

/* Is that known? It is not where it comes in chunks: nginx tells an empty
 * length then, others none. */
bool web_body_announced(struct web_call *call);

enum web_body { WEB_BODY_WHOLE, WEB_BODY_TOO_LARGE, WEB_BODY_BROKEN };

/* Append the whole body to out, which must be empty; more than max bytes are
 * read and thrown away, so that the answer can be sent. */
enum web_body web_read_body(struct web_call *call, size_t max, struct buf *out);

/* The next piece of the body, at most max bytes; 0 at its end, -1 if it ended
 * before its announced length. It waits for the web server. While some of it
 * is unread, web_gone() knows of no hang-up of the server's. */
long web_read_some(struct web_call *call, char *bytes, size_t max);

/* Throw away what is left of the body, for some seconds at most: an answer is
 * read only by who could send. */
void web_drain(struct web_call *call);

/* The response: status and headers first, then the body in pieces. Line
 * breaks in values are replaced by blanks. Nothing is sent before
 * web_flush(), or before 8 kB have come together. */
void web_start(struct web_call *call, int status);
void web_add_header(struct web_call *call, const char *name, const char *value);
void web_end_headers(struct web_call *call);
/* These tell whether the client is still there, as far as writing shows. */
bool web_write(struct web_call *call, const void *bytes, size_t len);
bool web_flush(struct web_call *call);

/* Has the client left, or is the request cut off? Looks at the web server's
 * connection and, where the server runs on this host, at the client's own one.
 * Cheap; call it about five times a second while waiting. Sticky. */
bool web_gone(struct web_call *call);

/* The descriptor to poll for the web server's hang-up; -1 if none. */
int web_watch_fd(const struct web_call *call);

/* End the response properly; or break it off, so that a client that was
 * promised more sees a broken transfer and not a short success. */
void web_finish(struct web_call *call);
void web_break(struct web_call *call);

#endif
