/* What the web server sends of a request's body, as it comes. */
#ifndef KEYWHEEL_WEB_INTAKE_H
#define KEYWHEEL_WEB_INTAKE_H

#include <fcgiapp.h>
#include <stddef.h>

/* How long the web server may be silent from now on; then reading ends with an
 * error of the stream. libfcgi waits in read(), where no deadline of ours
 * reaches it. */
void intake_limit(FCGX_Request *request, int ms);

/* What is there, but at least a byte, at most max; 0 at the end, or when the
 * request is cut off (web_cut_off()). FCGX_GetStr() would wait until there is
 * as much as is asked for, however slowly it comes. */
int intake_read(FCGX_Request *request, char *bytes, size_t max);

/* The client has left, the web server may not have: mod_fcgid ends responders
 * that close without this record. */
void intake_say_end(FCGX_Request *request);

#endif
