/* The paths under /_fake/. */
#ifndef FAKE_CONTROL_H
#define FAKE_CONTROL_H

#include "http.h"
#include "reply.h"

struct books;
struct calls;
struct files;
struct quota;
struct records;
struct script;

struct control {
	struct script *script;
	struct books *books;
	struct calls *calls;
	struct quota *quota;
	struct records *records;
	struct resources *resources;
	struct files *files;
	unsigned long long connections; /* as the server counts them */
};

/*
 * control_serve(control, request, reply): answer, if the path is under
 *   /_fake/; false if it is not.
 */
bool control_serve(
    struct control *, const struct http_request *, struct reply *);

#endif
