/* The errors of Google, by short name. */
#ifndef FAKE_ERRORS_H
#define FAKE_ERRORS_H

#include "buf.h"

struct errors_case {
	const char *name; /* of the table, see README.md */
	const char *key;
	const char *model;
	const char *method;
	const char *version;
	const char *delay;   /* "17s", or NULL for the usual one */
	const char *project; /* or NULL: made from the key */
};

/*
 * errors_known(name): whether the table has it.
 * errors_status(name): its HTTP status, 500 if unknown.
 * errors_write(out, case, pretty): the body {"error":{...}}, over several
 *   lines or on one.
 * errors_plain(out, status, message, details, pretty): any other error; the
 *   status word follows from the number, details is JSON or NULL.
 */
bool errors_known(const char *);
int errors_status(const char *);
void errors_write(struct buf *, const struct errors_case *, bool);
void errors_plain(struct buf *, int, const char *, const char *, bool);

#endif
