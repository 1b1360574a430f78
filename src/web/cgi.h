/*
 * A request that comes as plain CGI: its head in the environment of the
 * process, its body as standard input, its answer as standard output. It is
 * given the form of one of libfcgi's, so that web/call.c has one way for both.
 *
 * RFC 3875. What it says of CONTENT_LENGTH holds: not more is read, because
 * servers may leave standard input open. Apache gives a body that comes in
 * chunks without a length, and closes standard input behind it.
 */
#ifndef KEYWHEEL_WEB_CGI_H
#define KEYWHEEL_WEB_CGI_H

#include <fcgiapp.h>
#include <stdbool.h>

/* Was this process started for one request? The environment says so; a
 * FastCGI socket as standard input says no. */
bool cgi_is(void);

/* The request of this process. Its streams are those of FCGX_GetStr() and
 * FCGX_PutStr(); it is not to be given to FCGX_Free(). Once per process. */
void cgi_open(FCGX_Request *request);

/* How long the web server may be silent from now on, as intake_limit(). */
void cgi_limit(int ms);

/* Has the web server closed its end of standard output, as it does when the
 * client has left? */
bool cgi_gone(void);

/* The answer is at its end: the client waits for nothing more. Standard input
 * and output are /dev/null from then on. */
void cgi_close(void);

/* The same of standard error, which web servers read to its end, too, before
 * they are done with a request. */
void cgi_let_go(void);

#endif
