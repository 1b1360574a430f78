/*
 * Quotas as Google keeps them: per project and model, on a clock of their own
 * that may run faster; dead keys; overloads.
 */
#ifndef FAKE_QUOTA_H
#define FAKE_QUOTA_H

#include <stdint.h>

#include "buf.h"

struct quota;

enum quota_kind {
	QUOTA_RPM, /* requests and input tokens, a minute and a day */
	QUOTA_TPM,
	QUOTA_RPD,
	QUOTA_TPD,
	QUOTA_KINDS
};

/* A call that is not served, and why. */
struct quota_refusal {
	const char *error;  /* an error's name; NULL: a limit is exceeded */
	const char *number; /* the project's; NULL: not told */
	enum quota_kind kind;
	long long limit;
	double wait_s; /* on the client's clock */
	bool whole;    /* the clock is not sped up: tell whole seconds */
};

/*
 * quota_read(q, text, why): replace everything, from JSON; all windows and
 *   books begin anew. False with why if anything in it is wrong.
 * quota_overload(q, text, why): replace the overload alone.
 * quota_empty(q): no quotas, no dead keys, no overload.
 * quota_key(q, key, refusal): false if the key may do nothing at all.
 * quota_project(q, key): its project's name, or itself.
 * quota_call(q, key, model, tokens, us, refusal): a call that generates, of so
 *   many input tokens, at that monotonic time in microseconds. True: counted
 *   and to be served.
 * quota_answer(refusal, model, out): the body of an exceeded limit.
 * quota_room(q, model, us): the seconds until any project has room for a small
 *   request, or -1 if none will have it.
 * quota_write(q, out): the books, as JSON.
 */
struct quota *quota_new(void);
void quota_free(struct quota *);
void quota_empty(struct quota *);
bool quota_read(struct quota *, struct span, struct buf *);
bool quota_overload(struct quota *, struct span, struct buf *);
bool quota_key(struct quota *, const char *, struct quota_refusal *);
const char *quota_project(struct quota *, const char *);
bool quota_call(struct quota *, const char *, const char *, long long, uint64_t,
    struct quota_refusal *);
void quota_answer(const struct quota_refusal *, const char *, struct buf *);
double quota_room(struct quota *, const char *, uint64_t);
void quota_write(const struct quota *, struct buf *);

#endif
